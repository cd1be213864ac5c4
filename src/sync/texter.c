/*
 * texter.c: one thread, one carrier. Decides when; what a step does is outbox.c's business.
 * Threads: `lock` guards wishes and status; the carrier and the times belong to the thread.
 */
#include "sync/texter.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "remote/fetch.h"
#include "remote/pretend_messenger.h"
#include "sync/outbox.h"
#include "sync/replies.h"

#define PLAN_EVERY   (30 * CLOCK_SECOND) /* also what only time changes */
#define PLAN_GAP     (2 * CLOCK_SECOND)  /* between two, however much changes */
#define SEND_GAP     CLOCK_SECOND        /* a long number takes about one a second */
#define LOOK_GAP     (200 * INT64_C(1))
#define REPLIES_GAP  (2 * CLOCK_MINUTE) /* where none can be posted to us */
#define PAUSE        (15 * CLOCK_MINUTE)
#define FAILED_PAUSE (10 * CLOCK_SECOND)

struct texter {
    struct texter_options o;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake; /* CLOCK_MONOTONIC */
    atomic_int stop;     /* a fetch_stop */
    bool woken, changed; /* under lock */
    struct texter_status status;
    bool stopped; /* of whoever owns it */

    /* the thread's own; times are monotonic */
    struct messenger carrier;
    struct message_settings settings;
    char *callback;
    bool stale; /* something changed since the last plan */
    int64_t planned, sent, looked, asked;
    int64_t pause_until;
};

static int store_run(void *self, writer_fn *fn, void *arg, struct err *err)
{
    const struct texter *t = self;
    return writer_run(t->o.writer, fn, arg, err);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void drop_carrier(struct texter *t)
{
    if (t->carrier.free != NULL) {
        t->carrier.free(t->carrier.self);
    }
    t->carrier = (struct messenger){0};
}

/* The carrier of the present settings; none when nobody can send. */
static int take_carrier(struct texter *t, const struct message_settings *s, struct err *err)
{
    const bool known = t->carrier.send != NULL && t->settings.pretend == s->pretend &&
                       same(t->settings.account_sid, s->account_sid) &&
                       same(t->settings.auth_token, s->auth_token) &&
                       same(t->settings.from, s->from);
    if (known && s->rules.able) {
        return 0;
    }
    drop_carrier(t);
    if (!s->rules.able) {
        return 0;
    }
    if (s->pretend) {
        pretend_messenger(&t->carrier);
        return 0;
    }
    const struct twilio_options o = {.api_url = t->o.config->sms.api_url,
                                     .account_sid = s->account_sid,
                                     .auth_token = s->auth_token,
                                     .from = s->from,
                                     .stop = &t->stop};
    return twilio_new(&o, &t->carrier, err);
}

/* Settings and plan, read and compared on a reader; the writer is troubled only for a change. */
static int plan(struct texter *t, struct err *err)
{
    struct db *db = NULL;
    CLEANUP(message_settings_done) struct message_settings s = {0};
    int rc = db_pool_take(t->o.pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    struct outbox_plan job = {.settings = &s, .now = clock_now_ms()};
    rc = message_settings_load(db, t->o.config, t->o.pretend, &s, err);
    if (rc >= 0) {
        rc = outbox_plan_job(db, &job, err);
    }
    db_pool_give(t->o.pool, db);
    if (rc > 0) {
        job.write = true;
        rc = writer_run(t->o.writer, outbox_plan_job, &job, err);
    }
    if (rc >= 0) {
        rc = take_carrier(t, &s, err);
    }
    if (rc < 0) {
        return rc;
    }
    message_settings_done(&t->settings);
    t->settings = s;
    s = (struct message_settings){0};
    (void)pthread_mutex_lock(&t->lock);
    t->status.able = t->settings.rules.able;
    (void)pthread_mutex_unlock(&t->lock);
    return 0;
}

static void note(struct texter *t, const char *error, bool sent)
{
    (void)pthread_mutex_lock(&t->lock);
    if (error != NULL) {
        (void)snprintf(t->status.error, sizeof t->status.error, "%s", error);
        t->status.error_at = clock_now_ms();
    } else if (sent) {
        t->status.error[0] = '\0';
        t->status.sent_at = clock_now_ms();
    }
    (void)pthread_mutex_unlock(&t->lock);
}

static int64_t due(int64_t last, int64_t gap, int64_t at)
{
    const int64_t earliest = last == 0 ? at : last + gap;
    return earliest > at ? earliest : at;
}

static int take_reply(const struct messenger_message *m, void *arg, struct err *err)
{
    struct texter *t = arg;
    struct reply_in in = {.sid = m->sid, .from = m->from, .body = m->body, .now = clock_now_ms()};
    if (m->state != MESSENGER_RECEIVED || m->from == NULL || m->body == NULL) {
        return 0;
    }
    return writer_run(t->o.writer, reply_in_job, &in, err);
}

/* Replies come to a number only, and by themselves where the carrier can reach us. */
static bool asks_for_replies(const struct texter *t)
{
    return t->carrier.send != NULL && t->callback == NULL && !t->settings.pretend &&
           !message_from_is_name(t->settings.from);
}

static void ask_for_replies(struct texter *t, int64_t mono)
{
    struct err err = {0};
    t->asked = mono;
    if (t->carrier.received(t->carrier.self, clock_now_ms() - CLOCK_DAY, take_reply, t, &err) < 0 &&
        err.code != ERR_STOPPED) {
        log_warn("text_replies", "error=\"%s\"", err.msg);
    }
}

static void failed(struct texter *t, const char *what, const struct err *err, int64_t mono)
{
    if (err->code == ERR_STOPPED) {
        return;
    }
    log_warn("texter", "what=%s error=\"%s\"", what, err->msg);
    t->pause_until = mono + (err->code == ERR_CONFIG ? PAUSE : FAILED_PAUSE);
    if (err->code == ERR_CONFIG) {
        note(t, err->msg, false);
    }
}

/* When the next text is due, so that it does not wait for the next look at the plan. */
static int64_t until_due(struct texter *t, int64_t most)
{
    struct db *db = NULL;
    struct err err = {0};
    int64_t at = INT64_MAX;
    if (t->carrier.send == NULL || db_pool_take(t->o.pool, &db, &err) < 0) {
        return most;
    }
    int rc = outbox_next_at(db, &at, &err);
    db_pool_give(t->o.pool, db);
    const int64_t now = clock_now_ms();
    if (rc < 0 || at == INT64_MAX || at >= now + most) {
        return most;
    }
    return at > now ? at - now : SEND_GAP < most ? SEND_GAP : most;
}

/* One step of each kind that is due; how long there is nothing to do, in ms. */
static int64_t work(struct texter *t)
{
    struct err err = {0};
    int64_t mono = clock_mono_ms();
    if (due(t->planned, t->stale ? PLAN_GAP : PLAN_EVERY, mono) == mono) {
        t->planned = mono;
        t->stale = false;
        if (plan(t, &err) < 0) {
            failed(t, "plan", &err, mono);
        }
    }
    const int64_t rest = due(t->planned, t->stale ? PLAN_GAP : PLAN_EVERY, mono) - mono;
    if (t->carrier.send == NULL || mono < t->pause_until) {
        return rest;
    }
    const struct outbox_env env = {.store = {.run = store_run, .self = t},
                                   .messenger = &t->carrier,
                                   .settings = &t->settings,
                                   .callback = t->callback};
    int sent = 0;
    int looked = 0;
    if (due(t->sent, SEND_GAP, mono) == mono) {
        sent = outbox_send_next(&env, clock_now_ms(), &err);
        if (sent < 0) {
            failed(t, "send", &err, mono);
            return PLAN_GAP;
        }
        t->sent = sent > 0 ? mono : t->sent;
        note(t, NULL, sent > 0);
    }
    if (due(t->looked, LOOK_GAP, mono) == mono) {
        looked = outbox_look_next(&env, clock_now_ms(), &err);
        if (looked < 0) {
            failed(t, "look", &err, mono);
            return PLAN_GAP;
        }
        t->looked = looked > 0 ? mono : t->looked;
    }
    if (asks_for_replies(t) && due(t->asked, REPLIES_GAP, mono) == mono) {
        ask_for_replies(t, mono);
    }
    if (sent > 0 || looked > 0) {
        return sent > 0 ? SEND_GAP : LOOK_GAP;
    }
    return until_due(t, rest);
}

/* False: asked to stop. */
static bool sleep_until(struct texter *t, int64_t mono)
{
    (void)pthread_mutex_lock(&t->lock);
    const struct timespec until = {.tv_sec = (time_t)(mono / CLOCK_SECOND),
                                   .tv_nsec = (long)(mono % CLOCK_SECOND) * 1000000L};
    while (atomic_load(&t->stop) == FETCH_GO && !t->woken && clock_mono_ms() < mono) {
        (void)pthread_cond_timedwait(&t->wake, &t->lock, &until);
    }
    if (t->changed) {
        t->pause_until = 0;
        t->status.error[0] = '\0';
    }
    t->stale = t->stale || t->woken;
    t->woken = false;
    t->changed = false;
    (void)pthread_mutex_unlock(&t->lock);
    return atomic_load(&t->stop) == FETCH_GO;
}

static void *texter_main(void *arg)
{
    struct texter *t = arg;
    bool going = sleep_until(t, clock_mono_ms() + CLOCK_SECOND);
    while (going) {
        const int64_t rest = work(t);
        going = sleep_until(t, clock_mono_ms() + rest);
    }
    return NULL;
}

static int callback_url(struct texter *t, struct err *err)
{
    const char *base = t->o.config->server.public_url;
    if (base == NULL) {
        return 0;
    }
    struct buf url;
    buf_init(&url, 4096);
    buf_printf(&url, "%s" TEXTER_STATUS_PATH, base);
    t->callback = buf_steal(&url);
    return t->callback != NULL ? 0 : err_set(err, ERR_NOMEM, "out of memory");
}

int texter_new(const struct texter_options *o, struct texter **out, struct err *err)
{
    struct texter *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    t->o = *o;
    if (callback_url(t, err) < 0) {
        free(t);
        return -ERR_NOMEM;
    }
    (void)pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_t clock;
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&t->wake, &clock);
    (void)pthread_condattr_destroy(&clock);
    /* Signals are for the main thread alone. */
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&t->thread, NULL, texter_main, t);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0) {
        (void)pthread_cond_destroy(&t->wake);
        (void)pthread_mutex_destroy(&t->lock);
        free(t->callback);
        free(t);
        return err_set(err, ERR_NOMEM, "no thread for text messages: %s", strerror(rc));
    }
    *out = t;
    return 0;
}

void texter_stop(struct texter *t)
{
    if (t == NULL || t->stopped) {
        return;
    }
    (void)pthread_mutex_lock(&t->lock);
    atomic_store(&t->stop, FETCH_STOP_SOON);
    (void)pthread_cond_signal(&t->wake);
    (void)pthread_mutex_unlock(&t->lock);
    (void)pthread_join(t->thread, NULL);
    t->stopped = true;
}

void texter_free(struct texter *t)
{
    if (t == NULL) {
        return;
    }
    texter_stop(t);
    drop_carrier(t);
    message_settings_done(&t->settings);
    (void)pthread_cond_destroy(&t->wake);
    (void)pthread_mutex_destroy(&t->lock);
    free(t->callback);
    free(t);
}

void texter_wake(struct texter *t)
{
    if (t != NULL) {
        (void)pthread_mutex_lock(&t->lock);
        t->woken = true;
        (void)pthread_cond_signal(&t->wake);
        (void)pthread_mutex_unlock(&t->lock);
    }
}

void texter_settings_changed(struct texter *t)
{
    if (t != NULL) {
        (void)pthread_mutex_lock(&t->lock);
        t->changed = true;
        (void)pthread_mutex_unlock(&t->lock);
        texter_wake(t);
    }
}

void texter_status(struct texter *t, struct texter_status *out)
{
    (void)pthread_mutex_lock(&t->lock);
    *out = t->status;
    (void)pthread_mutex_unlock(&t->lock);
}
