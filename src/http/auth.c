/*
 * auth.c: see auth.h. It must never log a name, a password or a token, and never compute a hash
 * while it holds a connection of the pool.
 */
#include "http/auth.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/device_cookie.h"
#include "http/lockout.h"
#include "salon/device.h"

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

/* From where a try counts: the salon's own tablet has its own count, so that whoever shares its
 * address (a proxy that tells no addresses, a guest behind the same router) cannot lock it out. */
static int try_origin(struct http_context *cx, const struct http_request *rq,
                      struct net_address *out, struct err *err)
{
    char token[SESSION_TOKEN_LEN];
    char hash[SESSION_HASH_LEN];
    struct db *db = NULL;
    *out = rq->client;
    device_cookie(rq, token);
    if (token[0] == '\0') {
        return 0;
    }
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc >= 0) {
        rc = device_find(db, token, hash, err);
        db_pool_give(cx->pool, db);
    }
    secret_wipe(token, sizeof token);
    if (rc > 0 && !secret_unhex(hash, 2 * sizeof out->bytes, out->bytes, sizeof out->bytes)) {
        return err_set(err, ERR_INTERNAL, "a hash that is none");
    }
    return rc < 0 ? rc : 0;
}

static int open_session(struct http_context *cx, struct http_request *rq, const char *staff_id,
                        bool by_pin, struct reply *re, struct err *err)
{
    char previous[SESSION_TOKEN_LEN];
    struct session_open job = {
        .staff_id = staff_id,
        .address = rq->client_text,
        .user_agent = request_header(rq, "User-Agent"),
        .replaces = token_of(rq, previous) ? previous : NULL,
        .by_pin = by_pin,
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

int auth_open(struct http_context *cx, struct http_request *rq, const char *staff_id,
              struct reply *re, struct err *err)
{
    return open_session(cx, rq, staff_id, false, re, err);
}

/* 1 right (and *out is who), 0 wrong; counts the try, waits for the turn. */
static int try_password(struct http_context *cx, struct http_request *rq, const char *name,
                        const char *password, struct staff *out, struct err *err)
{
    struct net_address from;
    int rc = try_origin(cx, rq, &from, err);
    if (rc < 0) {
        return rc;
    }
    int64_t locked = lockout_try(cx->auth->lockout, name, &from, rq->now);
    if (locked > 0) {
        log_debug("sign_in_locked", "address=%s", rq->client_text);
        return err_set(err, ERR_RATE, "too many wrong tries: try again in %lld minutes",
                       (long long)((locked + CLOCK_MINUTE - 1) / CLOCK_MINUTE));
    }
    int found = find_account(cx, name, out, err);
    rc = found < 0 ? found : gate_enter(cx->auth->gate, &rq->client, err);
    if (rc < 0) {
        lockout_take_back(cx->auth->lockout, name, &from);
        return rc;
    }
    rc = staff_password_matches(found > 0 ? out : NULL, password, err);
    gate_leave(cx->auth->gate);
    if (rc > 0) {
        lockout_clear(cx->auth->lockout, name, &from);
    } else if (rc == 0) {
        log_warn("sign_in_refused", "address=%s", rq->client_text);
    }
    return rc;
}

/* Who knows the password may use the PIN of this device again. */
static void unlock_pin(struct http_context *cx, const struct http_request *rq, const char *staff_id)
{
    char token[SESSION_TOKEN_LEN];
    struct err err = {0};
    device_cookie(rq, token);
    struct device_pin_unlock job = {.token = token, .staff_id = staff_id};
    if (token[0] != '\0' && writer_run(cx->writer, device_pin_unlock_job, &job, &err) < 0) {
        log_warn("pin_unlock_failed", "error=%s", err.msg);
    }
    secret_wipe(token, sizeof token);
}

int auth_sign_in(struct http_context *cx, struct http_request *rq, const char *name,
                 const char *password, struct reply *re, struct staff *out, struct err *err)
{
    int rc = try_password(cx, rq, name, password, out, err);
    if (rc == 0) {
        return err_set(err, ERR_UNAUTHENTICATED, "the name or the password is wrong");
    }
    if (rc > 0) {
        unlock_pin(cx, rq, out->id);
        rc = auth_open(cx, rq, out->id, re, err);
    }
    if (rc >= 0) {
        log_info("signed_in", "staff=%s address=%s", out->id, rq->client_text);
    }
    return rc;
}

int auth_confirm(struct http_context *cx, struct http_request *rq, const char *password,
                 struct err *err)
{
    struct staff who;
    int rc = try_password(cx, rq, rq->session->staff.name, password, &who, err);
    return rc == 0 ? err_set(err, ERR_FORBIDDEN, "the password is wrong") : rc < 0 ? rc : 0;
}

int auth_sign_in_by_pin(struct http_context *cx, struct http_request *rq, const char *staff_id,
                        const char *pin, struct reply *re, struct staff *out, struct err *err)
{
    char token[SESSION_TOKEN_LEN];
    device_cookie(rq, token);
    struct device_pin_try job = {.token = token, .staff_id = staff_id, .pin = pin, .now = rq->now};
    int rc = writer_run(cx->writer, device_pin_try_job, &job, err);
    secret_wipe(token, sizeof token);
    if (rc == 0) {
        log_warn("pin_refused", "address=%s", rq->client_text);
        return job.left > 0 ? err_set(err, ERR_UNAUTHENTICATED,
                                      "the PIN is wrong: tries left before only the password "
                                      "helps: %d",
                                      job.left)
                            : err_set(err, ERR_UNAUTHENTICATED,
                                      "the PIN is wrong: sign in with the password");
    }
    struct db *db = NULL;
    if (rc > 0) {
        rc = db_pool_take(cx->pool, &db, err);
    }
    if (rc >= 0) {
        rc = staff_get(db, staff_id, out, err);
        db_pool_give(cx->pool, db);
        rc = rc == 0 ? err_set(err, ERR_UNAUTHENTICATED, "there is no such account") : rc;
    }
    if (rc >= 0) {
        rc = open_session(cx, rq, staff_id, true, re, err);
    }
    if (rc >= 0) {
        log_info("signed_in_by_pin", "staff=%s address=%s", out->id, rq->client_text);
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
