/*
 * options.c: see options.h.
 */
#include "options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "count.h"

#define USUAL_SEED UINT64_C(20261122)

static uint64_t number(const char *name, const char *text)
{
    char *end = NULL;
    errno = 0;
    unsigned long long n = text == NULL ? 0 : strtoull(text, &end, 10);
    if (text == NULL || errno != 0 || end == text || *end != '\0') {
        printf("Bail out! %s needs a number\n", name);
        exit(2);
    }
    return n;
}

struct options options_read(int argc, char **argv, const char *what, long usual, long many)
{
    const char *wish = getenv("BARKBOOK_TEST_LONG");
    const bool far = wish != NULL && strcmp(wish, "1") == 0;
    struct options o = {.seed = far ? (uint64_t)time(NULL) * 100000 : USUAL_SEED};
    o.count = 0;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--seed") == 0 && value != NULL && strcmp(value, "now") == 0) {
            o.seed = (uint64_t)time(NULL) * 100000;
        } else if (strcmp(argv[i], "--seed") == 0) {
            o.seed = number(argv[i], value);
        } else if (strcmp(argv[i], "--count") == 0) {
            o.count = number(argv[i], value);
        } else if (strcmp(argv[i], "--only") == 0) {
            o.seed = number(argv[i], value);
            o.count = 1;
        } else {
            printf("Bail out! usage: %s [--seed N|now] [--count N] [--only SEED]\n", argv[0]);
            exit(2);
        }
        i++;
    }
    if (o.count == 0) {
        o.count = (uint64_t)test_count(what, usual, many);
    }
    return o;
}
