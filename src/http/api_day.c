/*
 * api_day.c: a day or a week of the salon's diary. Reads only. Days are the salon's local days,
 * which have 23 to 25 hours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "http/api.h"
#include "http/day_cache.h"
#include "http/live.h"
#include "http/message_json.h"
#include "http/visit_json.h"
#include "salon/session.h"
#include "salon/setting.h"

#define DAYS_MAX      7
#define CHANGES_SINCE CLOCK_DAY
#define ETAG_BYTES    16

struct day_request {
    struct local_date first;
    int64_t days;
    struct local_date today;
};

static int read_request(struct http_request *rq, struct day_request *out, struct err *err)
{
    struct local_time now;
    zone_local(rq->now, &now);
    struct day_request q = {.first = now.date, .days = 1, .today = now.date};
    char text[16];
    int rc = request_query(rq, "date", text, sizeof text, err);
    if (rc < 0) {
        return rc;
    }
    if (rc > 0 && !date_parse(text, &q.first)) {
        return err_set(err, ERR_INVALID, "date: not a day; write it as 2026-11-23");
    }
    rc = request_query_int(rq, "days", 1, DAYS_MAX, &q.days, err);
    if (rc < 0) {
        return rc;
    }
    *out = q;
    return 0;
}

/* The salon's hours of a weekday, set by the owner as "09:00-17:00". */
static int write_hours(struct jw *w, struct db *db, int weekday, struct err *err)
{
    char key[16];
    (void)snprintf(key, sizeof key, "hours.%d", weekday);
    char *hours = NULL;
    int rc = setting_get(db, key, &hours, err);
    if (rc < 0) {
        return rc;
    }
    if (rc > 0 && strlen(hours) == strlen("09:00-17:00")) {
        jw_text_n(w, "open", hours, strlen("09:00"));
        jw_text_n(w, "close", hours + strlen("09:00-"), strlen("17:00"));
    } else {
        jw_null(w, "open");
        jw_null(w, "close");
    }
    free(hours);
    return 0;
}

static int write_days(struct jw *w, struct db *db, const struct day_request *q,
                      const struct agenda *a, const struct visit_texts *texts, struct err *err)
{
    size_t next = 0;
    jw_array(w, "days");
    for (int d = 0; d < (int)q->days; d++) {
        struct local_date date = date_add(q->first, d);
        int64_t start = 0;
        int64_t end = 0;
        char text[11];
        zone_day(date, &start, &end);
        date_format(date, text);
        jw_object(w, NULL);
        jw_text(w, "date", text);
        jw_int(w, "weekday", date_weekday(date));
        int rc = write_hours(w, db, date_weekday(date), err);
        if (rc < 0) {
            return rc;
        }
        jw_array(w, "events");
        for (; next < a->count && a->entries[next].start < end; next++) {
            jw_object(w, NULL);
            visit_json(w, &a->entries[next]);
            visit_texts_json(w, texts, a->entries[next].text[AGENDA_ID]);
            jw_end_object(w);
        }
        jw_end_array(w);
        jw_end_object(w);
    }
    jw_end_array(w);
    return 0;
}

static void write_date(struct jw *w, const char *key, struct local_date date)
{
    char text[11];
    date_format(date, text);
    jw_text(w, key, text);
}

/* What does not change by itself comes first and makes the ETag; the clock comes after it. */
static int write_answer(struct http_context *cx, struct http_request *rq, struct db *db,
                        const struct day_request *q, const struct agenda *a, struct reply *re,
                        char etag[static DAY_ETAG_LEN], struct err *err)
{
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    write_date(&w, "date", q->first);
    write_date(&w, "today", q->today);
    write_date(&w, "previous", date_add(q->first, -(int)q->days));
    write_date(&w, "next", date_add(q->first, (int)q->days));
    jw_text(&w, "timezone", zone_name());
    CLEANUP(visit_texts_free) struct visit_texts *texts = NULL;
    int64_t from = 0;
    int64_t to = 0;
    int64_t unused = 0;
    zone_day(q->first, &from, &unused);
    zone_day(date_add(q->first, (int)q->days - 1), &unused, &to);
    int rc = visit_texts_new(cx, db, session_salon(rq->session), from, to, rq->now, &texts, err);
    if (rc >= 0) {
        rc = write_days(&w, db, q, a, texts, err);
    }
    if (rc >= 0) {
        rc = api_write_health(cx, db, rq->now, &w, "health", err);
    }
    if (rc < 0) {
        return rc;
    }
    uint8_t digest[SHA256_LEN];
    rc = secret_sha256(re->body.data, re->body.len, digest, err);
    if (rc < 0) {
        return rc;
    }
    char now_local[VISIT_LOCAL_LEN];
    visit_local_text(rq->now, now_local);
    jw_time(&w, "now", rq->now);
    jw_text(&w, "now_local", now_local + strlen("2026-11-23 "));
    jw_end_object(&w);
    rc = reply_json_end(re, err);
    if (rc < 0) {
        return rc;
    }
    etag[0] = '"';
    secret_hex(digest, ETAG_BYTES, etag + 1);
    etag[2 * ETAG_BYTES + 1] = '"';
    etag[2 * ETAG_BYTES + 2] = '\0';
    return 0;
}

static int read_day(struct http_context *cx, struct http_request *rq, const struct day_request *q,
                    struct reply *re, char etag[static DAY_ETAG_LEN], struct err *err)
{
    int64_t from = 0;
    int64_t to = 0;
    int64_t unused = 0;
    zone_day(q->first, &from, &unused);
    zone_day(date_add(q->first, (int)q->days - 1), &unused, &to);

    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    CLEANUP(agenda_done) struct agenda a = {0};
    rc = agenda_load(db, session_salon(rq->session), from, to, rq->now - CHANGES_SINCE, &a, err);
    if (rc >= 0) {
        rc = write_answer(cx, rq, db, q, &a, re, etag, err);
    }
    db_pool_give(cx->pool, db);
    return rc;
}

int api_day(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct day_request q = {0};
    int rc = read_request(rq, &q, err);
    if (rc < 0) {
        return rc;
    }
    const char *salon = session_salon(rq->session);
    char first[11];
    char key[DAY_KEY_LEN];
    date_format(q.first, first);
    (void)snprintf(key, sizeof key, "%s %d %d %s", first, (int)q.days, (int)rq->session->staff.role,
                   salon != NULL ? salon : "");

    /* Before the data, so that a commit in between spoils what is kept. */
    const struct day_stamp at = {.version = live_version(cx->live), .now = rq->now};
    char etag[DAY_ETAG_LEN];
    struct jw w;
    reply_json(re, 200, &w);
    if (!day_cache_get(cx->days, key, &at, &re->body, etag)) {
        rc = read_day(cx, rq, &q, re, etag, err);
        if (rc < 0) {
            return rc;
        }
        day_cache_put(cx->days, key, &at, &re->body, etag);
    }
    reply_etag(re, rq, etag);
    return 0;
}
