/*
 * reconcile_sweep.c: every booking of the window, compared field by field: finds what Cal.com
 * changed without touching updatedAt, and what it does not have any more. Threads: the run's own.
 */
#include "sync/reconcile_work.h"

/* A sweep that was cut short goes on where it was for so long; after that what it has read is old.
 */
#define RESUME_FOR CLOCK_HOUR

static struct sweep_state new_sweep(const struct work *w, int64_t now)
{
    struct sweep_state s = {
        .since = w->o->since,
        .from = w->o->since != 0 ? w->o->since : now - RECONCILE_SWEEP_BEFORE,
        .to = now + RECONCILE_SWEEP_AFTER,
    };
    s.at = s.from;
    return s;
}

static bool can_resume(const struct work *w, int64_t now)
{
    const struct sweep_state *s = &w->state.sweep;
    return s->at != 0 && s->since == w->o->since && s->date != 0 && now - s->date < RESUME_FOR &&
           now >= s->date - RESUME_FOR;
}

static void tell(struct work *w, const struct sweep_state *s)
{
    w->report->window_from = s->from;
    w->report->window_to = s->to;
    w->report->swept_to = s->at;
}

/* After the last page. Without a cursor this sweep gives the first one: everything that changed
 * after it began is still to be read, so it is not later than that, and not later than what was
 * really seen. */
static void close_sweep(struct reconcile_state *s)
{
    if (s->cursor == 0 && s->sweep.newest != 0) {
        s->cursor = s->sweep.newest < s->sweep.date ? s->sweep.newest : s->sweep.date;
    }
    s->sweep = (struct sweep_state){0};
}

static void begin_pager(struct pager *p, const struct sweep_state *s)
{
    pager_done(p);
    pager_init(p, s->at, s->to);
}

/* With a clock that is far off, the window lies somewhere else: Cal.com's own clock is the better
 * one. The page that told us is thrown away. */
static bool window_corrected(struct work *w, struct pager *p, struct sweep_state *s,
                             int64_t read_at)
{
    const int64_t now = work_now(w);
    if (s->date != 0 || work_true_now(w) == now) {
        return false;
    }
    *s = new_sweep(w, work_true_now(w));
    s->date = read_at;
    begin_pager(p, s);
    return true;
}

/* One page: read, then committed together with how far the sweep has come. */
static int sweep_page(struct work *w, struct pager *p, struct sweep_state *s, struct err *err)
{
    CLEANUP(batch_done) struct batch b = {0};
    int64_t read_at = 0;
    int more = page_read(w, p, CALCOM_BY_START, &b, &read_at, err);
    if (more < 0) {
        return more;
    }
    if (window_corrected(w, p, s, read_at)) {
        return PAGER_MORE;
    }
    s->date = s->date != 0 ? s->date : read_at;
    s->newest = b.state.sweep.newest > s->newest ? b.state.sweep.newest : s->newest;
    b.seen = &p->seen;
    b.unseen_from = s->at;
    s->at = more == PAGER_END ? s->to : pager_position(p);
    b.unseen_to = s->at;
    b.state.sweep = *s;
    if (more == PAGER_END) {
        close_sweep(&b.state);
    }
    int rc = batch_commit(&b, w, err);
    if (rc < 0) {
        return rc;
    }
    tell(w, s);
    work_progress(w);
    return more;
}

int sweep_run(struct work *w, struct err *err)
{
    const int64_t now = work_now(w);
    w->report->resumed = can_resume(w, now);
    struct sweep_state s = w->report->resumed ? w->state.sweep : new_sweep(w, now);
    CLEANUP(pager_done) struct pager p = {0};
    begin_pager(&p, &s);
    tell(w, &s);
    for (;;) {
        if (work_stopping(w)) {
            return work_stopped(err);
        }
        int more = sweep_page(w, &p, &s, err);
        if (more < 0) {
            return more;
        }
        if (more == PAGER_END) {
            return 0;
        }
    }
}
