/*
 * api_session.c: the first run, signing in and out, and what a page needs to know about itself. No
 * state.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/api.h"
#include "http/auth.h"
#include "salon/first_run.h"
#include "salon/salon.h"
#include "salon/staff.h"

static void text_free(char *text)
{
    free(text);
}
DEFINE_CLEANUP(char *, text_free);

/* A password is taken as it is typed: neither trimmed nor bounded by anything but the body. */
static int password_field(const cJSON *body, const char **out, struct err *err)
{
    *out = json_text(body, "password");
    return *out == NULL || **out == '\0' ? err_set(err, ERR_INVALID, "password: is needed") : 0;
}

int api_session_answer(struct http_context *cx, const struct staff *staff, bool by_pin, int status,
                       struct reply *re, struct err *err)
{
    struct salon *salon = calloc(1, sizeof *salon);
    struct db *db = NULL;
    int rc =
        salon == NULL ? err_set(err, ERR_NOMEM, "out of memory") : db_pool_take(cx->pool, &db, err);
    if (rc >= 0) {
        rc = salon_get(db, staff->salon_id[0] == '\0' ? NULL : staff->salon_id, salon, err);
        db_pool_give(cx->pool, db);
    }
    if (rc < 0) {
        free(salon);
        return rc;
    }
    struct jw w;
    reply_json(re, status, &w);
    jw_object(&w, NULL);
    jw_object(&w, "user");
    jw_text(&w, "id", staff->id);
    jw_text(&w, "name", staff->name);
    jw_text(&w, "role", staff_role_name(staff->role));
    jw_text(&w, "language", staff->language);
    jw_end_object(&w);
    jw_bool(&w, "by_pin", by_pin);
    jw_bool(&w, "demo", cx->demo);
    jw_object(&w, "salon");
    jw_text(&w, "id", salon->id);
    jw_text(&w, "name", salon->name);
    jw_text(&w, "timezone", zone_name());
    jw_end_object(&w);
    jw_text(&w, "version", BARKBOOK_VERSION);
    jw_end_object(&w);
    free(salon);
    return reply_json_end(re, err);
}

int api_state(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = first_run_needed(db, err);
    db_pool_give(cx->pool, db);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_bool(&w, "setup_needed", rc > 0);
    jw_bool(&w, "signed_in", rq->session != NULL);
    jw_text(&w, "version", BARKBOOK_VERSION);
    jw_text(&w, "language", cx->config->server.language);
    jw_text(&w, "instance", cx->instance);
    jw_bool(&w, "demo", cx->demo);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

static int check_token(struct http_context *cx, const char *token, int64_t now, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = first_run_check(db, token, now, err);
    db_pool_give(cx->pool, db);
    return rc;
}

int api_setup(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    CLEANUP(text_free) char *name = NULL;
    CLEANUP(text_free) char *language = NULL;
    CLEANUP(text_free) char *salon_name = NULL;
    const char *password = NULL;
    /* The link first: strangers must not make the box compute. */
    int rc = check_token(cx, json_text(rq->json, "token"), rq->now, err);
    if (rc >= 0) {
        rc = json_field_text(rq->json, "name", STAFF_NAME_MAX, true, &name, err);
    }
    if (rc >= 0) {
        rc = password_field(rq->json, &password, err);
    }
    if (rc >= 0) {
        rc = json_field_text(rq->json, "language", 2, false, &language, err);
    }
    if (rc >= 0) {
        rc = json_field_text(rq->json, "salon_name", SALON_NAME_MAX, false, &salon_name, err);
    }
    if (rc >= 0) {
        rc = gate_enter(auth_gate(cx->auth), &rq->client, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct staff_draft draft = {0};
    rc = staff_draft_init(&draft, name, password, STAFF_ROLE_OWNER, language, NULL, rq->now, err);
    gate_leave(auth_gate(cx->auth));
    struct first_run_complete job = {.token = json_text(rq->json, "token"),
                                     .owner = &draft,
                                     .salon_name = salon_name,
                                     .now = rq->now};
    if (rc >= 0) {
        rc = writer_run(cx->writer, first_run_complete_job, &job, err);
    }
    secret_wipe(draft.password_hash, sizeof draft.password_hash);
    if (rc >= 0) {
        rc = auth_open(cx, rq, draft.id, re, err);
    }
    if (rc < 0) {
        return rc;
    }
    log_info("owner_created", "staff=%s address=%s", draft.id, rq->client_text);
    struct staff staff = {.role = draft.role};
    memcpy(staff.id, draft.id, sizeof staff.id);
    memcpy(staff.name, draft.name, sizeof staff.name);
    memcpy(staff.language, draft.language, sizeof staff.language);
    return api_session_answer(cx, &staff, false, 201, re, err);
}

int api_session_post(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    CLEANUP(text_free) char *name = NULL;
    const char *password = NULL;
    struct staff staff;
    int rc = json_field_text(rq->json, "name", STAFF_NAME_MAX, true, &name, err);
    if (rc >= 0) {
        rc = password_field(rq->json, &password, err);
    }
    if (rc >= 0) {
        rc = auth_sign_in(cx, rq, name, password, re, &staff, err);
    }
    return rc < 0 ? rc : api_session_answer(cx, &staff, false, 200, re, err);
}

int api_session_get(struct http_context *cx, struct http_request *rq, struct reply *re,
                    struct err *err)
{
    return api_session_answer(cx, &rq->session->staff, rq->session->by_pin, 200, re, err);
}

int api_session_patch(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    CLEANUP(text_free) char *language = NULL;
    int rc = json_field_text(rq->json, "language", 2, true, &language, err);
    struct staff_language job = {.id = rq->session->staff.id, .language = language, .now = rq->now};
    if (rc >= 0) {
        rc = writer_run(cx->writer, staff_language_job, &job, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct staff staff = rq->session->staff;
    (void)snprintf(staff.language, sizeof staff.language, "%s", language);
    return api_session_answer(cx, &staff, rq->session->by_pin, 200, re, err);
}

int api_session_delete(struct http_context *cx, struct http_request *rq, struct reply *re,
                       struct err *err)
{
    re->status = 204;
    return auth_sign_out(cx, rq, re, err);
}
