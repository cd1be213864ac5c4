/*
 * consent.h: what a client agreed to, and when: the history behind clients.*_consent_at.
 */
#ifndef BARKBOOK_SALON_CONSENT_H
#define BARKBOOK_SALON_CONSENT_H

#include "db/db.h"
#include "salon/actor.h"

enum consent_kind { CONSENT_GDPR, CONSENT_SMS, CONSENT_PHOTO, CONSENT_COUNT };
const char *consent_kind_name(enum consent_kind kind); /* "gdpr", "sms", "photo" */

/* One line of history, inside the caller's transaction; the card's own column is the caller's. */
MUST_USE int consent_note(struct db *db, const struct actor *who, const char *client_id,
                          enum consent_kind kind, bool given, struct err *err);

struct consent_line {
    const char *kind;
    bool given;
    int64_t at;
    const char *by; /* name of the member of staff; NULL: nobody's, or gone */
};
typedef int consent_fn(void *arg, const struct consent_line *line, struct err *err);
/* Newest first. */
MUST_USE int consent_each(struct db *db, const char *client_id, consent_fn *each, void *arg,
                          struct err *err);

#endif
