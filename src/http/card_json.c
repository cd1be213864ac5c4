/*
 * card_json.c: see card_json.h. No state.
 */
#include "http/card_json.h"

#include <string.h>

#include "base/clock.h"
#include "base/phone.h"
#include "http/card_body.h"
#include "http/request.h"
#include "http/visit_json.h"
#include "salon/consent.h"

#define PHONE_SHOWN_LEN 40

void card_json_phone(struct jw *w, const char *e164)
{
    char shown[PHONE_SHOWN_LEN];
    jw_text(w, "phone", e164);
    if (e164 == NULL) {
        jw_null(w, "phone_display");
        return;
    }
    phone_display(e164, shown, sizeof shown);
    jw_text(w, "phone_display", shown);
}

void card_json_time(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

void card_json_pet_short(struct jw *w, const struct pet_short *pet)
{
    jw_text(w, "id", pet->id);
    jw_text(w, "name", pet->name);
    jw_text(w, "type", pet->type);
    jw_text(w, "breed", pet->breed);
    jw_bool(w, "deceased", pet->deceased);
    jw_bool(w, "archived", pet->archived);
}

int card_json_each_pet(void *arg, const struct pet_short *pet, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    jw_object(w, NULL);
    card_json_pet_short(w, pet);
    jw_end_object(w);
    return 0;
}

static int write_pets(struct jw *w, struct db *db, const char *client_id, struct err *err)
{
    jw_array(w, "pets");
    int rc = client_each_pet(db, client_id, card_json_each_pet, w, err);
    jw_end_array(w);
    return rc;
}

static void write_who(struct jw *w, const struct client *c)
{
    jw_text(w, "id", c->id);
    jw_text(w, "name", c->name);
    jw_text(w, "surname", c->surname);
    card_json_phone(w, c->phone);
    jw_text(w, "email", c->email);
    card_json_time(w, "archived_at", c->archived_at);
}

int card_json_client_short(struct jw *w, const char *key, struct db *db, const struct client *c,
                           struct err *err)
{
    jw_object(w, key);
    write_who(w, c);
    int rc = write_pets(w, db, c->id, err);
    jw_end_object(w);
    return rc;
}

int card_json_match(struct jw *w, struct db *db, const struct actor *who, const struct match *m,
                    struct err *err)
{
    static const struct {
        enum match_why why;
        const char *name;
    } reasons[] = {
        {MATCH_PHONE, "phone"},
        {MATCH_EMAIL, "email"},
        {MATCH_NAME, "name"},
        {MATCH_PET, "pet_name"},
    };
    CLEANUP(client_done) struct client c = {0};
    int rc = client_load(db, who, m->client_id, &c, err);
    if (rc <= 0) {
        return rc;
    }
    jw_object(w, NULL);
    rc = card_json_client_short(w, "client", db, &c, err);
    jw_array(w, "pet_ids");
    for (size_t i = 0; i < m->pet_count; i++) {
        jw_text(w, NULL, m->pets[i]);
    }
    jw_end_array(w);
    jw_array(w, "why");
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if ((m->why & reasons[i].why) != 0) {
            jw_text(w, NULL, reasons[i].name);
        }
    }
    jw_end_array(w);
    jw_end_object(w);
    return rc;
}

static int write_consent(void *arg, const struct consent_line *line, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    jw_object(w, NULL);
    jw_text(w, "kind", line->kind);
    jw_bool(w, "given", line->given);
    jw_time(w, "at", line->at);
    jw_text(w, "by", line->by);
    jw_end_object(w);
    return 0;
}

static int write_stats(struct jw *w, struct db *db, const char *id, int64_t now, struct err *err)
{
    struct client_stats s = {0};
    char local[VISIT_LOCAL_LEN];
    int rc = client_stats(db, id, now, &s, err);
    if (rc < 0) {
        return rc;
    }
    jw_int(w, "visit_count", s.visits);
    jw_int(w, "no_show_count", s.no_shows);
    card_json_time(w, "last_visit", s.last_start);
    if (s.last_start > 0) {
        visit_local_text(s.last_start, local);
        jw_text_n(w, "last_visit_date", local, strlen("2026-11-23"));
    } else {
        jw_null(w, "last_visit_date");
    }
    if (s.next_id[0] == '\0') {
        jw_null(w, "next_visit");
        return 0;
    }
    visit_local_text(s.next_start, local);
    jw_object(w, "next_visit");
    jw_text(w, "id", s.next_id);
    jw_time(w, "start", s.next_start);
    jw_text_n(w, "date_local", local, strlen("2026-11-23"));
    jw_text(w, "start_local", local + strlen("2026-11-23 "));
    jw_end_object(w);
    return 0;
}

int card_json_client(struct jw *w, const char *key, struct db *db, const struct client *c,
                     int64_t now, struct err *err)
{
    jw_object(w, key);
    write_who(w, c);
    jw_text(w, "salon_id", c->salon_id);
    jw_text(w, "address", c->address);
    jw_text(w, "notes", c->notes);
    card_json_time(w, "gdpr_consent_at", c->gdpr_consent_at);
    card_json_time(w, "sms_consent_at", c->sms_consent_at);
    card_json_time(w, "photo_consent_at", c->photo_consent_at);
    jw_int(w, "revision", c->revision);
    jw_time(w, "created_at", c->created_at);
    jw_time(w, "updated_at", c->updated_at);
    int rc = write_pets(w, db, c->id, err);
    if (rc >= 0) {
        rc = write_stats(w, db, c->id, now, err);
    }
    if (rc >= 0) {
        jw_array(w, "consents");
        rc = consent_each(db, c->id, write_consent, w, err);
        jw_end_array(w);
    }
    jw_end_object(w);
    return rc;
}

static int write_owner(void *arg, const struct owner *o, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    jw_object(w, NULL);
    jw_text(w, "id", o->id);
    jw_text(w, "name", o->name);
    jw_text(w, "surname", o->surname);
    card_json_phone(w, o->phone);
    jw_bool(w, "archived", o->archived);
    jw_end_object(w);
    return 0;
}

int card_json_pet(struct jw *w, const char *key, struct db *db, const struct pet *p,
                  struct err *err)
{
    jw_object(w, key);
    jw_text(w, "id", p->id);
    jw_text(w, "salon_id", p->salon_id);
    jw_text(w, "name", p->name);
    jw_text(w, "type", p->type);
    jw_text(w, "breed", p->breed);
    jw_text(w, "birth_date", p->birth_date);
    jw_text(w, "health_issues", p->health_issues);
    jw_text(w, "allergies", p->allergies);
    jw_text(w, "behaviour", p->behaviour);
    jw_text(w, "preferences", p->preferences);
    jw_text(w, "notes", p->notes);
    jw_text(w, "rabies_vaccinated_on", p->rabies_vaccinated_on);
    if (p->default_duration_minutes > 0) {
        jw_int(w, "default_duration_minutes", p->default_duration_minutes);
    } else {
        jw_null(w, "default_duration_minutes");
    }
    jw_bool(w, "deceased", p->deceased_at > 0);
    card_json_time(w, "deceased_at", p->deceased_at);
    card_json_time(w, "archived_at", p->archived_at);
    jw_int(w, "revision", p->revision);
    jw_time(w, "created_at", p->created_at);
    jw_time(w, "updated_at", p->updated_at);
    jw_array(w, "owners");
    int rc = pet_each_owner(db, p->id, write_owner, w, err);
    jw_end_array(w);
    jw_end_object(w);
    return rc;
}

int card_answer(struct http_context *cx, struct http_request *rq, struct reply *re,
                card_answer_fn *write, struct err *err)
{
    const struct actor who = request_actor(rq);
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write(db, &who, rq, re, err);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int card_load_client(struct db *db, const struct actor *who, const char *id, struct client *out,
                     struct err *err)
{
    int rc = client_load(db, who, id, out, err);
    return rc == 0 ? err_set(err, ERR_NOT_FOUND, "there is no such client") : rc;
}

int card_load_pet(struct db *db, const struct actor *who, const char *id, struct pet *out,
                  struct err *err)
{
    int rc = pet_load(db, who, id, out, err);
    return rc == 0 ? err_set(err, ERR_NOT_FOUND, "there is no such pet") : rc;
}

/* The beginning of an answer about one card: the key under which it is to be written. */
static const char *begin(struct jw *w, int status, const struct err *why, struct reply *re)
{
    reply_json(re, status, w);
    if (why == NULL) {
        return NULL;
    }
    jw_object(w, NULL);
    jw_object(w, "error");
    jw_text(w, "code", err_name(why->code));
    jw_text(w, "message", why->msg);
    jw_end_object(w);
    return "current";
}

static int write_client(struct db *db, const struct http_request *rq, const char *id, int status,
                        const struct err *why, struct reply *re, struct err *err)
{
    const struct actor who = request_actor(rq);
    CLEANUP(client_done) struct client c = {0};
    struct jw w;
    int rc = card_load_client(db, &who, id, &c, err);
    if (rc < 0) {
        return rc;
    }
    rc = card_json_client(&w, begin(&w, status, why, re), db, &c, rq->now, err);
    if (why != NULL) {
        jw_end_object(&w);
    }
    return rc;
}

int card_answer_client(struct http_context *cx, struct http_request *rq, const char *id, int status,
                       const struct err *why, struct reply *re, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_client(db, rq, id, status, why, re, err);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

static int write_pet(struct db *db, const struct http_request *rq, const char *id, int status,
                     const struct err *why, struct reply *re, struct err *err)
{
    const struct actor who = request_actor(rq);
    CLEANUP(pet_done) struct pet p = {0};
    struct jw w;
    int rc = card_load_pet(db, &who, id, &p, err);
    if (rc < 0) {
        return rc;
    }
    rc = card_json_pet(&w, begin(&w, status, why, re), db, &p, err);
    if (why != NULL) {
        jw_end_object(&w);
    }
    return rc;
}

int card_answer_pet(struct http_context *cx, struct http_request *rq, const char *id, int status,
                    const struct err *why, struct reply *re, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_pet(db, rq, id, status, why, re, err);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}
