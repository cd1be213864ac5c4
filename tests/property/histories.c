/*
 * histories.c: the laws over random histories. Prints TAP.
 *
 *   histories [--seed N | --seed now] [--count N] [--only N]
 *
 * History i of a run has the seed N + i; --only N looks at that one alone. Every fourth history is
 * of the wild kind, where only order, copies, identity and staff's words are asked about.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "count.h"
#include "laws.h"

#define USUAL_SEED UINT64_C(20261122)

struct options {
    uint64_t seed;
    uint64_t count;
};

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

static struct options read_options(int argc, char **argv)
{
    const char *wish = getenv("BARKBOOK_TEST_LONG");
    const bool many = wish != NULL && strcmp(wish, "1") == 0;
    /* A usual run is the same everywhere; a long one looks where nobody looked before. */
    struct options o = {.seed = many ? (uint64_t)time(NULL) * 100000 : USUAL_SEED};
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
        o.count = (uint64_t)test_count("random histories", 2000, 20000);
    }
    return o;
}

int main(int argc, char **argv)
{
    const struct options o = read_options(argc, argv);
    printf("# seed %" PRIu64 ", %" PRIu64 " histories\n", o.seed, o.count);
    (void)fflush(stdout);
    struct box box;
    box_open(&box);
    uint64_t broken[LAWS] = {0};
    struct out report[LAWS] = {{0}};
    for (uint64_t i = 0; i < o.count; i++) {
        struct trial t = {.box = &box};
        const uint64_t seed = o.seed + i;
        t.profile = seed % 4 == 3 ? HISTORY_WILD : HISTORY_PLAIN;
        history_make(&t.history, seed, t.profile);
        const unsigned bad = laws_broken(&t, ALL_LAWS, NULL);
        for (int l = 0; l < LAWS; l++) {
            /* The first one of each law is shortened: one good example says more than many. */
            if ((bad & LAW_BIT(l)) && broken[l]++ == 0) {
                struct trial again = t;
                laws_shrink(&again, (enum law)l, &report[l]);
            }
        }
    }
    int status = 0;
    printf("1..%d\n", LAWS);
    for (int l = 0; l < LAWS; l++) {
        printf("%sok %d - %s\n", broken[l] == 0 ? "" : "not ", l + 1, law_sentence((enum law)l));
        if (broken[l] > 0) {
            status = 1;
            printf("# broken by %" PRIu64 " of %" PRIu64 " histories; the first:\n%s", broken[l],
                   o.count, report[l].data);
        }
        out_free(&report[l]);
    }
    box_close(&box);
    return status;
}
