/*
 * api_numbers.c: the owner's figures as small tables. No state. What changed a moment ago is
 * counted first, so that a figure never lags behind the list of appointments.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "http/api.h"
#include "salon/numbers.h"
#include "salon/session.h"
#include "salon/tally.h"

#define REFRESH_BATCHES 8
#define SERVICE_LEN     1024

struct period {
    char from[11];
    char to[11];
    char today[11];
    int64_t from_ms;
    int64_t to_ms;
};

static int read_day(const struct http_request *rq, const char *name, char out[static 11],
                    int64_t *start, int64_t *end, struct err *err)
{
    char text[16];
    struct local_date date;
    int rc = request_query(rq, name, text, sizeof text, err);
    if (rc < 0) {
        return rc;
    }
    if (rc == 0 || !date_parse(text, &date)) {
        return err_set(err, ERR_INVALID, "%s: a day is needed, as 2026-11-22", name);
    }
    date_format(date, out);
    zone_day(date, start, end);
    return 0;
}

static int read_period(const struct http_request *rq, struct period *p, struct err *err)
{
    int64_t unused = 0;
    struct local_time now;
    int rc = read_day(rq, "from", p->from, &p->from_ms, &unused, err);
    if (rc >= 0) {
        rc = read_day(rq, "to", p->to, &unused, &p->to_ms, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (strcmp(p->from, p->to) > 0) {
        return err_set(err, ERR_INVALID, "to: lies before from");
    }
    zone_local(rq->now, &now);
    date_format(now.date, p->today);
    return 0;
}

/* What narrows the rows down; buffers are the caller's. */
static int read_filter(const struct http_request *rq, struct numbers_query *q, char *outcome,
                       size_t outcome_len, char *service, struct err *err)
{
    int64_t untaken = 0;
    q->hour = -1;
    int rc = request_query(rq, "outcome", outcome, outcome_len, err);
    q->outcome = rc > 0 ? outcome : NULL;
    if (rc >= 0) {
        rc = request_query(rq, "service", service, SERVICE_LEN, err);
        q->service = rc > 0 ? service : NULL;
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "weekday", 1, 7, &q->weekday, err);
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "hour", 0, 23, &q->hour, err);
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "untaken", 0, 1, &untaken, err);
    }
    q->untaken = untaken == 1;
    return rc;
}

static int answer(struct db *db, const struct http_request *rq, const struct numbers_query *q,
                  struct reply *re, struct err *err)
{
    struct jw w;
    int64_t pending = 0;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "from", q->from);
    jw_text(&w, "to", q->to);
    jw_text(&w, "today", q->today);
    jw_array(&w, "rows");
    int rc = numbers_write(db, rq->params[0], q, &w, err);
    jw_end_array(&w);
    if (rc >= 0) {
        rc = numbers_pending(db, &pending, err);
    }
    jw_int(&w, "pending", pending);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_numbers(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct period p = {0};
    char outcome[32];
    char service[SERVICE_LEN];
    if (!numbers_known(rq->params[0])) {
        return err_set(err, ERR_NOT_FOUND, "there are no such numbers");
    }
    int rc = read_period(rq, &p, err);
    struct numbers_query q = {.from = p.from,
                              .to = p.to,
                              .today = p.today,
                              .from_ms = p.from_ms,
                              .to_ms = p.to_ms,
                              .salon_id = session_salon(rq->session)};
    if (rc >= 0) {
        rc = read_filter(rq, &q, outcome, sizeof outcome, service, err);
    }
    int counted = TALLY_REFRESH_MAX;
    for (int i = 0; i < REFRESH_BATCHES && counted == TALLY_REFRESH_MAX && rc >= 0; i++) {
        rc = counted = writer_run(cx->writer, tally_refresh_job, NULL, err);
    }
    struct db *db = NULL;
    if (rc >= 0) {
        rc = db_pool_take(cx->pool, &db, err);
    }
    if (rc < 0) {
        return rc;
    }
    rc = answer(db, rq, &q, re, err);
    db_pool_give(cx->pool, db);
    return rc;
}
