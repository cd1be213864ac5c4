/*
 * link_cards.c: the queries behind linking. Reads clients, pets and salons; decides nothing.
 */
#include "sync/link_cards.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sync/link.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/link.sql.def"
#undef X

/* Both as E.164: cards written by hand or by an import may hold other spellings. */
static bool phones_known(const struct card *card, struct contact contact,
                         char theirs[static PHONE_LEN])
{
    return card->phone[0] != '\0' && contact.phone != NULL &&
           phone_normalize(contact.phone, theirs);
}

bool card_matches(const struct card *card, struct contact contact)
{
    char phone[PHONE_LEN];
    bool email = card->email[0] != '\0' && contact.email != NULL;
    return (email && text_email_equal(card->email, contact.email)) ||
           (phones_known(card, contact, phone) && strcmp(card->phone, phone) == 0);
}

bool card_contradicts(const struct card *card, struct contact contact)
{
    char phone[PHONE_LEN];
    bool email = card->email[0] != '\0' && contact.email != NULL;
    return (email && !text_email_equal(card->email, contact.email)) ||
           (phones_known(card, contact, phone) && strcmp(card->phone, phone) != 0);
}

static void copy_column(sqlite3_stmt *st, int col, char *out, size_t size)
{
    const char *text = db_text(st, col);
    (void)snprintf(out, size, "%s", text == NULL ? "" : text);
}

static void card_read(sqlite3_stmt *st, struct card *out)
{
    *out = (struct card){0};
    copy_column(st, 0, out->id, sizeof out->id);
    copy_column(st, 1, out->salon_id, sizeof out->salon_id);
    copy_column(st, 2, out->email, sizeof out->email);
    const char *phone = db_text(st, 3);
    if (phone != NULL && !phone_normalize(phone, out->phone)) {
        out->phone[0] = '\0';
    }
}

static int cards_read(struct db *db, sqlite3_stmt *st, struct card out[static LINK_CARDS_MAX],
                      size_t *count, struct err *err)
{
    size_t n = 0;
    int rc = 0;
    while (n < LINK_CARDS_MAX && (rc = db_step(db, st, err)) > 0) {
        card_read(st, &out[n++]);
    }
    if (rc < 0) {
        return rc;
    }
    *count = n;
    return 0;
}

int link_card(struct db *db, const char *client_id, struct contact contact, struct card *out,
              struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LINK_CLIENT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", client_id);
    int found = 0;
    while ((rc = db_step(db, st, err)) > 0) {
        struct card card;
        card_read(st, &card);
        /* A double speaks for the client only by what it knows. */
        if (found == 0 || (card_matches(&card, contact) && !card_contradicts(&card, contact))) {
            *out = card;
        }
        if (!card_contradicts(out, contact)) {
            return 1;
        }
        found = 1;
    }
    return rc < 0 ? rc : found;
}

int link_card_edited(struct db *db, const char *client_id, int64_t since, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LINK_CARD_EDITED, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", client_id);
    rc = db_step(db, st, err);
    return rc <= 0 ? rc : db_time(st, 0) > since;
}

int link_pet(struct db *db, const char *pet_id, char out[static 37], struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LINK_PET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":pet", pet_id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        copy_column(st, 0, out, 37);
    }
    return rc;
}

int link_is_owner(struct db *db, const char *client_id, const char *pet_id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LINK_IS_OWNER, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    db_bind_text(st, ":pet", pet_id);
    return db_step(db, st, err);
}

int link_cards_by_contact(struct db *db, struct contact contact,
                          struct card out[static LINK_CARDS_MAX], size_t *count, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LINK_CLIENTS_BY_CONTACT, &st, err);
    if (rc < 0) {
        return rc;
    }
    char phone[PHONE_LEN];
    bool number = contact.phone != NULL && phone_normalize(contact.phone, phone);
    db_bind_text(st, ":email", contact.email);
    db_bind_text(st, ":phone", number ? phone : NULL);
    return cards_read(db, st, out, count, err);
}

int link_owners(struct db *db, const char *pet_id, struct card out[static LINK_CARDS_MAX],
                size_t *count, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LINK_OWNERS_OF_PET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":pet", pet_id);
    return cards_read(db, st, out, count, err);
}

struct folded_wording {
    char *title;
    char *notes;
    char *people; /* the attendee and our salons */
};

static void folded_wording_done(struct folded_wording *f)
{
    free(f->title);
    free(f->notes);
    free(f->people);
}
DEFINE_CLEANUP_REF(struct folded_wording, folded_wording_done);

static int fold_wording(struct db *db, struct wording said, struct folded_wording *out,
                        struct err *err)
{
    CLEANUP(buf_done) struct buf people = {.max = 64 * 1024};
    buf_str(&people, said.attendee == NULL ? "" : said.attendee);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LINK_SALON_NAMES, &st, err);
    if (rc < 0) {
        return rc;
    }
    while ((rc = db_step(db, st, err)) > 0) {
        buf_printf(&people, " %s", db_text(st, 0));
    }
    if (rc < 0) {
        return rc;
    }
    out->title = text_fold(said.title == NULL ? "" : said.title);
    out->notes = text_fold(said.notes == NULL ? "" : said.notes);
    out->people = people.failed ? NULL : text_fold(people.data);
    if (out->title == NULL || out->notes == NULL || out->people == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return 0;
}

/* 1 named, 0 not, negative out of memory. */
static int is_named(const struct folded_wording *said, const char *pet_name, struct err *err)
{
    char *name = text_fold(pet_name);
    if (name == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    bool in_title = text_has_words(said->title, name) && !text_has_words(said->people, name);
    int named = name[0] != '\0' && (in_title || text_has_words(said->notes, name));
    free(name);
    return named;
}

int link_only_pet(struct db *db, const char *client_id, struct wording said, char out[static 37],
                  struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LINK_PETS_OF_CLIENT, &st, err);
    if (rc < 0) {
        return rc;
    }
    CLEANUP(folded_wording_done) struct folded_wording folded = {0};
    rc = fold_wording(db, said, &folded, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    int pets = 0;
    int named = 0;
    char only[37] = "";
    char called[37] = "";
    while ((rc = db_step(db, st, err)) > 0) {
        copy_column(st, 0, only, sizeof only);
        pets++;
        rc = is_named(&folded, db_text(st, 1), err);
        if (rc < 0) {
            return rc;
        }
        if (rc > 0) {
            memcpy(called, only, sizeof called);
            named++;
        }
    }
    if (rc < 0) {
        return rc;
    }
    if (pets != 1 && named != 1) {
        return 0;
    }
    memcpy(out, pets == 1 ? only : called, sizeof only);
    return 1;
}

static int salon_one(struct db *db, const char *sql, const char *username, char out[static 37],
                     struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    if (username != NULL) {
        db_bind_text(st, ":username", username);
    }
    char first[37] = "";
    int count = 0;
    while ((rc = db_step(db, st, err)) > 0) {
        copy_column(st, 0, first, sizeof first);
        count++;
    }
    if (rc < 0) {
        return rc;
    }
    memcpy(out, count == 1 ? first : "", count == 1 ? sizeof first : 1);
    return count == 1;
}

int link_salon(struct db *db, const char *organizer, char out[static 37], struct err *err)
{
    if (organizer != NULL) {
        int rc = salon_one(db, SQL_LINK_SALON_BY_USERNAME, organizer, out, err);
        if (rc != 0) {
            return rc < 0 ? rc : 0;
        }
    }
    int rc = salon_one(db, SQL_LINK_SALONS, NULL, out, err);
    return rc < 0 ? rc : 0;
}
