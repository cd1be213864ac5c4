/*
 * health.h: how true the day's list is: the last delivery, the last run that compared everything
 * with Cal.com, and what is wrong. Reads only. Screens turn the codes into sentences with their
 * cure.
 */
#ifndef BARKBOOK_SYNC_HEALTH_H
#define BARKBOOK_SYNC_HEALTH_H

#include <stdbool.h>

#include "db/db.h"

enum health_level { HEALTH_OK, HEALTH_WARN, HEALTH_BAD };
const char *health_level_name(enum health_level l); /* ok, warn, bad */

struct health_message {
    const char *code; /* static: no_key, never_verified, reconcile_failed, … */
    enum health_level level;
    int64_t count; /* of the things it speaks of; 0: not counted */
};

#define HEALTH_MESSAGES_MAX 20

struct health {
    int64_t last_webhook_at; /* ms; 0 never */
    int64_t verified_at;     /* end of the last complete run; 0 never */
    enum health_level level; /* the worst of the messages */
    struct health_message messages[HEALTH_MESSAGES_MAX];
    size_t message_count;
};

struct health_context {
    int64_t now;
    bool polls;                 /* false: a made-up salon, nothing is ever compared */
    bool has_key;               /* an API key is configured */
    int64_t reconcile_every_ms; /* a run is old after several of these */
};

MUST_USE int health_read(struct db *db, const struct health_context *ctx, struct health *out,
                         struct err *err);

#endif
