/*
 * client.h: the people who bring the animals. Works inside the caller's transaction; no state.
 */
#ifndef BARKBOOK_SALON_CLIENT_H
#define BARKBOOK_SALON_CLIENT_H

#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"
#include "db/db.h"

/* A new card. Text is borrowed; NULL: not known. Phone as E.164. Consents: ms, 0: none. */
struct client_new {
    const char *salon_id; /* never NULL */
    const char *name;     /* never NULL or empty */
    const char *surname;
    const char *phone;
    const char *email;
    const char *address;
    const char *notes;
    int64_t gdpr_consent_at;
    int64_t sms_consent_at;
};

/* The id in out. */
MUST_USE int client_create(struct db *db, const struct client_new *card, int64_t now,
                           char out[static UUID_TEXT_LEN], struct err *err);

#endif
