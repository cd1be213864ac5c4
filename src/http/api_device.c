/*
 * api_device.c: shared tablets: remembering one, PINs on it, taking turns by PIN, forgetting it. No
 * state.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/api.h"
#include "http/auth.h"
#include "http/device_cookie.h"
#include "salon/device.h"

static void text_free(char *text)
{
    free(text);
}
DEFINE_CLEANUP(char *, text_free);

static int write_person(const struct device_person *p, void *arg, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    jw_object(w, NULL);
    jw_text(w, "id", p->staff_id);
    jw_text(w, "name", p->name);
    jw_bool(w, "locked", p->tries_left == 0);
    jw_int(w, "tries_left", p->tries_left);
    jw_end_object(w);
    return 0;
}

/* Names are told to the tablet only, by its cookie. */
int api_device(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    char token[SESSION_TOKEN_LEN];
    char hash[SESSION_HASH_LEN];
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    device_cookie(rq, token);
    int known = device_find(db, token, hash, err);
    secret_wipe(token, sizeof token);
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_bool(&w, "remembered", known > 0);
    jw_array(&w, "people");
    rc = known > 0 ? device_people(db, hash, write_person, &w, err) : known;
    jw_end_array(&w);
    jw_end_object(&w);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_device_pin(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    CLEANUP(text_free) char *name = NULL;
    char token[SESSION_TOKEN_LEN];
    int rc = json_field_text(rq->json, "device", DEVICE_NAME_MAX, false, &name, err);
    if (rc < 0) {
        return rc;
    }
    device_cookie(rq, token);
    struct device_pin_set job = {.token = token,
                                 .staff_id = rq->session->staff.id,
                                 .pin = json_text(rq->json, "pin"),
                                 .name = name,
                                 .now = rq->now};
    rc = writer_run(cx->writer, device_pin_set_job, &job, err);
    if (rc >= 0) {
        /* Sent again each time, so that a tablet in use is not forgotten by its browser. */
        device_cookie_set(rq, re, job.made[0] != '\0' ? job.made : token);
        log_info("pin_set", "staff=%s address=%s", rq->session->staff.id, rq->client_text);
        re->status = 204;
    }
    secret_wipe(token, sizeof token);
    secret_wipe(job.made, sizeof job.made);
    return rc < 0 ? rc : 0;
}

int api_device_pin_drop(struct http_context *cx, struct http_request *rq, struct reply *re,
                        struct err *err)
{
    char token[SESSION_TOKEN_LEN];
    device_cookie(rq, token);
    struct device_pin_drop job = {.token = token, .staff_id = rq->session->staff.id};
    int rc = writer_run(cx->writer, device_pin_drop_job, &job, err);
    secret_wipe(token, sizeof token);
    re->status = 204;
    return rc < 0 ? rc : 0;
}

int api_session_by_pin(struct http_context *cx, struct http_request *rq, struct reply *re,
                       struct err *err)
{
    const char *staff_id = json_text(rq->json, "staff_id");
    const char *pin = json_text(rq->json, "pin");
    if (staff_id == NULL || pin == NULL) {
        return err_set(err, ERR_INVALID, "%s: is needed", staff_id == NULL ? "staff_id" : "pin");
    }
    struct staff who;
    int rc = auth_sign_in_by_pin(cx, rq, staff_id, pin, re, &who, err);
    return rc < 0 ? rc : api_session_answer(cx, &who, true, 200, re, err);
}

static int write_device(const struct device_line *d, void *arg, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    jw_object(w, NULL);
    jw_text(w, "id", d->hash);
    jw_text(w, "name", d->name);
    jw_text(w, "created_by", d->created_by);
    jw_time(w, "created_at", d->created_at);
    jw_time(w, "last_seen_at", d->last_seen_at);
    jw_int(w, "people", d->people);
    jw_end_object(w);
    return 0;
}

int api_devices(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
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
    jw_array(&w, "devices");
    rc = device_list(db, write_device, &w, err);
    jw_end_array(&w);
    jw_end_object(&w);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_device_forget(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    struct device_forget job = {.hash = rq->params[0]};
    int rc = writer_run(cx->writer, device_forget_job, &job, err);
    re->status = 204;
    return rc < 0 ? rc : 0;
}
