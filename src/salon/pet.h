/*
 * pet.h: the animals. Works inside the caller's transaction; no state.
 */
#ifndef BARKBOOK_SALON_PET_H
#define BARKBOOK_SALON_PET_H

#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"
#include "db/db.h"

/* A new card. Text is borrowed; NULL: not known. Dates are local, "2021-05-01". */
struct pet_new {
    const char *salon_id; /* never NULL */
    const char *name;     /* never NULL or empty */
    const char *type;     /* dog, cat, other; NULL: dog */
    const char *breed;
    const char *birth_date;
    const char *health_issues;
    const char *allergies;
    const char *behaviour;
    const char *preferences;
    const char *notes;
    const char *rabies_vaccinated_on;
    int64_t default_duration_minutes; /* 0: not known */
};

/* The id in out. */
MUST_USE int pet_create(struct db *db, const struct pet_new *card, int64_t now,
                        char out[static UUID_TEXT_LEN], struct err *err);

/* A pet may have several owners. */
MUST_USE int pet_add_owner(struct db *db, const char *pet_id, const char *client_id,
                           struct err *err);

#endif
