/*
 * twilio.c: the four requests of a messenger to Twilio. The token travels in the Authorization
 * header alone; no message shows it, a number or a text. Never retries.
 */
#include "remote/twilio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"
#include "remote/fetch.h"

#define SERVICE   "Twilio"
#define TOTAL_MS  30000
#define BODY_MAX  ((size_t)4 << 20)
#define PAGES     20
#define PAGE      "50"
#define WAIT_RATE (30 * CLOCK_SECOND)

struct twilio {
    struct fetch *fetch;
    char *base; /* https://api.twilio.com */
    char *sid;
    char *token;
    char *from;
};

bool twilio_state(const char *status, enum messenger_state *out)
{
    static const struct {
        const char *theirs;
        enum messenger_state ours;
    } table[] = {
        {"accepted", MESSENGER_ACCEPTED},  {"scheduled", MESSENGER_ACCEPTED},
        {"queued", MESSENGER_ACCEPTED},    {"sending", MESSENGER_ACCEPTED},
        {"sent", MESSENGER_SENT},          {"delivered", MESSENGER_DELIVERED},
        {"read", MESSENGER_DELIVERED},     {"undelivered", MESSENGER_UNDELIVERED},
        {"failed", MESSENGER_FAILED},      {"canceled", MESSENGER_FAILED},
        {"receiving", MESSENGER_RECEIVED}, {"received", MESSENGER_RECEIVED},
    };
    for (size_t i = 0; status != NULL && i < ARRAY_LEN(table); i++) {
        if (strcmp(table[i].theirs, status) == 0) {
            *out = table[i].ours;
            return true;
        }
    }
    return false;
}

bool twilio_time(const char *text, int64_t *out)
{
    char date[40];
    if (text == NULL) {
        return false;
    }
    const char *zone = strstr(text, " +0000");
    const int n = zone != NULL ? snprintf(date, sizeof date, "%.*s GMT", (int)(zone - text), text)
                               : snprintf(date, sizeof date, "%s", text);
    return n > 0 && (size_t)n < sizeof date && http_date_parse(date, out);
}

static void twilio_free(void *self)
{
    struct twilio *t = self;
    if (t == NULL) {
        return;
    }
    fetch_free(t->fetch);
    if (t->token != NULL) {
        secret_wipe(t->token, strlen(t->token));
    }
    free(t->base);
    free(t->sid);
    free(t->token);
    free(t->from);
    free(t);
}

static void pair(struct buf *out, const char *name, const char *value)
{
    if (out->len > 0) {
        buf_char(out, '&');
    }
    buf_str(out, name);
    buf_char(out, '=');
    fetch_escape(out, value);
}

/* One request; the answer's JSON in *json when it is an object. Returns what fetch_run does. */
static int ask(struct twilio *t, const char *method, const char *url, const struct buf *form,
               struct fetch_answer *answer, cJSON **json, struct err *err)
{
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
                                          "Accept: application/json", "Expect:", NULL};
    const struct fetch_request r = {
        .service = SERVICE,
        .method = method,
        .url = url,
        .headers = headers,
        .body = form != NULL ? form->data : NULL,
        .body_len = form != NULL ? form->len : 0,
        .user = t->sid,
        .password = t->token,
    };
    int rc = fetch_run(t->fetch, &r, answer, err);
    struct err unused;
    if (answer->body.data == NULL ||
        json_parse(answer->body.data, answer->body.len, json, &unused) < 0) {
        *json = NULL;
    }
    return rc;
}

static void say(struct messenger_answer *a, const char *why)
{
    (void)snprintf(a->why, sizeof a->why, "%.199s", why);
}

/* Codes that no other number or text would change. */
static bool of_settings(int code)
{
    static const int codes[] = {20003, 20404, 21212, 21603, 21606, 21659, 21660};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (codes[i] == code) {
            return true;
        }
    }
    return false;
}

static void refused(const cJSON *json, const struct err *why, struct messenger_answer *a)
{
    int64_t code = 0;
    if (json == NULL || !json_int(json, "code", &code) || code <= 0 || code > 99999) {
        code = 0;
    }
    a->code = (int)code;
    const char *known = messenger_code_text(a->code);
    say(a, known[0] != '\0' ? known : why->msg);
    a->opted_out = code == 21610;
    /* Without Twilio's own code it was somebody on the way who refused: a proxy, a redirect. */
    a->outcome = code == 0 || of_settings(a->code) ? MESSENGER_SETTING : MESSENGER_REFUSED;
}

static void understand(const struct fetch_answer *answer, const cJSON *json, const struct err *why,
                       struct messenger_answer *a)
{
    const char *sid = json_text(json, "sid");
    switch (answer->failure) {
    case FETCH_OK:
        if (sid == NULL || strlen(sid) >= sizeof a->sid ||
            !twilio_state(json_text(json, "status"), &a->state)) {
            say(a, "Twilio's answer could not be understood");
            return;
        }
        (void)snprintf(a->sid, sizeof a->sid, "%s", sid);
        a->outcome = MESSENGER_TAKEN;
        int64_t code = 0;
        if (json_int(json, "error_code", &code)) {
            a->code = (int)code;
        }
        return;
    case FETCH_DNS:
    case FETCH_CONNECT:
    case FETCH_TLS:
        /* Nothing was sent: there was nobody to send it to. */
        a->outcome = MESSENGER_WAIT;
        break;
    case FETCH_RATE:
        a->outcome = MESSENGER_WAIT;
        a->code = 20429;
        a->wait_ms = answer_headers_wait(&answer->headers, true, clock_now_ms());
        a->wait_ms = a->wait_ms > 0 ? a->wait_ms : WAIT_RATE;
        break;
    case FETCH_KEY:
    case FETCH_NOT_FOUND:
        a->outcome = MESSENGER_SETTING;
        a->code = answer->failure == FETCH_KEY ? 20003 : 20404;
        say(a, messenger_code_text(a->code));
        return;
    case FETCH_DENIED:
    case FETCH_REFUSED:
        refused(json, why, a);
        return;
    case FETCH_TIMEOUT:
    case FETCH_CUT:
    case FETCH_MALFORMED:
    case FETCH_SERVER:
    case FETCH_TOO_LARGE:
    case FETCH_STOPPED:
    case FETCH_BROKEN:
    case FETCH_FAILURE_COUNT:
        break; /* it may have been accepted */
    }
    say(a, why->msg);
}

static int twilio_send(void *self, const struct messenger_order *o, struct messenger_answer *out,
                       struct err *err)
{
    struct twilio *t = self;
    CLEANUP(buf_done) struct buf form;
    CLEANUP(buf_done) struct buf url;
    buf_init(&form, (size_t)64 << 10);
    buf_init(&url, 4096);
    buf_printf(&url, "%s/2010-04-01/Accounts/%s/Messages.json", t->base, t->sid);
    const bool service = strncmp(t->from, "MG", 2) == 0 && strlen(t->from) == 34;
    pair(&form, "To", o->to);
    pair(&form, service ? "MessagingServiceSid" : "From", t->from);
    pair(&form, "Body", o->body);
    if (o->callback != NULL) {
        pair(&form, "StatusCallback", o->callback);
    }
    if (form.failed || url.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    CLEANUP(fetch_answer_done) struct fetch_answer answer;
    CLEANUP(json_free) cJSON *json = NULL;
    struct err why = {0};
    struct messenger_answer a = {.outcome = MESSENGER_UNSURE};
    fetch_answer_init(&answer);
    if (ask(t, "POST", url.data, &form, &answer, &json, &why) < 0 && why.msg[0] == '\0') {
        (void)snprintf(why.msg, sizeof why.msg, "the request failed");
    }
    understand(&answer, json, &why, &a);
    *out = a;
    return 0;
}

static int tell(const cJSON *j, messenger_fn *each, void *arg, struct err *err)
{
    struct messenger_message m = {
        .sid = json_text(j, "sid"),
        .from = json_text(j, "from"),
        .to = json_text(j, "to"),
        .body = json_text(j, "body"),
    };
    int64_t code = 0;
    if (m.sid == NULL || strlen(m.sid) >= MESSENGER_SID_LEN ||
        !twilio_state(json_text(j, "status"), &m.state)) {
        return 0; /* of a kind that did not exist when this was written */
    }
    if (!twilio_time(json_text(j, "date_created"), &m.made_at)) {
        m.made_at = 0;
    }
    if (json_int(j, "error_code", &code)) {
        m.code = (int)code;
    }
    return each(&m, arg, err);
}

/* One page of a list. *old: everything on it is older than since. */
static int page(const cJSON *json, int64_t since, bool *old, messenger_fn *each, void *arg,
                struct err *err)
{
    const cJSON *list = json_get(json, "messages");
    if (!cJSON_IsArray(list)) {
        return err_set(err, ERR_REMOTE_RETRY, SERVICE "'s list could not be understood");
    }
    *old = list->child != NULL;
    for (const cJSON *j = list->child; j != NULL; j = j->next) {
        int64_t at = 0;
        if (!twilio_time(json_text(j, "date_created"), &at) || at >= since) {
            *old = false;
            int rc = tell(j, each, arg, err);
            if (rc < 0) {
                return rc;
            }
        }
    }
    return 0;
}

/* All pages of a list, newest first, until they are older than since. */
static int list(struct twilio *t, const char *query, int64_t since, messenger_fn *each, void *arg,
                struct err *err)
{
    CLEANUP(buf_done) struct buf url;
    buf_init(&url, 8192);
    buf_printf(&url, "%s/2010-04-01/Accounts/%s/Messages.json?%s", t->base, t->sid, query);
    for (int i = 0; i < PAGES; i++) {
        CLEANUP(fetch_answer_done) struct fetch_answer answer;
        CLEANUP(json_free) cJSON *json = NULL;
        bool old = false;
        fetch_answer_init(&answer);
        if (url.failed) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        int rc = ask(t, "GET", url.data, NULL, &answer, &json, err);
        if (rc != 0) {
            return rc < 0 ? rc : err_set(err, ERR_REMOTE, "%s", messenger_code_text(20404));
        }
        rc = page(json, since, &old, each, arg, err);
        const char *next = json_text(json, "next_page_uri");
        if (rc < 0 || old || next == NULL || next[0] != '/') {
            return rc;
        }
        buf_reset(&url);
        buf_printf(&url, "%s%s", t->base, next);
    }
    return err_set(err, ERR_REMOTE_RETRY, SERVICE "'s list does not end");
}

static int twilio_find(void *self, const char *to, int64_t since, messenger_fn *each, void *arg,
                       struct err *err)
{
    CLEANUP(buf_done) struct buf query;
    buf_init(&query, 1024);
    /* Without a filter by day: one that is still queued has no day of sending yet. */
    pair(&query, "To", to);
    pair(&query, "PageSize", PAGE);
    if (query.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return list(self, query.data, since, each, arg, err);
}

static int twilio_received(void *self, int64_t since, messenger_fn *each, void *arg,
                           struct err *err)
{
    struct twilio *t = self;
    CLEANUP(buf_done) struct buf query;
    char day[TIME_TEXT_LEN];
    time_format(since, day);
    day[10] = '\0';
    buf_init(&query, 1024);
    pair(&query, "To", t->from);
    pair(&query, "DateSent%3E", day);
    pair(&query, "PageSize", PAGE);
    if (query.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return list(t, query.data, since, each, arg, err);
}

static int twilio_look(void *self, const char *sid, messenger_fn *each, void *arg, struct err *err)
{
    struct twilio *t = self;
    CLEANUP(buf_done) struct buf url;
    CLEANUP(fetch_answer_done) struct fetch_answer answer;
    CLEANUP(json_free) cJSON *json = NULL;
    buf_init(&url, 4096);
    fetch_answer_init(&answer);
    buf_printf(&url, "%s/2010-04-01/Accounts/%s/Messages/", t->base, t->sid);
    fetch_escape(&url, sid);
    buf_str(&url, ".json");
    if (url.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = ask(t, "GET", url.data, NULL, &answer, &json, err);
    if (rc != 0) {
        return rc < 0 ? rc : 0;
    }
    if (json == NULL) {
        return err_set(err, ERR_REMOTE_RETRY, SERVICE "'s answer could not be understood");
    }
    rc = tell(json, each, arg, err);
    return rc < 0 ? rc : 1;
}

int twilio_new(const struct twilio_options *o, struct messenger *out, struct err *err)
{
    const struct fetch_options limits = {.stop = o->stop,
                                         .total_ms = TOTAL_MS,
                                         .body_max = BODY_MAX};
    struct twilio *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    t->base = strdup(o->api_url);
    t->sid = strdup(o->account_sid);
    t->token = strdup(o->auth_token);
    t->from = strdup(o->from);
    int rc = fetch_new(&limits, &t->fetch, err);
    if (rc >= 0 && (t->base == NULL || t->sid == NULL || t->token == NULL || t->from == NULL)) {
        rc = err_set(err, ERR_NOMEM, "out of memory");
    }
    if (rc < 0) {
        twilio_free(t);
        return rc;
    }
    *out = (struct messenger){
        .self = t,
        .send = twilio_send,
        .find = twilio_find,
        .look = twilio_look,
        .received = twilio_received,
        .free = twilio_free,
    };
    return 0;
}
