/*
 * appointment_merge.c: two rows that turn out to be one appointment become one. Every table with an
 * event_id must be moved here: a test walks the schema for them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sync/appointment.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/appointment_merge.sql.def"
#undef X

struct half {
    bool exists;
    int64_t start;
    bool staff_link;
    int64_t link_at;
    bool has_desk;
    int64_t desk_at;
};

static int half_load(struct db *db, const char *id, struct half *out, struct err *err)
{
    *out = (struct half){0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MERGE_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    const char *source = db_text(st, 3);
    *out = (struct half){
        .exists = true,
        .start = db_time(st, 0),
        .staff_link = source != NULL && strcmp(source, "staff") == 0,
        .link_at = db_time(st, 4),
        .has_desk = !db_is_null(st, 5),
        .desk_at = db_time(st, 6),
    };
    return 0;
}

/* Runs one of the statements above; every parameter it does not have is skipped. */
static int run(struct db *db, const char *sql, const char *from, const char *to, int64_t now,
               struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    if (sqlite3_bind_parameter_index(st, ":from") > 0) {
        db_bind_text(st, ":from", from);
    }
    if (sqlite3_bind_parameter_index(st, ":to") > 0) {
        db_bind_text(st, ":to", to);
    }
    if (sqlite3_bind_parameter_index(st, ":id") > 0) {
        db_bind_text(st, ":id", to);
    }
    if (sqlite3_bind_parameter_index(st, ":now") > 0) {
        db_bind_time(st, ":now", now);
    }
    return db_run(db, st, NULL, err);
}

int appointment_merge(struct db *db, const struct apply_context *ctx, const char *from,
                      const char *to, int64_t start, bool *desk_kept, struct err *err)
{
    struct half mine;
    struct half theirs;
    int rc = half_load(db, to, &mine, err);
    if (rc >= 0) {
        rc = half_load(db, from, &theirs, err);
    }
    if (rc < 0 || !theirs.exists) {
        return rc;
    }
    const char *steps[16];
    size_t count = 0;
    if (theirs.staff_link && (!mine.staff_link || theirs.link_at > mine.link_at)) {
        steps[count++] = SQL_MERGE_TAKE_LINK;
        steps[count++] = SQL_MERGE_DROP_PETS;
        steps[count++] = SQL_MERGE_COPY_PETS;
    }
    /* The desk's word belongs to a start: the one that is now the appointment's. */
    bool mine_counts = mine.has_desk && mine.start == start;
    if (theirs.has_desk && theirs.start == start &&
        (!mine_counts || theirs.desk_at > mine.desk_at)) {
        steps[count++] = SQL_MERGE_TAKE_DESK;
        *desk_kept = true;
    }
    steps[count++] = SQL_MERGE_MOVE_CHANGES;
    steps[count++] = SQL_MERGE_MOVE_VISITS;
    steps[count++] = SQL_MERGE_YIELD_MINE;
    steps[count++] = SQL_MERGE_YIELD_THEIRS;
    steps[count++] = SQL_MERGE_MOVE_MESSAGES;
    steps[count++] = SQL_MERGE_MOVE_ALIASES;
    steps[count++] = SQL_MERGE_DROP;
    steps[count++] = SQL_MERGE_ALIAS;
    for (size_t i = 0; i < count && rc >= 0; i++) {
        rc = run(db, steps[i], from, to, ctx->now, err);
    }
    if (rc >= 0) {
        rc = appointment_note_change(db, ctx, to, "merged", from, to, err);
    }
    return rc < 0 ? rc : 1;
}
