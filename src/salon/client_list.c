/*
 * client_list.c: clients in lists, and what is counted about one. Reads only.
 */
#include <stdio.h>
#include <stdlib.h>

#include "salon/client_row.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/client_list.sql.def"
#undef X

/* Where a page begins: behind the card of that client. */
struct place {
    char *key; /* owned */
    int64_t number;
};

static void place_done(struct place *p)
{
    free(p->key);
}
DEFINE_CLEANUP_REF(struct place, place_done);

static int find_place(struct db *db, const char *after, struct place *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_CLIENT_PLACE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", after);
    rc = db_step(db, st, err);
    if (rc == 0) {
        return err_set(err, ERR_UNPROCESSABLE, "after: the list has changed: begin again");
    }
    if (rc > 0) {
        bool ok = true;
        out->key = db_text_dup(st, 0, &ok);
        out->number = db_int(st, 1);
        rc = ok ? 0 : err_set(err, ERR_NOMEM, "out of memory");
    }
    return rc;
}

int client_list(struct db *db, const struct actor *who, bool archived, const char *after, int limit,
                client_fn *each, void *arg, struct err *err)
{
    CLEANUP(place_done) struct place place = {0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = after == NULL ? 0 : find_place(db, after, &place, err);
    if (rc >= 0) {
        rc = db_stmt(db, SQL_CLIENT_LIST, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_int(st, ":archived", archived);
    db_bind_text(st, ":key", place.key == NULL ? "" : place.key);
    db_bind_int(st, ":number", place.number);
    db_bind_text(st, ":salon", who->salon_id);
    db_bind_int(st, ":limit", limit);
    int count = 0;
    while ((rc = db_step(db, st, err)) > 0) {
        CLEANUP(client_done) struct client c = {0};
        rc = client_row(st, &c, err);
        if (rc >= 0) {
            rc = each(arg, &c, err);
        }
        if (rc < 0) {
            return rc;
        }
        count++;
    }
    return rc < 0 ? rc : count;
}

static int count_visits(struct db *db, const char *id, struct client_stats *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_CLIENT_STATS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        out->visits = db_int(st, 0);
        out->no_shows = db_int(st, 1);
        out->last_start = db_time(st, 2);
    }
    return rc < 0 ? rc : 0;
}

int client_stats(struct db *db, const char *id, int64_t now, struct client_stats *out,
                 struct err *err)
{
    struct client_stats s = {0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = count_visits(db, id, &s, err);
    if (rc >= 0) {
        rc = db_stmt(db, SQL_CLIENT_NEXT, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_time(st, ":now", now);
    rc = db_step(db, st, err);
    if (rc > 0) {
        const char *next = db_text(st, 0);
        (void)snprintf(s.next_id, sizeof s.next_id, "%s", next == NULL ? "" : next);
        s.next_start = db_time(st, 1);
    }
    if (rc < 0) {
        return rc;
    }
    *out = s;
    return 0;
}

int client_each_pet(struct db *db, const char *id, pet_short_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_CLIENT_PETS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
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
