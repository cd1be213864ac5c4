/*
 * consent.c: see consent.h. No state.
 */
#include "salon/consent.h"

#include "base/uuid.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/consent.sql.def"
#undef X

const char *consent_kind_name(enum consent_kind kind)
{
    static const char *const names[CONSENT_COUNT] = {"gdpr", "sms", "photo"};
    return names[kind];
}

int consent_note(struct db *db, const struct actor *who, const char *client_id,
                 enum consent_kind kind, bool given, struct err *err)
{
    char id[UUID_TEXT_LEN];
    int rc = uuid_v7(who->now, id, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc >= 0) {
        rc = db_stmt(db, SQL_CONSENT_ADD, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":client", client_id);
    db_bind_text(st, ":kind", consent_kind_name(kind));
    db_bind_int(st, ":given", given);
    db_bind_text(st, ":staff", who->staff_id);
    db_bind_time(st, ":now", who->now);
    return db_run(db, st, NULL, err);
}

int consent_each(struct db *db, const char *client_id, consent_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_CONSENT_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    while ((rc = db_step(db, st, err)) > 0) {
        struct consent_line line = {
            .kind = db_text(st, 0),
            .given = db_int(st, 1) != 0,
            .at = db_time(st, 2),
            .by = db_text(st, 3),
        };
        rc = each(arg, &line, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
