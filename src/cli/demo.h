/*
 * demo.h: the made-up salon: its people and animals, and four weeks of deliveries about their
 * visits. For the files of cli/ only. Nothing of it is real; any likeness to a customer is chance.
 */
#ifndef BARKBOOK_CLI_DEMO_H
#define BARKBOOK_CLI_DEMO_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "db/db.h"

#define DEMO_OWNER    "Ola"
#define DEMO_PASSWORD "pokazowa-lapka"

struct demo_client {
    const char *name, *surname, *phone, *email; /* e-mail may be NULL */
};
extern const struct demo_client demo_clients[];
extern const size_t demo_client_count;

struct demo_pet {
    size_t owner; /* index into demo_clients */
    const char *name, *type, *breed, *birth_date;
    int minutes;
    const char *allergies, *behaviour, *health, *preferences;
};
extern const struct demo_pet demo_pets[];
extern const size_t demo_pet_count;

/* Fills an empty database: salon, owner, cards, and the days from 14 before now to 14 after it,
 * each visit by deliveries through the same door as real ones. One transaction. */
#define DEMO_DAYS 14
MUST_USE int demo_fill(struct db *db, int64_t complete_after_ms, int64_t now, struct err *err);

/* Plans all deliveries. client_ids and pet_ids: the ids given to the tables' rows. The result is
 * sorted by the time of sending; bodies are owned. */
struct demo_delivery {
    int64_t at;
    size_t order; /* keeps what was planned first before what came later at the same moment */
    char *body;
};
struct demo_plan {
    struct demo_delivery *items;
    size_t count, room;
};
MUST_USE int demo_plan_make(struct demo_plan *plan, const char (*client_ids)[UUID_TEXT_LEN],
                            const char (*pet_ids)[UUID_TEXT_LEN], int64_t now, struct err *err);
void demo_plan_done(struct demo_plan *plan); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct demo_plan, demo_plan_done);

#endif
