/*
 * delivery.c: from a raw body to a verdict, an observation and the text that is kept. No database,
 * no clock; thread-safe.
 */
#include "sync/delivery.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "sync/redact.h"

/* Base64 of a body that is not UTF-8 is the longest form; the rest is for quotes and escapes. */
#define KEPT_MAX(n) ((n)*6 + 4096)

void delivery_done(struct delivery *d)
{
    observation_done(&d->observation);
    free(d->payload);
    *d = (struct delivery){0};
}

static int make_key(const char *raw, size_t n, int64_t sent_at, char out[static DELIVERY_KEY_LEN],
                    struct err *err)
{
    uint8_t digest[SHA256_LEN];
    int rc = secret_sha256(raw, n, digest, err);
    if (rc < 0) {
        return rc;
    }
    char hex[2 * 16 + 1];
    secret_hex(digest, 16, hex);
    (void)snprintf(out, DELIVERY_KEY_LEN, "%015" PRId64 "-%s", sent_at < 0 ? 0 : sent_at, hex);
    return 0;
}

#define CODED "base64:"

/* Can a JSON string hold it, byte for byte, and tell it from what is coded? */
static bool is_text(const char *raw, size_t n)
{
    size_t mark = sizeof CODED - 1;
    return text_utf8_valid(raw, n) && memchr(raw, '\0', n) == NULL &&
           (n < mark || memcmp(raw, CODED, mark) != 0);
}

/* A JSON document that is nothing but a string. */
static bool is_string(const char *raw, size_t n)
{
    size_t i = 0;
    while (i < n && (raw[i] == ' ' || raw[i] == '\t' || raw[i] == '\n' || raw[i] == '\r')) {
        i++;
    }
    return i < n && raw[i] == '"';
}

/* A body that is not JSON is kept as a JSON string; one that is not text as base64 in it. So is
 * JSON that is itself a string: reading what is kept must not take it for something else. */
static void keep_as_string(const char *raw, size_t n, struct buf *out)
{
    struct jw w;
    jw_init(&w, out);
    if (is_text(raw, n)) {
        jw_text_n(&w, NULL, raw, n);
        return;
    }
    char *coded = malloc(4 * ((n + 2) / 3) + sizeof CODED);
    if (coded == NULL) {
        out->failed = true;
        return;
    }
    memcpy(coded, CODED, sizeof CODED);
    secret_base64(raw, n, coded + sizeof CODED - 1);
    jw_text(&w, NULL, coded);
    free(coded);
}

static int keep(const char *raw, size_t n, bool is_json, struct delivery *d, struct err *err)
{
    CLEANUP(buf_done) struct buf kept = {.max = KEPT_MAX(n)};
    if (is_json) {
        redact_json(raw, n, &kept);
    } else {
        keep_as_string(raw, n, &kept);
    }
    d->payload = buf_steal(&kept);
    return d->payload == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

/* Fills in verdict, head, observation and why. */
static int judge(const cJSON *body, int64_t received_at, struct delivery *d, struct err *err)
{
    struct err local = {0};
    int rc = calcom_decode_delivery(body, received_at, &d->head, &d->observation, &local);
    if (rc >= 0) {
        d->verdict = rc == DECODE_BOOKING ? DELIVERY_BOOKING : DELIVERY_IGNORED;
        return 0;
    }
    if (err_code_of(rc) == ERR_NOMEM) {
        return err_set(err, ERR_NOMEM, "%s", local.msg);
    }
    d->verdict = DELIVERY_UNPROCESSABLE;
    (void)snprintf(d->why, sizeof d->why, "%s", local.msg);
    return 0;
}

static int not_json(struct delivery *d, const char *why)
{
    d->verdict = DELIVERY_NOT_JSON;
    (void)snprintf(d->why, sizeof d->why, "%s", why);
    return 0;
}

static int read_json(const char *raw, size_t n, int64_t received_at, struct delivery *d,
                     struct err *err)
{
    struct err local = {0};
    if (!is_text(raw, n)) {
        return not_json(d, "it is not text");
    }
    CLEANUP(json_free) cJSON *body = NULL;
    int rc = json_parse(raw, n, &body, &local);
    if (rc >= 0) {
        return judge(body, received_at, d, err);
    }
    if (err_code_of(rc) == ERR_NOMEM) {
        return err_set(err, ERR_NOMEM, "%s", local.msg);
    }
    return not_json(d, local.msg);
}

int delivery_read(const char *raw, size_t n, int64_t received_at, struct delivery *out,
                  struct err *err)
{
    CLEANUP(delivery_done) struct delivery d = {0};
    int rc = read_json(raw, n, received_at, &d, err);
    if (rc >= 0) {
        rc = keep(raw, n, d.verdict != DELIVERY_NOT_JSON && !is_string(raw, n), &d, err);
    }
    if (rc >= 0) {
        rc = make_key(raw, n, d.head.sent_at, d.key, err);
    }
    if (rc < 0) {
        return rc;
    }
    *out = d;
    d = (struct delivery){0};
    return 0;
}

int delivery_reread(const char *payload, int64_t received_at, struct delivery *out, struct err *err)
{
    CLEANUP(delivery_done) struct delivery d = {0};
    CLEANUP(json_free) cJSON *kept = NULL;
    struct err local = {0};
    int rc = 0;
    /* A string is how a body is kept that was no object (keep_as_string): that body is read again.
     */
    if (payload[0] == '"') {
        rc = json_parse(payload, strlen(payload), &kept, &local);
        if (rc < 0 && err_code_of(rc) == ERR_NOMEM) {
            return err_set(err, ERR_NOMEM, "%s", local.msg);
        }
    }
    const char *body = kept != NULL && cJSON_IsString(kept) ? kept->valuestring : payload;
    rc = rc < 0 ? not_json(&d, local.msg) : read_json(body, strlen(body), received_at, &d, err);
    if (rc < 0) {
        return rc;
    }
    *out = d;
    d = (struct delivery){0};
    return 0;
}
