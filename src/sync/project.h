/*
 * project.h: a chain of bookings seen as one appointment. Pure: the same bookings, links and moment
 * give the same appointment, however they came to be known.
 */
#ifndef BARKBOOK_SYNC_PROJECT_H
#define BARKBOOK_SYNC_PROJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "sync/booking_store.h"

enum visit_status {
    VISIT_PENDING,
    VISIT_SCHEDULED,
    VISIT_COMPLETED,
    VISIT_CANCELLED,
    VISIT_NO_SHOW
};
const char *visit_status_name(enum visit_status s);

#define NO_BOOKING SIZE_MAX

struct projection {
    size_t head; /* index of the booking that is current */
    int64_t start, end;
    enum visit_status status;
    bool by_clock; /* completed because its time is over, not because Cal.com said so */
    bool vanished; /* cancelled because Cal.com does not know it any more */
    bool rebook;   /* cancelled, and the host asked for another time */
    const char *value[FACT_COUNT]; /* borrowed from the chain; what the head lacks is inherited */
};

/* False when no booking of the chain has times yet: then there is no appointment to show. */
MUST_USE bool project_chain(const struct chain *c, int64_t now, int64_t complete_after_ms,
                            struct projection *out);

/* The booking that `of` replaced: of several the latest made, then the greater uid; NO_BOOKING if
 * none. */
size_t chain_predecessor(const struct chain *c, size_t of);

/* A fact of booking `of`, else of the nearest predecessor that has it; NULL when nobody said it. */
const char *chain_value(const struct chain *c, size_t of, enum fact f);

#endif
