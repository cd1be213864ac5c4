/*
 * reconcile_list.c: one indexed question. Reads only.
 */
#include "sync/reconcile_list.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/reconcile_list.sql.def"
#undef X

int reconcile_list(struct db *db, int limit, reconcile_listed_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RECONCILE_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_int(st, ":limit", limit);
    while ((rc = db_step(db, st, err)) > 0) {
        struct reconcile_listed r = {
            .id = db_text(st, 0),
            .kind = db_text(st, 1),
            .cause = db_text(st, 2),
            .status = db_text(st, 3),
            .error = db_text(st, 4),
            .started_at = db_time(st, 5),
            .ended_at = db_time(st, 6),
            .cursor = db_time(st, 7),
            .pages = db_int(st, 8),
            .seen = db_int(st, 9),
            .created = db_int(st, 10),
            .rescheduled = db_int(st, 11),
            .cancelled = db_int(st, 12),
            .no_show = db_int(st, 13),
            .updated = db_int(st, 14),
            .missed = db_int(st, 15),
        };
        rc = each(&r, arg, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
