/*
 * hook_twilio.c: what Twilio posts through the tunnel: news about texts, and answers to them. Its
 * signature is over the address it called, so that address must be known: public_url. Without one,
 * or without a token, nothing that comes here can be authentic. Never logs a number or a text.
 */
#include "http/hook_twilio.h"

#include <string.h>

#include "base/log.h"
#include "base/secret.h"
#include "http/hook.h"
#include "salon/message_setting.h"
#include "sync/replies.h"
#include "sync/texter.h"

#define BODY_MAX ((size_t)64 << 10)

static int refuse(struct http_context *cx, const struct http_request *rq, struct reply *re,
                  enum refusal why, int http, const char *message, struct err *err)
{
    struct jw w;
    refusals_add(hook_refusals(cx->hook), why, &rq->client, rq->now);
    reply_json(re, http, &w);
    jw_object(&w, NULL);
    jw_text(&w, "status", "error");
    jw_text(&w, "message", message);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

/* The limit is for those who cannot sign; Twilio itself is never limited. */
static int refuse_unsigned(struct http_context *cx, const struct http_request *rq, struct reply *re,
                           struct err *err)
{
    if (refusals_over(hook_refusals(cx->hook), &rq->client, rq->now)) {
        reply_header(re, "Retry-After", "60");
        return refuse(cx, rq, re, REFUSED_RATE, 429, "too many refused requests from this address",
                      err);
    }
    return refuse(cx, rq, re, REFUSED_SIGNATURE, 401, "the signature is missing or wrong", err);
}

static const char *claimed_signature(const struct http_request *rq)
{
    const char *value = request_header(rq, "X-Twilio-Signature");
    return value != NULL && request_header_count(rq, "X-Twilio-Signature") == 1 &&
                   strlen(value) == TWILIO_SIGNATURE_LEN - 1
               ? value
               : NULL;
}

/* What the signature must be; 0 when nothing here can be signed. */
static int expected(struct http_context *cx, const struct http_request *rq, const char *path,
                    const struct twilio_form *form, char out[static TWILIO_SIGNATURE_LEN],
                    struct err *err)
{
    struct db *db = NULL;
    CLEANUP(message_settings_done) struct message_settings s = {0};
    CLEANUP(buf_done) struct buf url;
    buf_init(&url, 4096);
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = message_settings_load(db, cx->config, cx->demo, &s, err);
    db_pool_give(cx->pool, db);
    if (rc < 0) {
        return rc;
    }
    const char *base = cx->config->server.public_url;
    if (base == NULL || s.auth_token == NULL || s.auth_token[0] == '\0') {
        return 0;
    }
    buf_printf(&url, "%s%s%s%s", base, path, rq->query != NULL ? "?" : "",
               rq->query != NULL ? rq->query : "");
    if (url.failed) {
        return 0; /* longer than any address that Twilio was given */
    }
    rc = twilio_signature(s.auth_token, url.data, form, out, err);
    return rc < 0 ? rc : 1;
}

static int take(struct http_context *cx, const struct http_request *rq, const struct buf *body,
                const struct twilio_form *form, bool status, struct reply *re, struct err *err)
{
    struct reply_post post = {.form = form,
                              .raw = body->len > 0 ? body->data : "",
                              .raw_len = body->len,
                              .status = status,
                              .now = rq->now};
    struct err why = {0};
    if (writer_run(cx->writer, reply_post_job, &post, &why) < 0) {
        struct jw w;
        log_error("text_post_not_stored", "error=%s", why.msg);
        reply_header(re, "Retry-After", "30");
        reply_json(re, 503, &w);
        jw_object(&w, NULL);
        jw_text(&w, "status", "error");
        jw_text(&w, "message", "could not be stored: send it again");
        jw_end_object(&w);
        return reply_json_end(re, err);
    }
    log_info("text_post", "kind=%s action=%s delivery=%s", status ? "status" : "inbound",
             post.action[0] == '\0' ? "-" : post.action, post.log_id);
    texter_wake(cx->texter);
    /* An empty answer in Twilio's own language: nothing is texted back. */
    static const char nothing[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";
    re->status = 200;
    re->type = "text/xml; charset=utf-8";
    re->fixed = nothing;
    re->fixed_len = sizeof nothing - 1;
    return 0;
}

static int post(struct http_context *cx, struct http_request *rq, const char *path, bool status,
                struct reply *re, struct err *err)
{
    int64_t length = 0;
    CLEANUP(buf_done) struct buf body;
    CLEANUP(twilio_form_done) struct twilio_form form = {0};
    char wanted[TWILIO_SIGNATURE_LEN];
    buf_init(&body, BODY_MAX + 1);
    if (strcmp(rq->method, "POST") != 0) {
        reply_header(re, "Allow", "POST");
        return refuse(cx, rq, re, REFUSED_METHOD, 405, "only POST", err);
    }
    if (request_length(rq, &length, err) < 0) {
        return refuse(cx, rq, re, REFUSED_BODY, 400, "the body has no usable length", err);
    }
    if (length > (int64_t)BODY_MAX) {
        return refuse(cx, rq, re, REFUSED_SIZE, 413, "the body is too large", err);
    }
    const char *signature = claimed_signature(rq);
    if (signature == NULL) {
        return refuse_unsigned(cx, rq, re, err);
    }
    int rc = request_body(rq, BODY_MAX, &body, err);
    if (rc < 0) {
        const bool large = err->code == ERR_TOO_LARGE;
        return refuse(cx, rq, re, large ? REFUSED_SIZE : REFUSED_BODY, large ? 413 : 400,
                      large ? "the body is too large" : "the body did not come whole", err);
    }
    rc = twilio_form_parse(body.len > 0 ? body.data : "", body.len, &form, err);
    if (rc < 0) {
        return err->code == ERR_NOMEM ? rc : refuse_unsigned(cx, rq, re, err);
    }
    rc = expected(cx, rq, path, &form, wanted, err);
    if (rc < 0) {
        return rc;
    }
    if (rc == 0 || !secret_equal(wanted, signature, TWILIO_SIGNATURE_LEN - 1)) {
        return refuse_unsigned(cx, rq, re, err);
    }
    return take(cx, rq, &body, &form, status, re, err);
}

int hook_twilio_status(struct http_context *cx, struct http_request *rq, struct reply *re,
                       struct err *err)
{
    return post(cx, rq, TEXTER_STATUS_PATH, true, re, err);
}

int hook_twilio_inbound(struct http_context *cx, struct http_request *rq, struct reply *re,
                        struct err *err)
{
    return post(cx, rq, TEXTER_INBOUND_PATH, false, re, err);
}
