/*
 * registration.h: brings Cal.com's webhook subscription to what it has to be: made where there is
 * none, repaired where it is not right; shown first, changed only when asked to. Subscriptions that
 * lead elsewhere are left alone.
 */
#ifndef BARKBOOK_SYNC_REGISTRATION_H
#define BARKBOOK_SYNC_REGISTRATION_H

#include "base/config.h"
#include "sync/subscription.h"

struct registration {
    char url[600];                  /* where Cal.com has to send */
    enum subscription_state before; /* what it was */
    char missing[300];              /* triggers that were not ticked, comma-separated */
    char other[512]; /* another address with the same path, an old one perhaps; "" none */
    bool changed;    /* a request was made */
    enum subscription_state after;
};

/* dry_run: looks only; after is before then. ERR_CONFIG: public_url is not set, or not https;
 * errors as calcom.h's otherwise, with what was found so far in *out. */
MUST_USE int registration_run(struct calcom *c, const struct config *config, bool dry_run,
                              struct registration *out, struct err *err);

/* What differs, as a sentence; "" for SUBSCRIPTION_RIGHT. */
const char *registration_text(enum subscription_state s);

#endif
