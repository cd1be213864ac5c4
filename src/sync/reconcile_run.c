/*
 * reconcile_run.c: a run's row in reconcile_runs, and the cursor. Never asks anybody; each function
 * is one job or part of one. Threads: as the run.
 */
#include <stdio.h>
#include <string.h>

#include "sync/apply.h"
#include "sync/reconcile_work.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/reconcile_run.sql.def"
#undef X

/* How long runs are kept, and how long a booking that Cal.com said nothing about is not asked for
 * again. */
#define KEEP_RUNS (90 * CLOCK_DAY)
#define KEEP_ASKS (30 * CLOCK_DAY)

const char *reconcile_status_name(enum reconcile_status s)
{
    static const char *const names[] = {
        [RECONCILE_RUNNING] = "running",
        [RECONCILE_COMPLETE] = "complete",
        [RECONCILE_STOPPED] = "stopped",
        [RECONCILE_FAILED] = "failed",
    };
    return names[s];
}

static int state_load(struct db *db, struct reconcile_state *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RUN_STATE_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    struct reconcile_state s = {0};
    if (rc > 0) {
        s.cursor = db_time(st, 0);
        s.sweep = (struct sweep_state){
            .since = db_time(st, 1),
            .from = db_time(st, 2),
            .to = db_time(st, 3),
            .at = db_time(st, 4),
            .date = db_time(st, 5),
            .newest = db_time(st, 6),
        };
    }
    *out = s;
    return 0;
}

static int state_save(struct db *db, const struct reconcile_state *s, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RUN_STATE_SET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":cursor", s->cursor);
    db_bind_time(st, ":since", s->sweep.since);
    db_bind_time(st, ":from", s->sweep.from);
    db_bind_time(st, ":to", s->sweep.to);
    db_bind_time(st, ":at", s->sweep.at);
    db_bind_time(st, ":date", s->sweep.date);
    db_bind_time(st, ":newest", s->sweep.newest);
    return db_run(db, st, NULL, err);
}

/* One of the statements whose only parameters are :oldest and :now. */
static int tidy(struct db *db, const char *sql, int64_t oldest, int64_t now, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":oldest", oldest);
    if (now > 0) {
        db_bind_time(st, ":now", now);
    }
    return db_run(db, st, NULL, err);
}

struct begin {
    const struct work *w;
    struct reconcile_state state; /* out, like the following */
    struct our_names ours;
};

static void add_name(struct our_names *ours, const char *name)
{
    if (ours->count < OUR_NAMES_MAX) {
        (void)snprintf(ours->name[ours->count++], sizeof ours->name[0], "%s", name);
    }
}

/* Only where the owner has said who they are at Cal.com: a salon's name for itself alone would be a
 * weak reason to leave bookings out. */
static int names_load(struct db *db, const char *configured, struct our_names *out, struct err *err)
{
    *out = (struct our_names){0};
    if (configured == NULL || configured[0] == '\0') {
        return 0;
    }
    add_name(out, configured);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RUN_SALON_NAMES, &st, err);
    if (rc < 0) {
        return rc;
    }
    while ((rc = db_step(db, st, err)) > 0) {
        add_name(out, db_text(st, 0));
    }
    return rc;
}

static int begin_job(struct db *db, void *arg, struct err *err)
{
    struct begin *b = arg;
    const struct reconcile_report *r = b->w->report;
    const int64_t now = r->started_at;
    /* We hold the lock: whoever still seems to run was killed. */
    int rc = tidy(db, SQL_RUN_ABANDONED, now - KEEP_RUNS, now, err);
    if (rc >= 0) {
        rc = tidy(db, SQL_RUN_FORGET, now - KEEP_RUNS, 0, err);
    }
    if (rc >= 0) {
        rc = tidy(db, SQL_RUN_ASKS_FORGET, now - KEEP_ASKS, 0, err);
    }
    if (rc >= 0) {
        rc = state_load(db, &b->state, err);
    }
    if (rc >= 0) {
        rc = names_load(db, b->w->env->username, &b->ours, err);
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc >= 0) {
        rc = db_stmt(db, SQL_RUN_BEGIN, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    const bool initial = b->state.cursor == 0;
    const bool sweep = initial || b->w->o->full || b->w->o->since != 0;
    db_bind_text(st, ":id", r->run_id);
    db_bind_text(st, ":kind", sweep ? "sweep" : "incremental");
    db_bind_text(st, ":cause", b->w->o->cause);
    db_bind_time(st, ":started_at", now);
    db_bind_int(st, ":initial", initial);
    db_bind_time(st, ":cursor", b->state.cursor);
    return db_run(db, st, NULL, err);
}

int run_begin(struct work *w, struct err *err)
{
    struct reconcile_report *r = w->report;
    int rc = uuid_v7(r->started_at, r->run_id, err);
    if (rc < 0) {
        return rc;
    }
    struct begin b = {.w = w};
    rc = work_run(w, begin_job, &b, err);
    if (rc < 0) {
        return rc;
    }
    w->state = b.state;
    w->ours = b.ours;
    r->cursor = b.state.cursor;
    r->initial = b.state.cursor == 0;
    r->sweep = r->initial || w->o->full || w->o->since != 0;
    return 0;
}

int run_note(struct db *db, const struct reconcile_report *r, const struct reconcile_state *state,
             struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RUN_NOTE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", r->run_id);
    db_bind_int(st, ":pages", r->pages);
    db_bind_int(st, ":requests", r->requests);
    db_bind_int(st, ":seen", r->seen);
    db_bind_int(st, ":dropped", r->dropped);
    db_bind_int(st, ":others", r->others);
    db_bind_int(st, ":unreadable", r->unreadable);
    db_bind_int(st, ":created", r->changes[RECONCILE_CREATED]);
    db_bind_int(st, ":updated", r->changes[RECONCILE_UPDATED]);
    db_bind_int(st, ":rescheduled", r->changes[RECONCILE_RESCHEDULED]);
    db_bind_int(st, ":cancelled", r->changes[RECONCILE_CANCELLED]);
    db_bind_int(st, ":no_show", r->changes[RECONCILE_NO_SHOW]);
    db_bind_int(st, ":skew_ms", r->skew_ms);
    db_bind_time(st, ":cursor", state->cursor);
    rc = db_run(db, st, NULL, err);
    return rc < 0 ? rc : state_save(db, state, err);
}

struct finish {
    const struct work *w;
    const char *error;
    struct reconcile_report report; /* in and out */
};

static int finish_job(struct db *db, void *arg, struct err *err)
{
    struct finish *f = arg;
    f->report = *f->w->report; /* the job may run twice */
    f->report.ended_at = work_now(f->w);
    int rc = findings_sum(db, &f->report, err);
    if (rc >= 0) {
        rc = run_note(db, &f->report, &f->w->state, err);
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc >= 0) {
        rc = db_stmt(db, SQL_RUN_END, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", f->report.run_id);
    db_bind_text(st, ":status", reconcile_status_name(f->report.status));
    db_bind_time(st, ":ended_at", f->report.ended_at);
    db_bind_int(st, ":missed", f->report.missed);
    db_bind_text(st, ":error", f->error);
    return db_run(db, st, NULL, err);
}

int run_end(struct work *w, const struct err *failed, struct err *err)
{
    struct reconcile_report *r = w->report;
    r->status = RECONCILE_COMPLETE;
    const char *error = r->unreadable > 0 ? r->unreadable_example : NULL;
    if (failed != NULL) {
        const bool again = err_exit_status(failed->code) == err_exit_status(ERR_STOPPED);
        r->status = again ? RECONCILE_STOPPED : RECONCILE_FAILED;
        error = failed->msg;
    }
    r->requests = calcom_requests(w->env->calcom) - w->requests_before;
    struct finish f = {.w = w, .error = error};
    int rc = work_run(w, finish_job, &f, err);
    if (rc < 0) {
        r->ended_at = work_now(w);
        if (failed == NULL) {
            r->status = RECONCILE_FAILED;
        }
        return rc;
    }
    *r = f.report;
    return 0;
}
