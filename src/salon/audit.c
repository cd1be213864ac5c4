/*
 * audit.c: see audit.h. No state.
 */
#include "salon/audit.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/audit.sql.def"
#undef X

static void bind_note(sqlite3_stmt *st, const struct audit_note *n)
{
    db_bind_time(st, ":now", n->who->now);
    db_bind_text(st, ":staff", n->who->staff_id);
    db_bind_text(st, ":action", n->action);
    db_bind_text(st, ":kind", n->kind);
    db_bind_text(st, ":ref", n->ref);
}

int audit_noted(struct db *db, const struct audit_note *n, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_AUDIT_IS, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_note(st, n);
    return db_step(db, st, err);
}

int audit_note_job(struct db *db, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_AUDIT_ADD, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_note(st, arg);
    return db_run(db, st, NULL, err);
}

int audit_list(struct db *db, const struct actor *who, int64_t before, int limit, audit_fn *each,
               void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_AUDIT_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":before", before);
    db_bind_text(st, ":salon", who->salon_id);
    db_bind_int(st, ":limit", limit);
    int count = 0;
    while ((rc = db_step(db, st, err)) > 0) {
        const struct audit_line line = {
            .at = db_time(st, 0),
            .by = db_text(st, 1),
            .action = db_text(st, 2),
            .kind = db_text(st, 3),
            .ref = db_text(st, 4),
            .name = db_text(st, 5),
        };
        rc = each(arg, &line, err);
        if (rc < 0) {
            return rc;
        }
        count++;
    }
    return rc < 0 ? rc : count;
}
