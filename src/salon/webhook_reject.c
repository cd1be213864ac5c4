/*
 * webhook_reject.c: see webhook_reject.h. Works on the connection it is given; no state.
 */
#include "salon/webhook_reject.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/webhook_reject.sql.def"
#undef X

static int add(struct db *db, const struct webhook_reject *r, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_WEBHOOK_REJECT_ADD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":minute", r->minute);
    db_bind_text(st, ":reason", r->reason);
    db_bind_text(st, ":address", r->address);
    db_bind_int(st, ":count", r->count);
    return db_run(db, st, NULL, err);
}

int webhook_reject_add_job(struct db *db, void *arg, struct err *err)
{
    const struct webhook_reject_add *job = arg;
    for (size_t i = 0; i < job->count; i++) {
        int rc = add(db, &job->rows[i], err);
        if (rc < 0) {
            return rc;
        }
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_WEBHOOK_REJECT_TRIM, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_int(st, ":rows", WEBHOOK_REJECT_ROWS);
    return db_run(db, st, NULL, err);
}

int webhook_reject_count(struct db *db, int64_t since, int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_WEBHOOK_REJECT_COUNT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":since", since);
    rc = db_step(db, st, err);
    if (rc > 0) {
        *out = db_int(st, 0);
        rc = 0;
    }
    return rc;
}
