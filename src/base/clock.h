/*
 * clock.h: the one module that turns instants into text and into the salon's local time.
 *
 * An instant is int64_t milliseconds since 1970 UTC. The zone is set once, before threads start
 * (it sets TZ); everything else here is thread-safe. Functions take now as an argument; only the
 * faces and loops call clock_now_ms.
 */
#ifndef BARKBOOK_BASE_CLOCK_H
#define BARKBOOK_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define CLOCK_SECOND INT64_C(1000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR   (60 * CLOCK_MINUTE)
#define CLOCK_DAY    (24 * CLOCK_HOUR) /* of UTC arithmetic; a local day has 23 to 25 hours */

#define TIME_TEXT_LEN 25 /* "2026-11-22T13:00:00.000Z" and NUL */

struct local_date {
    int year, month, day; /* month 1..12 */
};
struct local_time {
    struct local_date date;
    int hour, minute, second;
    int weekday;        /* 1 Monday .. 7 Sunday */
    int offset_minutes; /* east of UTC at that instant */
};

int64_t clock_now_ms(void);  /* wall clock */
int64_t clock_mono_ms(void); /* never steps; for durations */

/* RFC 3339 as Cal.com writes it: 'T', seconds, optional fraction, 'Z' or ±hh:mm (±hhmm too).
 * Years 1970..9999, calendar checked (no 30 February), leap second refused. Returns false and
 * leaves *out alone when it is not a time. */
MUST_USE bool time_parse(const char *text, int64_t *out);
void time_format(int64_t ms, char out[static TIME_TEXT_LEN]);

/* Checks that the zone exists (glibc would take a misspelt one for UTC), then sets it for the whole
 * process. ERR_CONFIG with a sentence when it does not. */
MUST_USE int zone_init(const char *name, struct err *err);
/* The check alone. */
MUST_USE int zone_check(const char *name, struct err *err);
const char *zone_name(void);

void zone_local(int64_t ms, struct local_time *out);

/* The instant of a local wall-clock time. ERR_INVALID for one that does not exist (02:30 on the
 * spring day); of one that exists twice the earlier is taken. */
MUST_USE int zone_instant(struct local_date d, int hour, int minute, int64_t *out, struct err *err);

/* First instant of the local day, and of the day after (23 to 25 hours later). */
void zone_day(struct local_date d, int64_t *start, int64_t *end);

MUST_USE bool date_parse(const char *text, struct local_date *out); /* "2026-11-22", from 1900 on */
void date_format(struct local_date d, char out[static 11]);
struct local_date date_add(struct local_date d, int days); /* calendar arithmetic */
int date_weekday(struct local_date d);                     /* 1 Monday .. 7 Sunday */

#endif
