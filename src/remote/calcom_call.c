/*
 * calcom_call.c: the client: its key, its pace, its connections, and the loop that is patient.
 * Threads: `lock` guards the idle connections, the pace has its own; the rest never changes after
 * calcom_new.
 */
#include "remote/calcom_call.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/secret.h"
#include "base/text.h"
#include "remote/calcom_pace.h"
#include "remote/pace.h"

#define PATIENCE_MS (60 * CLOCK_SECOND)
#define BACKOFF_MS  CLOCK_SECOND
#define BACKOFF_CAP (16 * CLOCK_SECOND)
#define TRIES       7
#define WRITE_MS    (20 * CLOCK_SECOND)
#define TRY_MS      CLOCK_SECOND /* no further try is begun with less left than that */
#define IDLE_MAX    4
#define NAP_MS      50 /* how soon a pause notices that it should end */

struct calcom {
    struct calcom_options o;
    char *url;
    char *authorization;     /* the whole header */
    struct calcom_pace *own; /* NULL: it shares another's */
    struct calcom_pace *pace;
    pthread_mutex_t lock;
    struct fetch *idle[IDLE_MAX];
    size_t idle_count;
    atomic_llong requests;
};

static int check_key(const char *key, struct err *err)
{
    if (key == NULL || key[0] == '\0') {
        return err_set(err, ERR_CONFIG,
                       "there is no Cal.com API key: make one at Cal.com (Settings, Developer, API "
                       "keys) and set api_key in [calcom]");
    }
    for (const char *p = key; *p != '\0'; p++) {
        if (*p <= ' ' || *p >= 127) {
            return err_set(err, ERR_CONFIG,
                           "the Cal.com API key has a space or a special character in it: copy it "
                           "again, without what surrounds it");
        }
    }
    return 0;
}

int calcom_new(const struct calcom_options *o, struct calcom **out, struct err *err)
{
    int rc = check_key(o->api_key, err);
    if (rc < 0) {
        return rc;
    }
    struct buf header;
    buf_init(&header, 4096);
    buf_printf(&header, "Authorization: Bearer %s", o->api_key);
    char *authorization = buf_steal(&header);
    char *url = strdup(o->api_url);
    struct calcom *c = calloc(1, sizeof *c);
    struct calcom_pace *own = NULL;
    bool paced = o->pace != NULL || calcom_pace_new(o->requests_per_second, &own, err) >= 0;
    if (authorization == NULL || url == NULL || c == NULL || !paced) {
        free(authorization);
        free(url);
        free(c);
        calcom_pace_free(own);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    c->o = *o;
    c->o.api_url = NULL;
    c->o.api_key = NULL;
    c->o.patience_ms = o->patience_ms > 0 ? o->patience_ms : PATIENCE_MS;
    c->o.backoff_ms = o->backoff_ms > 0 ? o->backoff_ms : BACKOFF_MS;
    c->o.tries = o->tries > 0 ? o->tries : TRIES;
    c->o.write_ms = o->write_ms > 0 ? o->write_ms : WRITE_MS;
    c->o.limits.stop = o->stop;
    c->url = url;
    c->authorization = authorization;
    c->own = own;
    c->pace = own != NULL ? own : o->pace;
    (void)pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return 0;
}

void calcom_free(struct calcom *c)
{
    if (c == NULL) {
        return;
    }
    for (size_t i = 0; i < c->idle_count; i++) {
        fetch_free(c->idle[i]);
    }
    (void)pthread_mutex_destroy(&c->lock);
    calcom_pace_free(c->own);
    secret_wipe(c->authorization, strlen(c->authorization));
    free(c->authorization);
    free(c->url);
    free(c);
}

int64_t calcom_requests(const struct calcom *c)
{
    return (int64_t)atomic_load(&c->requests);
}

const char *calcom_url(const struct calcom *c)
{
    return c->url;
}

static int take_connection(struct calcom *c, struct fetch **out, struct err *err)
{
    struct fetch *f = NULL;
    (void)pthread_mutex_lock(&c->lock);
    if (c->idle_count > 0) {
        f = c->idle[--c->idle_count];
    }
    (void)pthread_mutex_unlock(&c->lock);
    if (f == NULL) {
        return fetch_new(&c->o.limits, out, err);
    }
    *out = f;
    return 0;
}

static void give_connection(struct calcom *c, struct fetch *f)
{
    (void)pthread_mutex_lock(&c->lock);
    if (c->idle_count < IDLE_MAX) {
        c->idle[c->idle_count++] = f;
        f = NULL;
    }
    (void)pthread_mutex_unlock(&c->lock);
    fetch_free(f);
}

/* False: asked to stop meanwhile. */
static bool nap(const struct calcom *c, int64_t ms)
{
    const int64_t end = clock_mono_ms() + ms;
    for (;;) {
        if (c->o.stop != NULL && atomic_load(c->o.stop) != FETCH_GO) {
            return false;
        }
        int64_t left = end - clock_mono_ms();
        if (left <= 0) {
            return true;
        }
        left = left < NAP_MS ? left : NAP_MS;
        struct timespec t = {.tv_nsec = (long)left * 1000000L};
        (void)nanosleep(&t, NULL); /* cut short by a signal: the loop looks again */
    }
}

static int stopped(struct err *err)
{
    return err_set(err, ERR_STOPPED, "asked to stop");
}

/* Waits for this request's turn; fails at once when the turn comes after the deadline. */
static int wait_turn(struct calcom *c, int64_t deadline, struct err *err)
{
    int64_t wait = 0;
    bool late = !calcom_pace_turn(c->pace, deadline, &wait);
    if (late) {
        return err_set(err, ERR_REMOTE_RETRY, "Cal.com asks for a pause: try again in %lld seconds",
                       (long long)((wait + CLOCK_SECOND - 1) / CLOCK_SECOND));
    }
    return nap(c, wait) ? 0 : stopped(err);
}

/* Parses and checks what every answer of API v2 has: {"status":"success","data":…}. */
static int read_answer(const struct calcom_call *call, const struct fetch_answer *a,
                       struct calcom_answer *out, struct err *err)
{
    struct err why = {0};
    CLEANUP(json_free) cJSON *doc = NULL;
    if (json_parse(a->body.data != NULL ? a->body.data : "", a->body.len, &doc, &why) < 0) {
        if (why.code == ERR_NOMEM) {
            return err_set(err, ERR_NOMEM, "%s", why.msg);
        }
        return err_set(err, ERR_REMOTE_RETRY,
                       "Cal.com's answer is not what its API answers (%s, %zu bytes: %.120s)",
                       a->headers.type[0] != '\0' ? a->headers.type : "no type", a->body.len,
                       why.msg);
    }
    const char *status = json_text(doc, "status");
    const cJSON *data = json_get(doc, "data");
    if ((status != NULL && strcmp(status, "success") != 0) ||
        (!cJSON_IsObject(data) && !cJSON_IsArray(data))) {
        return err_set(err, ERR_REMOTE_RETRY, "Cal.com's answer has no data in it");
    }
    if (call->list && !cJSON_IsArray(data)) {
        return err_set(err, ERR_REMOTE_RETRY, "Cal.com's answer has no list of bookings in it");
    }
    out->doc = doc;
    out->data = data;
    doc = NULL;
    return 0;
}

/* One request. 0, 1 (404) or negative, with answer->failure set. */
static int try_once(struct calcom *c, const struct calcom_call *call, const char *url,
                    int64_t time_left, struct fetch_answer *answer, struct calcom_answer *out,
                    struct err *err)
{
    const char *headers[5] = {c->authorization, "Accept: application/json"};
    size_t count = 2;
    if (call->version != NULL) {
        headers[count++] = call->version;
    }
    if (call->body != NULL) {
        headers[count++] = "Content-Type: application/json";
    }
    const struct fetch_request r = {.service = "Cal.com",
                                    .method = call->method != NULL ? call->method : "GET",
                                    .url = url,
                                    .headers = headers,
                                    .body = call->body,
                                    .body_len = call->body != NULL ? strlen(call->body) : 0,
                                    .total_ms = time_left};
    CLEANUP(fetch_free) struct fetch *f = NULL;
    int rc = take_connection(c, &f, err);
    if (rc < 0) {
        answer->failure = FETCH_BROKEN;
        return rc;
    }
    (void)atomic_fetch_add(&c->requests, 1);
    rc = fetch_run(f, &r, answer, err);
    give_connection(c, f);
    f = NULL;
    struct calcom_answer read = {.has_next = -1,
                                 .items_per_page = -1,
                                 .remaining = -1,
                                 .date = answer->headers.date};
    if (rc == 0) {
        rc = read_answer(call, answer, &read, err);
        if (rc < 0) {
            answer->failure = err_code_of(rc) == ERR_NOMEM ? FETCH_BROKEN : FETCH_MALFORMED;
        }
    }
    if (rc >= 0) {
        *out = read;
    }
    return rc;
}

static int with_advice(const struct calcom *c, const struct calcom_call *call,
                       enum fetch_failure failure, int rc, struct err *err)
{
    if (failure == FETCH_KEY) {
        return err_set(err, ERR_REMOTE,
                       "Cal.com does not accept the API key (401): it was deleted or has expired. "
                       "Make a new one at Cal.com (Settings, Developer, API keys) and set api_key "
                       "in "
                       "[calcom]");
    }
    if (failure == FETCH_DENIED) {
        return err_set(err, ERR_REMOTE,
                       "Cal.com does not let this API key %s (403): make one in the "
                       "account that the salon takes bookings with, and set api_key in [calcom]",
                       call->method == NULL ? "read the bookings" : "change anything");
    }
    if (failure == FETCH_REFUSED) {
        return err_prefix(err, rc, "%s", c->url);
    }
    return rc;
}

/* How long to pause after a failure; negative: give up. */
static int64_t pause_after(struct calcom *c, const struct fetch_answer *a, int failures,
                           int64_t deadline, struct err *err)
{
    int most = fetch_failure_tries(a->failure);
    if (failures >= c->o.tries || (most > 0 && failures >= most)) {
        return -1;
    }
    uint32_t random = 0;
    if (secret_random(&random, sizeof random, NULL) < 0) {
        random = UINT32_MAX / 2; /* only jitter */
    }
    int64_t asked =
        answer_headers_wait(&a->headers, a->failure == FETCH_RATE || a->failure == FETCH_SERVER,
                            clock_now_ms());
    int64_t wait = backoff_ms(failures, c->o.backoff_ms, BACKOFF_CAP, random);
    wait = asked > wait ? asked : wait;
    const int64_t now = clock_mono_ms();
    if (asked > 0) {
        calcom_pace_hold(c->pace, asked);
    }
    /* A try needs some time of its own, or it would only hide the reason behind a time-out. */
    const int64_t try_ms = c->o.patience_ms < 4 * TRY_MS ? c->o.patience_ms / 4 : TRY_MS;
    if (now + wait + try_ms > deadline) {
        if (asked > 0) {
            (void)err_set(err, ERR_REMOTE_RETRY,
                          "Cal.com asks for a pause (%d): try again in %lld seconds", a->status,
                          (long long)((asked + CLOCK_SECOND - 1) / CLOCK_SECOND));
        }
        return -1;
    }
    return wait;
}

/* Cal.com says how many requests are left; with none left the next one would be refused. */
static void heed_limits(struct calcom *c, const struct fetch_answer *a)
{
    int64_t wait = answer_headers_wait(&a->headers, false, clock_now_ms());
    if (wait > 0) {
        calcom_pace_hold(c->pace, wait);
    }
}

int calcom_get(struct calcom *c, const struct calcom_call *call, struct calcom_answer *out,
               enum fetch_failure *failure, struct err *err)
{
    CLEANUP(buf_done) struct buf url = {0};
    CLEANUP(fetch_answer_done) struct fetch_answer answer;
    fetch_answer_init(&answer);
    buf_init(&url, 4096);
    buf_printf(&url, "%s%s", c->url, call->path);
    if (url.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const int64_t deadline = clock_mono_ms() + c->o.patience_ms;
    for (int failures = 0;;) {
        int rc = wait_turn(c, deadline, err);
        if (rc < 0) {
            answer.failure = err_code_of(rc) == ERR_STOPPED ? FETCH_STOPPED : FETCH_RATE;
        } else {
            int64_t left = deadline - clock_mono_ms();
            rc = try_once(c, call, url.data, left > 1 ? left : 1, &answer, out, err);
            if (rc >= 0) {
                heed_limits(c, &answer);
                return rc;
            }
            failures++;
            int64_t wait = pause_after(c, &answer, failures, deadline, err);
            if (wait >= 0) {
                if (c->o.waiting != NULL && wait >= CLOCK_SECOND / 2) {
                    c->o.waiting(c->o.waiting_arg, err->msg, wait);
                }
                if (nap(c, wait)) {
                    continue;
                }
                rc = stopped(err);
                answer.failure = FETCH_STOPPED;
            }
        }
        if (failure != NULL) {
            *failure = answer.failure;
        }
        /* pause_after may have replaced the message, never the class. */
        return with_advice(c, call, answer.failure, rc, err);
    }
}

/* {"error":{"code":…,"message":"…" or ["…"]}}, as far as there is one. */
static void read_refusal(const struct fetch_answer *a, struct calcom_refusal *why)
{
    CLEANUP(json_free) cJSON *doc = NULL;
    why->status = a->status;
    if (a->failure == FETCH_OK || a->body.data == NULL ||
        json_parse(a->body.data, a->body.len, &doc, NULL) < 0) {
        return;
    }
    const cJSON *error = json_get(doc, "error");
    const cJSON *said = json_get(cJSON_IsObject(error) ? error : doc, "message");
    const char *code = json_text(error, "code");
    const char *words =
        cJSON_IsArray(said) ? cJSON_GetStringValue(said->child) : cJSON_GetStringValue(said);
    (void)snprintf(why->code, sizeof why->code, "%s", code != NULL ? code : "");
    size_t n = 0;
    for (const char *p = words; p != NULL && *p != '\0' && n + 1 < sizeof why->words; p++) {
        why->words[n++] = (unsigned char)*p < ' ' ? ' ' : *p;
    }
    why->words[text_utf8_prefix(why->words, n)] = '\0';
}

int calcom_once(struct calcom *c, const struct calcom_call *call, struct calcom_answer *out,
                struct calcom_refusal *why, enum fetch_failure *failure, struct err *err)
{
    CLEANUP(buf_done) struct buf url = {0};
    CLEANUP(fetch_answer_done) struct fetch_answer answer;
    fetch_answer_init(&answer);
    *why = (struct calcom_refusal){0};
    buf_init(&url, 4096);
    buf_printf(&url, "%s%s", c->url, call->path);
    if (url.failed) {
        *failure = FETCH_BROKEN;
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const int64_t deadline = clock_mono_ms() + c->o.write_ms;
    int rc = wait_turn(c, deadline, err);
    if (rc < 0) {
        *failure = FETCH_RATE; /* it was not sent */
        return rc;
    }
    rc = try_once(c, call, url.data, deadline - clock_mono_ms(), &answer, out, err);
    *failure = answer.failure;
    read_refusal(&answer, why);
    if (rc >= 0) {
        heed_limits(c, &answer);
        return rc;
    }
    if (answer.failure == FETCH_RATE) {
        calcom_pace_hold(c->pace, answer_headers_wait(&answer.headers, true, clock_now_ms()));
    }
    return with_advice(c, call, answer.failure, rc, err);
}
