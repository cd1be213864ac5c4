/*
 * merge_pet.c: what merging two pets moves, and what the kept card takes over. See merge.h.
 */
#include <stdlib.h>
#include <string.h>

#include "salon/merge_steps.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/merge_pet.sql.def"
#undef X

/* From JOINED on both cards' texts are kept: one of them may be the warning that counts. */
enum { BREED, BIRTH_DATE, RABIES, DURATION, DECEASED, JOINED, FIELDS = JOINED + 5 };

static const char *const field_names[FIELDS] = {
    "breed",
    "birth_date",
    "rabies_vaccinated_on",
    "default_duration_minutes",
    "deceased_at",
    "health_issues",
    "allergies",
    "behaviour",
    "preferences",
    "notes",
};
static const char *const field_params[FIELDS] = {":c0", ":c1", ":c2", ":c3", ":c4",
                                                 ":c5", ":c6", ":c7", ":c8", ":c9"};

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
    int rc = db_stmt(db, SQL_MP_GET, &st, err);
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

static const char *first_of(const char *mine, const char *theirs)
{
    return mine != NULL ? mine : theirs;
}

/* The later date: the vaccination that is still good. */
static const char *later_of(const char *mine, const char *theirs)
{
    return mine == NULL || (theirs != NULL && strcmp(theirs, mine) > 0) ? theirs : mine;
}

static int choose(const struct fields *mine, const struct fields *theirs, struct fields *joined,
                  const char *next[static FIELDS], struct err *err)
{
    for (size_t i = 0; i < JOINED; i++) {
        next[i] = first_of(mine->value[i], theirs->value[i]);
    }
    next[RABIES] = later_of(mine->value[RABIES], theirs->value[RABIES]);
    /* Whether it lives is said by the card that is kept. */
    next[DECEASED] = mine->value[DECEASED];
    int rc = 0;
    for (size_t i = JOINED; i < FIELDS && rc == 0; i++) {
        rc = merge_join_text(mine->value[i], theirs->value[i], &joined->value[i], err);
        next[i] = joined->value[i];
    }
    return rc;
}

static int fill(struct db *db, const struct merge *m, struct err *err)
{
    CLEANUP(fields_done) struct fields mine = {0};
    CLEANUP(fields_done) struct fields theirs = {0};
    CLEANUP(fields_done) struct fields joined = {0};
    const char *next[FIELDS];
    int rc = load(db, m->kept, &mine, err);
    if (rc >= 0) {
        rc = load(db, m->merged, &theirs, err);
    }
    if (rc >= 0) {
        rc = choose(&mine, &theirs, &joined, next, err);
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc >= 0) {
        rc = db_stmt(db, SQL_MP_FILL, &st, err);
    }
    for (size_t i = 0; i < FIELDS && rc >= 0; i++) {
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
    return rc;
}

static const char *const steps[] = {
    SQL_MP_NOTE_EVENTS,       SQL_MP_MOVE_EVENTS,  SQL_MP_NOTE_EVENTS_GONE,
    SQL_MP_NOTE_EVENTS_ADDED, SQL_MP_ADD_EVENTS,   SQL_MP_DROP_EVENTS,
    SQL_MP_NOTE_VISITS,       SQL_MP_MOVE_VISITS,  SQL_MP_NOTE_GONE,
    SQL_MP_NOTE_ADDED,        SQL_MP_ADD_OWNERS,   SQL_MP_DROP_OWNERS,
    SQL_MP_TOUCH_OWNERS,      SQL_MP_NOTE_DOUBLES, SQL_MP_MOVE_DOUBLES,
    SQL_MP_NOTE_HUSK,         SQL_MP_MAKE_HUSK,    NULL,
};
/* Lists of pets first get back the double, then lose what the merge put into them. */
static const char *const undo[] = {
    SQL_MP_UNDO_EVENTS,
    SQL_MP_UNDO_EVENTS_GONE,
    SQL_MP_UNDO_EVENTS_ADDED,
    SQL_MP_UNDO_VISITS,
    SQL_MP_UNDO_ADDED,
    SQL_MP_UNDO_GONE,
    SQL_MP_TOUCH_OWNERS,
    SQL_MP_UNDO_HUSK,
    SQL_MP_UNDO_DOUBLES,
    SQL_MP_UNDO_KEPT,
    NULL,
};

const struct merge_plan merge_plan_pets = {
    .kind = "pet",
    .change = "pet_id",
    .steps = steps,
    .undo = undo,
    .count = SQL_MP_COUNT,
    .salon = SQL_MP_SALON,
    .undo_field = SQL_MP_UNDO_FIELD,
    .fill = fill,
};
