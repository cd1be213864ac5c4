/*
 * pace.c: pacing and back-off, as numbers. Pure.
 */
#include "remote/pace.h"

#include <assert.h>
#include <math.h>

void pace_init(struct pace *p, double per_second)
{
    assert(per_second > 0);
    *p = (struct pace){.gap_ms = 1000.0 / per_second};
}

int64_t pace_wait(const struct pace *p, int64_t now)
{
    double earliest = p->next;
    if (earliest < (double)p->blocked) {
        earliest = (double)p->blocked;
    }
    return earliest > (double)now ? (int64_t)ceil(earliest - (double)now) : 0;
}

int64_t pace_take(struct pace *p, int64_t now)
{
    int64_t wait = pace_wait(p, now);
    double start = p->next;
    if (start < (double)p->blocked) {
        start = (double)p->blocked;
    }
    if (start < (double)now) {
        start = (double)now;
    }
    p->next = start + p->gap_ms;
    return wait;
}

void pace_block(struct pace *p, int64_t now, int64_t wait_ms)
{
    if (now + wait_ms > p->blocked) {
        p->blocked = now + wait_ms;
    }
}

int64_t backoff_ms(int failures, int64_t base_ms, int64_t cap_ms, uint32_t random)
{
    int64_t whole = base_ms;
    for (int i = 1; i < failures && whole < cap_ms; i++) {
        whole *= 2;
    }
    if (whole > cap_ms) {
        whole = cap_ms;
    }
    const int64_t half = whole / 2;
    return half + (int64_t)(((uint64_t)random * (uint64_t)(whole - half + 1)) >> 32);
}
