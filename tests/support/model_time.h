/*
 * model_time.h: instants as Cal.com writes them, by arithmetic of its own so that a mistake in the
 * program's clock cannot hide in the tests' clock. Instants are milliseconds since 1970, UTC. Pure.
 */
#ifndef BARKBOOK_TESTS_MODEL_TIME_H
#define BARKBOOK_TESTS_MODEL_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_SECOND   INT64_C(1000)
#define MODEL_MINUTE   (60 * MODEL_SECOND)
#define MODEL_HOUR     (60 * MODEL_MINUTE)
#define MODEL_DAY      (24 * MODEL_HOUR)
#define MODEL_TIME_LEN 64

enum model_time_form {
    MODEL_TIME_MILLIS,  /* 2026-11-22T09:30:00.538Z */
    MODEL_TIME_SECONDS, /* 2026-11-22T09:30:00Z; rounds down */
    MODEL_TIME_EAST,    /* 2026-11-22T10:30:00+01:00 */
    MODEL_TIME_WEST,    /* 2026-11-22T04:30:00.538-05:00 */
};

/* Returns out. */
const char *model_time_text(int64_t ms, enum model_time_form form, char out[static MODEL_TIME_LEN]);
/* "Sun, 22 Nov 2026 09:30:00 GMT", as in an HTTP Date. */
const char *model_time_http(int64_t ms, char out[static MODEL_TIME_LEN]);
/* Reads the forms above; false when it is none. */
bool model_time_read(const char *text, int64_t *out);
int64_t model_time_at(int year, int month, int day, int hour, int minute);

#endif
