/*
 * count.h: how many rounds a test does: a small number by default, a large one for tests/run.sh
 * --long. The number used is told to the runner, which prints it.
 */
#ifndef BARKBOOK_TESTS_SUPPORT_COUNT_H
#define BARKBOOK_TESTS_SUPPORT_COUNT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline long test_count(const char *what, long usual, long many)
{
    const char *wish = getenv("BARKBOOK_TEST_LONG");
    long used = wish != NULL && strcmp(wish, "1") == 0 ? many : usual;
    const char *path = getenv("BARKBOOK_TEST_COUNTS");
    FILE *f = path != NULL ? fopen(path, "a") : NULL;
    if (f != NULL) {
        (void)fprintf(f, "%s: %ld\n", what, used);
        (void)fclose(f);
    }
    return used;
}

#endif
