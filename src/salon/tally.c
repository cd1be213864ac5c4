/*
 * tally.c: see tally.h. Runs on the writer's thread.
 */
#include "salon/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "salon/setting.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "salon/tally.sql.def"
#undef X_SCAN
#undef X

#define ZONE_SETTING "tally_zone"
#define STEPS        6

struct stale {
    char kind[16];
    char ref[64];
};

/* 1: there is one. */
static int next(struct db *db, struct stale *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_TALLY_NEXT, &st, err);
    if (rc < 0) {
        return rc;
    }
    rc = db_step(db, st, err);
    if (rc > 0) {
        (void)snprintf(out->kind, sizeof out->kind, "%s", db_text(st, 0));
        (void)snprintf(out->ref, sizeof out->ref, "%s", db_text(st, 1));
    }
    return rc;
}

static int run(struct db *db, const char *sql, const struct stale *s, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    if (sql == SQL_TALLY_FRESH) {
        db_bind_text(st, ":kind", s->kind);
    }
    db_bind_text(st, ":ref", s->ref);
    return db_run(db, st, NULL, err);
}

static int count_anew(struct db *db, const struct stale *s, struct err *err)
{
    static const struct {
        const char *kind;
        const char *steps[STEPS];
    } kinds[] = {
        {"day", {SQL_TALLY_DAY_CLEAR, SQL_TALLY_DAY, SQL_TALLY_SERVICES_CLEAR, SQL_TALLY_SERVICES}},
        {"cash", {SQL_TALLY_CASH_CLEAR, SQL_TALLY_CASH}},
        {"client",
         {SQL_TALLY_CLIENT_CLEAR, SQL_TALLY_CLIENT, SQL_TALLY_MONTHS_MARK, SQL_TALLY_MONTHS_CLEAR,
          SQL_TALLY_MONTHS, SQL_TALLY_MONTHS_MARK}},
        {"month", {SQL_TALLY_MONTH_CLEAR, SQL_TALLY_MONTH}},
        {"pet", {SQL_TALLY_PET_CLEAR, SQL_TALLY_PET}},
    };
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        for (size_t k = 0; k < STEPS && strcmp(kinds[i].kind, s->kind) == 0 && rc >= 0; k++) {
            if (kinds[i].steps[k] != NULL) {
                rc = run(db, kinds[i].steps[k], s, err);
            }
        }
    }
    return rc < 0 ? rc : run(db, SQL_TALLY_FRESH, s, err);
}

int tally_refresh_job(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    int done = 0;
    while (done < TALLY_REFRESH_MAX) {
        struct stale s;
        int rc = next(db, &s, err);
        if (rc > 0) {
            rc = count_anew(db, &s, err);
        } else if (rc == 0) {
            break;
        }
        if (rc < 0) {
            return rc;
        }
        done++;
    }
    return done;
}

int tally_zone_job(struct db *db, void *arg, struct err *err)
{
    const char *zone = arg;
    char *was = NULL;
    int rc = setting_get(db, ZONE_SETTING, &was, err);
    if (rc < 0) {
        return rc;
    }
    bool same = was != NULL && strcmp(was, zone) == 0;
    bool known = was != NULL;
    free(was);
    if (same) {
        return 0;
    }
    if (known) {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        rc = db_stmt(db, SQL_TALLY_ALL_DAYS, &st, err);
        if (rc >= 0) {
            rc = db_run(db, st, NULL, err);
        }
    }
    return rc < 0 ? rc : setting_set(db, ZONE_SETTING, zone, clock_now_ms(), err);
}
