/*
 * breaker.c: one minute after the first failure, twice as long after each further one, an hour at
 * most.
 */
#include "sync/breaker.h"

#include "base/clock.h"

#define FIRST_MS CLOCK_MINUTE
#define MOST_MS  CLOCK_HOUR

bool breaker_allows(const struct breaker *b, int64_t now)
{
    return now >= b->open_until;
}

void breaker_success(struct breaker *b)
{
    *b = (struct breaker){0};
}

void breaker_failure(struct breaker *b, int64_t now, bool lasting)
{
    int64_t pause = lasting ? MOST_MS : FIRST_MS;
    for (int i = 0; i < b->failures && pause < MOST_MS; i++) {
        pause *= 2;
    }
    if (b->failures < 100) {
        b->failures++;
    }
    b->open_until = now + (pause < MOST_MS ? pause : MOST_MS);
}
