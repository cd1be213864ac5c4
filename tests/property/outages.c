/*
 * outages.c: laws 2, 3, 4 and 11 over one outage each: part of the mail is lost, Cal.com misbehaves
 * while reconciles catch up, and in the end all the mail comes late. (reconciles.c lets several
 * runs and late mail alternate instead.) A history that breaks a law is shortened. Prints TAP; the
 * arguments are those of options.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "options.h"
#include "outage.h"
#include "shorten.h"

struct question {
    struct outage_place *place;
    struct history *h;
    unsigned bit;
};

static bool still(void *arg)
{
    const struct question *q = arg;
    return (outage_broken(q->place, q->h, NULL) & q->bit) != 0;
}

static void describe(struct outage_place *p, struct history h, enum catch_up c, struct out *report)
{
    struct question q = {p, &h, 1U << c};
    struct out why = {0};
    shorten_history(&h, still, &q);
    out_printf(report, "#   seed %" PRIu64 "; shortest script that shows it:\n", h.seed);
    history_print(&h, report);
    (void)outage_broken(p, &h, &why);
    out_text(&why, "");
    out_text(report, why.data);
    struct fake_request r;
    for (size_t i = 0; fake_request(p->fake, i, &r); i++) {
        out_printf(report, "#     %d, %" PRId64 " rows: %s\n", r.status, r.rows, r.target);
    }
    out_free(&why);
}

int main(int argc, char **argv)
{
    const struct options o = options_read(argc, argv, "random outages", 500, 10000);
    printf("# seed %" PRIu64 ", %" PRIu64 " histories\n", o.seed, o.count);
    (void)fflush(stdout);
    static struct outage_place place;
    uint64_t bad[CATCHES] = {0};
    struct out report[CATCHES] = {{0}};
    outage_open(&place);
    for (uint64_t i = 0; i < o.count; i++) {
        struct history h;
        history_make(&h, o.seed + i, HISTORY_API);
        const unsigned found = outage_broken(&place, &h, NULL);
        for (int c = 0; c < CATCHES; c++) {
            if ((found & (1U << c)) && bad[c]++ == 0) {
                describe(&place, h, (enum catch_up)c, &report[c]);
            }
        }
    }
    int status = 0;
    printf("# %ld requests, %ld reconciles complete, %ld cut short\n", place.requests,
           place.complete, place.stopped);
    printf("1..%d\n", CATCHES);
    for (int c = 0; c < CATCHES; c++) {
        printf("%sok %d - %s\n", bad[c] == 0 ? "" : "not ", c + 1,
               catch_sentence((enum catch_up)c));
        if (bad[c] > 0) {
            status = 1;
            printf("# broken by %" PRIu64 " of %" PRIu64 " histories; the first:\n%s", bad[c],
                   o.count, report[c].data);
        }
        out_free(&report[c]);
    }
    outage_close(&place);
    return status;
}
