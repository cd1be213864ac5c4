/*
 * pet.h: pets' cards and whose they are. Functions that write run inside a job of the writer (or a
 * transaction of the CLI); every function is bound to the actor's salon.
 */
#ifndef BARKBOOK_SALON_PET_H
#define BARKBOOK_SALON_PET_H

#include "base/uuid.h"
#include "db/db.h"
#include "salon/actor.h"
#include "salon/card_input.h"

struct pet {
    char id[UUID_TEXT_LEN];
    char salon_id[UUID_TEXT_LEN];
    char *name; /* owned, as all text here; NULL: empty */
    char *type;
    char *breed;
    char *birth_date; /* 2021-05-01 */
    char *health_issues;
    char *allergies;
    char *behaviour;
    char *preferences;
    char *notes;
    char *rabies_vaccinated_on;
    int64_t default_duration_minutes; /* 0: unknown */
    int64_t deceased_at;              /* ms; 0: alive */
    int64_t archived_at;
    int64_t created_at;
    int64_t updated_at;
    int64_t revision;
};
void pet_done(struct pet *p); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct pet, pet_done);

/* 1 found, 0 there is none. The id of a card that was merged into another gives that other: look at
 * out->id. out must be zeroed or done. */
MUST_USE int pet_load(struct db *db, const struct actor *who, const char *id, struct pet *out,
                      struct err *err);

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

/* Writes it as it is, unchecked and without an owner; the id in out. For what the program itself
 * makes up or has checked. */
MUST_USE int pet_create(struct db *db, const struct pet_new *card, int64_t now,
                        char out[static UUID_TEXT_LEN], struct err *err);

/* Writes it as it is, unchecked. */
MUST_USE int pet_add_owner(struct db *db, const char *pet_id, const char *client_id,
                           struct err *err);

/* A new pet of that client. ERR_INVALID names the field, ERR_NOT_FOUND: no such client. */
MUST_USE int pet_add(struct db *db, const struct actor *who, const char *client_id,
                     const struct pet_input *in, char id[static UUID_TEXT_LEN], struct err *err);

/* Changes what the input gives, if the card is still at that revision: as client_update. */
MUST_USE int pet_update(struct db *db, const struct actor *who, const char *id, int64_t revision,
                        const struct pet_input *in, struct err *err);

/* Makes the client one of its owners. ERR_NOT_FOUND: pet or client; ERR_UNPROCESSABLE: of another
 * salon. Doing it again does nothing. */
MUST_USE int pet_owner_add(struct db *db, const struct actor *who, const char *pet_id,
                           const char *client_id, struct err *err);
/* ERR_UNPROCESSABLE for the last owner: a pet that belongs to nobody would be lost; archive it. */
MUST_USE int pet_owner_remove(struct db *db, const struct actor *who, const char *pet_id,
                              const char *client_id, struct err *err);

/* 1: the pet is one of the client's. */
MUST_USE int pet_is_of(struct db *db, const char *pet_id, const char *client_id, struct err *err);

struct owner {
    const char *id; /* borrowed, as all text here */
    const char *name;
    const char *surname;
    const char *phone; /* E.164; NULL unknown */
    bool archived;
};
typedef int owner_fn(void *arg, const struct owner *o, struct err *err);
MUST_USE int pet_each_owner(struct db *db, const char *pet_id, owner_fn *each, void *arg,
                            struct err *err);

#endif
