/*
 * visit_write.c: see visit.h: making a visit and writing into it. Runs on the writer's thread.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "salon/field.h"
#include "salon/pet.h"
#include "salon/visit.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/visit_write.sql.def"
#undef X

#define DRAFT_MAX ((size_t)32768)

static int make(struct db *db, const char *pet_id, const char *event_id, const char *date,
                const char *staff_id, int64_t now, char out[static UUID_TEXT_LEN], struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    char id[UUID_TEXT_LEN];
    int rc = uuid_v7(now, id, err);
    if (rc >= 0) {
        rc = db_stmt(db, SQL_VISIT_MAKE, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":pet", pet_id);
    db_bind_text(st, ":event", event_id);
    db_bind_text(st, ":date", date);
    db_bind_text(st, ":staff", staff_id);
    db_bind_time(st, ":now", now);
    rc = db_run(db, st, NULL, err);
    if (rc < 0) {
        return rc;
    }
    memcpy(out, id, sizeof id);
    return 0;
}

static void local_date(int64_t ms, char out[static 11])
{
    struct local_time t;
    zone_local(ms, &t);
    date_format(t.date, out);
}

/* Today when text is NULL; not after the salon's today. */
static int day_of(const char *text, int64_t now, char out[static 11], struct err *err)
{
    struct local_date date;
    char today[11];
    local_date(now, today);
    if (text == NULL || text[0] == '\0') {
        memcpy(out, today, sizeof today);
        return 0;
    }
    if (!date_parse(text, &date)) {
        return err_set(err, ERR_INVALID, "date: not a date: year-month-day, as 2021-05-01");
    }
    date_format(date, out);
    if (strcmp(out, today) > 0) {
        return err_set(err, ERR_INVALID, "date: must not lie in the future");
    }
    return 0;
}

struct place {
    char event_id[UUID_TEXT_LEN];
    char visit_id[UUID_TEXT_LEN]; /* "": none yet */
    char date[11];
};

static int find_place(struct db *db, const struct actor *who, const char *pet_id,
                      const char *event_id, struct place *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_PLACE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":event", event_id);
    db_bind_text(st, ":pet", pet_id);
    db_bind_text(st, ":salon", who->salon_id);
    rc = db_step(db, st, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    if (rc < 0) {
        return rc;
    }
    if (db_int(st, 2) == 0) {
        return err_set(err, ERR_UNPROCESSABLE, "pet_id: this pet does not come to the appointment");
    }
    const char *visit = db_text(st, 3);
    (void)snprintf(out->event_id, sizeof out->event_id, "%s", db_text(st, 0));
    (void)snprintf(out->visit_id, sizeof out->visit_id, "%s", visit == NULL ? "" : visit);
    local_date(db_time(st, 1), out->date);
    return 0;
}

int visit_open(struct db *db, const struct actor *who, const char *pet_id, const char *event_id,
               const char *date, char id[static UUID_TEXT_LEN], struct err *err)
{
    CLEANUP(pet_done) struct pet p = {0};
    struct place place = {0};
    int rc = pet_load(db, who, pet_id, &p, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such pet");
    }
    if (rc > 0) {
        rc = event_id != NULL ? find_place(db, who, p.id, event_id, &place, err)
                              : day_of(date, who->now, place.date, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (place.visit_id[0] != '\0') {
        memcpy(id, place.visit_id, sizeof place.visit_id);
        return 1;
    }
    return make(db, p.id, event_id != NULL ? place.event_id : NULL, place.date, who->staff_id,
                who->now, id, err);
}

/* 1: of this pet on that day nothing is recorded at the appointment. */
static int find_missing(struct db *db, const char *event_id, char pet[static UUID_TEXT_LEN],
                        char date[static 11], struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_MISSING, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":event", event_id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        (void)snprintf(pet, UUID_TEXT_LEN, "%s", db_text(st, 0));
        local_date(db_time(st, 1), date);
    }
    return rc;
}

int visit_open_all(struct db *db, const char *event_id, const char *staff_id, int64_t now,
                   struct err *err)
{
    char pet[UUID_TEXT_LEN];
    char date[11];
    char id[UUID_TEXT_LEN];
    int rc = find_missing(db, event_id, pet, date, err);
    while (rc > 0) {
        rc = make(db, pet, event_id, date, staff_id, now, id, err);
        if (rc >= 0) {
            rc = find_missing(db, event_id, pet, date, err);
        }
    }
    return rc;
}

int visit_close_empty(struct db *db, const char *event_id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_CLOSE_EMPTY, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":event", event_id);
    return db_run(db, st, NULL, err);
}

/* The text of an input, trimmed and checked. */
struct values {
    char notes[4 * VISIT_NOTES_MAX + 1];
    char blade[4 * VISIT_RECIPE_MAX + 1];
    char shampoo[4 * VISIT_RECIPE_MAX + 1];
    char paid_by[64];
    char currency[64];
};

static int check_word(const struct values *v, struct err *err)
{
    static const char *const ways[] = {"", "cash", "card", "transfer", "other"};
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        known = known || strcmp(v->paid_by, ways[i]) == 0;
    }
    if (!known) {
        return err_set(err, ERR_INVALID, "paid_by: cash, card, transfer or other");
    }
    size_t n = strlen(v->currency);
    if (n != 0 && (n != 3 || strspn(v->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)) {
        return err_set(err, ERR_INVALID, "currency: three capital letters, as PLN");
    }
    return 0;
}

static int check_number(const char *name, int64_t value, int64_t min, int64_t max, struct err *err)
{
    if (value == VISIT_LEAVE || value == VISIT_CLEAR || (value >= min && value <= max)) {
        return 0;
    }
    return err_set(err, ERR_INVALID, "%s: %lld to %lld", name, (long long)min, (long long)max);
}

static int check(const struct visit_input *in, struct values *v, struct err *err)
{
    int rc = field_text("notes", in->notes, VISIT_NOTES_MAX, false, true, v->notes, sizeof v->notes,
                        err);
    if (rc == 0) {
        rc = field_text("blade", in->blade, VISIT_RECIPE_MAX, false, false, v->blade,
                        sizeof v->blade, err);
    }
    if (rc == 0) {
        rc = field_text("shampoo", in->shampoo, VISIT_RECIPE_MAX, false, false, v->shampoo,
                        sizeof v->shampoo, err);
    }
    if (rc == 0) {
        rc = field_text("paid_by", in->paid_by, 15, false, false, v->paid_by, sizeof v->paid_by,
                        err);
    }
    if (rc == 0) {
        rc = field_text("currency", in->currency, 15, false, false, v->currency, sizeof v->currency,
                        err);
    }
    if (rc == 0) {
        rc = check_word(v, err);
    }
    if (rc == 0) {
        rc = check_number("minutes", in->minutes, 1, VISIT_MINUTES_MAX, err);
    }
    return rc < 0 ? rc : check_number("price_minor", in->price_minor, 0, VISIT_PRICE_MAX, err);
}

static void draft_number(struct jw *w, const char *key, int64_t value)
{
    if (value == VISIT_CLEAR) {
        jw_null(w, key);
    } else if (value != VISIT_LEAVE) {
        jw_int(w, key, value);
    }
}

static void draft_text(struct jw *w, const char *key, const char *given)
{
    if (given != NULL) {
        jw_text(w, key, given);
    }
}

static int keep_draft(struct db *db, const struct actor *who, const char *id,
                      const struct visit_input *in, struct err *err)
{
    if (who->staff_id == NULL) {
        return err_set(err, ERR_CONFLICT, "somebody else changed this visit meanwhile");
    }
    CLEANUP(buf_done) struct buf body;
    struct jw w;
    buf_init(&body, DRAFT_MAX);
    jw_init(&w, &body);
    jw_object(&w, NULL);
    draft_text(&w, "notes", in->notes);
    draft_text(&w, "blade", in->blade);
    draft_text(&w, "shampoo", in->shampoo);
    draft_text(&w, "paid_by", in->paid_by);
    draft_text(&w, "currency", in->currency);
    draft_number(&w, "minutes", in->minutes);
    draft_number(&w, "price_minor", in->price_minor);
    jw_end_object(&w);
    if (body.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_KEEP_DRAFT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":staff", who->staff_id);
    db_bind_text(st, ":body", body.data);
    db_bind_time(st, ":now", who->now);
    rc = db_run(db, st, NULL, err);
    return rc < 0 ? rc : VISIT_KEPT;
}

/* ERR_NOT_FOUND, also for another salon's. */
static int check_owner(struct db *db, const struct actor *who, const char *id, int64_t *revision,
                       struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_OWNER, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    if (rc == 0 || !actor_may(who, db_text(st, 0))) {
        return err_set(err, ERR_NOT_FOUND, "there is no such visit");
    }
    *revision = db_int(st, 1);
    return 0;
}

static void bind_number(sqlite3_stmt *st, const char *has, const char *name, int64_t value)
{
    db_bind_int(st, has, value != VISIT_LEAVE);
    if (value == VISIT_LEAVE || value == VISIT_CLEAR) {
        db_bind_null(st, name);
    } else {
        db_bind_int(st, name, value);
    }
}

static int store(struct db *db, const struct actor *who, const char *id, int64_t revision,
                 const struct visit_input *in, const struct values *v, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_WRITE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_int(st, ":has_notes", in->notes != NULL);
    db_bind_text(st, ":notes", v->notes);
    db_bind_int(st, ":has_blade", in->blade != NULL);
    db_bind_text(st, ":blade", v->blade);
    db_bind_int(st, ":has_shampoo", in->shampoo != NULL);
    db_bind_text(st, ":shampoo", v->shampoo);
    db_bind_int(st, ":has_paid_by", in->paid_by != NULL);
    db_bind_text(st, ":paid_by", v->paid_by);
    db_bind_text(st, ":currency", v->currency);
    bind_number(st, ":has_minutes", ":minutes", in->minutes);
    bind_number(st, ":has_price", ":price", in->price_minor);
    db_bind_text(st, ":staff", who->staff_id);
    db_bind_text(st, ":id", id);
    db_bind_int(st, ":revision", revision);
    db_bind_time(st, ":now", who->now);
    return db_run(db, st, NULL, err);
}

int visit_write(struct db *db, const struct actor *who, const char *id, int64_t revision,
                const struct visit_input *in, struct err *err)
{
    struct values v;
    int64_t present = 0;
    int rc = check(in, &v, err);
    if (rc >= 0) {
        rc = check_owner(db, who, id, &present, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (present != revision) {
        return keep_draft(db, who, id, in, err);
    }
    rc = store(db, who, id, revision, in, &v, err);
    return rc < 0 ? rc : visit_drop_draft(db, who, id, err);
}

int visit_drop_draft(struct db *db, const struct actor *who, const char *id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int64_t revision = 0;
    int rc = check_owner(db, who, id, &revision, err);
    if (rc >= 0) {
        rc = db_stmt(db, SQL_VISIT_DROP_DRAFT, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":staff", who->staff_id);
    return db_run(db, st, NULL, err);
}
