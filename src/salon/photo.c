/*
 * photo.c: see photo.h.
 */
#include "salon/photo.h"

#include <stdio.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/photo.sql.def"
#undef X

/* As photo_visit; how many photos it has in count. */
static int find_visit(struct db *db, const struct actor *who, const char *visit_id, bool *consent,
                      int64_t *count, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_PHOTO_VISIT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", visit_id);
    rc = db_step(db, st, err);
    if (rc <= 0 || !actor_may(who, db_text(st, 0))) {
        return rc < 0 ? rc : 0;
    }
    *consent = db_int(st, 1) != 0;
    *count = db_int(st, 2);
    return 1;
}

int photo_visit(struct db *db, const struct actor *who, const char *visit_id, bool *consent,
                struct err *err)
{
    int64_t count = 0;
    return find_visit(db, who, visit_id, consent, &count, err);
}

static void read_row(sqlite3_stmt *st, struct photo *out)
{
    const char *thumb = db_text(st, 2);
    *out = (struct photo){.created_at = db_time(st, 4)};
    (void)snprintf(out->id, sizeof out->id, "%s", db_text(st, 0));
    (void)snprintf(out->sha256, sizeof out->sha256, "%s", db_text(st, 1));
    (void)snprintf(out->thumb, sizeof out->thumb, "%s", thumb == NULL ? "" : thumb);
    (void)snprintf(out->kind, sizeof out->kind, "%s", db_text(st, 3));
}

int photo_list(struct db *db, const char *visit_id, photo_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_PHOTO_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", visit_id);
    rc = db_step(db, st, err);
    while (rc > 0) {
        struct photo p;
        read_row(st, &p);
        rc = each(arg, &p, err);
        if (rc >= 0) {
            rc = db_step(db, st, err);
        }
    }
    return rc;
}

int photo_get(struct db *db, const struct actor *who, const char *id, struct photo *out,
              struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_PHOTO_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc <= 0 || !actor_may(who, db_text(st, 5))) {
        return rc < 0 ? rc : 0;
    }
    read_row(st, out);
    return 1;
}

/* 1 and its id: this visit has that picture already. */
static int find_same(struct db *db, const char *visit_id, struct photo *p, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_PHOTO_SAME, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":visit", visit_id);
    db_bind_text(st, ":sha256", p->sha256);
    db_bind_text(st, ":kind", p->kind);
    rc = db_step(db, st, err);
    if (rc > 0) {
        (void)snprintf(p->id, sizeof p->id, "%s", db_text(st, 0));
    }
    return rc;
}

int photo_add(struct db *db, const struct actor *who, const char *visit_id, struct photo *p,
              struct err *err)
{
    bool consent = false;
    int64_t count = 0;
    int rc = find_visit(db, who, visit_id, &consent, &count, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such visit");
    }
    if (rc > 0) {
        rc = find_same(db, visit_id, p, err);
    }
    if (rc != 0) {
        return rc;
    }
    if (count >= PHOTO_PER_VISIT) {
        return err_set(err, ERR_UNPROCESSABLE, "a visit has at most %d photos", PHOTO_PER_VISIT);
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = uuid_v7(who->now, p->id, err);
    if (rc >= 0) {
        rc = db_stmt(db, SQL_PHOTO_ADD, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", p->id);
    db_bind_text(st, ":visit", visit_id);
    db_bind_text(st, ":sha256", p->sha256);
    db_bind_text(st, ":thumb", p->thumb);
    db_bind_text(st, ":kind", p->kind);
    db_bind_text(st, ":staff", who->staff_id);
    db_bind_time(st, ":now", who->now);
    return db_run(db, st, NULL, err);
}

int photo_remove(struct db *db, const struct actor *who, const char *id, struct err *err)
{
    struct photo p;
    int rc = photo_get(db, who, id, &p, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such photo");
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc > 0) {
        rc = db_stmt(db, SQL_PHOTO_REMOVE, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    return db_run(db, st, NULL, err);
}

int photo_used(void *arg, const char *sha256, struct err *err)
{
    struct db *db = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_PHOTO_USED, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":sha256", sha256);
    rc = db_step(db, st, err);
    return rc < 0 ? rc : db_int(st, 0) != 0;
}
