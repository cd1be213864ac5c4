/*
 * household.c: see household.h. No state.
 */
#include "salon/household.h"

#include "salon/client_row.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/household.sql.def"
#undef X

int household_each_client(struct db *db, const char *client_id, client_fn *each, void *arg,
                          struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_HOUSEHOLD_CLIENTS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    while ((rc = db_step(db, st, err)) > 0) {
        CLEANUP(client_done) struct client c = {0};
        rc = client_row(st, &c, err);
        if (rc >= 0) {
            rc = each(arg, &c, err);
        }
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

int household_each_pet(struct db *db, const char *client_id, pet_short_fn *each, void *arg,
                       struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_HOUSEHOLD_PETS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    while ((rc = db_step(db, st, err)) > 0) {
        struct pet_short pet;
        pet_short_row(st, &pet);
        rc = each(arg, &pet, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
