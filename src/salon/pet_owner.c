/*
 * pet_owner.c: whose a pet is: several people may bring the same one. Part of pet.h.
 */
#include <string.h>

#include "salon/client.h"
#include "salon/pet.h"
#include "salon/search_index.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/pet_owner.sql.def"
#undef X

/* A statement about one pair, which returns at most one row. 1 a row, 0 none. */
static int about_pair(struct db *db, const char *sql, const char *pet_id, const char *client_id,
                      struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":pet", pet_id);
    db_bind_text(st, ":client", client_id);
    return db_step(db, st, err);
}

static int change_pair(struct db *db, const char *sql, const char *pet_id, const char *client_id,
                       int64_t *changed, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":pet", pet_id);
    db_bind_text(st, ":client", client_id);
    return db_run(db, st, changed, err);
}

int pet_add_owner(struct db *db, const char *pet_id, const char *client_id, struct err *err)
{
    return change_pair(db, SQL_OWNER_ADD, pet_id, client_id, NULL, err);
}

/* Both cards changed; linking and search must know. */
static int changed_hands(struct db *db, const struct actor *who, const char *pet_id,
                         const char *client_id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OWNER_PET_CHANGED, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":pet", pet_id);
    db_bind_time(st, ":now", who->now);
    rc = db_run(db, st, NULL, err);
    if (rc == 0) {
        rc = client_touch_contact(db, who, client_id, err);
    }
    if (rc == 0) {
        rc = search_refresh(db, SEARCH_REFRESH_MAX, err);
    }
    return rc < 0 ? rc : 0;
}

/* Both must be there, be the actor's to see, and be the cards they were taken for. */
static int check_both(struct db *db, const struct actor *who, const char *pet_id,
                      const char *client_id, struct err *err)
{
    CLEANUP(pet_done) struct pet p = {0};
    CLEANUP(client_done) struct client c = {0};
    int rc = pet_load(db, who, pet_id, &p, err);
    if (rc == 0 || (rc > 0 && strcmp(p.id, pet_id) != 0)) {
        return err_set(err, ERR_NOT_FOUND, "there is no such pet");
    }
    if (rc > 0) {
        rc = client_load(db, who, client_id, &c, err);
    }
    if (rc == 0 || (rc > 0 && strcmp(c.id, client_id) != 0)) {
        return err_set(err, ERR_NOT_FOUND, "there is no such client");
    }
    if (rc > 0 && strcmp(p.salon_id, c.salon_id) != 0) {
        return err_set(err, ERR_UNPROCESSABLE, "client_id: a client of another salon");
    }
    return rc < 0 ? rc : 0;
}

int pet_owner_add(struct db *db, const struct actor *who, const char *pet_id, const char *client_id,
                  struct err *err)
{
    int64_t added = 0;
    int rc = check_both(db, who, pet_id, client_id, err);
    if (rc == 0) {
        rc = change_pair(db, SQL_OWNER_ADD, pet_id, client_id, &added, err);
    }
    return rc < 0 || added == 0 ? rc : changed_hands(db, who, pet_id, client_id, err);
}

int pet_owner_remove(struct db *db, const struct actor *who, const char *pet_id,
                     const char *client_id, struct err *err)
{
    int64_t removed = 0;
    int rc = check_both(db, who, pet_id, client_id, err);
    if (rc == 0) {
        rc = about_pair(db, SQL_OWNER_OTHERS, pet_id, client_id, err);
        if (rc == 0) {
            return err_set(err, ERR_UNPROCESSABLE,
                           "owners: a pet needs an owner: add another one first, or archive it");
        }
    }
    if (rc >= 0) {
        rc = change_pair(db, SQL_OWNER_REMOVE, pet_id, client_id, &removed, err);
    }
    if (rc == 0 && removed == 0) {
        return err_set(err, ERR_NOT_FOUND, "that client is not an owner of this pet");
    }
    return rc < 0 ? rc : changed_hands(db, who, pet_id, client_id, err);
}

int pet_is_of(struct db *db, const char *pet_id, const char *client_id, struct err *err)
{
    return about_pair(db, SQL_OWNER_IS, pet_id, client_id, err);
}

int pet_each_owner(struct db *db, const char *pet_id, owner_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OWNER_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":pet", pet_id);
    while ((rc = db_step(db, st, err)) > 0) {
        struct owner o = {
            .id = db_text(st, 0),
            .name = db_text(st, 1),
            .surname = db_text(st, 2),
            .phone = db_text(st, 3),
            .archived = db_int(st, 4) != 0,
        };
        rc = each(arg, &o, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
