/*
 * api_sessions.c: where people are signed in, ending that, and one's own password. No state. A
 * session is named by the hash its token is stored as: that opens nothing.
 */
#include <string.h>

#include "base/log.h"
#include "http/api.h"
#include "http/auth.h"

struct listing {
    struct jw *w;
    const char *current; /* hash of the session that asks */
};

static int write_line(const struct session_line *s, void *arg, struct err *err)
{
    (void)err;
    const struct listing *l = arg;
    jw_object(l->w, NULL);
    jw_text(l->w, "id", s->token_hash);
    jw_text(l->w, "address", s->address);
    jw_text(l->w, "user_agent", s->user_agent);
    jw_time(l->w, "created_at", s->created_at);
    jw_time(l->w, "last_seen_at", s->last_seen_at);
    jw_bool(l->w, "by_pin", s->by_pin);
    jw_bool(l->w, "current", s->token_hash != NULL && strcmp(s->token_hash, l->current) == 0);
    jw_end_object(l->w);
    return 0;
}

static int answer(struct http_context *cx, const struct http_request *rq, const char *staff_id,
                  struct reply *re, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    struct listing listing = {.w = &w, .current = rq->session->token_hash};
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "sessions");
    rc = session_list(db, staff_id, rq->now, write_line, &listing, err);
    jw_end_array(&w);
    jw_end_object(&w);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_sessions(struct http_context *cx, struct http_request *rq, struct reply *re,
                 struct err *err)
{
    return answer(cx, rq, rq->session->staff.id, re, err);
}

int api_staff_sessions(struct http_context *cx, struct http_request *rq, struct reply *re,
                       struct err *err)
{
    return answer(cx, rq, rq->params[0], re, err);
}

int api_session_end(struct http_context *cx, struct http_request *rq, struct reply *re,
                    struct err *err)
{
    bool any = auth_is_owner(rq->session);
    struct session_end job = {.token_hash = rq->params[0],
                              .staff_id = any ? NULL : rq->session->staff.id};
    int rc = writer_run(cx->writer, session_end_job, &job, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such session");
    }
    re->status = 204;
    return rc < 0 ? rc : 0;
}

int api_sessions_end_others(struct http_context *cx, struct http_request *rq, struct reply *re,
                            struct err *err)
{
    struct session_end job = {.staff_id = rq->session->staff.id, .but = rq->session->token_hash};
    int rc = writer_run(cx->writer, session_end_job, &job, err);
    re->status = 204;
    return rc < 0 ? rc : 0;
}

int api_password(struct http_context *cx, struct http_request *rq, struct reply *re,
                 struct err *err)
{
    const char *current = json_text(rq->json, "current");
    const char *password = json_text(rq->json, "password");
    const struct staff *who = &rq->session->staff;
    if (current == NULL || password == NULL) {
        return err_set(err, ERR_INVALID, "%s: is needed", current == NULL ? "current" : "password");
    }
    struct staff_password job;
    int rc = auth_confirm(cx, rq, current, err);
    if (rc >= 0) {
        rc = gate_enter(auth_gate(cx->auth), &rq->client, err);
    }
    if (rc < 0) {
        return rc;
    }
    rc = staff_password_init(&job, who->id, password, rq->now, err);
    gate_leave(auth_gate(cx->auth));
    if (rc < 0) {
        return rc;
    }
    rc = writer_run(cx->writer, staff_password_job, &job, err);
    secret_wipe(job.password_hash, sizeof job.password_hash);
    if (rc >= 0) {
        /* Everything was signed out, this session too: go on with a new one. */
        rc = auth_open(cx, rq, who->id, re, err);
        log_info("password_changed", "staff=%s address=%s", who->id, rq->client_text);
    }
    re->status = 204;
    return rc;
}
