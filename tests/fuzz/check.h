/*
 * check.h: what must hold of every observation, whatever the input was. Used by the fuzz targets.
 */
#ifndef BARKBOOK_TESTS_FUZZ_CHECK_H
#define BARKBOOK_TESTS_FUZZ_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "remote/observation.h"

/* Stops the fuzzer, which then keeps the input. */
#define REQUIRE(what)                                                                       \
    do {                                                                                    \
        if (!(what)) {                                                                      \
            (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what); \
            abort();                                                                        \
        }                                                                                   \
    } while (0)

/* A moment that stands in for the clock: targets must do the same twice. */
#define FUZZ_NOW INT64_C(1796212800000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void observation_check(const struct observation *o);
bool observation_equal(const struct observation *a, const struct observation *b);

#endif
