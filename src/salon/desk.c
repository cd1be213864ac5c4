/*
 * desk.c: writing the desk's word, with its line of history. Runs on the writer's thread.
 */
#include "salon/desk.h"

#include <stdio.h>
#include <string.h>

#include "base/uuid.h"
#include "salon/visit.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/desk.sql.def"
#undef X

static bool known(const char *status)
{
    static const char *const words[] = {"confirmed", "arrived",   "in_progress",
                                        "ready",     "picked_up", "no_show"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(status, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The appointment's own id and its present word; ERR_NOT_FOUND. */
static int find(struct db *db, const struct desk_change *c, char id[static UUID_TEXT_LEN],
                char was[static 16], struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DESK_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", c->id);
    db_bind_text(st, ":salon", c->salon_id);
    rc = db_step(db, st, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    if (rc > 0) {
        const char *word = db_text(st, 1);
        (void)snprintf(id, UUID_TEXT_LEN, "%s", db_text(st, 0));
        (void)snprintf(was, 16, "%s", word == NULL ? "" : word);
    }
    return rc < 0 ? rc : 0;
}

static int run(struct db *db, const char *sql, const struct desk_change *c, const char *id,
               const char *was, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":status", c->status);
    db_bind_text(st, ":staff", c->staff_id);
    db_bind_time(st, ":now", c->now);
    if (sql != SQL_DESK_NOTE) {
        return db_run(db, st, NULL, err);
    }
    char change[UUID_TEXT_LEN];
    rc = uuid_v7(c->now, change, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":change", change);
    db_bind_text(st, ":old", was[0] == '\0' ? NULL : was);
    return db_run(db, st, NULL, err);
}

static bool has_begun(const char *status)
{
    static const char *const words[] = {"in_progress", "ready", "picked_up"};
    for (size_t i = 0; i < ARRAY_LEN(words) && status != NULL; i++) {
        if (strcmp(status, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

int desk_change_job(struct db *db, void *arg, struct err *err)
{
    const struct desk_change *c = arg;
    if (c->status != NULL && !known(c->status)) {
        return err_set(err, ERR_INVALID,
                       "status: must be confirmed, arrived, in_progress, ready, picked_up, no_show "
                       "or null");
    }
    char id[UUID_TEXT_LEN];
    char was[16] = "";
    int rc = find(db, c, id, was, err);
    if (rc < 0) {
        return rc;
    }
    if (strcmp(was, c->status == NULL ? "" : c->status) == 0) {
        return 0;
    }
    rc = run(db, SQL_DESK_SET, c, id, was, err);
    if (rc >= 0) {
        rc = run(db, SQL_DESK_NOTE, c, id, was, err);
    }
    if (rc < 0) {
        return rc;
    }
    return has_begun(c->status) ? visit_open_all(db, id, c->staff_id, c->now, err)
                                : visit_close_empty(db, id, err);
}
