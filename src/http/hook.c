/*
 * hook.c: POST /api/webhooks/calcom. The answers are fixed: whoever set up Cal.com and the tunnel
 * relies on them. It must never let an unauthentic byte reach the database, never limit a signed
 * delivery (Cal.com does not try again), and never log more of one than its trigger and booking.
 */
#include "http/hook.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "http/server.h"
#include "sync/inbox.h"

#define SIGNATURE_HEADER "X-Cal-Signature-256"
#define SIGNATURE_LEN    ((size_t)(2 * SHA256_LEN))

struct hook {
    char *secret;
    size_t secret_len;
    size_t body_max;
    int64_t complete_after_ms;
    bool allow_any;
    struct net_list allow;
    struct refusals *refusals;
    atomic_ullong counts[HOOK_COUNTS];
};

int hook_new(const struct config *config, const char *secret, struct hook **out, struct err *err)
{
    if (secret == NULL || secret[0] == '\0') {
        return err_set(err, ERR_CONFIG,
                       "there is no webhook secret: the webhook listener stays closed");
    }
    struct hook *h = calloc(1, sizeof *h);
    char *copy = strdup(secret);
    if (h == NULL || copy == NULL) {
        free(h);
        free(copy);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    h->secret = copy;
    h->secret_len = strlen(copy);
    h->body_max = (size_t)config->limits.webhook_body_max;
    h->complete_after_ms = config->calcom.complete_after_ms;
    h->allow_any = config->limits.webhook_allow == NULL;
    int rc = net_list_init(&h->allow, config->limits.webhook_allow, err);
    if (rc >= 0) {
        rc = refusals_new(config->limits.webhook_rate, &h->refusals, err);
    }
    if (rc < 0) {
        hook_free(h);
        return rc;
    }
    *out = h;
    return 0;
}

void hook_free(struct hook *h)
{
    if (h != NULL) {
        secret_wipe(h->secret, h->secret_len);
        free(h->secret);
        net_list_done(&h->allow);
        refusals_free(h->refusals);
        free(h);
    }
}

struct refusals *hook_refusals(struct hook *h)
{
    return h->refusals;
}

const char *hook_count_name(enum hook_count c)
{
    static const char *const names[HOOK_COUNTS] = {
        [HOOK_SUCCESS] = "success",       [HOOK_IGNORED] = "ignored",
        [HOOK_NOT_JSON] = "not_json",     [HOOK_UNPROCESSABLE] = "unprocessable",
        [HOOK_NOT_STORED] = "not_stored",
    };
    return c < HOOK_COUNTS ? names[c] : "?";
}

uint64_t hook_counted(const struct hook *h, enum hook_count c)
{
    return atomic_load(&h->counts[c]);
}

static const char *or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

static int answer(struct reply *re, int http, const char *status, const char *action,
                  const char *event_id, const char *message, struct err *err)
{
    struct jw w;
    reply_json(re, http, &w);
    jw_object(&w, NULL);
    jw_text(&w, "status", status);
    jw_text(&w, "action", or_null(action));
    jw_text(&w, "event_id", or_null(event_id));
    jw_text(&w, "message", message);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

static int refuse(struct hook *h, const struct http_request *rq, struct reply *re, enum refusal why,
                  int http, const char *message, struct err *err)
{
    refusals_add(h->refusals, why, &rq->client, rq->now);
    return answer(re, http, "error", NULL, NULL, message, err);
}

/* Unsigned or wrongly signed: only these are limited, and only of these the type matters. */
static int refuse_unsigned(struct hook *h, const struct http_request *rq, struct reply *re,
                           struct err *err)
{
    if (refusals_over(h->refusals, &rq->client, rq->now)) {
        reply_header(re, "Retry-After", "60");
        return refuse(h, rq, re, REFUSED_RATE, 429, "too many refused requests from this address",
                      err);
    }
    if (!request_is_type(rq, "application/json")) {
        return refuse(h, rq, re, REFUSED_TYPE, 415, "Content-Type must be application/json", err);
    }
    return refuse(h, rq, re, REFUSED_SIGNATURE, 401, "the signature is missing or wrong", err);
}

/* The header's 64 digits; NULL when there is none, several, or it cannot be one
 * ("no-secret-provided"). */
static const char *claimed_signature(const struct http_request *rq)
{
    const char *value = request_header(rq, SIGNATURE_HEADER);
    if (value == NULL || request_header_count(rq, SIGNATURE_HEADER) != 1 ||
        strspn(value, "0123456789abcdef") != SIGNATURE_LEN || value[SIGNATURE_LEN] != '\0') {
        return NULL;
    }
    return value;
}

/* 1 authentic, 0 not. */
static int verify(const struct hook *h, const char *signature, const struct buf *body,
                  struct err *err)
{
    uint8_t mac[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    int rc = secret_hmac_sha256(h->secret, h->secret_len, body->len > 0 ? body->data : "",
                                body->len, mac, err);
    if (rc < 0) {
        return rc;
    }
    secret_hex(mac, sizeof mac, hex);
    return secret_equal(hex, signature, SIGNATURE_LEN) ? 1 : 0;
}

static void log_received(const char *trigger, const char *uid)
{
    log_info("webhook_received", "trigger=%s booking=%s", trigger[0] == '\0' ? "-" : trigger,
             uid[0] == '\0' ? "-" : uid);
}

static int deliver(struct http_context *cx, const struct http_request *rq, const struct buf *body,
                   struct reply *re, struct err *err)
{
    static const struct {
        enum hook_count count;
        int http;
        const char *word;
    } outcomes[] = {
        [INBOX_SUCCESS] = {HOOK_SUCCESS, 200, "success"},
        [INBOX_IGNORED] = {HOOK_IGNORED, 200, "ignored"},
        [INBOX_NOT_JSON] = {HOOK_NOT_JSON, 400, "error"},
        [INBOX_UNPROCESSABLE] = {HOOK_UNPROCESSABLE, 422, "error"},
    };
    struct hook *h = cx->hook;
    const struct inbox_context inbox = {.writer = cx->writer,
                                        .complete_after_ms = h->complete_after_ms,
                                        .received = log_received};
    struct inbox_result r = {0};
    int64_t begun = clock_mono_ms();
    int rc = inbox_deliver(&inbox, body->len > 0 ? body->data : "", body->len, rq->now, &r, err);
    long long took = (long long)(clock_mono_ms() - begun);
    if (rc < 0) {
        atomic_fetch_add(&h->counts[HOOK_NOT_STORED], 1);
        log_error("webhook_not_stored", "ms=%lld error=%s", took, err->msg);
        reply_header(re, "Retry-After", "30");
        return answer(re, 503, "error", NULL, NULL, "could not be stored: send it again", err);
    }
    atomic_fetch_add(&h->counts[outcomes[r.status].count], 1);
    log_info("webhook_done", "status=%s action=%s event=%s delivery=%s ms=%lld",
             outcomes[r.status].word, r.action[0] == '\0' ? "-" : r.action,
             r.event_id[0] == '\0' ? "-" : r.event_id, r.log_id, took);
    if (r.needs_reconcile && cx->reconcile_hint != NULL) {
        cx->reconcile_hint(cx->reconcile_hint_arg);
    }
    return answer(re, outcomes[r.status].http, outcomes[r.status].word, r.action, r.event_id,
                  r.message, err);
}

static int refuse_body(struct hook *h, const struct http_request *rq, struct reply *re,
                       struct err *err)
{
    if (err->code == ERR_TOO_LARGE) {
        return refuse(h, rq, re, REFUSED_SIZE, 413, "the body is too large", err);
    }
    if (err->code == ERR_TIMEOUT) {
        return refuse(h, rq, re, REFUSED_BODY, 408, "the body came too slowly", err);
    }
    if (err->code == ERR_INVALID) {
        return refuse(h, rq, re, REFUSED_BODY, 400,
                      "the body does not have the length it announced", err);
    }
    reply_header(re, "Retry-After", "30");
    return answer(re, 503, "error", NULL, NULL, "could not be stored: send it again", err);
}

int hook_calcom(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct hook *h = cx->hook;
    int64_t length = 0;
    if (strcmp(rq->method, "POST") != 0) {
        reply_header(re, "Allow", "POST");
        return refuse(h, rq, re, REFUSED_METHOD, 405, "only POST", err);
    }
    if (!h->allow_any && !net_list_has(&h->allow, &rq->client)) {
        return refuse(h, rq, re, REFUSED_ADDRESS, 403, "this address may not deliver", err);
    }
    if (request_length(rq, &length, err) < 0) {
        return refuse_body(h, rq, re, err);
    }
    if (length > (int64_t)h->body_max) {
        return refuse(h, rq, re, REFUSED_SIZE, 413, "the body is too large", err);
    }
    const char *signature = claimed_signature(rq);
    if (signature == NULL) {
        return refuse_unsigned(h, rq, re, err);
    }
    CLEANUP(buf_done) struct buf body;
    buf_init(&body, h->body_max + 1);
    int rc = request_body(rq, h->body_max, &body, err);
    if (rc < 0) {
        return refuse_body(h, rq, re, err);
    }
    rc = verify(h, signature, &body, err);
    if (rc < 0) {
        return rc;
    }
    return rc == 0 ? refuse_unsigned(h, rq, re, err) : deliver(cx, rq, &body, re, err);
}
