/*
 * unlinked.h: the list "to be linked": appointments to come, and of the last sixty days, whose
 * client or pet nobody knows. Reads only.
 */
#ifndef BARKBOOK_SALON_UNLINKED_H
#define BARKBOOK_SALON_UNLINKED_H

#include "base/clock.h"
#include "base/uuid.h"
#include "db/db.h"
#include "salon/actor.h"

#define UNLINKED_PAST (60 * CLOCK_DAY)

/* Where a page begins: behind that appointment. */
struct unlinked_place {
    bool past; /* among those that are over */
    char start[TIME_TEXT_LEN];
    char id[UUID_TEXT_LEN];
};

/* Text is borrowed for the call. */
typedef int unlinked_fn(void *arg, const char *id, const struct unlinked_place *place,
                        struct err *err);
/* Those to come, the next first, then those that were, the last first. NULL: from the beginning. At
 * most limit; how many. */
MUST_USE int unlinked_list(struct db *db, const struct actor *who,
                           const struct unlinked_place *after, int limit, unlinked_fn *each,
                           void *arg, struct err *err);

MUST_USE int unlinked_count(struct db *db, const struct actor *who, int64_t *out, struct err *err);

#endif
