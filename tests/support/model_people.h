/*
 * model_people.h: the made-up salon that every test of the sync laws happens in: two salons,
 * clients, pets, the people who book at Cal.com (who are not always the clients as the salon knows
 * them), and services. Constant tables; thread-safe.
 */
#ifndef BARKBOOK_TESTS_MODEL_PEOPLE_H
#define BARKBOOK_TESTS_MODEL_PEOPLE_H

#include <stdbool.h>

#define MODEL_CLIENTS     9
#define MODEL_PETS        7
#define MODEL_GUESTS      12
#define MODEL_SERVICES    4
#define MODEL_SALONS      2
#define MODEL_CLIENT_PETS 3

struct model_salon {
    const char *id, *name, *username;
};

struct model_pet {
    const char *id, *name;
    int salon;
};

struct model_client {
    const char *id, *name, *surname;
    const char *email; /* lower case, or NULL: not known */
    const char *phone; /* E.164, or NULL */
    int salon;
    int pet[MODEL_CLIENT_PETS]; /* index into model_pets */
    int pets;
};

/* Somebody who fills in the booking form. */
struct model_guest {
    const char *name;
    const char *email_typed;
    const char *phone_typed; /* as typed; NULL: not given */
    const char *phone;       /* the same as E.164 */
    int client;              /* whose prefilled link was used; -1: the public page */
};

struct model_service {
    int id;
    const char *slug, *title;
    int minutes, price;
    const char *location;
    int seats; /* 0: not a seated event */
};

extern const struct model_salon model_salons[MODEL_SALONS];
extern const struct model_pet model_pets[MODEL_PETS];
extern const struct model_client model_clients[MODEL_CLIENTS];
extern const struct model_guest model_guests[MODEL_GUESTS];
extern const struct model_service model_services[MODEL_SERVICES];

/* What the booking's metadata says about client and pet. Public booking addresses can set it, so
 * every kind of nonsense comes. */
enum model_meta {
    META_NONE,
    META_PET,         /* the client and its first pet */
    META_PETS,        /* the client and all its pets */
    META_PETS_SPACED, /* the same, with spaces after the commas */
    META_UPPER,       /* ids in capitals */
    META_UNKNOWN_CLIENT,
    META_UNKNOWN_PET,
    META_FOREIGN_PET,  /* somebody else's pet */
    META_MIXED_PETS,   /* an own and somebody else's */
    META_OTHER_CLIENT, /* ids of a client the guest is not */
    META_GARBAGE,
    META_NUMBER, /* a number where a string is expected */
    META_CLIENT_ONLY,
    META_PET_ONLY,
    META_KINDS
};
const char *model_meta_name(enum model_meta kind);

#define MODEL_REF_LEN  48
#define MODEL_REFS_LEN 160
/* The two ids as somebody would put them there for this guest. "" means absent. */
void model_meta_refs(enum model_meta kind, const struct model_guest *g,
                     char client[static MODEL_REF_LEN], char pets[static MODEL_REFS_LEN]);

#endif
