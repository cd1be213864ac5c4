/*
 * calcom_webhooks.h: the webhook subscriptions of the key's owner: listed, made, changed.
 * Thread-safe, as the client is.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_WEBHOOKS_H
#define BARKBOOK_REMOTE_CALCOM_WEBHOOKS_H

#include "remote/calcom.h"

#define WEBHOOK_TRIGGERS_MAX 48
#define WEBHOOKS_MAX         100

struct calcom_webhook {
    char id[40];
    char url[512];
    char triggers[WEBHOOK_TRIGGERS_MAX][48];
    size_t trigger_count;
    bool active;
    bool has_secret; /* Cal.com shows one */
    bool right_secret;
    bool template; /* a payload template of its own: deliveries come in another shape */
};

struct calcom_webhooks {
    struct calcom_webhook *list; /* owned */
    size_t count;
};
void calcom_webhooks_done(struct calcom_webhooks *w); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct calcom_webhooks, calcom_webhooks_done);

/* secret: what right_secret compares with. */
MUST_USE int calcom_webhooks(struct calcom *c, const char *secret, struct calcom_webhooks *out,
                             struct err *err);

/* What a subscription shall be. */
struct calcom_webhook_wish {
    const char *url;
    const char *secret;
    const char *const *triggers; /* ended by NULL */
};

/* Makes one (id NULL), or makes that one so. Safe to do again. */
MUST_USE int calcom_webhook_save(struct calcom *c, const char *id,
                                 const struct calcom_webhook_wish *w, struct err *err);

#endif
