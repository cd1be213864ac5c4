/*
 * unlinked.c: see unlinked.h. No state.
 */
#include "salon/unlinked.h"

#include <stdio.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/unlinked.sql.def"
#undef X

/* Greater than every time. */
#define END_OF_TIME "~"

static int read_rows(struct db *db, sqlite3_stmt *st, bool past, unlinked_fn *each, void *arg,
                     struct err *err)
{
    int count = 0;
    int rc = 0;
    while ((rc = db_step(db, st, err)) > 0) {
        struct unlinked_place place = {.past = past};
        const char *id = db_text(st, 0);
        const char *start = db_text(st, 1);
        if (id == NULL || start == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        (void)snprintf(place.id, sizeof place.id, "%s", id);
        (void)snprintf(place.start, sizeof place.start, "%s", start);
        rc = each(arg, id, &place, err);
        if (rc < 0) {
            return rc;
        }
        count++;
    }
    return rc < 0 ? rc : count;
}

static int list_part(struct db *db, const struct actor *who, bool past,
                     const struct unlinked_place *after, int limit, unlinked_fn *each, void *arg,
                     struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, past ? SQL_UNLINKED_PAST : SQL_UNLINKED_TO_COME, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", who->salon_id);
    db_bind_time(st, ":now", who->now);
    if (past) {
        db_bind_time(st, ":since", who->now - UNLINKED_PAST);
    }
    db_bind_text(st, ":start", after != NULL ? after->start : past ? END_OF_TIME : "");
    db_bind_text(st, ":id", after != NULL ? after->id : "");
    db_bind_int(st, ":limit", limit);
    return read_rows(db, st, past, each, arg, err);
}

int unlinked_list(struct db *db, const struct actor *who, const struct unlinked_place *after,
                  int limit, unlinked_fn *each, void *arg, struct err *err)
{
    int count = 0;
    if (after == NULL || !after->past) {
        count = list_part(db, who, false, after, limit, each, arg, err);
        if (count < 0 || count == limit) {
            return count;
        }
        after = NULL;
    }
    int rc = list_part(db, who, true, after, limit - count, each, arg, err);
    return rc < 0 ? rc : count + rc;
}

int unlinked_count(struct db *db, const struct actor *who, int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_UNLINKED_COUNT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", who->salon_id);
    db_bind_time(st, ":since", who->now - UNLINKED_PAST);
    rc = db_step(db, st, err);
    if (rc > 0) {
        *out = db_int(st, 0);
    }
    return rc < 0 ? rc : 0;
}
