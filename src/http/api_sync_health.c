/*
 * api_sync_health.c: how true the list is, as the head of every page shows it.
 */
#include "http/api.h"
#include "sync/health.h"

static void time_or_null(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

int api_write_health(struct http_context *cx, struct db *db, int64_t now, struct jw *w,
                     const char *key, struct err *err)
{
    struct health_context ctx = {
        .now = now,
        .polls = !cx->demo,
        .has_key = cx->config->calcom.api_key != NULL,
        .reconcile_every_ms = cx->config->calcom.reconcile_every_ms,
    };
    struct health h;
    int rc = health_read(db, &ctx, &h, err);
    if (rc < 0) {
        return rc;
    }
    jw_object(w, key);
    time_or_null(w, "last_webhook_at", h.last_webhook_at);
    time_or_null(w, "verified_at", h.verified_at);
    jw_text(w, "level", health_level_name(h.level));
    jw_array(w, "messages");
    for (size_t i = 0; i < h.message_count; i++) {
        jw_object(w, NULL);
        jw_text(w, "code", h.messages[i].code);
        jw_text(w, "level", health_level_name(h.messages[i].level));
        jw_int(w, "count", h.messages[i].count);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
    return 0;
}

int api_health(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    rc = api_write_health(cx, db, rq->now, &w, NULL, err);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}
