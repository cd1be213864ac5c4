/*
 * import_write.c: see import_write.h. Writes directly, without the search index, which follows when
 * all is in. No state.
 */
#include "salon/import_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "salon/client.h"
#include "salon/pet.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/import_write.sql.def"
#undef X

static const char *or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static int note_consents(const struct import *m, const char *id, unsigned has, struct err *err)
{
    static const struct {
        enum consent_kind kind;
        unsigned bit;
    } kinds[] = {{CONSENT_SMS, HAS_SMS}, {CONSENT_GDPR, HAS_GDPR}};
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(kinds) && rc >= 0; i++) {
        if (m->row.consent_at[kinds[i].kind] > 0 && (has & kinds[i].bit) == 0) {
            struct actor then = *m->who;
            then.now = m->row.consent_at[kinds[i].kind];
            rc = consent_note(m->db, &then, id, kinds[i].kind, true, err);
        }
    }
    return rc;
}

int import_add_client(struct import *m, size_t *number, struct err *err)
{
    const struct client_values *v = &m->row.client;
    const struct client_new card = {
        .salon_id = m->salon_id,
        .name = v->name,
        .surname = v->surname,
        .phone = or_null(v->phone),
        .email = or_null(v->email),
        .address = or_null(v->address),
        .notes = or_null(v->notes),
        .gdpr_consent_at = m->row.consent_at[CONSENT_GDPR],
        .sms_consent_at = m->row.consent_at[CONSENT_SMS],
    };
    char id[UUID_TEXT_LEN] = "";
    int rc = 0;
    if (!m->job->dry_run) {
        rc = client_create(m->db, &card, m->who->now, id, err);
        if (rc >= 0) {
            rc = note_consents(m, id, 0, err);
        }
    }
    m->counts.clients++;
    return rc < 0 ? rc : import_people_add(m->people, id, &m->row, number, err);
}

/* What the line says and the card does not. */
static unsigned news_of(const struct import *m)
{
    const struct client_values *v = &m->row.client;
    return (v->phone[0] != '\0' ? HAS_PHONE : 0U) | (v->email[0] != '\0' ? HAS_EMAIL : 0U) |
           (v->address[0] != '\0' ? HAS_ADDRESS : 0U) | (v->notes[0] != '\0' ? HAS_NOTES : 0U) |
           (m->row.consent_at[CONSENT_SMS] > 0 ? HAS_SMS : 0U) |
           (m->row.consent_at[CONSENT_GDPR] > 0 ? HAS_GDPR : 0U);
}

static int write_news(struct import *m, const struct person *p, unsigned news, struct err *err)
{
    const struct client_values *v = &m->row.client;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(m->db, SQL_IMPORT_FILL_CLIENT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", p->id);
    db_bind_text(st, ":phone", or_null(v->phone));
    db_bind_text(st, ":email", or_null(v->email));
    db_bind_text(st, ":address", or_null(v->address));
    db_bind_text(st, ":notes", or_null(v->notes));
    db_bind_time(st, ":sms", (news & HAS_SMS) != 0 ? m->row.consent_at[CONSENT_SMS] : 0);
    db_bind_time(st, ":gdpr", (news & HAS_GDPR) != 0 ? m->row.consent_at[CONSENT_GDPR] : 0);
    db_bind_time(st, ":now", m->who->now);
    rc = db_run(m->db, st, NULL, err);
    return rc < 0 ? rc : note_consents(m, p->id, ~news, err);
}

int import_fill_client(struct import *m, size_t number, struct err *err)
{
    struct person *p = import_person(m->people, number);
    unsigned news = news_of(m) & ~p->has;
    if (news == 0) {
        return 0;
    }
    int rc = m->job->dry_run ? 0 : write_news(m, p, news, err);
    p->has |= news;
    if (rc >= 0) {
        rc = import_people_extend(m->people, number, &m->row, err);
    }
    return rc < 0 ? rc : 1;
}

static int add_pet(struct import *m, size_t number, struct err *err)
{
    const struct pet_values *v = &m->row.pet;
    const struct pet_new card = {
        .salon_id = m->salon_id,
        .name = v->name,
        .type = v->type,
        .breed = or_null(v->breed),
        .birth_date = or_null(v->birth_date),
        .allergies = or_null(v->allergies),
        .notes = or_null(v->notes),
    };
    char id[UUID_TEXT_LEN] = "";
    int rc = 0;
    if (!m->job->dry_run) {
        rc = pet_create(m->db, &card, m->who->now, id, err);
        if (rc >= 0) {
            rc = pet_add_owner(m->db, id, import_person(m->people, number)->id, err);
        }
    }
    m->counts.pets++;
    return rc < 0 ? rc : import_people_add_pet(m->people, number, id, &m->row, err);
}

/* What the card is to say: nothing of an animal's allergies and notes gets lost. 1 when that is
 * more than it said. */
static int more_text(char **text, const char *said, bool join, struct err *err)
{
    if (said[0] == '\0' || (*text != NULL && (!join || strstr(*text, said) != NULL))) {
        return 0;
    }
    CLEANUP(buf_done) struct buf both;
    buf_init(&both, (size_t)4 * CARD_NOTES_MAX);
    buf_printf(&both, "%s%s%s", *text == NULL ? "" : *text, *text == NULL ? "" : "\n", said);
    if (both.failed) {
        return err_set(err, ERR_INVALID, "pet_notes: too long together with what the card says");
    }
    free(*text);
    *text = buf_steal(&both);
    return 1;
}

static int write_pet(struct import *m, const struct import_pet *pet, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(m->db, SQL_IMPORT_FILL_PET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", pet->id);
    db_bind_text(st, ":breed", pet->text[IMPORTED_BREED]);
    db_bind_text(st, ":birth", pet->text[IMPORTED_BIRTH]);
    db_bind_text(st, ":allergies", pet->text[IMPORTED_ALLERGIES]);
    db_bind_text(st, ":notes", pet->text[IMPORTED_NOTES]);
    db_bind_time(st, ":now", m->who->now);
    return db_run(m->db, st, NULL, err);
}

/* 1 the card got something, 0 it had everything. */
static int fill_pet(struct import *m, struct import_pet *pet, struct err *err)
{
    const struct pet_values *v = &m->row.pet;
    const char *said[IMPORTED_TEXTS] = {v->breed, v->birth_date, v->allergies, v->notes};
    bool news = false;
    int rc = 0;
    for (int t = 0; t < IMPORTED_TEXTS && rc >= 0; t++) {
        rc = more_text(&pet->text[t], said[t], t == IMPORTED_ALLERGIES || t == IMPORTED_NOTES, err);
        news = news || rc > 0;
    }
    if (rc >= 0 && news && !m->job->dry_run) {
        rc = write_pet(m, pet, err);
    }
    return rc < 0 ? rc : news;
}

int import_take_pet(struct import *m, size_t number, struct err *err)
{
    if (!m->row.has_pet) {
        return 0;
    }
    int rc = import_people_pets(m->people, m->db, number, err);
    if (rc < 0) {
        return rc;
    }
    const struct person *p = import_person(m->people, number);
    char *name = text_fold(m->row.pet.name);
    struct import_pet *known = NULL;
    for (size_t i = 0; name != NULL && i < p->pet_count; i++) {
        if (strcmp(p->pets[i].name, name) == 0) {
            known = &p->pets[i];
        }
    }
    bool ok = name != NULL;
    free(name);
    if (!ok) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    if (known != NULL) {
        return fill_pet(m, known, err);
    }
    rc = add_pet(m, number, err);
    return rc < 0 ? rc : 1;
}
