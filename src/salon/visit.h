/*
 * visit.h: what was done with one pet on one day: notes, the recipe for next time, what was paid
 * and how. Usually of an appointment; a visit without one was written down by hand. Functions that
 * write run inside a job of the writer; all are bound to the actor's salon.
 */
#ifndef BARKBOOK_SALON_VISIT_H
#define BARKBOOK_SALON_VISIT_H

#include "base/uuid.h"
#include "db/db.h"
#include "salon/actor.h"

#define VISIT_NOTES_MAX   4000 /* code points */
#define VISIT_RECIPE_MAX  120
#define VISIT_MINUTES_MAX 1440
#define VISIT_PRICE_MAX   INT64_C(100000000) /* a million zloty */

#define VISIT_LEAVE INT64_MIN   /* of a number: as it is */
#define VISIT_CLEAR INT64_C(-1) /* of a number: not known */

/* What somebody wants written. NULL text is left, "" clears. Borrowed. */
struct visit_input {
    const char *notes;
    const char *blade;
    const char *shampoo;
    const char *paid_by;  /* cash, card, transfer, other */
    const char *currency; /* three letters; a price without one is in PLN */
    int64_t minutes;
    int64_t price_minor;
};

struct visit {
    const char *id; /* borrowed for the call, as all text here */
    const char *pet_id;
    const char *pet_name;
    const char *pet_type;
    const char *event_id; /* NULL: none */
    const char *date;     /* local, 2026-11-22 */
    const char *notes;    /* NULL: none, as the other texts */
    const char *blade;
    const char *shampoo;
    const char *paid_by;
    const char *currency;
    const char *by;      /* who wrote last */
    const char *draft;   /* JSON: what this person wrote and could not be saved */
    int64_t minutes;     /* 0: not known */
    int64_t price_minor; /* -1: not known */
    int64_t revision;
    int64_t updated_at;
    int64_t draft_at;
};
typedef int visit_fn(void *arg, const struct visit *v, struct err *err);

/* Calls each once: 1 found, 0 there is none. */
MUST_USE int visit_get(struct db *db, const struct actor *who, const char *id, visit_fn *each,
                       void *arg, struct err *err);

/* The recorded visits of an appointment that this salon may see; how many. */
MUST_USE int visit_of_event(struct db *db, const struct actor *who, const char *event_id,
                            visit_fn *each, void *arg, struct err *err);

/* The pet's last visits of which a recipe or a note is known, newest first, those of the
 * appointment `but` left out (NULL: none is). The pet must be this salon's. How many. */
MUST_USE int visit_last_of_pet(struct db *db, const struct actor *who, const char *pet_id,
                               const char *but, int limit, visit_fn *each, void *arg,
                               struct err *err);

/* The visit of that pet at that appointment, made when there is none yet: 0 made, 1 it was there.
 * event_id NULL: a visit by hand on that date (local; NULL: today), always made. ERR_NOT_FOUND: pet
 * or appointment; ERR_UNPROCESSABLE: the pet is not one of the appointment's; ERR_INVALID: date. */
MUST_USE int visit_open(struct db *db, const struct actor *who, const char *pet_id,
                        const char *event_id, const char *date, char id[static UUID_TEXT_LEN],
                        struct err *err);

/* The desk says that the work has begun: a visit for each pet that has none. Inside a job that has
 * checked whose the appointment is. */
MUST_USE int visit_open_all(struct db *db, const char *event_id, const char *staff_id, int64_t now,
                            struct err *err);
/* The desk takes that back: visits of which nothing was written go. */
MUST_USE int visit_close_empty(struct db *db, const char *event_id, struct err *err);

/* Writes what the input gives. VISIT_KEPT: somebody else changed the visit after that revision;
 * nothing of it is changed, the input is kept as this person's draft. ERR_NOT_FOUND, ERR_INVALID
 * with the field. */
#define VISIT_KEPT 1
MUST_USE int visit_write(struct db *db, const struct actor *who, const char *id, int64_t revision,
                         const struct visit_input *in, struct err *err);

/* The person has chosen: their draft goes. */
MUST_USE int visit_drop_draft(struct db *db, const struct actor *who, const char *id,
                              struct err *err);

#endif
