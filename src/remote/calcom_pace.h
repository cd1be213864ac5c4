/*
 * calcom_pace.h: the pace that clients of one account share; see calcom.h, which makes it. For the
 * files calcom*.c only. Thread-safe.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_PACE_H
#define BARKBOOK_REMOTE_CALCOM_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "remote/calcom.h"

/* Takes the next turn: *wait is how long to wait for it, ms. False: it would come after the
 * deadline (clock_mono_ms), and was not taken. */
MUST_USE bool calcom_pace_turn(struct calcom_pace *p, int64_t deadline, int64_t *wait);

/* Nobody asks before that. */
void calcom_pace_hold(struct calcom_pace *p, int64_t wait_ms);

#endif
