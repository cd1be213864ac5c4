/*
 * options.h: how many random histories a property test looks at, and which.
 *
 *   --seed N | --seed now   of the first; the others follow it
 *   --count N
 *   --only N                that one alone
 */
#ifndef BARKBOOK_TESTS_OPTIONS_H
#define BARKBOOK_TESTS_OPTIONS_H

#include <stdint.h>

struct options {
    uint64_t seed;
    uint64_t count;
};

/* Ends the program when an argument is wrong. what, usual, many: as in count.h. A usual run is the
 * same everywhere; a long one (tests/run.sh --long) looks where nobody looked before. */
struct options options_read(int argc, char **argv, const char *what, long usual, long many);

#endif
