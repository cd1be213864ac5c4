/*
 * refusals.h: refused requests in memory: counted per minute, reason and address, and limited per
 * address. A flood costs a counter here; the database hears of it every few seconds
 * (refusals_flush).
 *
 * Bounded: when more addresses refuse in a minute than there is room for, the rest is counted under
 * "other". Its own lock; now is passed in.
 */
#ifndef BARKBOOK_HTTP_REFUSALS_H
#define BARKBOOK_HTTP_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "db/writer.h"
#include "http/address.h"

enum refusal {
    REFUSED_SIGNATURE,
    REFUSED_TYPE,
    REFUSED_RATE,
    REFUSED_SIZE,
    REFUSED_METHOD,
    REFUSED_ADDRESS, /* not in the allow list */
    REFUSED_BODY,    /* ended early, came too slowly, broken framing */
    REFUSED_KINDS
};
const char *refusal_name(enum refusal r);

struct refusals;

/* rate: refusals per address and minute after which refusals_over says so. */
MUST_USE int refusals_new(int64_t rate, struct refusals **out, struct err *err);
void refusals_free(struct refusals *r); /* accepts NULL */

/* Has this address used up its refusals of this minute? Counts nothing. */
bool refusals_over(struct refusals *r, const struct net_address *from, int64_t now);
void refusals_add(struct refusals *r, enum refusal why, const struct net_address *from,
                  int64_t now);

/* Since the start, for metrics. */
uint64_t refusals_total(struct refusals *r, enum refusal why);

/* Writes what gathered since the last time; keeps it when that fails. */
MUST_USE int refusals_flush(struct refusals *r, struct writer *w, struct err *err);

#endif
