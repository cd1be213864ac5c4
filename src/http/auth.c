/*
 * auth.c: see auth.h. It must never log a name, a password or a token, and never compute a hash
 * while it holds a connection of the pool.
 */
#include "http/auth.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/lockout.h"

#define COOKIE_PLAIN  "barkbook_session"
#define COOKIE_SECURE "__Host-barkbook_session"

struct auth {
    struct gate *gate;
    struct lockout *lockout;
};

int auth_new(struct auth **out, struct err *err)
{
    struct auth *a = calloc(1, sizeof *a);
    if (a == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = gate_new(&a->gate, err);
    if (rc >= 0) {
        rc = lockout_new(&a->lockout, err);
    }
    if (rc < 0) {
        auth_free(a);
        return rc;
    }
    *out = a;
    return 0;
}

void auth_free(struct auth *a)
{
    if (a != NULL) {
        gate_free(a->gate);
        lockout_free(a->lockout);
        free(a);
    }
}

void auth_stop_soon(struct auth *a)
{
    gate_stop_soon(a->gate);
}

struct gate *auth_gate(struct auth *a)
{
    return a->gate;
}

bool auth_is_owner(const struct session *session)
{
    return session->staff.role == STAFF_ROLE_OWNER;
}

static bool token_of(const struct http_request *rq, char out[static SESSION_TOKEN_LEN])
{
    return request_cookie(rq, rq->https ? COOKIE_SECURE : COOKIE_PLAIN, out, SESSION_TOKEN_LEN);
}

static void set_cookie(const struct http_request *rq, struct reply *re, const char *token,
                       int64_t seconds)
{
    reply_header(re, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
                 rq->https ? COOKIE_SECURE : COOKIE_PLAIN, token, (long long)seconds,
                 rq->https ? "; Secure" : "");
}

static void touch(struct http_context *cx, const struct session *s, int64_t now)
{
    struct session_touch job = {.now = now};
    struct err err = {0};
    memcpy(job.token_hash, s->token_hash, sizeof job.token_hash);
    if (writer_run(cx->writer, session_touch_job, &job, &err) < 0) {
        /* Reading goes on; the session only seems less used than it is. */
        log_warn("session_touch_failed", "error=%s", err.msg);
    }
}

int auth_identify(struct http_context *cx, struct http_request *rq, struct session *out,
                  struct err *err)
{
    char token[SESSION_TOKEN_LEN];
    if (!token_of(rq, token)) {
        return 0;
    }
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = session_find(db, token, rq->now, out, err);
    db_pool_give(cx->pool, db);
    secret_wipe(token, sizeof token);
    if (rc > 0) {
        gate_know(cx->auth->gate, &rq->client);
        if (session_needs_touch(out, rq->now)) {
            touch(cx, out, rq->now);
        }
    }
    return rc;
}

static int find_account(struct http_context *cx, const char *name, struct staff *out,
                        struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = staff_find(db, name, out, err);
    db_pool_give(cx->pool, db);
    return rc;
}

int auth_open(struct http_context *cx, struct http_request *rq, const char *staff_id,
              struct reply *re, struct err *err)
{
    char previous[SESSION_TOKEN_LEN];
    struct session_open job = {
        .staff_id = staff_id,
        .address = rq->client_text,
        .user_agent = request_header(rq, "User-Agent"),
        .replaces = token_of(rq, previous) ? previous : NULL,
        .now = rq->now,
    };
    int rc = writer_run(cx->writer, session_open_job, &job, err);
    if (rc >= 0) {
        set_cookie(rq, re, job.token, SESSION_MAX / CLOCK_SECOND);
        rc = 0;
    }
    secret_wipe(job.token, sizeof job.token);
    return rc;
}

int auth_sign_in(struct http_context *cx, struct http_request *rq, const char *name,
                 const char *password, struct reply *re, struct staff *out, struct err *err)
{
    int64_t locked = lockout_try(cx->auth->lockout, name, &rq->client, rq->now);
    if (locked > 0) {
        log_debug("sign_in_locked", "address=%s", rq->client_text);
        return err_set(err, ERR_RATE, "too many wrong tries: try again in %lld minutes",
                       (long long)((locked + CLOCK_MINUTE - 1) / CLOCK_MINUTE));
    }
    int found = find_account(cx, name, out, err);
    int rc = found < 0 ? found : gate_enter(cx->auth->gate, &rq->client, err);
    if (rc < 0) {
        lockout_take_back(cx->auth->lockout, name, &rq->client);
        return rc;
    }
    rc = staff_password_matches(found > 0 ? out : NULL, password, err);
    gate_leave(cx->auth->gate);
    if (rc == 0) {
        log_warn("sign_in_refused", "address=%s", rq->client_text);
        return err_set(err, ERR_UNAUTHENTICATED, "the name or the password is wrong");
    }
    if (rc > 0) {
        lockout_clear(cx->auth->lockout, name, &rq->client);
        rc = auth_open(cx, rq, out->id, re, err);
    }
    if (rc >= 0) {
        log_info("signed_in", "staff=%s address=%s", out->id, rq->client_text);
    }
    return rc;
}

int auth_sign_out(struct http_context *cx, struct http_request *rq, struct reply *re,
                  struct err *err)
{
    struct session_end job = {.token_hash = rq->session->token_hash,
                              .staff_id = rq->session->staff.id};
    int rc = writer_run(cx->writer, session_end_job, &job, err);
    if (rc >= 0) {
        set_cookie(rq, re, "", 0);
        rc = 0;
    }
    return rc;
}
