/*
 * api_staff.c: the owner looks after the accounts. No state. Passwords are hashed before any job
 * begins, one at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/api.h"
#include "http/auth.h"

static void text_free(char *text)
{
    free(text);
}
DEFINE_CLEANUP(char *, text_free);

static void write_fields(struct jw *w, const struct staff *s)
{
    jw_text(w, "id", s->id);
    jw_text(w, "name", s->name);
    jw_text(w, "role", staff_role_name(s->role));
    jw_text(w, "language", s->language);
    jw_text(w, "salon_id", s->salon_id[0] == '\0' ? NULL : s->salon_id);
    jw_bool(w, "disabled", s->disabled);
    jw_time(w, "created_at", s->created_at);
}

static int write_row(const struct staff *s, void *arg, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    jw_object(w, NULL);
    write_fields(w, s);
    jw_end_object(w);
    return 0;
}

int api_staff_list(struct http_context *cx, struct http_request *rq, struct reply *re,
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
    jw_array(&w, "staff");
    rc = staff_list(db, write_row, &w, err);
    jw_end_array(&w);
    jw_end_object(&w);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

static int answer_one(struct http_context *cx, const char *id, int status, struct reply *re,
                      struct err *err)
{
    struct staff who;
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = staff_get(db, id, &who, err);
    db_pool_give(cx->pool, db);
    if (rc <= 0) {
        return rc < 0 ? rc : err_set(err, ERR_NOT_FOUND, "there is no such account");
    }
    struct jw w;
    reply_json(re, status, &w);
    jw_object(&w, NULL);
    write_fields(&w, &who);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

/* *role is left alone when the body names none. */
static int role_field(const cJSON *body, bool *given, enum staff_role *role, struct err *err)
{
    if (json_get(body, "role") == NULL) {
        return 0;
    }
    const char *text = json_text(body, "role");
    if (text == NULL || !staff_role_parse(text, role)) {
        return err_set(err, ERR_INVALID, "role: owner or staff");
    }
    *given = true;
    return 0;
}

int api_staff_add(struct http_context *cx, struct http_request *rq, struct reply *re,
                  struct err *err)
{
    CLEANUP(text_free) char *name = NULL;
    CLEANUP(text_free) char *language = NULL;
    enum staff_role role = STAFF_ROLE_STAFF;
    bool has_role = false;
    struct staff_draft draft = {0};
    int rc = json_field_text(rq->json, "name", STAFF_NAME_MAX, true, &name, err);
    if (rc >= 0) {
        rc = json_field_text(rq->json, "language", 2, false, &language, err);
    }
    if (rc >= 0) {
        rc = role_field(rq->json, &has_role, &role, err);
    }
    if (rc >= 0) {
        rc = gate_enter(auth_gate(cx->auth), &rq->client, err);
    }
    if (rc < 0) {
        return rc;
    }
    /* An owner of one salon makes staff of that salon. */
    const char *salon = role == STAFF_ROLE_STAFF ? rq->session->staff.salon_id : NULL;
    rc = staff_draft_init(&draft, name, json_text(rq->json, "password"), role, language, salon,
                          rq->now, err);
    gate_leave(auth_gate(cx->auth));
    if (rc >= 0) {
        rc = writer_run(cx->writer, staff_create_job, &draft, err);
    }
    secret_wipe(draft.password_hash, sizeof draft.password_hash);
    if (rc < 0) {
        return rc;
    }
    log_info("account_made", "staff=%s role=%s by=%s", draft.id, staff_role_name(role),
             rq->session->staff.id);
    return answer_one(cx, draft.id, 201, re, err);
}

/* Everything a PATCH may ask for; done together or not at all. */
struct change {
    const char *id;
    int64_t now;
    bool has_role;
    bool has_disabled;
    bool has_password;
    enum staff_role role;
    bool disabled;
    struct staff_password password;
};

static int change_job(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    int rc = 0;
    if (c->has_role) {
        struct staff_role_change role = {.id = c->id, .role = c->role, .now = c->now};
        rc = staff_role_job(db, &role, err);
    }
    if (rc >= 0 && c->has_disabled) {
        struct staff_disable disable = {.id = c->id, .disabled = c->disabled, .now = c->now};
        rc = staff_disable_job(db, &disable, err);
    }
    if (rc >= 0 && c->has_password) {
        rc = staff_password_job(db, &c->password, err);
    }
    return rc;
}

static int read_change(struct http_context *cx, const struct http_request *rq, struct change *c,
                       struct err *err)
{
    c->has_disabled = json_get(rq->json, "disabled") != NULL;
    c->has_password = json_get(rq->json, "password") != NULL;
    int rc = json_field_bool(rq->json, "disabled", false, &c->disabled, err);
    if (rc >= 0) {
        rc = role_field(rq->json, &c->has_role, &c->role, err);
    }
    if (rc < 0) {
        return rc;
    }
    bool self = strcmp(c->id, rq->session->staff.id) == 0;
    if (self && (c->has_disabled || c->has_role)) {
        return err_set(err, ERR_CONFLICT, "that is your own account: let another owner do it");
    }
    if (self && c->has_password) {
        return err_set(err, ERR_CONFLICT, "your own password is changed with the present one");
    }
    if (c->has_password) {
        rc = gate_enter(auth_gate(cx->auth), &rq->client, err);
        if (rc >= 0) {
            rc = staff_password_init(&c->password, c->id, json_text(rq->json, "password"), rq->now,
                                     err);
            gate_leave(auth_gate(cx->auth));
        }
    }
    return rc;
}

int api_staff_change(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    struct change change = {.id = rq->params[0], .now = rq->now};
    int rc = read_change(cx, rq, &change, err);
    if (rc >= 0) {
        rc = writer_run(cx->writer, change_job, &change, err);
    }
    secret_wipe(change.password.password_hash, sizeof change.password.password_hash);
    if (rc < 0) {
        return rc;
    }
    log_info("account_changed", "staff=%s by=%s%s%s%s", change.id, rq->session->staff.id,
             change.has_role ? " role" : "", change.has_disabled ? " disabled" : "",
             change.has_password ? " password" : "");
    return answer_one(cx, change.id, 200, re, err);
}
