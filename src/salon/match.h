/*
 * match.h: which clients a description may mean: somebody who is being typed into a form and may
 * have a card already, or the person who made a booking. Only suggestions: nothing is linked by
 * them. Reads only.
 */
#ifndef BARKBOOK_SALON_MATCH_H
#define BARKBOOK_SALON_MATCH_H

#include "base/uuid.h"
#include "db/db.h"
#include "salon/actor.h"

enum match_why { MATCH_PHONE = 1, MATCH_EMAIL = 2, MATCH_NAME = 4, MATCH_PET = 8 };

/* Everything may be NULL. */
struct match_hint {
    const char *name; /* first name and surname in any order */
    const char *phone;
    const char *email;
    const char *title; /* of a booking: may name a pet */
    const char *notes;
};

#define MATCH_MAX      5
#define MATCH_PETS_MAX 6

struct match {
    size_t pet_count;
    unsigned why;
    int score;
    char client_id[UUID_TEXT_LEN];
    char pets[MATCH_PETS_MAX][UUID_TEXT_LEN]; /* those that title or notes name */
};

/* The likeliest first. A client comes with the same phone or e-mail (also an old one, of a merged
 * double), with the same name, with the same surname and a pet that is named, or with a pet of a
 * rare name that is named. */
MUST_USE int match_find(struct db *db, const struct actor *who, const struct match_hint *hint,
                        struct match out[static MATCH_MAX], size_t *count, struct err *err);

#endif
