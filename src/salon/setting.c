/*
 * setting.c: see setting.h. No state; knows no key but the installation's id.
 */
#include "salon/setting.h"

#include <stdlib.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/setting.sql.def"
#undef X

int setting_get(struct db *db, const char *key, char **out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SETTING_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":key", key);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    bool ok = true;
    char *value = db_text_dup(st, 0, &ok);
    if (!ok) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = value;
    return 1;
}

int setting_set(struct db *db, const char *key, const char *value, int64_t now, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, value != NULL ? SQL_SETTING_SET : SQL_SETTING_UNSET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":key", key);
    if (value != NULL) {
        db_bind_text(st, ":value", value);
        db_bind_time(st, ":now", now);
    }
    return db_run(db, st, NULL, err);
}

int setting_change_job(struct db *db, void *arg, struct err *err)
{
    const struct setting_change *c = arg;
    return setting_set(db, c->key, c->value, c->now, err);
}

int setting_instance_job(struct db *db, void *arg, struct err *err)
{
    struct setting_instance *i = arg;
    char *known = NULL;
    int rc = setting_get(db, SETTING_INSTANCE, &known, err);
    if (rc < 0) {
        return rc;
    }
    bool good = known != NULL && uuid_valid(known);
    if (good) {
        memcpy(i->id, known, UUID_TEXT_LEN);
    }
    free(known);
    if (good) {
        return 0;
    }
    char id[UUID_TEXT_LEN];
    rc = uuid_v7(i->now, id, err);
    if (rc == 0) {
        rc = setting_set(db, SETTING_INSTANCE, id, i->now, err);
    }
    if (rc == 0) {
        memcpy(i->id, id, sizeof id);
    }
    return rc;
}
