/*
 * permutations.c: every order of arrival of every scenario of up to six deliveries ends in the
 * appointments that Cal.com's state and the rules give, under the id that was named first. Prints
 * TAP.
 *
 * Orders that begin alike share their beginning: the tree of orders is walked with a savepoint per
 * arrival.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "count.h"
#include "passage.h"
#include "scenarios.h"

struct walk {
    struct model m;
    struct history h;
    struct run_plan plan;
    struct passage p;
    struct out expected;
    bool used[SCENARIO_DELIVERIES];
    size_t depth;
    long orders;
    bool failed;
    struct out why;
};

static void go(struct db *db, const char *sql)
{
    struct err err;
    box_must(db_exec(db, sql, &err), &err, sql);
}

static void print_order(struct walk *w)
{
    out_text(&w->why, "#   in this order:\n");
    for (size_t i = 0; i < w->depth; i++) {
        const struct model_delivery *d = w->p.arrivals.list[i].d;
        out_printf(&w->why, "#     %s %s%s\n", d->trigger, d->uid, d->copy > 0 ? " (a copy)" : "");
    }
    history_print(&w->h, &w->why);
}

static void arrived_all(struct walk *w, struct db *db)
{
    struct out actual = {0};
    w->orders++;
    box_complete(db, w->p.end);
    compare_actual(db, COMPARE_TOLD, &actual);
    out_text(&actual, "");
    if (strcmp(w->expected.data, actual.data) != 0) {
        w->failed = true;
        out_text(&w->why, "#   the calendar is not what Cal.com says (- expected, + found):\n");
        compare_print(w->expected.data, actual.data, &w->why);
    } else if (!passage_ids_hold(&w->p)) {
        w->failed = true;
    }
    if (w->failed) {
        print_order(w);
    }
    out_free(&actual);
}

static void walk_on(struct walk *w, struct db *db)
{
    const size_t n = w->m.deliveries;
    for (size_t i = 0; i < n && !w->failed; i++) {
        if (w->used[i]) {
            continue;
        }
        w->used[i] = true;
        go(db, "SAVEPOINT arrival");
        const size_t at = w->depth++;
        w->p.arrivals.list[at].d = &w->m.delivery[i];
        w->p.arrivals.count = w->depth;
        passage_deliver_one(&w->p, at);
        if (w->depth == n) {
            arrived_all(w, db);
        } else {
            walk_on(w, db);
        }
        go(db, "ROLLBACK TO arrival");
        go(db, "RELEASE arrival");
        w->depth--;
        w->used[i] = false;
    }
}

static void walk_tree(struct db *db, void *arg)
{
    struct walk *w = arg;
    passage_open(&w->p, db, &w->m, &w->plan, &w->why);
    walk_on(w, db);
    passage_close(&w->p);
}

static bool try_scenario(struct box *box, const struct scenario *s, size_t number, struct walk *w)
{
    *w = (struct walk){.h = {.seed = 900 + number}};
    for (; s->step[w->h.steps].kind != STEP_KINDS; w->h.steps++) {
        w->h.step[w->h.steps] = s->step[w->h.steps];
    }
    model_init(&w->m, w->h.seed);
    w->m.remember_told = true;
    const size_t happened = history_run(&w->h, &w->m);
    if (happened != w->h.steps || w->m.deliveries == 0 || w->m.deliveries > SCENARIO_DELIVERIES) {
        out_printf(&w->why,
                   "#   the scenario itself is wrong: %zu of %zu steps happened, %zu deliveries\n",
                   happened, w->h.steps, w->m.deliveries);
        return false;
    }
    struct model_truth truth;
    model_truth_as_told(&w->m, run_end_of(&w->m), BOX_GRACE, &truth);
    compare_expected(&w->m, &truth, COMPARE_TOLD, &w->expected);
    out_text(&w->expected, "");
    model_truth_done(&truth);
    box_try(box, walk_tree, w);
    return !w->failed;
}

int main(void)
{
    struct box box;
    box_open(&box);
    int status = 0;
    long orders = 0;
    printf("1..%zu\n", scenario_count);
    for (size_t i = 0; i < scenario_count; i++) {
        struct walk w;
        const bool well = try_scenario(&box, &scenarios[i], i, &w);
        printf("%sok %zu - %s, in every order of arrival\n", well ? "" : "not ", i + 1,
               scenarios[i].name);
        printf("# %zu deliveries, %ld orders\n", w.m.deliveries, w.orders);
        if (!well) {
            status = 1;
            printf("%s", w.why.data);
        }
        (void)fflush(stdout);
        orders += w.orders;
        out_free(&w.why);
        out_free(&w.expected);
        model_done(&w.m);
    }
    (void)test_count("orders of arrival", orders, orders);
    box_close(&box);
    return status;
}
