/*
 * client.c: see client.h: one card, read and written. No state.
 */
#include "salon/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "salon/card.h"
#include "salon/client_row.h"
#include "salon/consent.h"
#include "salon/placeholder.h"
#include "salon/search_index.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/client.sql.def"
#undef X

int client_load(struct db *db, const struct actor *who, const char *id, struct client *out,
                struct err *err)
{
    CLEANUP(client_done) struct client c = {0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_CLIENT_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        rc = client_row(st, &c, err);
    }
    if (rc <= 0 || !actor_may(who, c.salon_id)) {
        return rc < 0 ? rc : 0;
    }
    *out = c;
    c = (struct client){0};
    return 1;
}

/* The salon of a new card. */
static int choose_salon(struct db *db, const struct actor *who, const char *wanted,
                        char out[static UUID_TEXT_LEN], struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (wanted == NULL) {
        wanted = who->salon_id;
    }
    int rc = db_stmt(db, SQL_CLIENT_SALON, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", wanted);
    rc = db_step(db, st, err);
    if (rc == 0 || (rc > 0 && !actor_may(who, db_text(st, 0)))) {
        return err_set(err, ERR_NOT_FOUND, "there is no such salon");
    }
    if (rc > 0) {
        (void)snprintf(out, UUID_TEXT_LEN, "%s", db_text(st, 0));
    }
    return rc < 0 ? rc : 0;
}

/* The columns of a card as they are to be. Text is borrowed; times in ms, 0 NULL. */
struct client_columns {
    const char *name, *surname, *phone, *email, *address, *notes;
    int64_t consent_at[CONSENT_COUNT];
    int64_t archived_at;
};

static void want_columns(const struct client *was, const struct client_input *in,
                         const struct client_values *v, int64_t now, struct client_columns *out)
{
    *out = (struct client_columns){
        .name = card_text(in->name, v->name, was->name),
        .surname = card_text(in->surname, v->surname, was->surname),
        .phone = card_text(in->phone, v->phone, was->phone),
        .email = card_text(in->email, v->email, was->email),
        .address = card_text(in->address, v->address, was->address),
        .notes = card_text(in->notes, v->notes, was->notes),
        .consent_at =
            {
                [CONSENT_GDPR] = card_switched(in->gdpr_consent, was->gdpr_consent_at, now),
                [CONSENT_SMS] = card_switched(in->sms_consent, was->sms_consent_at, now),
                [CONSENT_PHOTO] = card_switched(in->photo_consent, was->photo_consent_at, now),
            },
        .archived_at = card_switched(in->archived, was->archived_at, now),
    };
}

static bool nothing_changes(const struct client *was, const struct client_columns *c)
{
    return card_same(was->name, c->name) && card_same(was->surname, c->surname) &&
           card_same(was->phone, c->phone) && card_same(was->email, c->email) &&
           card_same(was->address, c->address) && card_same(was->notes, c->notes) &&
           was->gdpr_consent_at == c->consent_at[CONSENT_GDPR] &&
           was->sms_consent_at == c->consent_at[CONSENT_SMS] &&
           was->photo_consent_at == c->consent_at[CONSENT_PHOTO] &&
           was->archived_at == c->archived_at;
}

static void bind_columns(sqlite3_stmt *st, const struct client_columns *c)
{
    db_bind_text(st, ":name", c->name);
    db_bind_text(st, ":surname", c->surname);
    db_bind_text(st, ":phone", c->phone);
    db_bind_text(st, ":email", c->email);
    db_bind_text(st, ":address", c->address);
    db_bind_text(st, ":notes", c->notes);
    db_bind_time(st, ":gdpr", c->consent_at[CONSENT_GDPR]);
    db_bind_time(st, ":sms", c->consent_at[CONSENT_SMS]);
    db_bind_time(st, ":photo", c->consent_at[CONSENT_PHOTO]);
    db_bind_time(st, ":archived", c->archived_at);
}

static int note_consents(struct db *db, const struct actor *who, const char *id,
                         const struct client *was, const struct client_columns *c, struct err *err)
{
    const int64_t before[CONSENT_COUNT] = {
        [CONSENT_GDPR] = was->gdpr_consent_at,
        [CONSENT_SMS] = was->sms_consent_at,
        [CONSENT_PHOTO] = was->photo_consent_at,
    };
    int rc = 0;
    for (int k = 0; k < CONSENT_COUNT && rc == 0; k++) {
        if ((before[k] > 0) != (c->consent_at[k] > 0)) {
            rc = consent_note(db, who, id, (enum consent_kind)k, c->consent_at[k] > 0, err);
        }
    }
    return rc;
}

int client_create(struct db *db, const struct client_new *card, int64_t now,
                  char out[static UUID_TEXT_LEN], struct err *err)
{
    char id[UUID_TEXT_LEN];
    int rc = uuid_v7(now, id, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc == 0) {
        rc = db_stmt(db, SQL_CLIENT_CREATE, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":salon", card->salon_id);
    db_bind_text(st, ":name", card->name);
    db_bind_text(st, ":surname", card->surname != NULL ? card->surname : "");
    db_bind_text(st, ":phone", card->phone);
    db_bind_text(st, ":email", card->email);
    db_bind_text(st, ":address", card->address);
    db_bind_text(st, ":notes", card->notes);
    db_bind_time(st, ":gdpr", card->gdpr_consent_at);
    db_bind_time(st, ":sms", card->sms_consent_at);
    db_bind_time(st, ":photo", card->photo_consent_at);
    db_bind_time(st, ":now", now);
    rc = db_run(db, st, NULL, err);
    if (rc < 0) {
        return rc;
    }
    memcpy(out, id, sizeof id);
    return 0;
}

int client_add(struct db *db, const struct actor *who, const char *salon_id,
               const struct client_input *in, char id[static UUID_TEXT_LEN], struct err *err)
{
    const struct client nobody = {0};
    struct client_values v;
    struct client_columns c;
    char salon[UUID_TEXT_LEN];
    char made[UUID_TEXT_LEN];
    int rc = client_input_check(in, true, &v, err);
    if (rc == 0) {
        rc = choose_salon(db, who, salon_id, salon, err);
    }
    if (rc < 0) {
        return rc;
    }
    want_columns(&nobody, in, &v, who->now, &c);
    const struct client_new card = {
        .salon_id = salon,
        .name = c.name,
        .surname = c.surname,
        .phone = c.phone,
        .email = c.email,
        .address = c.address,
        .notes = c.notes,
        .gdpr_consent_at = c.consent_at[CONSENT_GDPR],
        .sms_consent_at = c.consent_at[CONSENT_SMS],
        .photo_consent_at = c.consent_at[CONSENT_PHOTO],
    };
    rc = client_create(db, &card, who->now, made, err);
    if (rc == 0) {
        rc = note_consents(db, who, made, &nobody, &c, err);
    }
    if (rc == 0) {
        rc = search_refresh(db, SEARCH_REFRESH_MAX, err);
    }
    if (rc >= 0) {
        memcpy(id, made, sizeof made);
    }
    return rc < 0 ? rc : 0;
}

/* The card as it is now, to be changed. */
static int load_for_change(struct db *db, const struct actor *who, const char *id,
                           struct client *was, struct err *err)
{
    int rc = client_load(db, who, id, was, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such client");
    }
    if (rc > 0 && strcmp(was->id, id) != 0) {
        return err_set(err, ERR_CONFLICT, "this card was merged into another one");
    }
    return rc < 0 ? rc : 0;
}

int client_update(struct db *db, const struct actor *who, const char *id, int64_t revision,
                  const struct client_input *in, struct err *err)
{
    CLEANUP(client_done) struct client was = {0};
    struct client_values v;
    struct client_columns c;
    int rc = client_input_check(in, false, &v, err);
    if (rc == 0) {
        rc = load_for_change(db, who, id, &was, err);
    }
    if (rc == 0 && was.revision != revision) {
        rc = err_set(err, ERR_CONFLICT, "somebody else changed this card meanwhile");
    }
    if (rc < 0) {
        return rc;
    }
    want_columns(&was, in, &v, who->now, &c);
    if (nothing_changes(&was, &c)) {
        return 0;
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = db_stmt(db, SQL_CLIENT_UPDATE, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_columns(st, &c);
    db_bind_text(st, ":id", id);
    db_bind_int(st, ":revision", revision);
    db_bind_time(st, ":now", who->now);
    rc = db_run(db, st, NULL, err);
    if (rc == 0) {
        rc = note_consents(db, who, id, &was, &c, err);
    }
    if (rc == 0) {
        rc = search_refresh(db, SEARCH_REFRESH_MAX, err);
    }
    return rc < 0 ? rc : 0;
}

int client_touch_contact(struct db *db, const struct actor *who, const char *id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_CLIENT_TOUCH, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_time(st, ":now", who->now);
    return db_run(db, st, NULL, err);
}

int client_fill_contact(struct db *db, const struct actor *who, const char *id, const char *phone,
                        const char *email, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    char number[PHONE_LEN];
    int rc = db_stmt(db, SQL_CLIENT_FILL, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":phone", phone != NULL && phone_normalize(phone, number) ? number : NULL);
    bool real = email != NULL && text_email_valid(email) && !placeholder_read(email, NULL);
    db_bind_text(st, ":email", real ? email : NULL);
    db_bind_time(st, ":now", who->now);
    rc = db_run(db, st, NULL, err);
    if (rc == 0) {
        rc = search_refresh(db, SEARCH_REFRESH_MAX, err);
    }
    return rc < 0 ? rc : 0;
}
