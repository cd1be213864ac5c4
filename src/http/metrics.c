/*
 * metrics.c: GET /metrics, Prometheus text. Counts only: no name, address, id or time of anybody's
 * visit.
 */
#include <sys/stat.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "http/api.h"
#include "http/hook.h"
#include "http/live.h"
#include "http/server.h"
#include "salon/webhook_log.h"
#include "sync/upkeep_note.h"

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP barkbook_%s %s\n# TYPE barkbook_%s %s\n", name, help, name, type);
}

static void write_listeners(struct http_context *cx, struct buf *out)
{
    const struct {
        const char *name;
        struct server *server;
    } listeners[] = {{"dashboard", cx->dashboard}, {"webhook", cx->webhook}};
    head(out, "http_answers_total", "counter", "Answers by listener and class of status.");
    for (size_t i = 0; i < ARRAY_LEN(listeners); i++) {
        if (listeners[i].server == NULL) {
            continue;
        }
        const struct server_counts *c = server_counts(listeners[i].server);
        for (int class = 2; class <= 5; class ++) {
            buf_printf(out, "barkbook_http_answers_total{listener=\"%s\",class=\"%dxx\"} %llu\n",
                       listeners[i].name, class,
                       (unsigned long long)atomic_load(&c->by_class[class]));
        }
    }
    head(out, "http_cut_total", "counter", "Connections cut because their peer was too slow.");
    for (size_t i = 0; i < ARRAY_LEN(listeners); i++) {
        if (listeners[i].server != NULL) {
            buf_printf(out, "barkbook_http_cut_total{listener=\"%s\"} %llu\n", listeners[i].name,
                       (unsigned long long)atomic_load(&server_counts(listeners[i].server)->cut));
        }
    }
    head(out, "http_connections", "gauge", "Open connections that hold a worker.");
    for (size_t i = 0; i < ARRAY_LEN(listeners); i++) {
        if (listeners[i].server != NULL) {
            buf_printf(out, "barkbook_http_connections{listener=\"%s\"} %d\n", listeners[i].name,
                       server_connections(listeners[i].server));
        }
    }
}

static void write_deliveries(struct http_context *cx, const struct webhook_log_counts *day,
                             struct buf *out)
{
    head(out, "webhook_deliveries_total", "counter",
         "Authentic deliveries by outcome, since the start.");
    for (int i = 0; i < HOOK_COUNTS; i++) {
        buf_printf(out, "barkbook_webhook_deliveries_total{outcome=\"%s\"} %llu\n",
                   hook_count_name((enum hook_count)i),
                   (unsigned long long)hook_counted(cx->hook, (enum hook_count)i));
    }
    head(out, "webhook_refused_total", "counter", "Refused requests by reason, since the start.");
    for (int i = 0; i < REFUSED_KINDS; i++) {
        buf_printf(out, "barkbook_webhook_refused_total{reason=\"%s\"} %llu\n",
                   refusal_name((enum refusal)i),
                   (unsigned long long)refusals_total(hook_refusals(cx->hook), (enum refusal)i));
    }
    head(out, "webhook_log_24h", "gauge", "Deliveries of the last 24 hours by status.");
    const struct {
        const char *status;
        int64_t count;
    } statuses[] = {{"success", day->success},
                    {"duplicate", day->duplicate},
                    {"ignored", day->ignored},
                    {"error", day->error},
                    {"processing", day->processing}};
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        buf_printf(out, "barkbook_webhook_log_24h{status=\"%s\"} %lld\n", statuses[i].status,
                   (long long)statuses[i].count);
    }
    head(out, "webhook_last_timestamp_seconds", "gauge",
         "When the last authentic delivery came; 0: never.");
    buf_printf(out, "barkbook_webhook_last_timestamp_seconds %lld\n",
               (long long)(day->last_at / CLOCK_SECOND));
}

static int64_t file_size(const struct http_context *cx, const char *name)
{
    char path[DATA_DIR_PATH_LEN];
    struct stat st;
    if (data_dir_path(cx->config->server.data_dir, name, path, NULL) < 0 || stat(path, &st) != 0) {
        return 0;
    }
    return st.st_size;
}

static void write_box(struct http_context *cx, int64_t now, struct buf *out)
{
    head(out, "build_info", "gauge", "The version, as a label.");
    buf_printf(out, "barkbook_build_info{version=\"%s\"} 1\n", BARKBOOK_VERSION);
    head(out, "uptime_seconds", "gauge", "Since the service started.");
    buf_printf(out, "barkbook_uptime_seconds %lld\n",
               (long long)((now - cx->started_at) / CLOCK_SECOND));
    head(out, "live_streams", "gauge", "Pages that listen for changes.");
    buf_printf(out, "barkbook_live_streams %d\n", live_streams(cx->live));
    head(out, "writer_waiting", "gauge", "Jobs that wait for the writer.");
    buf_printf(out, "barkbook_writer_waiting %d\n", writer_waiting(cx->writer));
    head(out, "database_bytes", "gauge", "Size of the database file and its log.");
    buf_printf(out, "barkbook_database_bytes{file=\"main\"} %lld\n",
               (long long)file_size(cx, DATA_DIR_DATABASE));
    buf_printf(out, "barkbook_database_bytes{file=\"wal\"} %lld\n",
               (long long)file_size(cx, DATA_DIR_DATABASE "-wal"));
}

static int write_ok(void *arg, const struct upkeep_row *row, struct err *err)
{
    (void)err;
    buf_printf(arg, "barkbook_upkeep_ok{job=\"%s\"} %d\n", row->job, row->level == HEALTH_OK);
    return 0;
}

static int write_ok_at(void *arg, const struct upkeep_row *row, struct err *err)
{
    (void)err;
    buf_printf(arg, "barkbook_upkeep_last_ok_timestamp_seconds{job=\"%s\"} %lld\n", row->job,
               (long long)(row->ok_at / CLOCK_SECOND));
    return 0;
}

static int write_upkeep(struct db *db, struct buf *out, struct err *err)
{
    head(out, "upkeep_ok", "gauge", "1: backup, disk, tunnel and so on went well the last time.");
    int rc = upkeep_each(db, write_ok, out, err);
    if (rc >= 0) {
        head(out, "upkeep_last_ok_timestamp_seconds", "gauge", "When each went well; 0: never.");
        rc = upkeep_each(db, write_ok_at, out, err);
    }
    return rc;
}

int api_metrics(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct webhook_log_counts day = {0};
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = webhook_log_count(db, rq->now - CLOCK_DAY, &day, err);
    if (rc >= 0) {
        rc = write_upkeep(db, &re->body, err);
    }
    db_pool_give(cx->pool, db);
    if (rc < 0) {
        return rc;
    }
    re->type = "text/plain; version=0.0.4; charset=utf-8";
    write_box(cx, rq->now, &re->body);
    write_listeners(cx, &re->body);
    write_deliveries(cx, &day, &re->body);
    return reply_json_end(re, err);
}
