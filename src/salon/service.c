/*
 * service.c: see service.h. No state.
 */
#include "salon/service.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/service.sql.def"
#undef X

int service_learn(struct db *db, const char *slug, const char *name, int64_t at, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SERVICE_LEARN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":slug", slug);
    db_bind_text(st, ":name", name);
    db_bind_time(st, ":at", at);
    return db_run(db, st, NULL, err);
}
