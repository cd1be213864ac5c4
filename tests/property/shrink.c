/*
 * shrink.c: a history that breaks a law, made short and printed: the steps, the orders of arrival,
 * the difference. Where the model's truth is not asked for, single deliveries are left out, too.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "laws.h"
#include "run.h"
#include "shorten.h"

struct question {
    struct trial *t;
    enum law law;
};

static bool still(void *arg)
{
    const struct question *q = arg;
    return (laws_broken(q->t, LAW_BIT(q->law), NULL) & LAW_BIT(q->law)) != 0;
}

static void drop_deliveries(struct question *q, bool *dropped, size_t count)
{
    q->t->dropped = dropped;
    for (size_t i = count; i > 0; i--) {
        dropped[i - 1] = true;
        dropped[i - 1] = still(q);
    }
}

static void print_line(const struct model *m, const struct run_plan *plan, const char *title,
                       struct out *to)
{
    struct arrivals line;
    run_line_up(m, plan, &line);
    out_printf(to, "#   %s:\n", title);
    for (size_t i = 0; i < line.count; i++) {
        char sent[MODEL_TIME_LEN];
        const struct model_delivery *d = line.list[i].d;
        out_printf(to, "#     %zu. %s %s, sent %s%s\n", line.list[i].number, d->trigger, d->uid,
                   model_time_text(d->sent_at, MODEL_TIME_MILLIS, sent),
                   line.list[i].repeat > 0 ? " (the same again)"
                   : d->copy > 0           ? " (a copy)"
                                           : "");
    }
    run_arrivals_done(&line);
}

static void print_orders(const struct trial *t, enum law law, const struct model *m,
                         struct out *report)
{
    const uint64_t salt = rng_mix(t->history.seed, 4711);
    struct run_plan plan = {.live = true,
                            .dropped = t->dropped,
                            .lose = law == LAW_LOSS ? salt + 5 : 0};
    print_line(m, &plan, "in the order they were sent", report);
    if (law == LAW_TRUTH) {
        return;
    }
    plan.shuffle = law == LAW_COPIES ? salt + 2 : law == LAW_LOSS ? salt + 6 : salt + 1;
    plan.duplicate = law == LAW_COPIES ? salt + 3 : 0;
    print_line(m, &plan, "in the other order", report);
    if (law == LAW_STAFF || law == LAW_LINKS || law == LAW_IDENTITY) {
        plan.shuffle = salt + 7;
        print_line(m, &plan, "with staff at work", report);
    }
}

void laws_shrink(struct trial *t, enum law law, struct out *report)
{
    static const char *const profiles[] = {"plain", "wild", "api"};
    struct question q = {t, law};
    shorten_history(&t->history, still, &q);
    struct model m;
    model_init(&m, t->history.seed);
    (void)history_run(&t->history, &m);
    bool *dropped = need(calloc(m.deliveries + 1, sizeof *dropped));
    if (law == LAW_ORDER || law == LAW_COPIES || law == LAW_LOSS) {
        drop_deliveries(&q, dropped, m.deliveries);
    }
    out_printf(report, "# %s\n#   seed %" PRIu64 ", %s history; shortest script that shows it:\n",
               law_sentence(law), t->history.seed, profiles[t->profile]);
    history_print(&t->history, report);
    print_orders(t, law, &m, report);
    struct out why = {0};
    (void)laws_broken(t, LAW_BIT(law), &why);
    if (why.len > 0) {
        out_add(report, why.data, why.len);
    }
    out_free(&why);
    t->dropped = NULL;
    free(dropped);
    model_done(&m);
}
