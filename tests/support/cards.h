/*
 * cards.h: a salon with a few cards, for tests of the card index. Aborts on failure: a test cannot
 * go on without it.
 */
#ifndef BARKBOOK_TESTS_CARDS_H
#define BARKBOOK_TESTS_CARDS_H

#include "base/clock.h"
#include "salon/client.h"
#include "salon/pet.h"
#include "salon/search_index.h"
#include "testdb.h"

/* 2026-11-22T12:00:00Z */
#define CARDS_NOW INT64_C(1795348800000)

/* Two salons; whoever asks without one sees both. */
static const struct actor everybody = {.now = CARDS_NOW};
static const struct actor ola = {.staff_id = "s-ola", .salon_id = "salon-1", .now = CARDS_NOW};
static const struct actor stranger = {.staff_id = "s-obcy",
                                      .salon_id = "salon-2",
                                      .now = CARDS_NOW};

static inline void cards_open(struct testdb *t)
{
    struct err err = {0};
    testdb_check(zone_init("Europe/Warsaw", &err), &err, "zone");
    testdb_open(t);
    testdb_exec(t, "UPDATE salons SET id = 'salon-1', name = 'Salon Łapka',"
                   " created_at = '2026-01-01T00:00:00.000Z'");
    testdb_exec(t, "INSERT INTO salons (id, name) VALUES ('salon-2', 'Psi Raj')");
    testdb_exec(t, "INSERT INTO staff (id, name, role, password_hash) VALUES"
                   " ('s-ola', 'Ola', 'staff', '-'), ('s-obcy', 'Obcy', 'staff', '-')");
}

/* The id of a new client, and of a new pet of theirs, in static memory that the next eight calls
 * leave alone. */
static inline char *cards_id(void)
{
    static char ids[8][UUID_TEXT_LEN];
    static unsigned next;
    return ids[next++ % 8];
}

static inline const char *cards_client(struct testdb *t, const char *name, const char *surname,
                                       const char *phone, const char *email)
{
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    char *id = cards_id();
    in.name = name;
    in.surname = surname;
    in.phone = phone;
    in.email = email;
    testdb_check(client_add(t->db, &ola, NULL, &in, id, &err), &err, "client_add");
    return id;
}

static inline const char *cards_pet(struct testdb *t, const char *client_id, const char *name,
                                    const char *breed)
{
    struct pet_input in = PET_INPUT_EMPTY;
    struct err err = {0};
    char *id = cards_id();
    in.name = name;
    in.breed = breed;
    testdb_check(pet_add(t->db, &ola, client_id, &in, id, &err), &err, "pet_add");
    return id;
}

#endif
