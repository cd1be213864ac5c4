/*
 * api_reconcile.c: what the reconciler did and found, and the button that starts it now. A run is
 * asked for and answered at once: the page sees it end by the stream.
 */
#include <stdlib.h>

#include "http/api.h"
#include "sync/reconcile_list.h"
#include "sync/scheduler.h"

#define RUNS_SHOWN 30

static void time_or_null(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

static int write_run(const struct reconcile_listed *r, void *arg, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    jw_object(w, NULL);
    jw_text(w, "id", r->id);
    jw_text(w, "kind", r->kind);
    jw_text(w, "cause", r->cause);
    jw_text(w, "status", r->status);
    jw_text(w, "error", r->error);
    jw_time(w, "started_at", r->started_at);
    time_or_null(w, "ended_at", r->ended_at);
    time_or_null(w, "cursor", r->cursor);
    jw_int(w, "pages", r->pages);
    jw_int(w, "seen", r->seen);
    jw_object(w, "changes");
    jw_int(w, "created", r->created);
    jw_int(w, "rescheduled", r->rescheduled);
    jw_int(w, "cancelled", r->cancelled);
    jw_int(w, "no_show", r->no_show);
    jw_int(w, "updated", r->updated);
    jw_end_object(w);
    jw_int(w, "missed", r->missed);
    jw_end_object(w);
    return 0;
}

static void write_status(const struct http_context *cx, struct jw *w)
{
    struct scheduler_status *s = calloc(1, sizeof *s); /* too large for a worker's stack */
    if (s == NULL || cx->scheduler == NULL) {
        jw_bool(w, "has_key", false);
        jw_bool(w, "running", false);
        jw_null(w, "next_at");
        jw_null(w, "error");
    } else {
        scheduler_status(cx->scheduler, s);
        jw_bool(w, "has_key", s->has_key);
        jw_bool(w, "running", s->running || s->asked);
        time_or_null(w, "next_at", s->next_at);
        jw_text(w, "error", s->error[0] == '\0' ? NULL : s->error);
    }
    free(s);
}

int api_reconcile(struct http_context *cx, struct http_request *rq, struct reply *re,
                  struct err *err)
{
    (void)rq;
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    write_status(cx, &w);
    jw_array(&w, "runs");
    rc = reconcile_list(db, RUNS_SHOWN, write_run, &w, err);
    db_pool_give(cx->pool, db);
    jw_end_array(&w);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_reconcile_ask(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    bool full = false;
    int rc = json_field_bool(rq->json, "full", false, &full, err);
    if (rc < 0) {
        return rc;
    }
    if (cx->demo || cx->scheduler == NULL) {
        return err_set(err, ERR_CONFLICT, "this is a made-up salon: Cal.com is never asked");
    }
    if (cx->config->calcom.api_key == NULL) {
        return err_set(err, ERR_CONFLICT,
                       "there is no Cal.com key: set [calcom] api_key in the configuration and "
                       "start again");
    }
    scheduler_ask(cx->scheduler, full);
    struct jw w;
    reply_json(re, 202, &w);
    jw_object(&w, NULL);
    write_status(cx, &w);
    jw_end_object(&w);
    return reply_json_end(re, err);
}
