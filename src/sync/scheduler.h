/*
 * scheduler.h: the thread that reconciles by itself: at start-up, at the interval with jitter, at
 * night a sweep, soon after a delivery that cannot be understood alone, and when asked. Every
 * minute it also settles what runs found.
 *
 * All functions may be called from any thread and return at once, scheduler_free apart.
 */
#ifndef BARKBOOK_SYNC_SCHEDULER_H
#define BARKBOOK_SYNC_SCHEDULER_H

#include "base/config.h"
#include "db/db.h"
#include "db/writer.h"
#include "sync/reconcile.h"

struct scheduler_options {
    const struct config *config; /* lives longer */
    struct writer *writer;
    struct db_pool *pool;
    struct calcom_pace *pace; /* shared with others that ask Cal.com; NULL: its own */
    bool offline;             /* never asks Cal.com (the made-up salon); settles only */
};

struct scheduler;
MUST_USE int scheduler_new(const struct scheduler_options *o, struct scheduler **out,
                           struct err *err);
/* Ends a run under way after what is already committed. Accepts NULL. */
void scheduler_free(struct scheduler *s);
DEFINE_CLEANUP(struct scheduler *, scheduler_free);

/* A delivery refers to something only Cal.com can tell. Takes a struct scheduler *, so that it fits
 * a callback; NULL is accepted. */
void scheduler_hint(void *scheduler);

/* The owner's button: waits for a run of another process, ignores the breaker. Also after the
 * settings of Cal.com changed. */
void scheduler_ask(struct scheduler *s, bool full);

struct scheduler_status {
    bool has_key;
    bool running; /* now: .report is its progress */
    bool asked;   /* the button was pressed and its run has not ended */
    struct reconcile_report
        report;      /* of the run under way, else of the last one; run_id "" before any */
    int64_t next_at; /* ms: when it tries next by itself */
    int failures;    /* in a row */
    char error[480]; /* of the last run; "" */
};
void scheduler_status(struct scheduler *s, struct scheduler_status *out);

#endif
