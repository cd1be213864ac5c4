/*
 * salon.c: see salon.h. No state.
 */
#include "salon/salon.h"

#include <stdio.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/salon.sql.def"
#undef X

/* Of a row the field was checked to fit; one written by other means is cut. */
static void copy(char *out, size_t out_len, const char *text)
{
    (void)snprintf(out, out_len, "%s", text != NULL ? text : "");
}

int salon_get(struct db *db, const char *id, struct salon *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, id != NULL ? SQL_SALON_GET : SQL_SALON_FIRST, &st, err);
    if (rc < 0) {
        return rc;
    }
    if (id != NULL) {
        db_bind_text(st, ":id", id);
    }
    rc = db_step(db, st, err);
    if (rc > 0) {
        copy(out->id, sizeof out->id, db_text(st, 0));
        copy(out->name, sizeof out->name, db_text(st, 1));
        copy(out->address, sizeof out->address, db_text(st, 2));
        copy(out->nip, sizeof out->nip, db_text(st, 3));
        copy(out->cal_com_username, sizeof out->cal_com_username, db_text(st, 4));
    }
    return rc;
}

static int take_changes(struct salon *s, const struct salon_change *c, struct err *err)
{
    int rc = 0;
    if (c->name != NULL) {
        rc = field_text("name", c->name, SALON_NAME_MAX, true, false, s->name, sizeof s->name, err);
    }
    if (rc == 0 && c->address != NULL) {
        rc = field_text("address", c->address, SALON_ADDRESS_MAX, false, true, s->address,
                        sizeof s->address, err);
    }
    if (rc == 0 && c->nip != NULL) {
        rc = field_nip("nip", c->nip, s->nip, err);
    }
    if (rc == 0 && c->cal_com_username != NULL) {
        rc = field_text("cal_com_username", c->cal_com_username, SALON_USERNAME_MAX, false, false,
                        s->cal_com_username, sizeof s->cal_com_username, err);
    }
    return rc;
}

int salon_change_job(struct db *db, void *arg, struct err *err)
{
    const struct salon_change *c = arg;
    struct salon s;
    int rc = salon_get(db, c->id, &s, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such salon");
    }
    if (rc > 0) {
        rc = take_changes(&s, c, err);
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc == 0) {
        rc = db_stmt(db, SQL_SALON_UPDATE, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":name", s.name);
    db_bind_text(st, ":address", s.address);
    db_bind_text(st, ":nip", s.nip);
    db_bind_text(st, ":username", s.cal_com_username);
    db_bind_time(st, ":now", c->now);
    db_bind_text(st, ":id", s.id);
    return db_run(db, st, NULL, err);
}
