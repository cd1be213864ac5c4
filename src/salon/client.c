/*
 * client.c: writes clients. No state; the transaction belongs to the caller.
 */
#include "salon/client.h"

#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/client.sql.def"
#undef X

int client_create(struct db *db, const struct client_new *card, int64_t now,
                  char out[static UUID_TEXT_LEN], struct err *err)
{
    char id[UUID_TEXT_LEN];
    int rc = uuid_v7(now, id, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc == 0) {
        rc = db_stmt(db, SQL_CLIENT_INSERT, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":salon", card->salon_id);
    db_bind_text(st, ":name", card->name);
    db_bind_text(st, ":surname", card->surname != NULL ? card->surname : "");
    db_bind_text(st, ":phone", card->phone);
    db_bind_text(st, ":email", card->email);
    db_bind_text(st, ":address", card->address);
    db_bind_text(st, ":notes", card->notes);
    db_bind_time(st, ":gdpr", card->gdpr_consent_at);
    db_bind_time(st, ":sms", card->sms_consent_at);
    db_bind_time(st, ":now", now);
    rc = db_run(db, st, NULL, err);
    if (rc < 0) {
        return rc;
    }
    memcpy(out, id, sizeof id);
    return 0;
}
