/*
 * breaker.h: when not to try again: after failures the automatic runs come later and later, one at
 * a time, until one succeeds. The owner's own wish (command line, button) is not asked. Pure.
 */
#ifndef BARKBOOK_SYNC_BREAKER_H
#define BARKBOOK_SYNC_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

struct breaker {
    int failures;       /* in a row */
    int64_t open_until; /* ms, any clock; nothing before */
};

bool breaker_allows(const struct breaker *b, int64_t now);
void breaker_success(struct breaker *b);

/* lasting: it will not pass by itself (a refused key, a wrong address): the longest pause at once.
 */
void breaker_failure(struct breaker *b, int64_t now, bool lasting);

#endif
