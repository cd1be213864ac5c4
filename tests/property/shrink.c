/*
 * shrink.c: the shortest history that still breaks a law. First whole steps go, then what is
 * special about each step, then (where the model's truth is not asked for) single deliveries.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "laws.h"
#include "run.h"

static bool still(struct trial *t, enum law law)
{
    return (laws_broken(t, LAW_BIT(law), NULL) & LAW_BIT(law)) != 0;
}

static bool drop_steps(struct trial *t, enum law law)
{
    bool shorter = false;
    for (size_t i = t->history.steps; i > 0; i--) {
        struct step *s = &t->history.step[i - 1];
        if (s->skipped) {
            continue;
        }
        s->skipped = true;
        if (still(t, law)) {
            shorter = true;
        } else {
            s->skipped = false;
        }
    }
    return shorter;
}

/* Tries one simplification of a step: keeps it if the law is still broken. */
static bool keep_if_still(struct trial *t, enum law law, struct step *s, struct step simpler)
{
    const struct step was = *s;
    *s = simpler;
    if (still(t, law)) {
        return true;
    }
    *s = was;
    return false;
}

static bool simplify_steps(struct trial *t, enum law law)
{
    bool simpler = false;
    for (size_t i = 0; i < t->history.steps; i++) {
        struct step *s = &t->history.step[i];
        if (s->skipped) {
            continue;
        }
        if (s->how.copies > 0) {
            struct step once = *s;
            once.how.copies = 0;
            simpler = keep_if_still(t, law, s, once) || simpler;
        }
        for (int bit = 0; bit < SHAPE_BITS; bit++) {
            struct step plain = *s;
            plain.how.shape &= ~(1U << bit);
            if (plain.how.shape != s->how.shape) {
                simpler = keep_if_still(t, law, s, plain) || simpler;
            }
        }
        if (s->kind == STEP_BOOK) {
            struct step plain = *s;
            plain.booking.meta = META_NONE;
            plain.booking.named_pet = 0;
            plain.booking.minutes = 0;
            simpler = ((plain.booking.meta != s->booking.meta ||
                        plain.booking.named_pet != s->booking.named_pet ||
                        plain.booking.minutes != s->booking.minutes) &&
                       keep_if_still(t, law, s, plain)) ||
                      simpler;
        }
    }
    return simpler;
}

static void drop_deliveries(struct trial *t, enum law law, bool *dropped, size_t count)
{
    t->dropped = dropped;
    for (size_t i = count; i > 0; i--) {
        dropped[i - 1] = true;
        dropped[i - 1] = still(t, law);
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
    for (int round = 0; round < 6; round++) {
        bool shorter = drop_steps(t, law);
        shorter = simplify_steps(t, law) || shorter;
        if (!shorter) {
            break;
        }
    }
    struct model m;
    model_init(&m, t->history.seed);
    (void)history_run(&t->history, &m);
    bool *dropped = need(calloc(m.deliveries + 1, sizeof *dropped));
    if (law == LAW_ORDER || law == LAW_COPIES || law == LAW_LOSS) {
        drop_deliveries(t, law, dropped, m.deliveries);
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
