/*
 * said.h: statements about a booking in one line, for tests of the pure part of sync. Aborts when
 * memory runs out.
 */
#ifndef BARKBOOK_TESTS_SAID_H
#define BARKBOOK_TESTS_SAID_H

#include <stdlib.h>
#include <string.h>

#include "sync/booking.h"

/* {OBS_DELIVERY, 1, OBS_STATUS_ACCEPTED} is a whole statement: what it does not name is not said.
 */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* Moments are small numbers: only their order matters. */
struct said {
    enum obs_source by;
    int64_t at;
    enum obs_status status;
    bool ended;
    int64_t made_at;
    const char *value[FACT_COUNT]; /* [FACT_TITLE] = "…" */
    const char *email;             /* an attendee's mark, when given */
    bool absent;
};

static inline char *said_copy(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL) {
        abort();
    }
    return copy;
}

/* Merges it into b; a merge_change. */
static inline int said_to(struct booking *b, struct said s)
{
    struct observation o = {
        .source = s.by,
        .as_of = s.at,
        .made_at = s.made_at,
        .status = s.status,
        .ended = s.ended,
        .uid = said_copy("u"),
    };
    for (size_t f = 0; f < FACT_COUNT; f++) {
        o.value[f] = s.value[f] == NULL ? NULL : said_copy(s.value[f]);
    }
    if (s.email != NULL) {
        o.absents = calloc(1, sizeof *o.absents);
        if (o.absents == NULL) {
            abort();
        }
        o.absents[0] = (struct obs_absent){.email = said_copy(s.email), .absent = s.absent};
        o.absent_count = 1;
    }
    struct err err;
    const int did = booking_merge(b, &o, &err);
    observation_done(&o);
    if (did < 0) {
        abort();
    }
    return did;
}

#endif
