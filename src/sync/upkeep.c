/*
 * upkeep.c: one thread that does one thing after the other; nobody waits for it.
 * Threads: `lock` guards the wish and `busy`; the rest belongs to the thread. All of its waiting
 * ends at once when `stop` is set.
 */
#include "sync/upkeep.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "base/log.h"
#include "base/spawn.h"
#include "db/copy.h"
#include "remote/fetch.h"
#include "sync/alarm.h"
#include "sync/connection.h"
#include "sync/probe.h"
#include "sync/retention.h"
#include "sync/upkeep_backup.h"
#include "sync/upkeep_note.h"

#define FIRST_MS \
    (10 * CLOCK_MINUTE) /* after the start: the morning's first minutes are the desk's */
#define TICK_MS      (5 * CLOCK_SECOND)
#define STEP_MS      250 /* between two steps of retention: the writer is free in between */
#define RETENTION_MS (10 * CLOCK_MINUTE)
#define DISK_MS      (5 * CLOCK_MINUTE)
#define TUNNEL_MS    (10 * CLOCK_MINUTE)
#define ALARM_MS     (5 * CLOCK_MINUTE)
#define LOOK_MS      CLOCK_HOUR
#define CHECK_EVERY  (7 * CLOCK_DAY)
#define ALARM_RUN_MS (2 * CLOCK_MINUTE)

struct upkeep {
    struct upkeep_options o;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake; /* CLOCK_MONOTONIC */
    atomic_int stop;     /* a fetch_stop */
    bool asked;
    bool busy;

    /* the thread's own; moments by the monotonic clock */
    int64_t backup_at, retention_at, disk_at, tunnel_at, alarm_at, check_at;
    int tunnel_failures;
    struct alarm alarm;
};

static bool stopping(struct upkeep *u)
{
    return atomic_load(&u->stop) != FETCH_GO;
}

/* Sleeps until then, or until a wish or the end. */
static void nap(struct upkeep *u, int64_t until)
{
    (void)pthread_mutex_lock(&u->lock);
    while (!stopping(u) && !u->asked && clock_mono_ms() < until) {
        const struct timespec t = {.tv_sec = (time_t)(until / CLOCK_SECOND),
                                   .tv_nsec = (long)(until % CLOCK_SECOND) * 1000000L};
        (void)pthread_cond_timedwait(&u->wake, &u->lock, &t);
    }
    (void)pthread_mutex_unlock(&u->lock);
}

static void note(struct upkeep *u, const char *job, enum health_level level, const char *outcome,
                 const char *detail, int64_t value)
{
    struct err err = {0};
    struct upkeep_note n = {.job = job,
                            .level = level,
                            .outcome = outcome,
                            .detail = detail,
                            .value = value,
                            .now = clock_now_ms()};
    if (writer_run(u->o.writer, upkeep_note_job, &n, &err) < 0) {
        log_error("note_failed", "job=%s error=\"%s\"", job, err.msg);
    }
}

static void look_at_disk(struct upkeep *u)
{
    struct probe_result r;
    probe_disk(u->o.config->server.data_dir, &r);
    note(u, UPKEEP_DISK, r.level, r.outcome, r.detail, r.value);
}

static void look_at_tunnel(struct upkeep *u)
{
    if (u->o.config->server.public_url == NULL) {
        return;
    }
    struct probe_result r;
    probe_tunnel(u->o.config->server.public_url, u->o.instance, &u->stop, &r);
    if (stopping(u)) {
        return;
    }
    /* One lost packet is no outage: the second look counts. */
    u->tunnel_failures = r.level == HEALTH_OK ? 0 : u->tunnel_failures + 1;
    if (u->tunnel_failures == 1) {
        u->tunnel_at = clock_mono_ms() + CLOCK_MINUTE;
        return;
    }
    note(u, UPKEEP_TUNNEL, r.level, r.outcome, r.detail, r.value);
}

static void do_retention(struct upkeep *u)
{
    struct retention_step step = {.payload_days = u->o.config->retention.webhook_payload_days};
    struct err err = {0};
    int rc = 1;
    while (rc > 0 && !stopping(u)) {
        step.now = clock_now_ms();
        rc = writer_run(u->o.writer, retention_step_job, &step, &err);
        if (rc < 0) {
            log_error("retention_failed", "error=\"%s\"", err.msg);
        } else if (rc > 0) {
            nap(u, clock_mono_ms() + STEP_MS);
            (void)pthread_mutex_lock(&u->lock);
            rc = u->asked ? 0 : rc; /* a wish goes before; the rest can wait */
            (void)pthread_mutex_unlock(&u->lock);
        }
    }
}

/* 1 due. */
static int ask(struct upkeep *u, int (*fn)(struct db *, int64_t, struct err *), const char *what)
{
    struct db *db = NULL;
    struct err err = {0};
    int rc = db_pool_take(u->o.pool, &db, &err);
    if (rc >= 0) {
        rc = fn(db, clock_now_ms(), &err);
        db_pool_give(u->o.pool, db);
    }
    if (rc < 0) {
        log_warn("upkeep_failed", "what=%s error=\"%s\"", what, err.msg);
    }
    return rc > 0 ? 1 : 0;
}

static int check_due(struct db *db, int64_t now, struct err *err)
{
    struct upkeep_row last = {0};
    int rc = upkeep_get(db, UPKEEP_CHECK, &last, err);
    return rc < 0 ? rc : now < last.at || now - last.at >= CHECK_EVERY;
}

static void check_database(struct upkeep *u)
{
    char path[DATA_DIR_PATH_LEN];
    struct db_facts facts = {0};
    struct err err = {0};
    int rc = data_dir_path(u->o.config->server.data_dir, DATA_DIR_DATABASE, path, &err);
    if (rc == 0) {
        rc = db_check(path, true, &u->stop, &facts, &err);
    }
    if (stopping(u)) {
        return;
    }
    if (rc == -ERR_DB) {
        log_error("database_damaged", "error=\"%s\"", err.msg);
        note(u, UPKEEP_CHECK, HEALTH_BAD, "database_damaged", err.msg, 0);
    } else if (rc < 0) {
        log_warn("check_failed", "error=\"%s\"", err.msg);
    } else {
        note(u, UPKEEP_CHECK, HEALTH_OK, "ok", NULL, facts.bytes);
    }
}

static int read_health(struct upkeep *u, struct health *out, struct err *err)
{
    struct db *db = NULL;
    CLEANUP(connection_done) struct connection c = {0};
    int rc = db_pool_take(u->o.pool, &db, err);
    if (rc >= 0) {
        rc = connection_load(u->o.config, db, &c, err);
    }
    const struct health_context ctx = {
        .now = clock_now_ms(),
        .polls = true,
        .has_key = c.api_key != NULL,
        .reconcile_every_ms = u->o.config->calcom.reconcile_every_ms,
    };
    if (rc >= 0) {
        rc = health_read(db, &ctx, out, err);
    }
    db_pool_give(u->o.pool, db);
    return rc;
}

static void tell_owner(struct upkeep *u)
{
    char text[ALARM_TEXT_LEN];
    char message[ALARM_TEXT_LEN + 16];
    char said[SPAWN_SAID_LEN] = "";
    struct health health = {0};
    struct err err = {0};
    const struct config *config = u->o.config;
    if (config->server.alarm_command == NULL) {
        return;
    }
    if (read_health(u, &health, &err) < 0) {
        log_warn("upkeep_failed", "what=alarm error=\"%s\"", err.msg);
        return;
    }
    if (alarm_look(&u->alarm, &health, config->server.language, clock_now_ms(), text) == 0) {
        return;
    }
    (void)snprintf(message, sizeof message, "BarkBook: %s\n", text);
    const char *const argv[] = {config->server.alarm_command, NULL};
    const struct spawn_options o = {.argv = argv,
                                    .input = message,
                                    .timeout_ms = ALARM_RUN_MS,
                                    .stop = &u->stop};
    int rc = spawn_run(&o, said, &err);
    if (rc == -ERR_STOPPED) {
        return;
    }
    log_warn("alarm", "text=\"%s\" told=%d", text, rc == 0);
    note(u, UPKEEP_ALARM, rc < 0 ? HEALTH_WARN : HEALTH_OK, rc < 0 ? "alarm_failed" : "ok",
         rc < 0 ? err.msg : NULL, 0);
}

/* True when that moment has come; sets the next. */
static bool due(int64_t *at, int64_t every)
{
    const int64_t now = clock_mono_ms();
    if (now < *at) {
        return false;
    }
    *at = now + every;
    return true;
}

static void do_due(struct upkeep *u, bool asked)
{
    if (asked || (due(&u->backup_at, CLOCK_MINUTE) && ask(u, upkeep_backup_due, "backup") > 0)) {
        upkeep_backup(u->o.config, u->o.writer, &u->stop);
    }
    if (!stopping(u) && due(&u->disk_at, DISK_MS)) {
        look_at_disk(u);
    }
    if (!stopping(u) && due(&u->tunnel_at, TUNNEL_MS)) {
        look_at_tunnel(u);
    }
    if (!stopping(u) && due(&u->alarm_at, ALARM_MS)) {
        tell_owner(u);
    }
    if (!stopping(u) && due(&u->retention_at, RETENTION_MS)) {
        do_retention(u);
    }
    if (!stopping(u) && due(&u->check_at, LOOK_MS) && ask(u, check_due, "check") > 0) {
        check_database(u);
    }
}

static void *upkeep_main(void *arg)
{
    struct upkeep *u = arg;
    const int64_t now = clock_mono_ms();
    u->backup_at = now + FIRST_MS;
    u->check_at = now + FIRST_MS;
    u->alarm_at = now + CLOCK_MINUTE;
    u->tunnel_at = now + 2 * CLOCK_SECOND;
    u->retention_at = now + 5 * CLOCK_SECOND;
    u->disk_at = now + CLOCK_SECOND;
    int64_t until = now + CLOCK_SECOND;
    while (!stopping(u)) {
        nap(u, until);
        (void)pthread_mutex_lock(&u->lock);
        const bool asked = u->asked;
        u->asked = false;
        u->busy = asked;
        (void)pthread_mutex_unlock(&u->lock);
        if (!stopping(u)) {
            do_due(u, asked);
        }
        (void)pthread_mutex_lock(&u->lock);
        u->busy = false;
        (void)pthread_mutex_unlock(&u->lock);
        until = clock_mono_ms() + TICK_MS;
    }
    return NULL;
}

/* Signals are for the main thread alone. */
static int start_thread(struct upkeep *u)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&u->thread, NULL, upkeep_main, u);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

int upkeep_new(const struct upkeep_options *o, struct upkeep **out, struct err *err)
{
    if (o->offline) {
        *out = NULL;
        return 0;
    }
    struct upkeep *u = calloc(1, sizeof *u);
    if (u == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    u->o = *o;
    (void)pthread_mutex_init(&u->lock, NULL);
    pthread_condattr_t clock;
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&u->wake, &clock);
    (void)pthread_condattr_destroy(&clock);
    int rc = start_thread(u);
    if (rc != 0) {
        (void)pthread_cond_destroy(&u->wake);
        (void)pthread_mutex_destroy(&u->lock);
        free(u);
        return err_set(err, ERR_NOMEM, "no thread for upkeep: %s", strerrordesc_np(rc));
    }
    *out = u;
    return 0;
}

void upkeep_free(struct upkeep *u)
{
    if (u == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&u->lock);
    atomic_store(&u->stop, FETCH_STOP_NOW);
    (void)pthread_cond_signal(&u->wake);
    (void)pthread_mutex_unlock(&u->lock);
    (void)pthread_join(u->thread, NULL);
    (void)pthread_cond_destroy(&u->wake);
    (void)pthread_mutex_destroy(&u->lock);
    free(u);
}

void upkeep_ask_backup(struct upkeep *u)
{
    (void)pthread_mutex_lock(&u->lock);
    u->asked = true;
    (void)pthread_cond_signal(&u->wake);
    (void)pthread_mutex_unlock(&u->lock);
}

bool upkeep_backing_up(struct upkeep *u)
{
    (void)pthread_mutex_lock(&u->lock);
    bool busy = u->asked || u->busy;
    (void)pthread_mutex_unlock(&u->lock);
    return busy;
}
