/*
 * serve.c: wires the appliance: folder, lock, database, writer, readers, secret, listeners; and
 * takes it down in the opposite order. Decides nothing about appointments.
 *
 * Threads started here (through their modules): the writer, two listeners with their workers and
 * guards.
 */
#include "serve.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "base/lan.h"
#include "base/log.h"
#include "db/migrate.h"
#include "http/auth.h"
#include "http/day_cache.h"
#include "http/hook.h"
#include "http/live.h"
#include "http/route.h"
#include "http/server.h"
#include "lifeline.h"
#include "remote/fetch.h"
#include "salon/first_run.h"
#include "salon/setting.h"
#include "salon/tally.h"
#include "sync/outgoing.h"
#include "sync/restore.h"
#include "sync/scheduler.h"
#include "sync/texter.h"
#include "sync/upkeep.h"
#include "ticker.h"

#define READERS 6

struct appliance {
    struct http_context cx;
    int lock_fd;
    struct writer *writer;
    struct scheduler *scheduler;
    struct outgoing *outgoing;
    struct calcom_pace *pace;
    struct texter *texter;
    _Atomic(struct texter *) ring; /* the same, for the writer's thread */
    struct upkeep *upkeep;
    struct db_pool *pool;
    struct auth *auth;
    struct hook *hook;
    struct live *live;
    struct ticker *ticker;
    struct net_list dashboard_proxies;
    struct net_list webhook_proxies;
};

/* The last few seconds' worth. */
static void flush_refusals(struct appliance *a)
{
    struct err err = {0};
    if (a->hook != NULL && a->writer != NULL &&
        refusals_flush(hook_refusals(a->hook), a->writer, &err) < 0) {
        log_error("refusals_not_written", "error=%s", err.msg);
    }
}

static void appliance_done(struct appliance *a)
{
    /* First the faces, so that nothing new comes in; the writer last, so that what came in is kept.
     */
    if (a->cx.dashboard != NULL) {
        server_stop_soon(a->cx.dashboard);
    }
    if (a->cx.webhook != NULL) {
        server_stop_soon(a->cx.webhook);
    }
    if (a->auth != NULL) {
        auth_stop_soon(a->auth);
    }
    outgoing_stop_soon(a->outgoing);
    server_free(a->cx.webhook);
    server_free(a->cx.dashboard);
    ticker_free(a->ticker);
    flush_refusals(a);
    hook_free(a->hook);
    auth_free(a->auth);
    outgoing_free(a->outgoing);
    upkeep_free(a->upkeep);
    scheduler_free(a->scheduler);
    calcom_pace_free(a->pace);
    texter_stop(a->texter);
    db_pool_free(a->pool);
    writer_free(a->writer);
    texter_free(a->texter); /* until then the writer may ring it */
    live_free(a->live);
    day_cache_free(a->cx.days);
    net_list_done(&a->dashboard_proxies);
    net_list_done(&a->webhook_proxies);
    if (a->lock_fd >= 0) {
        (void)close(a->lock_fd);
    }
}
DEFINE_CLEANUP_REF(struct appliance, appliance_done);

/* Told by the writer after each commit that changed something. */
static void committed(void *arg)
{
    struct appliance *a = arg;
    live_changed(a->live);
    texter_wake(atomic_load(&a->ring));
}

static int open_database(struct appliance *a, const char *dir, bool commit_each, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    char backups[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, DATA_DIR_DATABASE, path, err);
    if (rc >= 0) {
        rc = data_dir_path(dir, DATA_DIR_BACKUPS, backups, err);
    }
    if (rc >= 0) {
        rc = restore_pending(dir, err);
    }
    if (rc >= 0) {
        CLEANUP(db_close) struct db *db = NULL;
        rc = db_open(path, DB_WRITE, true, &db, err);
        if (rc >= 0) {
            rc = db_migrate(db, backups, err);
        }
    }
    if (rc >= 0) {
        rc = live_new(&a->live, err);
    }
    if (rc >= 0) {
        rc = day_cache_new(&a->cx.days, err);
    }
    struct writer_options writer = {.path = path,
                                    .group_max = commit_each ? 1 : 0,
                                    .committed = committed,
                                    .committed_arg = a};
    if (rc >= 0) {
        rc = writer_new(&writer, &a->writer, err);
    }
    if (rc >= 0) {
        rc = db_pool_new(path, READERS, &a->pool, err);
    }
    a->cx.live = a->live;
    a->cx.writer = a->writer;
    a->cx.pool = a->pool;
    return rc;
}

static int know_instance(struct appliance *a, struct err *err)
{
    struct setting_instance job = {.now = a->cx.started_at};
    int rc = writer_run(a->writer, setting_instance_job, &job, err);
    if (rc >= 0) {
        memcpy(a->cx.instance, job.id, sizeof a->cx.instance);
    }
    return rc;
}

/* Made before the listener first opens: without a secret nobody could tell Cal.com from a stranger.
 */
static int make_hook(struct appliance *a, struct err *err)
{
    const struct config *config = a->cx.config;
    if (config->calcom.webhook_secret != NULL) {
        int rc = hook_new(config, config->calcom.webhook_secret, &a->hook, err);
        a->cx.hook = a->hook;
        return rc;
    }
    char secret[WEBHOOK_SECRET_LEN];
    int rc = data_dir_webhook_secret_make(config->server.data_dir, secret, err);
    if (rc >= 0) {
        rc = hook_new(config, secret, &a->hook, err);
        a->cx.hook = a->hook;
    }
    secret_wipe(secret, sizeof secret);
    return rc;
}

/* The one secret that belongs into the log: it opens nothing once an owner exists, and nobody else
 * can read the log of a service. */
static int print_first_run_link(struct appliance *a, struct err *err)
{
    struct first_run_link job = {.now = clock_now_ms()};
    int rc = writer_run(a->writer, first_run_link_job, &job, err);
    if (rc > 0) {
        char url[LAN_URL_LEN];
        lan_url(a->cx.config->server.dashboard_listen, url);
        log_info("first_run",
                 "open %s/#/setup?token=%s within 24 hours to make the owner's account", url,
                 job.token);
    }
    secret_wipe(job.token, sizeof job.token);
    return rc < 0 ? rc : 0;
}

static void to_dashboard(void *arg, struct http_request *rq, struct reply *re)
{
    struct appliance *a = arg;
    route_dispatch(&dashboard_routes, &a->cx, rq, re);
}

static void to_webhook(void *arg, struct http_request *rq, struct reply *re)
{
    struct appliance *a = arg;
    route_dispatch(&webhook_routes, &a->cx, rq, re);
}

static int listen_on(struct appliance *a, struct err *err)
{
    const struct config *config = a->cx.config;
    int rc = net_list_init(&a->dashboard_proxies, config->server.dashboard_trusted_proxies, err);
    if (rc >= 0) {
        rc = net_list_init(&a->webhook_proxies, config->server.webhook_trusted_proxies, err);
    }
    if (rc < 0) {
        return rc;
    }
    /* Deliveries are small and come at once; 192 connections are more than any sender opens. */
    const struct server_options webhook = {
        .name = "webhook",
        .listen = config->server.webhook_listen,
        .threads = 192,
        .head_ms = 10 * CLOCK_SECOND,
        .idle_ms = 5 * CLOCK_SECOND,
        .body_ms = 15 * CLOCK_SECOND,
        .request_ms = 40 * CLOCK_SECOND,
        .trusted = &a->webhook_proxies,
        .dispatch = to_webhook,
        .arg = a,
    };
    /* A tablet on a bad Wi-Fi may take long over a photo; live streams hold up to half of the
     * workers. */
    const struct server_options dashboard = {
        .name = "dashboard",
        .listen = config->server.dashboard_listen,
        .threads = 96,
        .head_ms = 10 * CLOCK_SECOND,
        .idle_ms = 5 * CLOCK_SECOND,
        .body_ms = 60 * CLOCK_SECOND,
        .request_ms = 120 * CLOCK_SECOND,
        .trusted = &a->dashboard_proxies,
        .dispatch = to_dashboard,
        .arg = a,
    };
    rc = server_new(&webhook, &a->cx.webhook, err);
    if (rc >= 0) {
        rc = server_new(&dashboard, &a->cx.dashboard, err);
    }
    if (rc >= 0) {
        log_info("listening", "dashboard=%s webhook=%s", config->server.dashboard_listen,
                 config->server.webhook_listen);
    }
    return rc;
}

static int start_outgoing(struct appliance *a, struct err *err)
{
    const struct outgoing_options o = {.config = a->cx.config,
                                       .writer = a->writer,
                                       .pool = a->pool,
                                       .pace = a->pace,
                                       .offline = a->cx.demo};
    int rc = outgoing_new(&o, &a->outgoing, err);
    a->cx.outgoing = a->outgoing;
    return rc;
}

static int start_scheduler(struct appliance *a, struct err *err)
{
    int rc = fetch_global_init(err);
    if (rc >= 0) {
        rc = calcom_pace_new(a->cx.config->calcom.requests_per_second, &a->pace, err);
    }
    const struct scheduler_options o = {.config = a->cx.config,
                                        .writer = a->writer,
                                        .pool = a->pool,
                                        .pace = a->pace,
                                        .offline = a->cx.demo};
    if (rc >= 0) {
        rc = scheduler_new(&o, &a->scheduler, err);
    }
    if (rc >= 0) {
        a->cx.scheduler = a->scheduler;
        a->cx.reconcile_hint = scheduler_hint;
        a->cx.reconcile_hint_arg = a->scheduler;
    }
    return rc;
}

static int start_upkeep(struct appliance *a, struct err *err)
{
    const struct upkeep_options o = {.config = a->cx.config,
                                     .writer = a->writer,
                                     .pool = a->pool,
                                     .instance = a->cx.instance,
                                     .offline = a->cx.demo};
    int rc = upkeep_new(&o, &a->upkeep, err);
    a->cx.upkeep = a->upkeep;
    return rc;
}

static int start_texter(struct appliance *a, struct err *err)
{
    const struct texter_options o = {.config = a->cx.config,
                                     .writer = a->writer,
                                     .pool = a->pool,
                                     .pretend = a->cx.demo};
    int rc = texter_new(&o, &a->texter, err);
    if (rc >= 0) {
        a->cx.texter = a->texter;
        atomic_store(&a->ring, a->texter);
    }
    return rc;
}

int serve(const struct config *config, const struct cli_serve_options *options, struct err *err)
{
    const char *dir = config->server.data_dir;
    sigset_t stop;
    CLEANUP(appliance_done) struct appliance a = {.lock_fd = -1};
    a.cx.config = config;
    a.cx.web_dir = options->web_dir;
    a.cx.demo = options->demo;
    a.cx.started_at = clock_now_ms();
    int rc = lifeline_block_signals(&stop, err);
    if (rc >= 0) {
        rc = data_dir_prepare(dir, err);
    }
    if (rc >= 0) {
        rc = data_dir_lock(dir, &a.lock_fd, err);
    }
    if (rc >= 0) {
        rc = open_database(&a, dir, options->commit_each, err);
    }
    if (rc >= 0) {
        rc = know_instance(&a, err);
    }
    if (rc >= 0) {
        rc = writer_run(a.writer, tally_zone_job, config->server.timezone, err);
    }
    if (rc >= 0) {
        rc = auth_new(&a.auth, err);
        a.cx.auth = a.auth;
    }
    if (rc >= 0) {
        rc = make_hook(&a, err);
    }
    if (rc >= 0) {
        rc = start_scheduler(&a, err);
    }
    if (rc >= 0) {
        rc = start_outgoing(&a, err);
    }
    if (rc >= 0) {
        rc = start_upkeep(&a, err);
    }
    if (rc >= 0) {
        rc = start_texter(&a, err);
    }
    if (rc >= 0) {
        rc = print_first_run_link(&a, err);
    }
    if (rc >= 0) {
        rc = listen_on(&a, err);
    }
    if (rc >= 0) {
        rc = ticker_new(&a.cx, &a.ticker, err);
    }
    if (rc < 0) {
        return rc;
    }
    log_info("serving", "version=%s data=%s", BARKBOOK_VERSION, dir);
    lifeline_notify("READY=1");
    lifeline_wait(&stop);
    lifeline_notify("STOPPING=1");
    return 0;
}
