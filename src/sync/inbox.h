/*
 * inbox.h: one delivery's way into the database: stored, applied and its outcome written in a
 * single transaction of the writer, so that an answer of 200 means it is on disk (law 8) and
 * nothing authentic is thrown away (law 9). What fails to decode or apply is rolled back to a
 * savepoint; the log row stays.
 */
#ifndef BARKBOOK_SYNC_INBOX_H
#define BARKBOOK_SYNC_INBOX_H

#include "base/err.h"
#include "db/writer.h"

enum inbox_status { INBOX_SUCCESS, INBOX_IGNORED, INBOX_NOT_JSON, INBOX_UNPROCESSABLE };

struct inbox_result {
    enum inbox_status status;
    char log_id[37];
    char event_id[37]; /* "" when there is none (yet) */
    char action[16];   /* created, updated, rescheduled, cancelled, completed, no_show, duplicate,
                          unchanged, waiting; "" when not applied */
    char trigger[64];  /* of the delivery, "" unknown; safe to log after escaping */
    char uid[128];
    char message[480];    /* one sentence */
    bool needs_reconcile; /* Cal.com's API should be asked soon: an unknown predecessor, a seat, a
                             series */
};

struct inbox_context {
    struct writer *writer;
    int64_t complete_after_ms; /* grace after which an accepted visit counts as completed */
    /* Told what came in, on the caller's thread, before it is stored; may be NULL. */
    void (*received)(const char *trigger, const char *uid);
};

/* raw: the body as received (already authenticated), n bytes. now: ms. Returns 0 with *out filled
 * in for everything that was stored, whatever its status; negative when it could not be stored
 * (then answer 503 with Retry-After). Thread-safe. */
MUST_USE int inbox_deliver(const struct inbox_context *ctx, const char *raw, size_t n, int64_t now,
                           struct inbox_result *out, struct err *err);

/* Applies a stored delivery again, whatever its status was. ERR_NOT_FOUND for an unknown id. */
MUST_USE int inbox_replay(const struct inbox_context *ctx, const char *log_id, int64_t now,
                          struct inbox_result *out, struct err *err);

/* The same two inside a writer job or transaction the caller owns. */
MUST_USE int inbox_deliver_in(struct db *db, int64_t complete_after_ms, const char *raw, size_t n,
                              int64_t now, struct inbox_result *out, struct err *err);
MUST_USE int inbox_replay_in(struct db *db, int64_t complete_after_ms, const char *log_id,
                             int64_t now, struct inbox_result *out, struct err *err);

#endif
