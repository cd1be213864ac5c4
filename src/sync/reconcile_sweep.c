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

/* A stretch of the window on its way. A sweep that goes on where another stopped has two: the rest,
 * and then what the other had read, which may have changed meanwhile without a trace in updatedAt.
 */
struct leg {
    struct pager pager;
    int64_t from, to;
    int64_t at; /* everything that starts before it has been read */
    bool last;
};

static void leg_begin(struct leg *g, int64_t from, int64_t to, bool last)
{
    pager_done(&g->pager);
    pager_init(&g->pager, from, to);
    g->from = from;
    g->to = to;
    g->at = from;
    g->last = last;
}

static void leg_done(struct leg *g)
{
    pager_done(&g->pager);
}
DEFINE_CLEANUP_REF(struct leg, leg_done);

static void tell(struct work *w, const struct sweep_state *s, int64_t at)
{
    w->report->window_from = s->from;
    w->report->window_to = s->to;
    w->report->swept_to = at;
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

/* With a clock that is far off, the window lies somewhere else: Cal.com's own clock is the better
 * one. The page that told us is thrown away. */
static bool window_corrected(struct work *w, struct leg *g, struct sweep_state *s, int64_t read_at)
{
    if (s->date != 0 || work_true_now(w) == work_now(w)) {
        return false;
    }
    *s = new_sweep(w, work_true_now(w));
    s->date = read_at;
    leg_begin(g, s->from, s->to, true);
    return true;
}

/* One page: read, then committed together with how far the sweep has come. */
static int sweep_page(struct work *w, struct leg *g, struct sweep_state *s, struct err *err)
{
    CLEANUP(batch_done) struct batch b = {0};
    int64_t read_at = 0;
    int more = page_read(w, &g->pager, CALCOM_BY_START, &b, &read_at, err);
    if (more < 0) {
        return more;
    }
    if (window_corrected(w, g, s, read_at)) {
        return PAGER_MORE;
    }
    const int64_t before = g->at;
    g->at = more == PAGER_END ? g->to : pager_position(&g->pager);
    s->date = s->date != 0 ? s->date : read_at;
    s->newest = b.state.sweep.newest > s->newest ? b.state.sweep.newest : s->newest;
    s->at = g->at > s->at ? g->at : s->at;
    b.seen = &g->pager.seen;
    b.unseen_from = before;
    b.unseen_to = g->at;
    b.state.sweep = *s;
    if (more == PAGER_END && g->last) {
        close_sweep(&b.state);
    }
    int rc = batch_commit(&b, w, err);
    if (rc < 0) {
        return rc;
    }
    tell(w, s, more == PAGER_END && g->last ? s->to : g->at);
    work_progress(w);
    return more;
}

static int leg_run(struct work *w, struct leg *g, struct sweep_state *s, struct err *err)
{
    int more = PAGER_MORE;
    while (more == PAGER_MORE) {
        more = work_stopping(w) ? work_stopped(err) : sweep_page(w, g, s, err);
    }
    return more < 0 ? more : 0;
}

int sweep_run(struct work *w, struct err *err)
{
    const int64_t now = work_now(w);
    w->report->resumed = can_resume(w, now);
    struct sweep_state s = w->report->resumed ? w->state.sweep : new_sweep(w, now);
    const int64_t begin = s.at;
    CLEANUP(leg_done) struct leg g = {0};
    leg_begin(&g, begin, s.to, begin == s.from);
    tell(w, &s, begin);
    int rc = leg_run(w, &g, &s, err);
    if (rc >= 0 && !g.last) {
        leg_begin(&g, s.from, begin, true);
        rc = leg_run(w, &g, &s, err);
    }
    return rc;
}
