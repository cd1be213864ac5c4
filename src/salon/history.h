/*
 * history.h: what is and was with one client or pet: appointments, future ones first, and visits
 * that were recorded without an appointment. Reads only; whose card it is has been checked.
 */
#ifndef BARKBOOK_SALON_HISTORY_H
#define BARKBOOK_SALON_HISTORY_H

#include <stdbool.h>

#include "db/db.h"

struct history_line {
    const char *event_id; /* borrowed, as all text here; NULL: a visit without an appointment */
    const char *visit_id; /* NULL: nothing was recorded */
    int64_t start;        /* ms; 0 when only the date is known */
    int64_t end;
    const char *date; /* of a visit without an appointment: local, 2026-11-22; else NULL */
    const char *status;
    const char *desk_status;
    const char *title;
    const char *service;
    const char *note;    /* of all pets, one line each */
    int64_t price_minor; /* -1: not known */
    const char *currency;
    const char *key; /* of the order; with id the place to go on from */
    const char *id;
};
typedef int history_fn(void *arg, const struct history_line *line, struct err *err);

#define HISTORY_KEY_LEN 32
/* Where a page begins: what follows the line of that key and id. NULL: at the newest. */
struct history_place {
    char key[HISTORY_KEY_LEN];
    char id[40];
};

/* Newest first, at most limit lines; how many. */
MUST_USE int history_of_client(struct db *db, const char *client_id,
                               const struct history_place *after, int limit, history_fn *each,
                               void *arg, struct err *err);
MUST_USE int history_of_pet(struct db *db, const char *pet_id, const struct history_place *after,
                            int limit, history_fn *each, void *arg, struct err *err);

/* The pets of one line, the first first. */
typedef int history_pet_fn(void *arg, const char *id, const char *name, struct err *err);
MUST_USE int history_pets(struct db *db, const struct history_line *line, history_pet_fn *each,
                          void *arg, struct err *err);

#endif
