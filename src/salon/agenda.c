/*
 * agenda.c: three indexed questions for a day, whatever its number of visits: appointments with
 * clients, pets with their warnings, changes. Reads only; its statements are reset before it
 * returns.
 */
#include "salon/agenda.h"

#include <stdlib.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/agenda.sql.def"
#undef X

/* Which appointments a question is about: those of a span, or one. */
struct scope {
    const char *salon_id;
    const char *id; /* NULL: the span */
    int64_t from, to;
    int64_t since;
};

static void entry_done(struct agenda_entry *e)
{
    for (size_t i = 0; i < AGENDA_TEXTS; i++) {
        free(e->text[i]);
    }
    for (size_t k = 0; k < e->pet_count; k++) {
        for (size_t i = 0; i < AGENDA_PET_TEXTS; i++) {
            free(e->pets[k].text[i]);
        }
    }
    free(e->pets);
}

void agenda_done(struct agenda *a)
{
    for (size_t i = 0; i < a->count; i++) {
        entry_done(&a->entries[i]);
    }
    free(a->entries);
    *a = (struct agenda){0};
}

static void bind_scope(sqlite3_stmt *st, const struct scope *s)
{
    if (s->id != NULL) {
        db_bind_text(st, ":id", s->id);
    } else {
        db_bind_time(st, ":from", s->from);
        db_bind_time(st, ":to", s->to);
    }
}

static int read_entry(sqlite3_stmt *st, int64_t since, struct agenda *a, struct err *err)
{
    if ((a->count & (a->count + 1)) == 0) {
        /* Grows when full: room is 1, 3, 7, 15 … */
        struct agenda_entry *grown = realloc(a->entries, (2 * a->count + 1) * sizeof *grown);
        if (grown == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        a->entries = grown;
    }
    struct agenda_entry *e = &a->entries[a->count++];
    *e = (struct agenda_entry){0};
    bool ok = true;
    for (int i = 0; i < AGENDA_TEXTS; i++) {
        e->text[i] = db_text_dup(st, i, &ok);
    }
    e->start = db_time(st, AGENDA_TEXTS);
    e->end = db_time(st, AGENDA_TEXTS + 1);
    e->duration_minutes = db_int(st, AGENDA_TEXTS + 2);
    e->price_minor = db_is_null(st, AGENDA_TEXTS + 3) ? -1 : db_int(st, AGENDA_TEXTS + 3);
    e->desk_at = db_time(st, AGENDA_TEXTS + 4);
    e->created_at = db_time(st, AGENDA_TEXTS + 5);
    e->updated_at = db_time(st, AGENDA_TEXTS + 6);
    e->awaiting_rebook = db_int(st, AGENDA_TEXTS + 7) != 0;
    if (e->created_at >= since) {
        e->change = AGENDA_NEW;
        e->change_at = e->created_at;
    }
    return ok ? 0 : err_set(err, ERR_NOMEM, "out of memory");
}

static struct agenda_entry *find(struct agenda *a, const char *id)
{
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->entries[i].text[AGENDA_ID], id) == 0) {
            return &a->entries[i];
        }
    }
    return NULL;
}

static int read_pet(sqlite3_stmt *st, struct agenda *a, struct err *err)
{
    struct agenda_entry *e = find(a, db_text(st, 0));
    if (e == NULL) {
        return 0; /* another salon's */
    }
    struct agenda_pet *grown = realloc(e->pets, (e->pet_count + 1) * sizeof *grown);
    if (grown == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    e->pets = grown;
    struct agenda_pet *p = &e->pets[e->pet_count++];
    *p = (struct agenda_pet){.booked = db_int(st, AGENDA_PET_TEXTS + 1) != 0};
    bool ok = true;
    for (int i = 0; i < AGENDA_PET_TEXTS; i++) {
        p->text[i] = db_text_dup(st, i + 1, &ok);
    }
    return ok ? 0 : err_set(err, ERR_NOMEM, "out of memory");
}

static int load_pets(struct db *db, const struct scope *s, struct agenda *a, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, s->id != NULL ? SQL_AGENDA_ONE_PETS : SQL_AGENDA_DAY_PETS, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_scope(st, s);
    while ((rc = db_step(db, st, err)) > 0) {
        rc = read_pet(st, a, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

/* The last word counts, but a move is told from where it first stood when the desk last looked. */
static void note_change(sqlite3_stmt *st, struct agenda *a)
{
    struct agenda_entry *e = find(a, db_text(st, 0));
    const char *field = db_text(st, 1);
    const char *after = db_text(st, 3);
    if (e == NULL || e->change == AGENDA_NEW) {
        return;
    }
    if (strcmp(field, "status") == 0) {
        if (after != NULL && strcmp(after, "cancelled") == 0) {
            e->change = AGENDA_CANCELLED;
            e->change_at = db_time(st, 4);
        } else if (e->change == AGENDA_CANCELLED) {
            e->change = e->moved_from != 0 ? AGENDA_MOVED : AGENDA_SAME;
        }
        return;
    }
    if (e->moved_from == 0) {
        e->moved_from = db_time(st, 2);
    }
    if (e->change != AGENDA_CANCELLED) {
        e->change = AGENDA_MOVED;
        e->change_at = db_time(st, 4);
    }
}

static int load_changes(struct db *db, const struct scope *s, struct agenda *a, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, s->id != NULL ? SQL_AGENDA_ONE_CHANGES : SQL_AGENDA_DAY_CHANGES, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_scope(st, s);
    db_bind_time(st, ":since", s->since);
    while ((rc = db_step(db, st, err)) > 0) {
        note_change(st, a);
    }
    for (size_t i = 0; i < a->count; i++) {
        struct agenda_entry *e = &a->entries[i];
        if (e->change == AGENDA_MOVED && e->moved_from == e->start) {
            e->change = AGENDA_SAME; /* there and back again */
        }
    }
    return rc;
}

static int load_entries(struct db *db, const struct scope *s, struct agenda *a, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, s->id != NULL ? SQL_AGENDA_ONE : SQL_AGENDA_DAY, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_scope(st, s);
    db_bind_text(st, ":salon", s->salon_id);
    while ((rc = db_step(db, st, err)) > 0) {
        rc = read_entry(st, s->since, a, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

/* One moment of the database for all three questions. */
static int load(struct db *db, struct scope s, struct agenda *out, struct err *err)
{
    int rc = db_exec(db, "BEGIN", err);
    if (rc < 0) {
        return rc;
    }
    CLEANUP(agenda_done) struct agenda a = {0};
    rc = load_entries(db, &s, &a, err);
    if (rc >= 0 && s.id != NULL && a.count > 0) {
        s.id = a.entries[0].text[AGENDA_ID]; /* an alias was asked for */
    }
    if (rc >= 0 && a.count > 0) {
        rc = load_pets(db, &s, &a, err);
    }
    if (rc >= 0 && a.count > 0) {
        rc = load_changes(db, &s, &a, err);
    }
    struct err ignored = {0};
    int ended = db_exec(db, "COMMIT", rc < 0 ? &ignored : err);
    if (rc < 0 || ended < 0) {
        return rc < 0 ? rc : ended;
    }
    *out = a;
    a = (struct agenda){0};
    return 0;
}

int agenda_load(struct db *db, const char *salon_id, int64_t from, int64_t to,
                int64_t changed_since, struct agenda *out, struct err *err)
{
    return load(db,
                (struct scope){.salon_id = salon_id,
                               .from = from,
                               .to = to,
                               .since = changed_since},
                out, err);
}

int agenda_get(struct db *db, const char *salon_id, const char *id, int64_t changed_since,
               struct agenda *out, struct err *err)
{
    struct agenda a = {0};
    int rc =
        load(db, (struct scope){.salon_id = salon_id, .id = id, .since = changed_since}, &a, err);
    if (rc < 0) {
        return rc;
    }
    *out = a;
    return a.count > 0;
}

int agenda_history(struct db *db, const char *id, agenda_event_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_AGENDA_HISTORY, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    while ((rc = db_step(db, st, err)) > 0) {
        struct agenda_event e = {
            .at = db_time(st, 0),
            .field = db_text(st, 1),
            .before = db_text(st, 2),
            .after = db_text(st, 3),
            .cause = db_text(st, 4),
            .by = db_text(st, 5),
        };
        rc = each(&e, arg, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
