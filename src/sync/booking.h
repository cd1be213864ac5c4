/*
 * booking.h: what is known of one Cal.com booking: each fact with the moment it was true, so that
 * statements can be merged in any order (laws 1 and 4). Merging and judging are pure functions.
 *
 * Every part of the state is a maximum (or, for made_at, a minimum) under a fixed total order. That
 * makes a merge commutative, associative and idempotent: order and copies cannot matter.
 */
#ifndef BARKBOOK_SYNC_BOOKING_H
#define BARKBOOK_SYNC_BOOKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "remote/observation.h"

/* When something was true and who said so. Order: anything > OBS_MEETING; then as_of; then rank. */
struct stamp {
    int64_t as_of; /* ms; meaningless while rank is 0 */
    int rank;      /* 0 never said, 1 MEETING_*, 2 delivery, 3 API */
};

/* Statements about status are kept apart, because which of them counts depends on all of them. */
enum word {
    WORD_PENDING,      /* a delivery said pending */
    WORD_ACCEPTED,     /* a delivery said accepted */
    WORD_CANCELLED,    /* anybody said cancelled or rejected; cancel_kind says which */
    WORD_API_PENDING,  /* the API said pending */
    WORD_API_ACCEPTED, /* the API said accepted: the only one that can reopen */
    WORD_VANISHED,     /* the API answered 404 */
    WORD_ENDED,        /* MEETING_ENDED */
    WORD_COUNT
};

struct absence {
    char *email; /* owned, lower case */
    bool absent;
    struct stamp stamp;
};

struct booking {
    char *uid; /* owned */
    char chain_id[37];
    int64_t number;
    int64_t made_at;         /* 0 unknown */
    char *value[FACT_COUNT]; /* owned */
    struct stamp fact[FACT_COUNT];
    struct stamp word[WORD_COUNT];
    bool rejected; /* with WORD_CANCELLED: it was a rejection */
    struct absence *absences;
    size_t absence_count;
    bool erased;
    bool stored; /* there is a row of it */
};

void booking_done(struct booking *b); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct booking, booking_done);

/* What merging an observation did. */
enum merge_change {
    MERGE_NOTHING = 0, /* nothing to write */
    MERGE_STAMPS = 1,  /* known already; only its moment is newer */
    MERGE_NEWS = 2,    /* a value, a word or an absence that was not known */
};

/* Merges o into b (same uid). Returns a merge_change, or ERR_NOMEM with b partly merged (the caller
 * gives the whole transaction up). */
MUST_USE int booking_merge(struct booking *b, const struct observation *o, struct err *err);

/* The status Cal.com gives it, by the rule "status moves forward, only a later API row reopens".
 * NONE while nothing was said. */
enum obs_status booking_status(const struct booking *b);

bool booking_times(const struct booking *b, int64_t *start,
                   int64_t *end); /* false: not known yet */
bool booking_has_ended(
    const struct booking *b);                 /* MEETING_ENDED, and not of earlier times it had */
bool booking_absent(const struct booking *b); /* its first attendee is marked absent */

/* Total order of stamps: < 0, 0, > 0. */
int stamp_compare(struct stamp a, struct stamp b);

#endif
