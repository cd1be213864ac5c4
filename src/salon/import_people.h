/*
 * import_people.h: whom an import knows: the salon's clients as they were when it began, and those
 * it has made since. Found by phone, e-mail, or name and address. Belongs to one import.
 */
#ifndef BARKBOOK_SALON_IMPORT_PEOPLE_H
#define BARKBOOK_SALON_IMPORT_PEOPLE_H

#include <stdbool.h>

#include "base/uuid.h"
#include "db/db.h"
#include "salon/import_row.h"

enum person_has {
    HAS_PHONE = 1,
    HAS_EMAIL = 2,
    HAS_ADDRESS = 4,
    HAS_NOTES = 8,
    HAS_SMS = 16, /* consent, or it was taken back: then an old list does not give it again */
    HAS_GDPR = 32,
};

enum import_pet_text {
    IMPORTED_BREED,
    IMPORTED_BIRTH,
    IMPORTED_ALLERGIES,
    IMPORTED_NOTES,
    IMPORTED_TEXTS
};
struct import_pet {
    char id[UUID_TEXT_LEN];
    char *name;                 /* folded; owned, as all text here */
    char *text[IMPORTED_TEXTS]; /* NULL: not known */
};

struct person {
    char id[UUID_TEXT_LEN]; /* "" while nothing is written */
    char *name;             /* folded */
    char *surname;
    unsigned has;
    bool pets_known; /* read from the database, or made here */
    struct import_pet *pets;
    size_t pet_count;
};

struct import_people;
/* Everybody of that salon. */
MUST_USE int import_people_load(struct db *db, const char *salon_id, struct import_people **out,
                                struct err *err);
void import_people_free(struct import_people *p); /* accepts NULL */
DEFINE_CLEANUP(struct import_people *, import_people_free);

struct person *import_person(struct import_people *p, size_t number);

/* Who has that key: at most FOUND_MAX numbers, each once; more is more than anybody can tell apart.
 */
#define PEOPLE_FOUND_MAX 4
struct people_found {
    size_t number[PEOPLE_FOUND_MAX];
    size_t count;
};
enum people_key { BY_PHONE, BY_EMAIL, BY_NAME };
/* The key of a row: its phone, its e-mail, or its name, surname and address (only of people without
 * phone and e-mail). False when the row has no such thing, or memory ran out (*ok). */
MUST_USE bool import_people_find(const struct import_people *p, enum people_key by,
                                 const struct import_row *row, struct people_found *out, bool *ok);

/* A person the row tells of, with the keys it has; *number in out. */
MUST_USE int import_people_add(struct import_people *p, const char *id,
                               const struct import_row *row, size_t *number, struct err *err);
/* The row's phone and e-mail lead to that person from now on. */
MUST_USE int import_people_extend(struct import_people *p, size_t number,
                                  const struct import_row *row, struct err *err);

/* The pets of that person, read when they are asked for first. */
MUST_USE int import_people_pets(struct import_people *p, struct db *db, size_t number,
                                struct err *err);
MUST_USE int import_people_add_pet(struct import_people *p, size_t number, const char *id,
                                   const struct import_row *row, struct err *err);

#endif
