/*
 * upkeep_note.c: see upkeep_note.h. No state.
 */
#include "sync/upkeep_note.h"

#include <stdio.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "sync/upkeep_note.sql.def"
#undef X

int upkeep_note_job(struct db *db, void *arg, struct err *err)
{
    const struct upkeep_note *n = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_UPKEEP_NOTE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":job", n->job);
    db_bind_text(st, ":status", health_level_name(n->level));
    db_bind_text(st, ":outcome", n->outcome);
    db_bind_text(st, ":detail", n->detail);
    db_bind_int(st, ":value", n->value);
    db_bind_time(st, ":now", n->now);
    return db_run(db, st, NULL, err);
}

static enum health_level level_of(const char *status)
{
    if (status != NULL && strcmp(status, health_level_name(HEALTH_WARN)) == 0) {
        return HEALTH_WARN;
    }
    return status != NULL && strcmp(status, health_level_name(HEALTH_OK)) == 0 ? HEALTH_OK
                                                                               : HEALTH_BAD;
}

static void take_text(sqlite3_stmt *st, int col, char *out, size_t out_len)
{
    const char *text = db_text(st, col);
    (void)snprintf(out, out_len, "%s", text != NULL ? text : "");
}

static void take_row(sqlite3_stmt *st, struct upkeep_row *row)
{
    *row = (struct upkeep_row){.level = level_of(db_text(st, 1)),
                               .value = db_int(st, 4),
                               .at = db_time(st, 5),
                               .ok_at = db_time(st, 6),
                               .bad_at = db_time(st, 7)};
    take_text(st, 0, row->job, sizeof row->job);
    take_text(st, 2, row->outcome, sizeof row->outcome);
    take_text(st, 3, row->detail, sizeof row->detail);
}

int upkeep_get(struct db *db, const char *job, struct upkeep_row *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_UPKEEP_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":job", job);
    rc = db_step(db, st, err);
    if (rc > 0) {
        take_row(st, out);
    }
    return rc;
}

int upkeep_each(struct db *db, upkeep_fn *fn, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_UPKEEP_ALL, &st, err);
    while (rc >= 0) {
        rc = db_step(db, st, err);
        if (rc <= 0) {
            return rc;
        }
        struct upkeep_row row;
        take_row(st, &row);
        rc = fn(arg, &row, err);
    }
    return rc;
}
