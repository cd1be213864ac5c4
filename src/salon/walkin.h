/*
 * walkin.h: a visit nobody booked: an appointment that Cal.com does not know, made at the desk. It
 * stands on its day like any other; sync leaves it alone (its uid is local:<uuid>).
 */
#ifndef BARKBOOK_SALON_WALKIN_H
#define BARKBOOK_SALON_WALKIN_H

#include <stddef.h>

#include "base/uuid.h"
#include "db/writer.h"
#include "salon/actor.h"

#define WALKIN_PETS_MAX    10
#define WALKIN_MINUTES_MIN 5
#define WALKIN_MINUTES_MAX 720
#define WALKIN_PAST        (31 * INT64_C(86400000)) /* how long ago it may have begun */

/* A writer_fn. ERR_NOT_FOUND: pet or client; ERR_UNPROCESSABLE: pets of different salons, or a
 * client who owns none of them; ERR_INVALID with the field. */
struct walkin {
    struct actor who;
    const char *pets[WALKIN_PETS_MAX];
    size_t pet_count;       /* at least one; the first is the first */
    const char *client_id;  /* NULL: an owner of the first pet */
    const char *title;      /* what is to be done; NULL: not said */
    int64_t start;          /* ms, of a whole minute; 0: now */
    int64_t minutes;        /* 0: the first pet's usual, else an hour */
    char id[UUID_TEXT_LEN]; /* out */
};
writer_fn walkin_job;

#endif
