/*
 * client_row.c: see client_row.h. No state.
 */
#include "salon/client_row.h"

#include <stdio.h>
#include <stdlib.h>

void client_done(struct client *c)
{
    free(c->name);
    free(c->surname);
    free(c->phone);
    free(c->email);
    free(c->address);
    free(c->notes);
    *c = (struct client){0};
}

int client_row(sqlite3_stmt *st, struct client *out, struct err *err)
{
    bool ok = true;
    const char *id = db_text(st, 0);
    const char *salon = db_text(st, 1);
    struct client c = {
        .name = db_text_dup(st, 2, &ok),
        .surname = db_text_dup(st, 3, &ok),
        .phone = db_text_dup(st, 4, &ok),
        .email = db_text_dup(st, 5, &ok),
        .address = db_text_dup(st, 6, &ok),
        .notes = db_text_dup(st, 7, &ok),
        .gdpr_consent_at = db_time(st, 8),
        .sms_consent_at = db_time(st, 9),
        .photo_consent_at = db_time(st, 10),
        .archived_at = db_time(st, 11),
        .created_at = db_time(st, 12),
        .updated_at = db_time(st, 13),
        .revision = db_int(st, 14),
    };
    if (!ok || id == NULL || salon == NULL) {
        client_done(&c);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    (void)snprintf(c.id, sizeof c.id, "%s", id);
    (void)snprintf(c.salon_id, sizeof c.salon_id, "%s", salon);
    *out = c;
    return 1;
}

void pet_short_row(sqlite3_stmt *st, struct pet_short *out)
{
    *out = (struct pet_short){
        .id = db_text(st, 0),
        .name = db_text(st, 1),
        .type = db_text(st, 2),
        .breed = db_text(st, 3),
        .deceased = db_int(st, 4) != 0,
        .archived = db_int(st, 5) != 0,
    };
}
