/*
 * lockout.h: wrong sign-ins. After LOCKOUT_TRIES of one name from one address that pair is refused
 * for LOCKOUT_MS; the same name from elsewhere is not, so nobody can lock the owner out.
 *
 * Bounded: the pairs tried least make room for new ones. Its own lock; now is passed in.
 */
#ifndef BARKBOOK_HTTP_LOCKOUT_H
#define BARKBOOK_HTTP_LOCKOUT_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "http/address.h"

#define LOCKOUT_TRIES 5
#define LOCKOUT_MS    (15 * CLOCK_MINUTE)
#define LOCKOUT_PAIRS 2048

struct lockout;

MUST_USE int lockout_new(struct lockout **out, struct err *err);
void lockout_free(struct lockout *l); /* accepts NULL */

/* Counts a try before it is made, so that parallel ones count too. 0: go on; else the milliseconds
 * that the pair stays locked. Names that differ in the case of ASCII letters are one. */
int64_t lockout_try(struct lockout *l, const char *name, const struct net_address *from,
                    int64_t now);
/* The try could not be made after all. */
void lockout_take_back(struct lockout *l, const char *name, const struct net_address *from);
/* The try was right: the pair starts afresh. */
void lockout_clear(struct lockout *l, const char *name, const struct net_address *from);

#endif
