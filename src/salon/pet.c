/*
 * pet.c: see pet.h: one card, read and written. No state.
 */
#include "salon/pet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "salon/card.h"
#include "salon/client.h"
#include "salon/search_index.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "salon/pet.sql.def"
#undef X_SCAN
#undef X

void pet_done(struct pet *p)
{
    free(p->name);
    free(p->type);
    free(p->breed);
    free(p->birth_date);
    free(p->health_issues);
    free(p->allergies);
    free(p->behaviour);
    free(p->preferences);
    free(p->notes);
    free(p->rabies_vaccinated_on);
    *p = (struct pet){0};
}

static int read_row(sqlite3_stmt *st, struct pet *out, struct err *err)
{
    bool ok = true;
    const char *id = db_text(st, 0);
    const char *salon = db_text(st, 1);
    struct pet p = {
        .name = db_text_dup(st, 2, &ok),
        .type = db_text_dup(st, 3, &ok),
        .breed = db_text_dup(st, 4, &ok),
        .birth_date = db_text_dup(st, 5, &ok),
        .health_issues = db_text_dup(st, 6, &ok),
        .allergies = db_text_dup(st, 7, &ok),
        .behaviour = db_text_dup(st, 8, &ok),
        .preferences = db_text_dup(st, 9, &ok),
        .notes = db_text_dup(st, 10, &ok),
        .rabies_vaccinated_on = db_text_dup(st, 11, &ok),
        .default_duration_minutes = db_int(st, 12),
        .deceased_at = db_time(st, 13),
        .archived_at = db_time(st, 14),
        .created_at = db_time(st, 15),
        .updated_at = db_time(st, 16),
        .revision = db_int(st, 17),
    };
    if (!ok || id == NULL || salon == NULL) {
        pet_done(&p);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    (void)snprintf(p.id, sizeof p.id, "%s", id);
    (void)snprintf(p.salon_id, sizeof p.salon_id, "%s", salon);
    *out = p;
    return 1;
}

int pet_load(struct db *db, const struct actor *who, const char *id, struct pet *out,
             struct err *err)
{
    CLEANUP(pet_done) struct pet p = {0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_PET_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        rc = read_row(st, &p, err);
    }
    if (rc <= 0 || !actor_may(who, p.salon_id)) {
        return rc < 0 ? rc : 0;
    }
    *out = p;
    p = (struct pet){0};
    return 1;
}

/* The columns of a card as they are to be. Text is borrowed. */
enum pet_text {
    PET_NAME,
    PET_TYPE,
    PET_BREED,
    PET_BIRTH_DATE,
    PET_HEALTH,
    PET_ALLERGIES,
    PET_BEHAVIOUR,
    PET_PREFERENCES,
    PET_NOTES,
    PET_RABIES,
    PET_TEXTS
};
struct pet_columns {
    const char *text[PET_TEXTS];
    int64_t minutes;
    int64_t deceased_at;
    int64_t archived_at;
};

static void columns_of(const struct pet *p, struct pet_columns *out)
{
    *out = (struct pet_columns){
        .text =
            {
                [PET_NAME] = p->name,
                [PET_TYPE] = p->type,
                [PET_BREED] = p->breed,
                [PET_BIRTH_DATE] = p->birth_date,
                [PET_HEALTH] = p->health_issues,
                [PET_ALLERGIES] = p->allergies,
                [PET_BEHAVIOUR] = p->behaviour,
                [PET_PREFERENCES] = p->preferences,
                [PET_NOTES] = p->notes,
                [PET_RABIES] = p->rabies_vaccinated_on,
            },
        .minutes = p->default_duration_minutes,
        .deceased_at = p->deceased_at,
        .archived_at = p->archived_at,
    };
}

static void want_columns(const struct pet_columns *was, const struct pet_input *in,
                         const struct pet_values *v, int64_t now, struct pet_columns *out)
{
    const char *given[PET_TEXTS] = {
        in->name,      in->type,      in->breed,       in->birth_date, in->health_issues,
        in->allergies, in->behaviour, in->preferences, in->notes,      in->rabies_vaccinated_on,
    };
    const char *checked[PET_TEXTS] = {
        v->name,      v->type,      v->breed,       v->birth_date, v->health_issues,
        v->allergies, v->behaviour, v->preferences, v->notes,      v->rabies_vaccinated_on,
    };
    for (size_t i = 0; i < PET_TEXTS; i++) {
        out->text[i] = card_text(given[i], checked[i], was->text[i]);
    }
    if (out->text[PET_TYPE] == NULL) {
        out->text[PET_TYPE] = v->type; /* the usual one */
    }
    out->minutes = in->default_duration_minutes == CARD_NUMBER_LEAVE ? was->minutes
                                                                     : in->default_duration_minutes;
    out->deceased_at = card_switched(in->deceased, was->deceased_at, now);
    out->archived_at = card_switched(in->archived, was->archived_at, now);
}

static bool nothing_changes(const struct pet_columns *was, const struct pet_columns *c)
{
    bool same = was->minutes == c->minutes && was->deceased_at == c->deceased_at &&
                was->archived_at == c->archived_at;
    for (size_t i = 0; i < PET_TEXTS; i++) {
        same = same && card_same(was->text[i], c->text[i]);
    }
    return same;
}

static void bind_columns(sqlite3_stmt *st, const struct pet_columns *c)
{
    static const char *const params[PET_TEXTS] = {
        ":name",      ":type",      ":breed",       ":birth_date", ":health_issues",
        ":allergies", ":behaviour", ":preferences", ":notes",      ":rabies",
    };
    for (size_t i = 0; i < PET_TEXTS; i++) {
        db_bind_text(st, params[i], c->text[i]);
    }
    db_bind_int(st, ":duration", c->minutes);
    db_bind_time(st, ":deceased", c->deceased_at);
    db_bind_time(st, ":archived", c->archived_at);
}

int pet_create(struct db *db, const struct pet_new *card, int64_t now,
               char out[static UUID_TEXT_LEN], struct err *err)
{
    char id[UUID_TEXT_LEN];
    int rc = uuid_v7(now, id, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc == 0) {
        rc = db_stmt(db, SQL_PET_CREATE, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":salon", card->salon_id);
    db_bind_text(st, ":name", card->name);
    db_bind_text(st, ":type", card->type != NULL ? card->type : "dog");
    db_bind_text(st, ":breed", card->breed);
    db_bind_text(st, ":birth", card->birth_date);
    db_bind_text(st, ":health", card->health_issues);
    db_bind_text(st, ":allergies", card->allergies);
    db_bind_text(st, ":behaviour", card->behaviour);
    db_bind_text(st, ":preferences", card->preferences);
    db_bind_text(st, ":notes", card->notes);
    db_bind_text(st, ":rabies", card->rabies_vaccinated_on);
    db_bind_int(st, ":minutes", card->default_duration_minutes);
    db_bind_time(st, ":now", now);
    rc = db_run(db, st, NULL, err);
    if (rc < 0) {
        return rc;
    }
    memcpy(out, id, sizeof id);
    return 0;
}

int pet_add(struct db *db, const struct actor *who, const char *client_id,
            const struct pet_input *in, char id[static UUID_TEXT_LEN], struct err *err)
{
    CLEANUP(client_done) struct client owner = {0};
    const struct pet_columns none = {0};
    struct pet_columns c;
    struct pet_values v;
    char made[UUID_TEXT_LEN];
    int rc = pet_input_check(in, true, who->now, &v, err);
    if (rc == 0) {
        rc = client_load(db, who, client_id, &owner, err);
        if (rc == 0) {
            return err_set(err, ERR_NOT_FOUND, "there is no such client");
        }
    }
    if (rc < 0) {
        return rc;
    }
    want_columns(&none, in, &v, who->now, &c);
    const struct pet_new card = {
        .salon_id = owner.salon_id,
        .name = c.text[PET_NAME],
        .type = c.text[PET_TYPE],
        .breed = c.text[PET_BREED],
        .birth_date = c.text[PET_BIRTH_DATE],
        .health_issues = c.text[PET_HEALTH],
        .allergies = c.text[PET_ALLERGIES],
        .behaviour = c.text[PET_BEHAVIOUR],
        .preferences = c.text[PET_PREFERENCES],
        .notes = c.text[PET_NOTES],
        .rabies_vaccinated_on = c.text[PET_RABIES],
        .default_duration_minutes = c.minutes,
    };
    rc = pet_create(db, &card, who->now, made, err);
    if (rc == 0) {
        rc = pet_owner_add(db, who, made, owner.id, err);
    }
    if (rc >= 0) {
        memcpy(id, made, sizeof made);
    }
    return rc < 0 ? rc : 0;
}

int pet_update(struct db *db, const struct actor *who, const char *id, int64_t revision,
               const struct pet_input *in, struct err *err)
{
    CLEANUP(pet_done) struct pet p = {0};
    struct pet_columns was;
    struct pet_columns c;
    struct pet_values v;
    int rc = pet_input_check(in, false, who->now, &v, err);
    if (rc == 0) {
        rc = pet_load(db, who, id, &p, err);
        if (rc == 0) {
            return err_set(err, ERR_NOT_FOUND, "there is no such pet");
        }
    }
    if (rc < 0) {
        return rc;
    }
    if (strcmp(p.id, id) != 0) {
        return err_set(err, ERR_CONFLICT, "this card was merged into another one");
    }
    if (p.revision != revision) {
        return err_set(err, ERR_CONFLICT, "somebody else changed this card meanwhile");
    }
    columns_of(&p, &was);
    want_columns(&was, in, &v, who->now, &c);
    if (nothing_changes(&was, &c)) {
        return 0;
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = db_stmt(db, SQL_PET_UPDATE, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_columns(st, &c);
    db_bind_text(st, ":id", id);
    db_bind_int(st, ":revision", revision);
    db_bind_time(st, ":now", who->now);
    rc = db_run(db, st, NULL, err);
    if (rc == 0) {
        rc = search_refresh(db, SEARCH_REFRESH_MAX, err);
    }
    return rc < 0 ? rc : 0;
}
