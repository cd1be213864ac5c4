/*
 * pet.c: writes pets and whose they are. No state; the transaction belongs to the caller.
 */
#include "salon/pet.h"

#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/pet.sql.def"
#undef X

int pet_create(struct db *db, const struct pet_new *card, int64_t now,
               char out[static UUID_TEXT_LEN], struct err *err)
{
    char id[UUID_TEXT_LEN];
    int rc = uuid_v7(now, id, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc == 0) {
        rc = db_stmt(db, SQL_PET_INSERT, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":salon", card->salon_id);
    db_bind_text(st, ":name", card->name);
    db_bind_text(st, ":type", card->type != NULL ? card->type : "dog");
    db_bind_text(st, ":breed", card->breed);
    db_bind_text(st, ":birth", card->birth_date);
    db_bind_text(st, ":health", card->health_issues);
    db_bind_text(st, ":allergies", card->allergies);
    db_bind_text(st, ":behaviour", card->behaviour);
    db_bind_text(st, ":preferences", card->preferences);
    db_bind_text(st, ":notes", card->notes);
    db_bind_text(st, ":rabies", card->rabies_vaccinated_on);
    db_bind_int(st, ":minutes", card->default_duration_minutes);
    db_bind_time(st, ":now", now);
    rc = db_run(db, st, NULL, err);
    if (rc < 0) {
        return rc;
    }
    memcpy(out, id, sizeof id);
    return 0;
}

int pet_add_owner(struct db *db, const char *pet_id, const char *client_id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_PET_ADD_OWNER, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    db_bind_text(st, ":pet", pet_id);
    return db_run(db, st, NULL, err);
}
