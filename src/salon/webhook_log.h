/*
 * webhook_log.h: reading the deliveries that came in. Written by sync/inbox.h alone. Works on the
 * connection it is given; no state.
 */
#ifndef BARKBOOK_SALON_WEBHOOK_LOG_H
#define BARKBOOK_SALON_WEBHOOK_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"
#include "db/db.h"

/* Text is borrowed from the statement: it lives until the callback returns. NULL: SQL NULL. */
struct webhook_log {
    const char *id;
    const char *type;   /* calcom, twilio */
    const char *status; /* processing, success, ignored, duplicate, error */
    const char *error;
    const char *trigger; /* of the delivery, as it came */
    const char *uid;
    const char *event_id;
    const char *action;
    const char *payload; /* JSON as received, secrets cut out; NULL in lists, and once cut by age */
    int64_t repeat_count;
    int64_t created_at, processed_at, repeated_at; /* ms; 0: never */
};

/* A negative value ends the reading and is returned. */
typedef int webhook_log_fn(void *arg, const struct webhook_log *log, struct err *err);

struct webhook_log_filter {
    const char *status; /* NULL: any */
    int64_t from, to;   /* ms, from <= created_at < to; 0: open */
    const char *before; /* id of a row: only what came before it; NULL: from the newest */
    int64_t limit;      /* at most so many; 0: 100 */
    const char *salon;  /* only what this salon may know of; NULL: all */
};

/* Newest first. ERR_NOT_FOUND for an unknown before. */
MUST_USE int webhook_log_list(struct db *db, const struct webhook_log_filter *filter,
                              webhook_log_fn *fn, void *arg, struct err *err);

/* One, with its payload, if that salon (NULL: any) may know of it: else ERR_NOT_FOUND. */
MUST_USE int webhook_log_get(struct db *db, const char *id, const char *salon, webhook_log_fn *fn,
                             void *arg, struct err *err);

/* For replaying from the oldest on: the delivery of Cal.com that follows *at, *id ("" at the
 * beginning) among those created in [from, to) (0: open), or among the failed ones only. 1: both
 * are moved on to it; 0: there is none. */
struct webhook_log_place {
    int64_t at;
    char id[UUID_TEXT_LEN];
};
MUST_USE int webhook_log_next(struct db *db, bool failed_only, int64_t from, int64_t to,
                              struct webhook_log_place *place, struct err *err);

/* How many of each status since then, and when the last one came (0: never; a repeated body
 * counts). */
struct webhook_log_counts {
    int64_t success, duplicate, ignored, error, processing;
    int64_t last_at;
};
MUST_USE int webhook_log_count(struct db *db, int64_t since, struct webhook_log_counts *out,
                               struct err *err);

/* (success + duplicate + ignored) / all in percent; -1 when there was none. */
double webhook_log_success_rate(const struct webhook_log_counts *counts);

#endif
