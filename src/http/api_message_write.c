/*
 * api_message_write.c: texts that a person writes: how one would read and what it would cost, one
 * to a client, one to everybody of a day. What is sent is what the preview showed: the same
 * function makes both.
 */
#include <stdlib.h>
#include <string.h>

#include "base/gsm.h"
#include "base/phone.h"
#include "http/api.h"
#include "http/card_body.h"
#include "http/message_json.h"
#include "http/visit_json.h"
#include "salon/salon.h"
#include "salon/session.h"
#include "sync/texter.h"

#define PHONE_SHOWN_LEN 40
#define USEFUL          (12 * CLOCK_HOUR) /* a text to one client that could not go out at once */
#define RECIPIENTS_MOST 400

/* What all of them are asked with. */
struct ask {
    struct http_context *cx;
    const struct http_request *rq;
    struct db *db;
    const char *salon;
    const char *text;
    struct message_settings settings;
    struct jw *w;
};

static void ask_done(struct ask *a)
{
    message_settings_done(&a->settings);
    db_pool_give(a->cx->pool, a->db);
}
DEFINE_CLEANUP_REF(struct ask, ask_done);

static int ask_init(struct ask *a, struct http_context *cx, const struct http_request *rq,
                    struct err *err)
{
    const char *language = json_text(rq->json, "language");
    *a = (struct ask){.cx = cx, .rq = rq, .salon = session_salon(rq->session)};
    a->text = json_text(rq->json, "text");
    if (a->text == NULL) {
        return err_set(err, ERR_INVALID, "text: is needed");
    }
    int rc = db_pool_take(cx->pool, &a->db, err);
    if (rc >= 0) {
        rc = message_settings_load(a->db, cx->config, cx->demo, &a->settings, err);
    }
    if (rc >= 0) {
        rc = json_field_bool(rq->json, "plain", false, &a->settings.plain, err);
    }
    if (language != NULL && (strcmp(language, "pl") == 0 || strcmp(language, "en") == 0)) {
        memcpy(a->settings.language, language, sizeof a->settings.language);
    }
    return rc;
}

static int fill(const struct ask *a, const struct message_fact *f, enum message_kind kind,
                int64_t now, struct buf *out, struct err *err)
{
    int rc = message_template_check(a->text, kind, err);
    return rc < 0 ? rc : message_fact_text(f, &a->settings, kind, a->text, now, out, err);
}

/* Why this person cannot be written to; NULL: they can. */
static const char *obstacle(const struct ask *a, const struct message_fact *f)
{
    const enum message_reason why =
        a->settings.rules.able ? message_addressee(&f->visit) : MESSAGE_OFF;
    return why == MESSAGE_DUE ? NULL : message_reason_name(why);
}

static void write_person(struct jw *w, const char *key, const struct message_fact *f)
{
    char shown[PHONE_SHOWN_LEN];
    if (f->client_id == NULL) {
        jw_null(w, key);
        return;
    }
    jw_object(w, key);
    jw_text(w, "id", f->client_id);
    jw_text(w, "name", f->client_name);
    jw_text(w, "surname", f->client_surname);
    if (f->visit.phone != NULL) {
        phone_display(f->visit.phone, shown, sizeof shown);
    }
    jw_text(w, "phone_display", f->visit.phone != NULL ? shown : NULL);
    jw_end_object(w);
}

static void write_moment(struct jw *w, const char *key, int64_t at)
{
    char local[VISIT_LOCAL_LEN];
    visit_local_text(at, local);
    jw_text(w, key, local);
}

struct preview {
    struct ask *a;
    enum message_kind kind;
};

static int write_preview(const struct message_fact *f, void *arg, struct err *err)
{
    struct preview *p = arg;
    struct ask *a = p->a;
    struct err why = {0};
    CLEANUP(buf_done) struct buf text;
    (void)err;
    buf_init(&text, (size_t)1 << 16);
    const int64_t now = message_allowed(&a->settings.rules, a->rq->now);
    /* A template is shown as it reads the day before. */
    const int64_t when = p->kind < MESSAGE_PLANNED ? f->visit.start - CLOCK_DAY : now;
    const bool good = fill(a, f, p->kind, when, &text, &why) >= 0;
    const char *shown = text.data != NULL ? text.data : "";
    jw_text(a->w, "problem", good ? NULL : why.msg);
    jw_text(a->w, "text", good ? shown : NULL);
    message_size_json(a->w, "size", good ? shown : "", a->settings.segment_price);
    jw_bool(a->w, "plain", a->settings.plain);
    write_person(a->w, "client", f);
    jw_text(a->w, "obstacle", p->kind < MESSAGE_PLANNED ? NULL : obstacle(a, f));
    write_moment(a->w, "due_local", now);
    jw_bool(a->w, "now", now == a->rq->now);
    return 0;
}

/* A made-up visit, for writing templates: tomorrow at two. */
static int preview_sample(struct preview *p, struct err *err)
{
    struct salon salon;
    struct local_time today;
    int64_t start = 0;
    int rc = salon_get(p->a->db, p->a->salon, &salon, err);
    zone_local(p->a->rq->now, &today);
    if (rc >= 0) {
        rc = zone_instant(date_add(today.date, 1), 14, 0, &start, err);
    }
    if (rc < 0) {
        return rc;
    }
    const bool polish = strcmp(p->a->settings.language, "en") != 0;
    const struct message_fact f = {.salon = salon.name,
                                   .service = polish ? "Strzyżenie" : "Grooming",
                                   .client_name = "Jan",
                                   .pets = "Burek",
                                   .visit = {.start = start, .status = "scheduled"}};
    return write_preview(&f, p, err);
}

/* Tells of the visit or the client that the request names: 1, or 0 when it names none. */
static int about(struct ask *a, message_fact_fn *each, void *arg, struct err *err)
{
    const char *event = json_text(a->rq->json, "event_id");
    const char *client = json_text(a->rq->json, "client_id");
    int rc = 0;
    if (event != NULL) {
        rc = message_fact_get(a->db, a->salon, event, each, arg, err);
        return rc != 0 ? rc : err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    if (client != NULL) {
        rc = message_fact_client(a->db, a->salon, client, each, arg, err);
        return rc != 0 ? rc : err_set(err, ERR_NOT_FOUND, "there is no such client");
    }
    return 0;
}

int api_message_preview(struct http_context *cx, struct http_request *rq, struct reply *re,
                        struct err *err)
{
    struct jw w;
    CLEANUP(ask_done) struct ask a;
    int rc = ask_init(&a, cx, rq, err);
    if (rc < 0) {
        return rc;
    }
    struct preview p = {.a = &a, .kind = MESSAGE_MANUAL};
    const char *kind = json_text(rq->json, "kind");
    for (int k = 0; kind != NULL && k < MESSAGE_PLANNED; k++) {
        p.kind = strcmp(kind, message_kind_name((enum message_kind)k)) == 0 ? (enum message_kind)k
                                                                            : p.kind;
    }
    a.w = &w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    rc = about(&a, write_preview, &p, err);
    if (rc == 0) {
        rc = preview_sample(&p, err);
    }
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

/* The id that makes pressing twice harmless. */
static int batch(const struct http_request *rq, const char **out, struct err *err)
{
    const char *id = json_text(rq->json, "batch_id");
    const size_t n = id != NULL ? strlen(id) : 0;
    if (n < 32 || n > 36 || strspn(id, "0123456789abcdef-") != n) {
        return err_set(err, ERR_INVALID, "batch_id: must be an id of the page's own, 32 digits");
    }
    *out = id;
    return 0;
}

struct one {
    struct ask *a;
    const char *batch_id;
    int64_t due;
};

static int write_one(const struct message_fact *f, void *arg, struct err *err)
{
    struct one *o = arg;
    struct ask *a = o->a;
    CLEANUP(buf_done) struct buf text;
    buf_init(&text, (size_t)1 << 16);
    const char *why = obstacle(a, f);
    if (why != NULL) {
        return err_set(err, ERR_CONFLICT, "this client gets no texts: %s", why);
    }
    o->due = message_allowed(&a->settings.rules, a->rq->now);
    int rc = fill(a, f, MESSAGE_MANUAL, o->due, &text, err);
    if (rc < 0) {
        return rc;
    }
    const struct message_written written = {.client_id = f->client_id,
                                            .event_id = f->event_id,
                                            .body = text.data};
    struct message_write job = {
        .batch_id = o->batch_id,
        .staff_id = a->rq->session->staff.id,
        .kind = MESSAGE_MANUAL,
        .list = &written,
        .count = 1,
        .due_at = o->due,
        .latest_at = o->due + USEFUL,
        .now = a->rq->now,
    };
    return writer_run(a->cx->writer, message_write_job, &job, err);
}

int api_message_send(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    struct jw w;
    struct one o = {0};
    CLEANUP(ask_done) struct ask a;
    int rc = ask_init(&a, cx, rq, err);
    if (rc >= 0) {
        rc = batch(rq, &o.batch_id, err);
    }
    o.a = &a;
    if (rc >= 0) {
        rc = about(&a, write_one, &o, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (rc == 0) {
        return err_set(err, ERR_INVALID, "client_id: is needed");
    }
    texter_wake(cx->texter);
    reply_json(re, 201, &w);
    jw_object(&w, NULL);
    write_moment(&w, "due_local", o.due);
    jw_bool(&w, "now", o.due == rq->now);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

/* Everybody of one day. */
struct crowd {
    struct ask *a;
    int64_t due;
    struct message_written list[RECIPIENTS_MOST]; /* their texts are owned */
    size_t count, skipped;
    int64_t segments;
};

/* What is read only elsewhere is owned here. */
static void free_text(const char *text)
{
    union {
        const char *read_only;
        void *owned;
    } both = {.read_only = text};
    free(both.owned);
}

static void crowd_free(struct crowd *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free_text(c->list[i].client_id);
        free_text(c->list[i].event_id);
        free_text(c->list[i].body);
    }
    free(c);
}
static bool has(const struct crowd *c, const char *client_id)
{
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->list[i].client_id, client_id) == 0) {
            return true;
        }
    }
    return false;
}

static int gather(const struct message_fact *f, void *arg, struct err *err)
{
    struct crowd *c = arg;
    struct ask *a = c->a;
    struct jw *w = a->w;
    CLEANUP(buf_done) struct buf text;
    const bool on =
        strcmp(f->visit.status, "scheduled") == 0 || strcmp(f->visit.status, "pending") == 0;
    if (!on || f->visit.start <= a->rq->now || c->count == RECIPIENTS_MOST ||
        (f->client_id != NULL && has(c, f->client_id))) {
        return 0; /* one text a person, about the first visit of the day */
    }
    const char *why = obstacle(a, f);
    buf_init(&text, (size_t)1 << 16);
    int rc = why == NULL ? fill(a, f, MESSAGE_BULK, c->due, &text, err) : 0;
    if (rc < 0) {
        return rc;
    }
    jw_object(w, NULL);
    write_person(w, "client", f);
    jw_text(w, "event_id", f->event_id);
    write_moment(w, "start_local", f->visit.start);
    jw_text(w, "obstacle", why);
    jw_text(w, "text", why == NULL ? text.data : NULL);
    message_size_json(w, "size", why == NULL ? text.data : "", a->settings.segment_price);
    jw_end_object(w);
    if (why != NULL || f->client_id == NULL || f->event_id == NULL) {
        c->skipped++;
        return 0;
    }
    struct gsm_size size;
    gsm_measure(text.data, &size);
    c->segments += (int64_t)size.segments;
    struct message_written *m = &c->list[c->count++];
    m->client_id = strdup(f->client_id);
    m->event_id = strdup(f->event_id);
    m->body = buf_steal(&text);
    return m->client_id == NULL || m->event_id == NULL || m->body == NULL
               ? err_set(err, ERR_NOMEM, "out of memory")
               : 0;
}

static int send_all(struct crowd *c, const char *batch_id, int64_t latest, struct err *err)
{
    struct ask *a = c->a;
    int64_t expected = -1;
    int rc = json_field_int(a->rq->json, "expect", 1, RECIPIENTS_MOST, true, &expected, err);
    if (rc < 0) {
        return rc;
    }
    if (expected != (int64_t)c->count) {
        return err_set(err, ERR_CONFLICT, "the day has changed meanwhile: look at the list again");
    }
    if (c->due > latest) {
        return err_set(err, ERR_CONFLICT,
                       "texts may go out again only after that day: call these clients");
    }
    struct message_write job = {
        .batch_id = batch_id,
        .staff_id = a->rq->session->staff.id,
        .kind = MESSAGE_BULK,
        .list = c->list,
        .count = c->count,
        .due_at = c->due,
        .latest_at = latest,
        .now = a->rq->now,
    };
    return writer_run(a->cx->writer, message_write_job, &job, err);
}

static int bulk(struct http_context *cx, struct http_request *rq, struct reply *re, struct crowd *c,
                struct err *err)
{
    struct jw w;
    struct local_date day;
    const char *batch_id = NULL;
    bool send = false;
    int64_t from = 0;
    int64_t to = 0;
    const char *date = json_text(rq->json, "date");
    if (date == NULL || !date_parse(date, &day)) {
        return err_set(err, ERR_INVALID, "date: not a day; write it as 2026-11-23");
    }
    zone_day(day, &from, &to);
    CLEANUP(ask_done) struct ask a;
    int rc = ask_init(&a, cx, rq, err);
    if (rc >= 0) {
        rc = json_field_bool(rq->json, "send", false, &send, err);
    }
    if (rc >= 0 && send) {
        rc = batch(rq, &batch_id, err);
    }
    if (rc >= 0) {
        rc = message_template_check(a.text, MESSAGE_BULK, err);
    }
    if (rc < 0) {
        return rc;
    }
    a.w = &w;
    c->a = &a;
    c->due = message_allowed(&a.settings.rules, rq->now);
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "people");
    rc = message_facts(a.db, a.salon, from, to, gather, c, err);
    jw_end_array(&w);
    if (rc >= 0 && send) {
        rc = send_all(c, batch_id, to - CLOCK_MINUTE, err);
        texter_wake(cx->texter);
    }
    jw_bool(&w, "plain", a.settings.plain);
    jw_int(&w, "recipients", (int64_t)c->count);
    jw_int(&w, "skipped", (int64_t)c->skipped);
    jw_int(&w, "segments", c->segments);
    if (a.settings.segment_price >= 0) {
        jw_int(&w, "price_minor", c->segments * a.settings.segment_price);
    } else {
        jw_null(&w, "price_minor");
    }
    write_moment(&w, "due_local", c->due);
    jw_bool(&w, "now", c->due == rq->now);
    jw_bool(&w, "sent", send);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_message_bulk(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    struct crowd *c = calloc(1, sizeof *c); /* too large for a worker's stack */
    if (c == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = bulk(cx, rq, re, c, err);
    crowd_free(c);
    return rc;
}
