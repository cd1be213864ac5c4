/*
 * histories.c: the laws over random histories. Prints TAP.
 *
 *   histories [--seed N | --seed now] [--count N] [--only N]
 *
 * History i of a run has the seed N + i; --only N looks at that one alone. Every fourth history is
 * of the wild kind, where only order, copies, identity and staff's words are asked about.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "laws.h"
#include "options.h"

int main(int argc, char **argv)
{
    const struct options o = options_read(argc, argv, "random histories", 2000, 20000);
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
