/*
 * reconcile.c: one run from its first word to its last: sweep if need be, then what changed since
 * the cursor, then single bookings, then completion by time. Never holds a transaction while it
 * waits for Cal.com. Threads: any one; the caller holds the lock that keeps runs apart.
 */
#include "sync/reconcile.h"

#include <string.h>

#include "sync/apply.h"
#include "sync/reconcile_work.h"

static int run_by_writer(void *self, writer_fn *fn, void *arg, struct err *err)
{
    return writer_run(self, fn, arg, err);
}

struct reconcile_store reconcile_store_writer(struct writer *w)
{
    return (struct reconcile_store){.run = run_by_writer, .self = w};
}

static int run_by_db(void *self, writer_fn *fn, void *arg, struct err *err)
{
    return db_transaction(self, fn, arg, err);
}

struct reconcile_store reconcile_store_db(struct db *db)
{
    return (struct reconcile_store){.run = run_by_db, .self = db};
}

int64_t work_now(const struct work *w)
{
    return w->env->now != NULL ? w->env->now(w->env->arg) : clock_now_ms();
}

int64_t work_true_now(const struct work *w)
{
    const int64_t skew = w->report->skew_ms;
    return work_now(w) + (skew > CLOCK_HOUR || skew < -CLOCK_HOUR ? skew : 0);
}

int64_t work_read_at(struct work *w, const struct calcom_answer *a)
{
    const int64_t now = work_now(w);
    w->report->skew_ms = a->date != 0 ? a->date - now : 0;
    return a->date != 0 ? a->date : now;
}

bool work_stopping(const struct work *w)
{
    return w->env->stop != NULL && atomic_load(w->env->stop) != FETCH_GO;
}

int work_stopped(struct err *err)
{
    return err_set(err, ERR_STOPPED, "stopped after a page: run it again to go on from there");
}

void work_progress(const struct work *w)
{
    if (w->env->progress != NULL) {
        w->env->progress(w->env->arg, w->report);
    }
}

int work_run(const struct work *w, writer_fn *fn, void *arg, struct err *err)
{
    return w->env->store.run(w->env->store.self, fn, arg, err);
}

/* What changed since the cursor. The cursor moves with each page, over rows that were really read,
 * and never past Cal.com's own clock: a row dated in the future must not hide those that come
 * before it. */
static int incremental(struct work *w, struct err *err)
{
    CLEANUP(pager_done) struct pager p = {0};
    pager_init(&p, w->state.cursor - RECONCILE_OVERLAP_MS, INT64_MAX);
    for (;;) {
        if (work_stopping(w)) {
            return work_stopped(err);
        }
        CLEANUP(batch_done) struct batch b = {0};
        int64_t read_at = 0;
        int more = page_read(w, &p, CALCOM_BY_UPDATED, &b, &read_at, err);
        if (more < 0) {
            return more;
        }
        b.state.sweep = w->state.sweep; /* none of its business */
        int64_t reached = pager_position(&p);
        reached = reached < read_at ? reached : read_at;
        if (reached > b.state.cursor) {
            b.state.cursor = reached;
        }
        int rc = batch_commit(&b, w, err);
        if (rc < 0) {
            return rc;
        }
        work_progress(w);
        if (more == PAGER_END) {
            return 0;
        }
    }
}

static int completions_job(struct db *db, void *arg, struct err *err)
{
    const struct work *w = arg;
    const struct apply_context ctx = {.now = work_now(w),
                                      .complete_after_ms = w->env->complete_after_ms,
                                      .cause = "clock"};
    return apply_completions(db, &ctx, err);
}

static int complete_by_time(struct work *w, struct err *err)
{
    int rc = APPLY_COMPLETIONS_MAX;
    while (rc == APPLY_COMPLETIONS_MAX) {
        rc = work_run(w, completions_job, w, err);
    }
    return rc < 0 ? rc : 0;
}

static int steps(struct work *w, struct err *err)
{
    int rc = 0;
    if (w->report->sweep) {
        rc = sweep_run(w, err);
    }
    /* After a sweep of nothing there is still no cursor: the next run sweeps again. */
    if (rc >= 0 && w->state.cursor != 0) {
        rc = incremental(w, err);
    }
    if (rc >= 0) {
        rc = asks_run(w, err);
    }
    return rc < 0 ? rc : complete_by_time(w, err);
}

int reconcile_run(const struct reconcile_env *env, const struct reconcile_options *o,
                  struct reconcile_report *out, struct err *err)
{
    struct work w = {.env = env, .o = o, .report = out};
    *out = (struct reconcile_report){.remaining = -1};
    out->started_at = work_now(&w);
    w.requests_before = calcom_requests(env->calcom);
    int rc = run_begin(&w, err);
    if (rc < 0) {
        out->status = RECONCILE_FAILED;
        out->ended_at = work_now(&w);
        return rc;
    }
    struct err why = {0};
    int done = steps(&w, &why);
    rc = run_end(&w, done < 0 ? &why : NULL, err);
    if (done < 0) {
        if (err != NULL) {
            *err = why;
        }
        return done;
    }
    return rc;
}
