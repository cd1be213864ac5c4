/*
 * subscription.h: what Cal.com's webhook subscription has to be, and whether it is.
 */
#ifndef BARKBOOK_SYNC_SUBSCRIPTION_H
#define BARKBOOK_SYNC_SUBSCRIPTION_H

#include "remote/calcom_webhooks.h"

#define SUBSCRIPTION_PATH "/api/webhooks/calcom" /* below public_url */

/* The triggers we understand, ended by NULL. */
extern const char *const subscription_triggers[];

enum subscription_state {
    SUBSCRIPTION_RIGHT,
    SUBSCRIPTION_NONE,     /* nothing at Cal.com sends to us */
    SUBSCRIPTION_OFF,      /* it is switched off */
    SUBSCRIPTION_SECRET,   /* another secret, or none: every delivery is refused */
    SUBSCRIPTION_TRIGGERS, /* some that we understand are not ticked */
    SUBSCRIPTION_TEMPLATE, /* a payload of its own: it cannot be understood */
    SUBSCRIPTION_TWICE     /* several send the same */
};
const char *subscription_word(enum subscription_state s); /* snake_case */

/* Looks for the one that sends to url. missing: triggers that are not ticked, comma-separated, cut
 * to its length. */
enum subscription_state subscription_judge(const struct calcom_webhooks *all, const char *url,
                                           char *missing, size_t missing_len);

#endif
