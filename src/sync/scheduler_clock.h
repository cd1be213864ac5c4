/*
 * scheduler_clock.h: when the scheduler's times are. No state.
 */
#ifndef BARKBOOK_SYNC_SCHEDULER_CLOCK_H
#define BARKBOOK_SYNC_SCHEDULER_CLOCK_H

#include <stdint.h>

#include "db/db.h"

/* interval, a tenth more or less: boxes that lost power together do not all come back together. */
int64_t scheduler_jitter(int64_t interval_ms);

/* When it last was half past three at night in the salon, ms. */
int64_t scheduler_night(int64_t now);

/* When the last complete sweep began, ms; 0: never. */
MUST_USE int scheduler_last_sweep(struct db *db, int64_t *out, struct err *err);

#endif
