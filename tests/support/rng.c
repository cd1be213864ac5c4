/*
 * rng.c: the splitmix64 sequence (a Weyl counter and a finalizer), which needs no warming up:
 * neighbouring seeds give unrelated numbers.
 */
#include "rng.h"

static uint64_t finish(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t rng_next(struct rng *r)
{
    r->state += UINT64_C(0x9e3779b97f4a7c15);
    return finish(r->state);
}

unsigned rng_below(struct rng *r, unsigned n)
{
    /* The bias of the modulo is below 2^-32: no test can notice. */
    return n <= 1 ? 0 : (unsigned)(rng_next(r) % n);
}

bool rng_one_in(struct rng *r, unsigned n)
{
    return rng_below(r, n) == 0;
}

int64_t rng_between(struct rng *r, int64_t low, int64_t high)
{
    return high <= low ? low : low + (int64_t)(rng_next(r) % (uint64_t)(high - low + 1));
}

uint64_t rng_mix(uint64_t a, uint64_t b)
{
    return finish(finish(a + UINT64_C(0x9e3779b97f4a7c15)) ^ b);
}
