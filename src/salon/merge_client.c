/*
 * merge_client.c: what merging two clients moves, and what the kept card takes over. See merge.h.
 */
#include <stdlib.h>
#include <string.h>

#include "salon/consent.h"
#include "salon/merge_steps.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/merge_client.sql.def"
#undef X

enum { SURNAME, PHONE, EMAIL, ADDRESS, NOTES, CONSENTS, FIELDS = CONSENTS + CONSENT_COUNT };

static const char *const field_names[FIELDS] = {
    "surname", "phone_number",    "email",          "address",
    "notes",   "gdpr_consent_at", "sms_consent_at", "photo_consent_at",
};
static const char *const field_params[FIELDS] = {":c0", ":c1", ":c2", ":c3",
                                                 ":c4", ":c5", ":c6", ":c7"};

struct fields {
    char *value[FIELDS]; /* owned; NULL is SQL NULL */
};

static void fields_done(struct fields *f)
{
    for (size_t i = 0; i < FIELDS; i++) {
        free(f->value[i]);
    }
}
DEFINE_CLEANUP_REF(struct fields, fields_done);

static int load(struct db *db, const char *id, struct fields *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MC_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    bool ok = true;
    for (int i = 0; i < FIELDS && rc > 0; i++) {
        out->value[i] = db_text_dup(st, i, &ok);
    }
    if (rc >= 0 && !ok) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return rc < 0 ? rc : 0;
}

/* 1 given, 0 taken back, -1 nobody ever said: the last word on each kind, whichever card it is on.
 */
static int last_words(struct db *db, const struct merge *m, int words[static CONSENT_COUNT],
                      struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MC_LAST_CONSENTS, &st, err);
    if (rc < 0) {
        return rc;
    }
    for (int k = 0; k < CONSENT_COUNT; k++) {
        words[k] = -1;
    }
    db_bind_text(st, ":kept", m->kept);
    db_bind_text(st, ":merged", m->merged);
    while ((rc = db_step(db, st, err)) > 0) {
        const char *kind = db_text(st, 0);
        for (int k = 0; k < CONSENT_COUNT && kind != NULL; k++) {
            if (strcmp(kind, consent_kind_name((enum consent_kind)k)) == 0) {
                words[k] = db_int(st, 1) != 0;
            }
        }
    }
    return rc;
}

/* The kept card's own values stand; it gets what it lacks, and both notes. */
static int fill(struct db *db, const struct merge *m, struct err *err)
{
    CLEANUP(fields_done) struct fields mine = {0};
    CLEANUP(fields_done) struct fields theirs = {0};
    const char *next[FIELDS];
    int words[CONSENT_COUNT];
    char *notes = NULL;
    int rc = load(db, m->kept, &mine, err);
    if (rc >= 0) {
        rc = load(db, m->merged, &theirs, err);
    }
    if (rc >= 0) {
        rc = last_words(db, m, words, err);
    }
    if (rc >= 0) {
        rc = merge_join_text(mine.value[NOTES], theirs.value[NOTES], &notes, err);
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc >= 0) {
        rc = db_stmt(db, SQL_MC_FILL, &st, err);
    }
    for (int i = 0; i < FIELDS && rc >= 0; i++) {
        next[i] = mine.value[i] != NULL ? mine.value[i] : theirs.value[i];
        if (i == NOTES) {
            next[i] = notes;
        } else if (i >= CONSENTS && words[i - CONSENTS] == 0) {
            next[i] = NULL;
        }
        rc = merge_note_field(db, m, field_names[i], mine.value[i], next[i], err);
        if (rc >= 0) {
            db_bind_text(st, field_params[i], next[i]);
        }
    }
    if (rc >= 0) {
        db_bind_text(st, ":kept", m->kept);
        db_bind_time(st, ":now", m->who->now);
        rc = db_run(db, st, NULL, err);
    }
    free(notes);
    return rc;
}

static const char *const steps[] = {
    SQL_MC_NOTE_EVENTS,   SQL_MC_MOVE_EVENTS,   SQL_MC_NOTE_GONE,
    SQL_MC_NOTE_ADDED,    SQL_MC_ADD_PETS,      SQL_MC_DROP_PETS,
    SQL_MC_NOTE_CONSENTS, SQL_MC_MOVE_CONSENTS, SQL_MC_NOTE_MESSAGES,
    SQL_MC_MOVE_MESSAGES, SQL_MC_NOTE_DOUBLES,  SQL_MC_MOVE_DOUBLES,
    SQL_MC_NOTE_HUSK,     SQL_MC_MAKE_HUSK,     NULL,
};
static const char *const undo[] = {
    SQL_MC_UNDO_EVENTS,   SQL_MC_UNDO_ADDED,    SQL_MC_UNDO_GONE,
    SQL_MC_UNDO_CONSENTS, SQL_MC_UNDO_MESSAGES, SQL_MC_UNDO_HUSK,
    SQL_MC_UNDO_DOUBLES,  SQL_MC_UNDO_KEPT,     NULL,
};

const struct merge_plan merge_plan_clients = {
    .kind = "client",
    .change = "client_id",
    .steps = steps,
    .undo = undo,
    .count = SQL_MC_COUNT,
    .salon = SQL_MC_SALON,
    .undo_field = SQL_MC_UNDO_FIELD,
    .fill = fill,
};
