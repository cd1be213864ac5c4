/*
 * hook.h: the address Cal.com posts to. Checks in the order of what they cost, hands what is
 * authentic to sync/inbox.h, and answers only once it is on disk.
 */
#ifndef BARKBOOK_HTTP_HOOK_H
#define BARKBOOK_HTTP_HOOK_H

#include "base/config.h"
#include "http/refusals.h"
#include "http/route.h"

struct hook;

/* secret: copied; must not be empty (without one the listener must not open). */
MUST_USE int hook_new(const struct config *config, const char *secret, struct hook **out,
                      struct err *err);
void hook_free(struct hook *h); /* wipes the secret; accepts NULL */

/* Any method on /api/webhooks/calcom. */
route_handler hook_calcom;

struct refusals *hook_refusals(struct hook *h);

/* Answers since the start, for metrics. */
enum hook_count {
    HOOK_SUCCESS,
    HOOK_IGNORED,
    HOOK_NOT_JSON,
    HOOK_UNPROCESSABLE,
    HOOK_NOT_STORED,
    HOOK_COUNTS
};
const char *hook_count_name(enum hook_count c);
uint64_t hook_counted(const struct hook *h, enum hook_count c);

#endif
