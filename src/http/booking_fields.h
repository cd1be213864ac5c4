/*
 * booking_fields.h: the moment a visit shall begin, as the pages say it. Pure.
 */
#ifndef BARKBOOK_HTTP_BOOKING_FIELDS_H
#define BARKBOOK_HTTP_BOOKING_FIELDS_H

#include <stdint.h>

#include "base/json.h"

/* "start": an instant; or "date" and "time" of the salon's wall clock: a page in another zone must
 * not move a visit. ERR_INVALID names the field, also for a time that the spring day skips. */
MUST_USE int booking_field_start(const cJSON *json, int64_t *out, struct err *err);

#endif
