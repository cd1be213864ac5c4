/*
 * scheduler.c: one thread, one clock, one client of Cal.com. Decides when; what a run does is
 * reconcile.c's business.
 * Threads: `lock` guards wishes and status; the client, the breaker and the times belong to the
 * thread.
 */
#include "sync/scheduler.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sync/breaker.h"
#include "sync/connection.h"
#include "sync/reconcile_lock.h"
#include "sync/scheduler_clock.h"

#define TICK_MS  CLOCK_MINUTE
#define START_MS (2 * CLOCK_SECOND) /* the listeners first */
#define HINT_MS  (2 * CLOCK_SECOND) /* a series is several deliveries */
#define HINT_AGAIN_MS                                                           \
    CLOCK_MINUTE /* a cancellation is sent before Cal.com's own database has it \
                  */
#define HINT_RUNS   2
#define HINT_GAP_MS (10 * CLOCK_SECOND) /* between two such runs, however many deliveries ask */
#define LOCKED_MS   CLOCK_MINUTE

struct scheduler {
    struct scheduler_options o;
    struct reconcile_store store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake; /* CLOCK_MONOTONIC */
    atomic_int stop;     /* a fetch_stop */
    bool hinted;
    bool asked;
    bool asked_full;
    struct scheduler_status status;

    /* the thread's own */
    struct calcom *client;
    struct connection connection; /* the client's */
    struct breaker breaker;       /* by the monotonic clock */
    bool told_no_key;
    int64_t next_tick; /* all by the monotonic clock */
    int64_t next_run;
    int64_t hint_run; /* 0: none */
    int64_t hint_ran;
    int hints_left;
    bool started; /* the first run was tried */
};

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The key may have been changed in the pages since the last run. */
static int connect_calcom(struct scheduler *s, struct err *err)
{
    CLEANUP(connection_done) struct connection c = {0};
    struct db *db = NULL;
    int rc = db_pool_take(s->o.pool, &db, err);
    if (rc >= 0) {
        rc = connection_load(s->o.config, db, &c, err);
        db_pool_give(s->o.pool, db);
    }
    if (rc < 0) {
        return rc;
    }
    const bool known = s->client != NULL && same(c.api_key, s->connection.api_key);
    if (!known) {
        calcom_free(s->client);
        s->client = NULL;
        const struct calcom_options o = {.stop = &s->stop, .pace = s->o.pace};
        rc = connection_open(s->o.config, &c, &o, &s->client, err);
        if (rc < 0) {
            return rc;
        }
    }
    connection_done(&s->connection);
    s->connection = c;
    c = (struct connection){0};
    return 0;
}

static void on_progress(void *arg, const struct reconcile_report *r)
{
    struct scheduler *s = arg;
    (void)pthread_mutex_lock(&s->lock);
    s->status.report = *r;
    (void)pthread_mutex_unlock(&s->lock);
}

static void log_run(const struct reconcile_report *r, const char *cause, int rc,
                    const struct err *err)
{
    if (r->skew_ms > RECONCILE_SKEW_WARN || r->skew_ms < -RECONCILE_SKEW_WARN) {
        log_warn("clock_skew", "seconds=%lld hint=\"Cal.com's clock differs from this computer's\"",
                 (long long)(r->skew_ms / CLOCK_SECOND));
    }
    if (r->unreadable > 0) {
        log_warn("reconcile_unreadable", "count=%lld example=\"%s\"", (long long)r->unreadable,
                 r->unreadable_example);
    }
    if (rc < 0) {
        log_warn("reconcile_failed", "cause=%s status=%s pages=%lld error=\"%s\"", cause,
                 reconcile_status_name(r->status), (long long)r->pages, err->msg);
        return;
    }
    log_info("reconcile_done",
             "cause=%s sweep=%d requests=%lld seen=%lld changes=%lld missed=%lld ms=%lld", cause,
             r->sweep, (long long)r->requests, (long long)r->seen, (long long)reconcile_changes(r),
             (long long)r->missed, (long long)(r->ended_at - r->started_at));
}

/* One run, lock and all. ERR_BUSY when another process runs one. */
static int run_once(struct scheduler *s, const char *cause, bool full, int64_t wait_ms,
                    struct err *err)
{
    CLEANUP(reconcile_lock_give) struct reconcile_lock *lock = NULL;
    int rc = reconcile_lock_take(s->o.config->server.data_dir, wait_ms, &s->stop, &lock, err);
    if (rc < 0) {
        return rc;
    }
    const struct reconcile_env env = {
        .store = s->store,
        .calcom = s->client,
        .username = s->connection.username,
        .complete_after_ms = s->o.config->calcom.complete_after_ms,
        .stop = &s->stop,
        .progress = on_progress,
        .arg = s,
    };
    const struct reconcile_options o = {.cause = cause, .full = full};
    struct reconcile_report report;
    rc = reconcile_run(&env, &o, &report, err);
    log_run(&report, cause, rc, err);
    on_progress(s, &report);
    return rc;
}

static void note_outcome(struct scheduler *s, int rc, const struct err *err)
{
    const int64_t now = clock_mono_ms();
    const int64_t usual = scheduler_jitter(s->o.config->calcom.reconcile_every_ms);
    s->next_run = now + usual;
    if (rc >= 0) {
        breaker_success(&s->breaker);
    } else if (err->code == ERR_BUSY) {
        s->next_run = now + LOCKED_MS < s->next_run ? now + LOCKED_MS : s->next_run;
    } else if (err->code != ERR_STOPPED) {
        breaker_failure(&s->breaker, now, err_exit_status(err->code) == 1);
        /* A box that starts before its network does should not wait for the whole interval, and one
         * whose key is refused should wait longer than that. */
        s->next_run = s->breaker.open_until;
    }
    (void)pthread_mutex_lock(&s->lock);
    s->status.running = false;
    s->status.failures = s->breaker.failures;
    (void)snprintf(s->status.error, sizeof s->status.error, "%s", rc < 0 ? err->msg : "");
    (void)pthread_mutex_unlock(&s->lock);
}

static void reconcile(struct scheduler *s, const char *cause, bool full, int64_t wait_ms)
{
    struct err err = {0};
    int rc = connect_calcom(s, &err);
    const bool has_key = rc >= 0 || err.code != ERR_CONFIG;
    if (!has_key && !s->told_no_key) {
        log_info("reconcile_off", "reason=\"%s\"", err.msg);
    }
    s->told_no_key = !has_key;
    (void)pthread_mutex_lock(&s->lock);
    s->status.has_key = has_key;
    s->status.running = rc >= 0;
    (void)pthread_mutex_unlock(&s->lock);
    if (rc >= 0) {
        rc = run_once(s, cause, full, wait_ms, &err);
    }
    note_outcome(s, rc, &err);
    if (!has_key) {
        breaker_success(&s->breaker); /* nothing was tried */
        s->next_run = clock_mono_ms() + scheduler_jitter(s->o.config->calcom.reconcile_every_ms);
    }
}

/* Was there a complete sweep since the night's hour last came? */
static bool sweep_due(struct scheduler *s)
{
    struct db *db = NULL;
    struct err err = {0};
    int64_t last = 0;
    int rc = db_pool_take(s->o.pool, &db, &err);
    if (rc >= 0) {
        rc = scheduler_last_sweep(db, &last, &err);
        db_pool_give(s->o.pool, db);
    }
    if (rc < 0) {
        log_warn("reconcile_schedule", "error=\"%s\"", err.msg);
        return false;
    }
    return last < scheduler_night(clock_now_ms());
}

/* Whether the webhooks of what runs found came after all. */
static void settle(struct scheduler *s)
{
    struct err err = {0};
    if (reconcile_settle(&s->store, clock_now_ms(), &err) < 0) {
        log_warn("settle_failed", "error=\"%s\"", err.msg);
    }
}

struct wishes {
    bool hinted, asked, full;
};

static int64_t earliest(const struct scheduler *s)
{
    int64_t at = s->next_tick;
    if (!s->o.offline && s->next_run < at) {
        at = s->next_run;
    }
    if (!s->o.offline && s->hint_run != 0 && s->hint_run < at) {
        at = s->hint_run;
    }
    return at;
}

/* Sleeps until something is due or wished. False: asked to stop. */
static bool wait_for_work(struct scheduler *s, struct wishes *w)
{
    (void)pthread_mutex_lock(&s->lock);
    const int64_t next = s->breaker.open_until > s->next_run ? s->breaker.open_until : s->next_run;
    s->status.next_at = clock_now_ms() + (next - clock_mono_ms());
    while (atomic_load(&s->stop) == FETCH_GO && !s->hinted && !s->asked &&
           clock_mono_ms() < earliest(s)) {
        const int64_t at = earliest(s);
        const struct timespec t = {.tv_sec = (time_t)(at / CLOCK_SECOND),
                                   .tv_nsec = (long)(at % CLOCK_SECOND) * 1000000L};
        (void)pthread_cond_timedwait(&s->wake, &s->lock, &t);
    }
    *w = (struct wishes){.hinted = s->hinted, .asked = s->asked, .full = s->asked_full};
    s->hinted = false;
    s->asked = false;
    s->asked_full = false;
    (void)pthread_mutex_unlock(&s->lock);
    return atomic_load(&s->stop) == FETCH_GO;
}

static void answer_wish(struct scheduler *s, bool full)
{
    reconcile(s, "button", full, RECONCILE_LOCK_WAIT);
    (void)pthread_mutex_lock(&s->lock);
    s->status.asked = s->asked;
    (void)pthread_mutex_unlock(&s->lock);
}

static void do_due(struct scheduler *s, const struct wishes *w)
{
    int64_t now = clock_mono_ms();
    if (now >= s->next_tick) {
        s->next_tick = now + TICK_MS;
        settle(s);
    }
    if (s->o.offline) {
        return;
    }
    if (w->hinted) {
        const int64_t soon = now + HINT_MS;
        s->hints_left = HINT_RUNS;
        s->hint_run = soon > s->hint_ran + HINT_GAP_MS ? soon : s->hint_ran + HINT_GAP_MS;
    }
    if (w->asked) {
        answer_wish(s, w->full);
        return;
    }
    if (!breaker_allows(&s->breaker, now)) {
        if (s->hint_run != 0 && s->hint_run < s->breaker.open_until) {
            s->hint_run = s->breaker.open_until;
        }
        return;
    }
    if (now >= s->next_run) {
        s->hint_run = 0;
        const bool full = sweep_due(s);
        const char *cause = !s->started ? "start" : full ? "nightly" : "interval";
        s->started = true;
        reconcile(s, cause, full, 0);
    } else if (s->hint_run != 0 && now >= s->hint_run) {
        reconcile(s, "hint", false, 0);
        s->hint_ran = clock_mono_ms();
        s->hints_left--;
        s->hint_run = s->hints_left > 0 ? s->hint_ran + HINT_AGAIN_MS : 0;
    }
}

static void *scheduler_main(void *arg)
{
    struct scheduler *s = arg;
    const int64_t now = clock_mono_ms();
    s->next_tick = now;
    s->next_run = now + START_MS;
    struct wishes w = {0};
    while (wait_for_work(s, &w)) {
        do_due(s, &w);
    }
    return NULL;
}

int scheduler_new(const struct scheduler_options *o, struct scheduler **out, struct err *err)
{
    struct scheduler *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    s->o = *o;
    s->store = reconcile_store_writer(o->writer);
    (void)pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t clock;
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&s->wake, &clock);
    (void)pthread_condattr_destroy(&clock);
    /* Signals are for the main thread alone. */
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&s->thread, NULL, scheduler_main, s);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0) {
        (void)pthread_cond_destroy(&s->wake);
        (void)pthread_mutex_destroy(&s->lock);
        free(s);
        return err_set(err, ERR_NOMEM, "no thread for the reconciler: %s", strerror(rc));
    }
    *out = s;
    return 0;
}

void scheduler_free(struct scheduler *s)
{
    if (s == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    atomic_store(&s->stop, FETCH_STOP_NOW);
    (void)pthread_cond_signal(&s->wake);
    (void)pthread_mutex_unlock(&s->lock);
    (void)pthread_join(s->thread, NULL);
    calcom_free(s->client);
    connection_done(&s->connection);
    (void)pthread_cond_destroy(&s->wake);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

void scheduler_hint(void *scheduler)
{
    struct scheduler *s = scheduler;
    if (s != NULL) {
        (void)pthread_mutex_lock(&s->lock);
        s->hinted = true;
        (void)pthread_cond_signal(&s->wake);
        (void)pthread_mutex_unlock(&s->lock);
    }
}

void scheduler_ask(struct scheduler *s, bool full)
{
    (void)pthread_mutex_lock(&s->lock);
    s->asked = true;
    s->asked_full = s->asked_full || full;
    s->status.asked = true;
    (void)pthread_cond_signal(&s->wake);
    (void)pthread_mutex_unlock(&s->lock);
}

void scheduler_status(struct scheduler *s, struct scheduler_status *out)
{
    (void)pthread_mutex_lock(&s->lock);
    *out = s->status;
    (void)pthread_mutex_unlock(&s->lock);
}
