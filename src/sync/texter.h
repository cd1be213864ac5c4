/*
 * texter.h: the thread that plans, sends and follows text messages. It alone talks to the carrier;
 * nothing else ever waits for it.
 *
 * All functions may be called from any thread and return at once, texter_stop and texter_free
 * apart.
 */
#ifndef BARKBOOK_SYNC_TEXTER_H
#define BARKBOOK_SYNC_TEXTER_H

#include "base/config.h"
#include "db/db.h"
#include "db/writer.h"

struct texter_options {
    const struct config *config; /* lives longer */
    struct writer *writer;
    struct db_pool *pool;
    bool pretend; /* the made-up salon: nothing leaves this computer */
};

struct texter;
MUST_USE int texter_new(const struct texter_options *o, struct texter **out, struct err *err);
/* Waits for a request under way; from then on nothing is sent, and waking it does nothing. */
void texter_stop(struct texter *t); /* accepts NULL */
void texter_free(struct texter *t); /* stops it first; accepts NULL */
DEFINE_CLEANUP(struct texter *, texter_free);

/* Something changed: an appointment, a card, the settings, a text that a person wrote. NULL is
 * accepted. Cheap: calls that come close together are one. */
void texter_wake(struct texter *t);
/* The owner changed who sends: a pause that the last one earned is over. */
void texter_settings_changed(struct texter *t);

struct texter_status {
    bool able;       /* somebody can send */
    char error[480]; /* what the carrier says is wrong with the settings; "" */
    int64_t error_at;
    int64_t sent_at; /* when a text was last handed over; 0: not since the start */
};
void texter_status(struct texter *t, struct texter_status *out);

/* The address of news about a text: public_url and path; NULL without one. Owned by the caller. */
#define TEXTER_STATUS_PATH  "/api/webhooks/twilio/status"
#define TEXTER_INBOUND_PATH "/api/webhooks/twilio/inbound"

#endif
