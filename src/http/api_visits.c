/*
 * api_visits.c: what was done at a visit: reading, writing with the revision that was read, the
 * draft that keeps what two people wrote at once, and appointments made at the desk. No state.
 */
#include <string.h>

#include "base/clock.h"
#include "http/api.h"
#include "http/card_json.h"
#include "salon/agenda.h"
#include "salon/session.h"
#include "salon/visit.h"
#include "salon/walkin.h"

#define LAST_SHOWN 5

static struct actor actor_of(const struct http_request *rq)
{
    return (struct actor){.staff_id = rq->session->staff.id,
                          .salon_id = session_salon(rq->session),
                          .now = rq->now};
}

static void number_or_null(struct jw *w, const char *key, int64_t value, bool known)
{
    if (known) {
        jw_int(w, key, value);
    } else {
        jw_null(w, key);
    }
}

static void write_members(struct jw *w, const struct visit *v)
{
    jw_text(w, "id", v->id);
    jw_object(w, "pet");
    jw_text(w, "id", v->pet_id);
    jw_text(w, "name", v->pet_name);
    jw_text(w, "type", v->pet_type);
    jw_end_object(w);
    jw_text(w, "event_id", v->event_id);
    jw_text(w, "date", v->date);
    jw_text(w, "notes", v->notes);
    jw_text(w, "blade", v->blade);
    jw_text(w, "shampoo", v->shampoo);
    number_or_null(w, "minutes", v->minutes, v->minutes > 0);
    number_or_null(w, "price_minor", v->price_minor, v->price_minor >= 0);
    jw_text(w, "currency", v->currency);
    jw_text(w, "paid_by", v->paid_by);
    jw_text(w, "by", v->by);
    jw_int(w, "revision", v->revision);
    jw_time(w, "updated_at", v->updated_at);
    if (v->draft == NULL) {
        jw_null(w, "draft");
        return;
    }
    jw_object(w, "draft");
    jw_time(w, "at", v->draft_at);
    jw_raw(w, "fields", v->draft, strlen(v->draft));
    jw_end_object(w);
}

struct writing {
    struct jw *w;
    const char *key;                /* of the object; NULL inside an array */
    const char *pet_id;             /* only of this pet; NULL: of any */
    const struct agenda_entry *but; /* only of pets that are not booked here */
    bool done;                      /* one is enough */
};

static bool booked(const struct agenda_entry *e, const char *pet_id)
{
    for (size_t i = 0; i < e->pet_count && e->pets[i].booked; i++) {
        if (strcmp(e->pets[i].text[AGENDA_PET_ID], pet_id) == 0) {
            return true;
        }
    }
    return false;
}

static int write_visit(void *arg, const struct visit *v, struct err *err)
{
    (void)err;
    struct writing *to = arg;
    if (to->done || (to->pet_id != NULL && strcmp(v->pet_id, to->pet_id) != 0)) {
        return 0;
    }
    to->done = to->key != NULL;
    jw_object(to->w, to->key);
    write_members(to->w, v);
    jw_end_object(to->w);
    return 0;
}

/* A pet that is not the appointment's any more keeps what was written down. */
static int write_stray(void *arg, const struct visit *v, struct err *err)
{
    struct writing *to = arg;
    if (booked(to->but, v->pet_id)) {
        return 0;
    }
    jw_object(to->w, NULL);
    jw_object(to->w, "pet");
    jw_text(to->w, "id", v->pet_id);
    jw_text(to->w, "name", v->pet_name);
    jw_text(to->w, "type", v->pet_type);
    jw_end_object(to->w);
    struct writing one = {.w = to->w, .key = "visit"};
    int rc = write_visit(&one, v, err);
    jw_null(to->w, "last");
    jw_end_object(to->w);
    return rc;
}

static int write_place(struct db *db, const struct actor *who, const struct agenda_entry *e,
                       const struct agenda_pet *p, struct jw *w, struct err *err)
{
    const char *pet_id = p->text[AGENDA_PET_ID];
    struct writing visit = {.w = w, .key = "visit", .pet_id = pet_id};
    struct writing last = {.w = w, .key = "last"};
    jw_object(w, NULL);
    jw_object(w, "pet");
    jw_text(w, "id", pet_id);
    jw_text(w, "name", p->text[AGENDA_PET_NAME]);
    jw_text(w, "type", p->text[AGENDA_PET_TYPE]);
    jw_end_object(w);
    int rc = visit_of_event(db, who, e->text[AGENDA_ID], write_visit, &visit, err);
    if (rc >= 0 && !visit.done) {
        jw_null(w, "visit");
    }
    if (rc >= 0) {
        rc = visit_last_of_pet(db, who, pet_id, e->text[AGENDA_ID], 1, write_visit, &last, err);
    }
    if (rc >= 0 && !last.done) {
        jw_null(w, "last");
    }
    jw_end_object(w);
    return rc;
}

static int write_event(struct db *db, const struct http_request *rq, struct reply *re,
                       struct err *err)
{
    CLEANUP(agenda_done) struct agenda a = {0};
    const struct actor who = actor_of(rq);
    int rc = agenda_get(db, who.salon_id, rq->params[0], rq->now, &a, err);
    if (rc <= 0) {
        return rc < 0 ? rc : err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    const struct agenda_entry *e = &a.entries[0];
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "id", e->text[AGENDA_ID]);
    number_or_null(&w, "price_minor", e->price_minor, e->price_minor >= 0);
    jw_text(&w, "currency", e->text[AGENDA_CURRENCY]);
    jw_array(&w, "visits");
    for (size_t i = 0; i < e->pet_count && e->pets[i].booked && rc >= 0; i++) {
        rc = write_place(db, &who, e, &e->pets[i], &w, err);
    }
    if (rc >= 0) {
        struct writing stray = {.w = &w, .but = e};
        rc = visit_of_event(db, &who, e->text[AGENDA_ID], write_stray, &stray, err);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_visits_of_appointment(struct http_context *cx, struct http_request *rq, struct reply *re,
                              struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_event(db, rq, re, err);
    db_pool_give(cx->pool, db);
    return rc;
}

static int write_recipe(struct db *db, const struct actor *who, struct http_request *rq,
                        struct reply *re, struct err *err)
{
    CLEANUP(pet_done) struct pet p = {0};
    struct jw w;
    struct writing to = {.w = &w};
    int rc = card_load_pet(db, who, rq->params[0], &p, err);
    if (rc < 0) {
        return rc;
    }
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "visits");
    rc = visit_last_of_pet(db, who, p.id, NULL, LAST_SHOWN, write_visit, &to, err);
    jw_end_array(&w);
    jw_end_object(&w);
    return rc;
}

int api_recipe(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    return card_answer(cx, rq, re, write_recipe, err);
}

/* kept: say that this was not written, and show what stands there with the draft. */
static int answer(struct http_context *cx, const struct http_request *rq, const char *id,
                  int status, bool kept, struct reply *re, struct err *err)
{
    struct db *db = NULL;
    struct jw w;
    const struct actor who = actor_of(rq);
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    reply_json(re, status, &w);
    struct writing to = {.w = &w};
    if (kept) {
        jw_object(&w, NULL);
        jw_object(&w, "error");
        jw_text(&w, "code", err_name(ERR_CONFLICT));
        jw_text(&w, "message", "somebody else changed this visit meanwhile: yours is kept");
        jw_end_object(&w);
        to.key = "current";
    }
    rc = visit_get(db, &who, id, write_visit, &to, err);
    db_pool_give(cx->pool, db);
    if (kept) {
        jw_end_object(&w);
    }
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such visit");
    }
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_visit(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    return answer(cx, rq, rq->params[0], 200, false, re, err);
}

/* A member that is text, or null for "clear"; left alone when absent. */
static int text_member(const cJSON *body, const char *key, const char **out, struct err *err)
{
    const cJSON *j = cJSON_GetObjectItemCaseSensitive(body, key);
    if (j == NULL) {
        return 0;
    }
    if (!cJSON_IsString(j) && !cJSON_IsNull(j)) {
        return err_set(err, ERR_INVALID, "%s: must be text", key);
    }
    *out = cJSON_IsString(j) ? j->valuestring : "";
    return 0;
}

static int number_member(const cJSON *body, const char *key, int64_t *out, struct err *err)
{
    const cJSON *j = cJSON_GetObjectItemCaseSensitive(body, key);
    if (j == NULL) {
        return 0;
    }
    if (cJSON_IsNull(j)) {
        *out = VISIT_CLEAR;
        return 0;
    }
    int64_t value = -1;
    if (!cJSON_IsNumber(j) || !json_int(body, key, &value) || value < 0) {
        return err_set(err, ERR_INVALID, "%s: must be a whole number, or null", key);
    }
    *out = value;
    return 0;
}

struct change {
    struct actor who;
    const char *id;
    int64_t revision;
    struct visit_input in;
};

static int change_job(struct db *db, void *arg, struct err *err)
{
    const struct change *c = arg;
    return visit_write(db, &c->who, c->id, c->revision, &c->in, err);
}

int api_visit_change(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    struct change c = {.who = actor_of(rq),
                       .id = rq->params[0],
                       .in = {.minutes = VISIT_LEAVE, .price_minor = VISIT_LEAVE}};
    const struct {
        const char *key;
        const char **out;
    } texts[] = {{"notes", &c.in.notes},
                 {"blade", &c.in.blade},
                 {"shampoo", &c.in.shampoo},
                 {"paid_by", &c.in.paid_by},
                 {"currency", &c.in.currency}};
    int rc = json_field_int(rq->json, "revision", 1, INT32_MAX, true, &c.revision, err);
    for (size_t i = 0; i < ARRAY_LEN(texts) && rc >= 0; i++) {
        rc = text_member(rq->json, texts[i].key, texts[i].out, err);
    }
    if (rc >= 0) {
        rc = number_member(rq->json, "minutes", &c.in.minutes, err);
    }
    if (rc >= 0) {
        rc = number_member(rq->json, "price_minor", &c.in.price_minor, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, change_job, &c, err);
    }
    if (rc < 0) {
        return rc;
    }
    bool kept = rc == VISIT_KEPT;
    return answer(cx, rq, c.id, kept ? 409 : 200, kept, re, err);
}

struct opening {
    struct actor who;
    const char *pet_id;
    const char *event_id;
    const char *date;
    char id[UUID_TEXT_LEN];
};

static int open_job(struct db *db, void *arg, struct err *err)
{
    struct opening *o = arg;
    return visit_open(db, &o->who, o->pet_id, o->event_id, o->date, o->id, err);
}

int api_visit_add(struct http_context *cx, struct http_request *rq, struct reply *re,
                  struct err *err)
{
    struct opening o = {.who = actor_of(rq),
                        .pet_id = json_text(rq->json, "pet_id"),
                        .event_id = json_text(rq->json, "event_id"),
                        .date = json_text(rq->json, "date")};
    if (o.pet_id == NULL) {
        return err_set(err, ERR_INVALID, "pet_id: is needed");
    }
    int rc = writer_run(cx->writer, open_job, &o, err);
    return rc < 0 ? rc : answer(cx, rq, o.id, rc == 0 ? 201 : 200, false, re, err);
}

struct dropping {
    struct actor who;
    const char *id;
};

static int drop_job(struct db *db, void *arg, struct err *err)
{
    const struct dropping *d = arg;
    return visit_drop_draft(db, &d->who, d->id, err);
}

int api_visit_drop_draft(struct http_context *cx, struct http_request *rq, struct reply *re,
                         struct err *err)
{
    struct dropping d = {.who = actor_of(rq), .id = rq->params[0]};
    int rc = writer_run(cx->writer, drop_job, &d, err);
    re->status = 204;
    return rc < 0 ? rc : 0;
}

static int read_pets(const cJSON *body, struct walkin *walkin, struct err *err)
{
    const cJSON *list = json_get(body, "pet_ids");
    const cJSON *item = NULL;
    if (!cJSON_IsArray(list)) {
        return err_set(err, ERR_INVALID, "pet_ids: a list is needed");
    }
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item) || walkin->pet_count == WALKIN_PETS_MAX) {
            return err_set(err, ERR_INVALID, "pet_ids: one to %d pets", WALKIN_PETS_MAX);
        }
        walkin->pets[walkin->pet_count++] = item->valuestring;
    }
    return 0;
}

int api_walkin(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct walkin walkin = {.who = actor_of(rq),
                            .client_id = json_text(rq->json, "client_id"),
                            .title = json_text(rq->json, "title")};
    int rc = read_pets(rq->json, &walkin, err);
    if (rc >= 0 && !json_time(rq->json, "start", &walkin.start)) {
        rc = err_set(err, ERR_INVALID, "start: not a time");
    }
    if (rc >= 0) {
        rc = json_field_int(rq->json, "duration_minutes", WALKIN_MINUTES_MIN, WALKIN_MINUTES_MAX,
                            false, &walkin.minutes, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, walkin_job, &walkin, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 201, &w);
    jw_object(&w, NULL);
    jw_text(&w, "id", walkin.id);
    jw_end_object(&w);
    return reply_json_end(re, err);
}
