/*
 * ticker.c: one thread, one tick a second. It must never wait for the network. A tick that fails is
 * logged and the next one tries again; the watchdog is told only after the database has answered.
 */
#include "ticker.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/hook.h"
#include "http/live.h"
#include "lifeline.h"
#include "salon/merge.h"
#include "salon/photo.h"
#include "salon/search_index.h"
#include "salon/session.h"
#include "salon/tally.h"
#include "sync/apply.h"

#define TICK_S         1
#define SEARCH_BATCHES 40 /* at most in one tick, each a job of its own */
#define TALLY_BATCHES  20

struct ticker {
    struct http_context *cx;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool stopping; /* under lock */
};

static int complete(struct db *db, void *arg, struct err *err)
{
    const struct http_context *cx = arg;
    const struct apply_context apply = {.now = clock_now_ms(),
                                        .complete_after_ms = cx->config->calcom.complete_after_ms,
                                        .cause = "clock"};
    return apply_completions(db, &apply, err);
}

static int prune(struct writer *w, struct err *err)
{
    struct session_prune job = {.now = clock_now_ms()};
    return writer_run(w, session_prune_job, &job, err);
}

/* Cards that were written by other means than the pages: an import, a restored copy, a migration.
 */
static int refresh_search(struct writer *w, struct err *err)
{
    int done = SEARCH_REFRESH_MAX;
    for (int i = 0; i < SEARCH_BATCHES && done == SEARCH_REFRESH_MAX; i++) {
        done = writer_run(w, search_refresh_job, NULL, err);
    }
    return done;
}

/* What changed since is counted in the background, so that a page of numbers finds little to do. */
static int refresh_tallies(struct writer *w, struct err *err)
{
    int done = TALLY_REFRESH_MAX;
    for (int i = 0; i < TALLY_BATCHES && done == TALLY_REFRESH_MAX; i++) {
        done = writer_run(w, tally_refresh_job, NULL, err);
    }
    return done;
}

static int prune_merges(struct writer *w, struct err *err)
{
    struct merge_prune job = {.now = clock_now_ms()};
    return writer_run(w, merge_prune_job, &job, err);
}

/* Pictures that no visit names: their upload was not finished, or the photo was deleted. */
static int collect_photos(struct http_context *cx, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = photo_collect(cx->config->server.data_dir, clock_now_ms(), photo_used, db, err);
    db_pool_give(cx->pool, db);
    return rc;
}

static bool report(const char *what, int rc, const struct err *err)
{
    if (rc < 0) {
        log_error("tick_failed", "what=%s error=%s", what, err->msg);
    }
    return rc >= 0;
}

/* tick counts from 0, so that everything also happens at the start. *behind: the tallies are not
 * done yet, go on with the next tick. */
static void tick(struct http_context *cx, long tick, bool *behind)
{
    struct err err = {0};
    bool well = report("live", live_look(cx->live, cx->writer, &err), &err);
    if (tick % 3 == 0) {
        (void)report("refusals", refusals_flush(hook_refusals(cx->hook), cx->writer, &err), &err);
    }
    if (tick % 5 == 0) {
        (void)report("search", refresh_search(cx->writer, &err), &err);
    }
    if (tick % 60 == 30 || *behind) {
        int counted = refresh_tallies(cx->writer, &err);
        *behind = report("tallies", counted, &err) && counted == TALLY_REFRESH_MAX;
    }
    if (tick % 60 == 0) {
        (void)report("completions", writer_run(cx->writer, complete, cx, &err), &err);
    }
    if (tick % 3600 == 0) {
        (void)report("sessions", prune(cx->writer, &err), &err);
        (void)report("merges", prune_merges(cx->writer, &err), &err);
        (void)report("photos", collect_photos(cx, &err), &err);
    }
    if (tick % 10 == 0 && well) {
        lifeline_notify("WATCHDOG=1");
    }
}

static void *run(void *arg)
{
    struct ticker *t = arg;
    long count = 0;
    bool behind = true;
    pthread_mutex_lock(&t->lock);
    while (!t->stopping) {
        pthread_mutex_unlock(&t->lock);
        tick(t->cx, count++, &behind);
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += TICK_S;
        pthread_mutex_lock(&t->lock);
        if (!t->stopping) {
            (void)pthread_cond_timedwait(&t->wake, &t->lock, &until);
        }
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

int ticker_new(struct http_context *cx, struct ticker **out, struct err *err)
{
    struct ticker *t = calloc(1, sizeof *t);
    pthread_condattr_t attr;
    if (t == NULL || pthread_condattr_init(&attr) != 0) {
        free(t);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    t->cx = cx;
    bool ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&t->wake, &attr) == 0 && pthread_mutex_init(&t->lock, NULL) == 0 &&
              pthread_create(&t->thread, NULL, run, t) == 0;
    (void)pthread_condattr_destroy(&attr);
    if (!ok) {
        free(t);
        return err_set(err, ERR_NOMEM, "cannot start a thread");
    }
    *out = t;
    return 0;
}

void ticker_free(struct ticker *t)
{
    if (t == NULL) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
