/*
 * api_export.c: the salon's records as files, and the staff's private calendars. A file is written
 * while it is read, on a connection of its own: a slow download holds up nobody.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "base/log.h"
#include "http/api.h"
#include "salon/export.h"
#include "salon/feed.h"
#include "salon/session.h"
#include "salon/tally.h"

#define FAR_AHEAD  (800 * CLOCK_DAY)
#define FEED_PAST  (30 * CLOCK_DAY)
#define FEED_AHEAD (365 * CLOCK_DAY)
#define BATCHES    4096

/* What a stream needs after its request is gone. */
struct download {
    struct db *db;
    struct export_query query;
    char salon[UUID_TEXT_LEN];
    char language[FIELD_LANGUAGE_LEN];
    char title[256];
};

static void download_free(void *arg)
{
    struct download *d = arg;
    if (d != NULL) {
        db_close(d->db);
        free(d);
    }
}

static int to_stream(void *arg, const void *data, size_t n, struct err *err)
{
    return stream_write(arg, data, n) ? 0 : err_set(err, ERR_STOPPED, "the reader went away");
}

static void run(struct http_stream *s, void *arg)
{
    const struct download *d = arg;
    struct err err = {0};
    if (export_run(d->db, &d->query, to_stream, s, &err) < 0 && err.code != ERR_STOPPED) {
        log_error("export_failed", "error=%s", err.msg);
    }
}

/* The copies live as long as the download does. */
static void copy_query(struct download *d, const struct export_query *q)
{
    d->query = *q;
    (void)snprintf(d->language, sizeof d->language, "%s", q->language);
    d->query.language = d->language;
    if (q->salon_id != NULL) {
        (void)snprintf(d->salon, sizeof d->salon, "%s", q->salon_id);
        d->query.salon_id = d->salon;
    }
    if (q->title != NULL) {
        (void)snprintf(d->title, sizeof d->title, "%s", q->title);
        d->query.title = d->title;
    }
}

static int open_download(struct http_context *cx, const struct export_query *q,
                         struct download **out, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    struct db *db = NULL;
    int rc = data_dir_path(cx->config->server.data_dir, DATA_DIR_DATABASE, path, err);
    if (rc >= 0) {
        rc = db_open(path, DB_READ, false, &db, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct download *d = calloc(1, sizeof *d);
    if (d == NULL) {
        db_close(db);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    copy_query(d, q);
    d->db = db;
    *out = d;
    return 0;
}

static int answer(struct http_context *cx, const struct export_query *q, bool attachment,
                  struct reply *re, struct err *err)
{
    struct download *d = NULL;
    char name[EXPORT_NAME_LEN];
    int rc = open_download(cx, q, &d, err);
    if (rc < 0) {
        return rc;
    }
    re->type = export_type(q->format);
    re->stream = run;
    re->stream_arg = d;
    re->stream_done = download_free;
    if (attachment) {
        export_name(q, name);
        reply_header(re, "Content-Disposition", "attachment; filename=\"%s\"", name);
    }
    return 0;
}

static int read_day(const struct http_request *rq, const char *name, int64_t *start, int64_t *end,
                    struct err *err)
{
    char text[16];
    struct local_date date;
    int rc = request_query(rq, name, text, sizeof text, err);
    if (rc <= 0) {
        return rc;
    }
    if (!date_parse(text, &date)) {
        return err_set(err, ERR_INVALID, "%s: not a day, as 2026-11-22", name);
    }
    zone_day(date, start, end);
    return 0;
}

static int read_query(const struct http_request *rq, struct export_query *q, struct err *err)
{
    char format[8];
    int64_t unused = 0;
    if (!export_what_parse(rq->params[0], &q->what)) {
        return err_set(err, ERR_NOT_FOUND, "there is no such export");
    }
    q->format = export_usual_format(q->what);
    int rc = request_query(rq, "format", format, sizeof format, err);
    if (rc > 0 && !export_format_parse(format, &q->format)) {
        return err_set(err, ERR_INVALID, "format: csv, json or ics");
    }
    if (rc >= 0) {
        rc = read_day(rq, "from", &q->from, &unused, err);
    }
    if (rc >= 0) {
        rc = read_day(rq, "to", &unused, &q->to, err);
    }
    return rc < 0 ? rc : export_check(q, err);
}

int api_export(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct export_query q = {.salon_id = session_salon(rq->session),
                             .language = rq->session->staff.language,
                             .to = rq->now + FAR_AHEAD,
                             .now = rq->now};
    int rc = read_query(rq, &q, err);
    int counted = TALLY_REFRESH_MAX;
    for (int i = 0; i < BATCHES && rc >= 0 && counted == TALLY_REFRESH_MAX; i++) {
        rc = counted = writer_run(cx->writer, tally_refresh_job, NULL, err);
    }
    if (rc >= 0) {
        rc = answer(cx, &q, true, re, err);
    }
    if (rc >= 0) {
        api_audit_note(cx, rq, "export", "clients", NULL);
        log_info("export", "what=%s staff=%s", rq->params[0], rq->session->staff.id);
    }
    return rc;
}

int api_feed_read(struct http_context *cx, struct http_request *rq, struct reply *re,
                  struct err *err)
{
    struct feed feed;
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = feed_find(db, rq->params[0], &feed, err);
    db_pool_give(cx->pool, db);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such calendar");
    }
    struct feed_seen seen = {.staff_id = feed.staff_id, .now = rq->now};
    if (rc > 0 && rq->now - feed.last_seen_at > CLOCK_HOUR) {
        rc = writer_run(cx->writer, feed_seen_job, &seen, err);
    }
    if (rc < 0) {
        return rc;
    }
    const struct export_query q = {.what = EXPORT_APPOINTMENTS,
                                   .format = EXPORT_ICS,
                                   .salon_id = feed.salon_id[0] == '\0' ? NULL : feed.salon_id,
                                   .language = "pl",
                                   .title = feed.title,
                                   .from = rq->now - FEED_PAST,
                                   .to = rq->now + FEED_AHEAD,
                                   .now = rq->now};
    return answer(cx, &q, false, re, err);
}

static void time_or_null(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

int api_feed(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct feed feed = {0};
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = feed_of(db, rq->session->staff.id, &feed, err);
    db_pool_give(cx->pool, db);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_bool(&w, "exists", rc > 0);
    time_or_null(&w, "created_at", feed.created_at);
    time_or_null(&w, "last_seen_at", feed.last_seen_at);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

int api_feed_open(struct http_context *cx, struct http_request *rq, struct reply *re,
                  struct err *err)
{
    struct feed_open job = {.staff_id = rq->session->staff.id, .now = rq->now};
    int rc = writer_run(cx->writer, feed_open_job, &job, err);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    CLEANUP(buf_done) struct buf path;
    buf_init(&path, 256);
    buf_printf(&path, "/feeds/%s", job.token);
    reply_json(re, 201, &w);
    jw_object(&w, NULL);
    jw_text(&w, "path", path.data);
    jw_end_object(&w);
    log_info("feed_opened", "staff=%s", rq->session->staff.id);
    return reply_json_end(re, err);
}

int api_feed_close(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    struct feed_close job = {.staff_id = rq->session->staff.id};
    int rc = writer_run(cx->writer, feed_close_job, &job, err);
    re->status = 204;
    return rc < 0 ? rc : 0;
}
