/*
 * api_webhooks.c: the deliveries that came in: list, one with its payload, and applying one again.
 * No state. Payloads hold clients' data, so they are the owner's; of the list a salon sees what is
 * its own and what is nobody's.
 */
#include "base/clock.h"
#include "http/api.h"
#include "salon/session.h"
#include "salon/webhook_log.h"
#include "salon/webhook_reject.h"
#include "sync/inbox.h"

#define LIST_DEFAULT 50
#define LIST_MAX     200

static void write_time(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

static void write_fields(struct jw *w, const struct webhook_log *d)
{
    jw_text(w, "id", d->id);
    jw_text(w, "type", d->type);
    write_time(w, "created_at", d->created_at);
    write_time(w, "processed_at", d->processed_at);
    write_time(w, "repeated_at", d->repeated_at);
    jw_text(w, "trigger", d->trigger);
    jw_text(w, "uid", d->uid);
    jw_text(w, "status", d->status);
    jw_text(w, "action", d->action);
    jw_text(w, "error", d->error);
    jw_text(w, "event_id", d->event_id);
    jw_int(w, "repeat_count", d->repeat_count);
}

struct page {
    struct jw *w;
    int64_t room;
    bool more;
};

static int write_row(void *arg, const struct webhook_log *d, struct err *err)
{
    (void)err;
    struct page *p = arg;
    if (p->room == 0) {
        p->more = true; /* asked for one more than is shown */
        return 0;
    }
    p->room--;
    jw_object(p->w, NULL);
    write_fields(p->w, d);
    jw_end_object(p->w);
    return 0;
}

static int write_counts(struct db *db, struct jw *w, int64_t now, struct err *err)
{
    struct webhook_log_counts c = {0};
    int64_t refused = 0;
    int rc = webhook_log_count(db, now - CLOCK_DAY, &c, err);
    if (rc >= 0) {
        rc = webhook_reject_count(db, now - CLOCK_DAY, &refused, err);
    }
    if (rc < 0) {
        return rc;
    }
    jw_object(w, "counts_24h");
    jw_int(w, "success", c.success);
    jw_int(w, "duplicate", c.duplicate);
    jw_int(w, "ignored", c.ignored);
    jw_int(w, "error", c.error);
    jw_int(w, "processing", c.processing);
    jw_int(w, "refused", refused);
    jw_end_object(w);
    double rate = webhook_log_success_rate(&c);
    if (rate < 0) {
        jw_null(w, "success_rate_24h");
    } else {
        jw_num(w, "success_rate_24h", rate);
    }
    return 0;
}

static int write_list(struct db *db, const struct webhook_log_filter *filter, int64_t limit,
                      int64_t now, struct reply *re, struct err *err)
{
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "deliveries");
    struct page page = {.w = &w, .room = limit};
    int rc = webhook_log_list(db, filter, write_row, &page, err);
    if (rc < 0) {
        return rc;
    }
    jw_end_array(&w);
    jw_bool(&w, "more", page.more);
    rc = write_counts(db, &w, now, err);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_webhooks(struct http_context *cx, struct http_request *rq, struct reply *re,
                 struct err *err)
{
    char status[16];
    char before[UUID_TEXT_LEN];
    int64_t limit = LIST_DEFAULT;
    int has_status = request_query(rq, "status", status, sizeof status, err);
    int has_before =
        has_status < 0 ? has_status : request_query(rq, "before", before, sizeof before, err);
    int rc = has_before < 0 ? has_before : request_query_int(rq, "limit", 1, LIST_MAX, &limit, err);
    if (rc < 0) {
        return rc;
    }
    const struct webhook_log_filter filter = {
        .status = has_status > 0 && status[0] != '\0' ? status : NULL,
        .before = has_before > 0 && before[0] != '\0' ? before : NULL,
        .limit = limit + 1,
        .salon = session_salon(rq->session),
    };
    struct db *db = NULL;
    rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_list(db, &filter, limit, rq->now, re, err);
    db_pool_give(cx->pool, db);
    return rc;
}

struct one {
    struct jw *w;
    bool with_payload;
};

static int write_one(void *arg, const struct webhook_log *d, struct err *err)
{
    (void)err;
    const struct one *o = arg;
    jw_object(o->w, NULL);
    write_fields(o->w, d);
    if (o->with_payload) {
        jw_text(o->w, "payload", d->payload);
    }
    jw_end_object(o->w);
    return 0;
}

static int answer_one(struct http_context *cx, const struct http_request *rq, bool with_payload,
                      struct reply *re, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    struct one one = {.w = &w, .with_payload = with_payload};
    rc = webhook_log_get(db, rq->params[0], session_salon(rq->session), write_one, &one, err);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_webhook(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    return answer_one(cx, rq, true, re, err);
}

int api_webhook_replay(struct http_context *cx, struct http_request *rq, struct reply *re,
                       struct err *err)
{
    const struct inbox_context inbox = {.writer = cx->writer,
                                        .complete_after_ms = cx->config->calcom.complete_after_ms};
    struct inbox_result r = {0};
    /* A delivery of another salon is as if it were not there, also for applying it again. */
    int rc = answer_one(cx, rq, false, re, err);
    if (rc < 0) {
        return rc;
    }
    rc = inbox_replay(&inbox, rq->params[0], rq->now, &r, err);
    if (rc < 0) {
        return rc;
    }
    if (r.needs_reconcile && cx->reconcile_hint != NULL) {
        cx->reconcile_hint(cx->reconcile_hint_arg);
    }
    return answer_one(cx, rq, false, re, err);
}
