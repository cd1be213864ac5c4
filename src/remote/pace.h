/*
 * pace.h: when the next request may be made: so many a second, not before the other side allows,
 * and after a failure later and later. Pure: moments are handed in (clock_mono_ms).
 */
#ifndef BARKBOOK_REMOTE_PACE_H
#define BARKBOOK_REMOTE_PACE_H

#include <stdint.h>

struct pace {
    double gap_ms;   /* between two requests */
    double next;     /* earliest moment of the next one; a fraction, or fast paces would be lost to
                        rounding */
    int64_t blocked; /* asked by the other side: nothing before */
};

/* per_second > 0. */
void pace_init(struct pace *p, double per_second);

/* Reserves the next place and returns how long to wait for it, in ms. Idle time earns no burst:
 * Cal.com has locked keys for days after bursts (#23414). */
int64_t pace_take(struct pace *p, int64_t now);

/* What pace_take would return, reserving nothing. */
int64_t pace_wait(const struct pace *p, int64_t now);

/* Nothing for wait_ms from now. A shorter wish does not cancel a longer one. */
void pace_block(struct pace *p, int64_t now, int64_t wait_ms);

/* Exponential back-off with jitter: after failure number failures (from 1), between half and all of
 * base * 2^(failures-1), at most cap. random is any uniformly distributed number. */
int64_t backoff_ms(int failures, int64_t base_ms, int64_t cap_ms, uint32_t random);

#endif
