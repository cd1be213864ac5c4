/*
 * rng.h: numbers that look random and are the same for the same seed on every machine. For tests;
 * never for secrets. A struct rng belongs to one thread.
 */
#ifndef BARKBOOK_TESTS_RNG_H
#define BARKBOOK_TESTS_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
    uint64_t state;
};

uint64_t rng_next(struct rng *r);
/* 0 .. n-1; n at least 1. */
unsigned rng_below(struct rng *r, unsigned n);
/* True once in n times. */
bool rng_one_in(struct rng *r, unsigned n);
int64_t rng_between(struct rng *r, int64_t low, int64_t high); /* both included */

/* One number from two, for a choice that must stay the same while others come and go. */
uint64_t rng_mix(uint64_t a, uint64_t b);

#endif
