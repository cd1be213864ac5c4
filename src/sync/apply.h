/*
 * apply.h: the one door into calendar_events. A delivery, an API row and our own booking's answer
 * all come as struct observation and are merged into bookings; the chain's appointment is then
 * recomputed. Runs inside a writer job (or a transaction of the CLI); never commits.
 */
#ifndef BARKBOOK_SYNC_APPLY_H
#define BARKBOOK_SYNC_APPLY_H

#include "base/err.h"
#include "db/db.h"
#include "remote/observation.h"

enum apply_action {
    APPLY_DUPLICATE, /* nothing at all to do */
    APPLY_UNCHANGED, /* something new was learned, but no appointment changed */
    APPLY_WAITING,   /* kept until its booking is known */
    APPLY_CREATED,
    APPLY_UPDATED,
    APPLY_RESCHEDULED,
    APPLY_CANCELLED,
    APPLY_COMPLETED,
    APPLY_NO_SHOW,
};
const char *apply_action_name(enum apply_action a);

struct apply_context {
    int64_t now;
    int64_t complete_after_ms;
    const char *cause;    /* event_changes.cause: delivery, reconcile, booking */
    const char *cause_id; /* of that row, or NULL */
};

#define APPLY_FIELDS_LEN 160
struct apply_result {
    enum apply_action action;
    char event_id[37];             /* "" when there is no appointment yet */
    bool unknown_predecessor;      /* it refers to a booking never seen: ask the API at once */
    char fields[APPLY_FIELDS_LEN]; /* comma-separated names of appointment fields that changed, for
                                      the report */
    bool by_clock_only; /* the only change is completion by time: not a finding of a reconcile */
};

MUST_USE int apply_observation(struct db *db, const struct apply_context *ctx,
                               const struct observation *o, struct apply_result *out,
                               struct err *err);

/* Completion by time: accepted and past their end by the grace become completed. At most 500 in one
 * call, so that a long outage does not hold the writer; returns how many, and the caller comes
 * again while it is 500. */
#define APPLY_COMPLETIONS_MAX 500
MUST_USE int apply_completions(struct db *db, const struct apply_context *ctx, struct err *err);

/* Recomputes the appointment of a chain, e.g. after staff linked or a client was merged. */
MUST_USE int apply_reproject(struct db *db, const struct apply_context *ctx, const char *chain_id,
                             struct apply_result *out, struct err *err);

#endif
