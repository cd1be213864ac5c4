/*
 * retention.c: see retention.h. What it has cut is remembered by a mark, because an index over what
 * still has a payload would be paid for with every delivery. Never touches cards, appointments or
 * visits.
 */
#include "sync/retention.h"

#include <stdio.h>

#include "base/clock.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/retention.sql.def"
#undef X

#define SPARE_PAGES 512 /* left in the file: they are needed again soon */
#define ID_LEN      64

static int delete_before(struct db *db, const char *sql, int64_t before, int64_t *done,
                         struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int64_t changed = 0;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":before", before);
    db_bind_int(st, ":most", RETENTION_ROWS);
    rc = db_run(db, st, &changed, err);
    *done += changed;
    return rc;
}

static int read_mark(struct db *db, int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RETENTION_MARK, &st, err);
    if (rc == 0) {
        rc = db_step(db, st, err);
    }
    *out = rc > 0 ? db_time(st, 0) : 1;
    return rc < 0 ? rc : 0;
}

static int set_mark(struct db *db, int64_t upto, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RETENTION_SET_MARK, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":upto", upto);
    return db_run(db, st, NULL, err);
}

struct old {
    char id[ID_LEN];
    int64_t created_at;
};

static int read_old(struct db *db, int64_t from, int64_t before, struct old *out, int *count,
                    struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RETENTION_OLD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":from", from);
    db_bind_time(st, ":before", before);
    db_bind_int(st, ":most", RETENTION_ROWS);
    int n = 0;
    while ((rc = db_step(db, st, err)) > 0 && n < RETENTION_ROWS) {
        const char *id = db_text(st, 0);
        (void)snprintf(out[n].id, sizeof out[n].id, "%s", id != NULL ? id : "");
        out[n].created_at = db_time(st, 1);
        n++;
    }
    *count = n;
    return rc < 0 ? rc : 0;
}

static int cut_payload(struct db *db, const char *id, int64_t *done, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int64_t changed = 0;
    int rc = db_stmt(db, SQL_RETENTION_CUT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_run(db, st, &changed, err);
    *done += changed;
    return rc;
}

static int cut_payloads(struct db *db, int64_t before, int64_t *done, struct err *err)
{
    struct old old[RETENTION_ROWS];
    int64_t from = 0;
    int count = 0;
    int rc = read_mark(db, &from, err);
    if (rc == 0 && from < before) {
        rc = read_old(db, from, before, old, &count, err);
    }
    for (int i = 0; rc == 0 && i < count; i++) {
        rc = cut_payload(db, old[i].id, done, err);
    }
    if (rc < 0 || from >= before) {
        return rc;
    }
    /* A full step goes on from its last row: others may have come in the same millisecond. */
    bool full = count == RETENTION_ROWS;
    int64_t upto = full ? old[count - 1].created_at : before;
    /* Not each minute: every commit makes the open pages ask what is new. */
    return full || upto - from >= CLOCK_HOUR ? set_mark(db, upto, err) : 0;
}

/* Pages that hold nothing any more. */
static int give_back(struct db *db, int64_t *done, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RETENTION_FREE, &st, err);
    if (rc == 0) {
        rc = db_step(db, st, err);
    }
    if (rc <= 0) {
        return rc;
    }
    int64_t unused = db_int(st, 0);
    db_reset(st);
    st = NULL;
    if (unused < SPARE_PAGES + RETENTION_PAGES) {
        return 0;
    }
    *done += 1;
    return db_exec(db, "PRAGMA incremental_vacuum(128)", err);
}
_Static_assert(RETENTION_PAGES == 128, "as in the pragma");

int retention_step_job(struct db *db, void *arg, struct err *err)
{
    const struct retention_step *s = arg;
    const struct {
        const char *sql;
        int64_t days;
    } prunes[] = {{SQL_RETENTION_LOGS, RETENTION_LOG_DAYS},
                  {SQL_RETENTION_RUNS, RETENTION_RUN_DAYS},
                  {SQL_RETENTION_REJECTS, RETENTION_REJECT_DAYS}};
    int64_t done = 0;
    int rc = cut_payloads(db, s->now - s->payload_days * CLOCK_DAY, &done, err);
    for (size_t i = 0; rc == 0 && done < RETENTION_ROWS && i < ARRAY_LEN(prunes); i++) {
        const char *sql = prunes[i].sql;
        rc = delete_before(db, sql, s->now - prunes[i].days * CLOCK_DAY, &done, err);
    }
    if (rc == 0 && done == 0) {
        rc = give_back(db, &done, err);
    }
    return rc < 0 ? rc : (int)(done > RETENTION_ROWS ? RETENTION_ROWS : done);
}
