/*
 * laws.c: see laws.h. Which runs of a history are needed for which law:
 * - in order, as it happened: LAW_TRUTH, LAW_IDENTITY; at its end LAW_REPLAY and part of LAW_LINKS
 * - all at the end, shuffled: LAW_ORDER, LAW_IDENTITY, LAW_REPLAY
 * - shuffled, with repeats: LAW_COPIES
 * - a part, in order and shuffled: LAW_LOSS
 * - shuffled, with staff at work: LAW_LINKS, LAW_STAFF, LAW_IDENTITY
 */
#include "laws.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "passage.h"

const char *law_sentence(enum law l)
{
    static const char *const sentences[LAWS] = {
        "all deliveries in order lead to what Cal.com says",
        "law 1: any order of the same deliveries ends in the same appointments",
        "law 1: copies of deliveries change nothing",
        "law 1: of a part of the deliveries, too, the order does not matter",
        "law 4: replaying any old delivery changes nothing",
        "law 5: an appointment keeps its id and all that is attached to it",
        "law 6: links only get better, and staff's word stays",
        "law 7: what staff recorded stays as they recorded it",
    };
    return sentences[l];
}

static void say(struct out *why, const char *title, const char *expected, const char *actual)
{
    if (why != NULL && why->len == 0) {
        out_printf(why, "#   %s\n", title);
        compare_print(expected, actual, why);
    }
}

struct attempt {
    const struct trial *t;
    const struct model *m;
    unsigned wanted;
    unsigned broken;
    struct out *why;
    struct out in_order; /* the appointments after the first run */
    bool have_in_order;
};

static void compare_with_truth(struct attempt *a, struct db *db, int64_t now)
{
    struct model_truth truth;
    struct out expected = {0};
    struct out actual = {0};
    model_truth_as_told(a->m, now, BOX_GRACE, &truth);
    compare_expected(a->m, &truth, COMPARE_TOLD, &expected);
    compare_actual(db, COMPARE_TOLD, &actual);
    out_text(&expected, "");
    out_text(&actual, "");
    if (strcmp(expected.data, actual.data) != 0) {
        a->broken |= LAW_BIT(LAW_TRUTH);
        say(a->why, "the calendar is not what Cal.com says (- expected, + found):", expected.data,
            actual.data);
    }
    model_truth_done(&truth);
    out_free(&expected);
    out_free(&actual);
}

/* One run, its own laws, and the appointments it ended in. */
struct one_run {
    struct attempt *a;
    struct run_plan plan;
    unsigned look; /* laws of the run itself: truth, replay, identity, links, staff */
    struct out *appointments;
};

static void run_it(struct db *db, void *arg)
{
    struct one_run *r = arg;
    struct attempt *a = r->a;
    struct passage p;
    passage_open(&p, db, a->m, &r->plan, a->why);
    passage_deliver(&p);
    if (r->appointments != NULL) {
        box_appointments(db, r->appointments);
        out_text(r->appointments, "");
    }
    if ((r->look & LAW_BIT(LAW_TRUTH)) && a->t->profile == HISTORY_PLAIN) {
        compare_with_truth(a, db, p.end);
    }
    if ((r->look & LAW_BIT(LAW_STAFF)) && !passage_desk_holds(&p)) {
        a->broken |= LAW_BIT(LAW_STAFF);
    }
    if ((r->look & LAW_BIT(LAW_LINKS)) && !passage_staff_links_hold(&p)) {
        a->broken |= LAW_BIT(LAW_LINKS);
    }
    if ((r->look & LAW_BIT(LAW_REPLAY)) && !passage_replay_changes_nothing(&p)) {
        a->broken |= LAW_BIT(LAW_REPLAY);
    }
    if ((r->look & LAW_BIT(LAW_IDENTITY)) && !passage_ids_hold(&p)) {
        a->broken |= LAW_BIT(LAW_IDENTITY);
    }
    if ((r->look & LAW_BIT(LAW_LINKS)) && a->t->profile == HISTORY_PLAIN && r->plan.staff == 0 &&
        !passage_silence_unlinks_nothing(&p)) {
        a->broken |= LAW_BIT(LAW_LINKS);
    }
    passage_close(&p);
}

static void run_once(struct attempt *a, struct run_plan plan, unsigned look,
                     struct out *appointments)
{
    struct one_run r = {.a = a,
                        .plan = plan,
                        .look = look & a->wanted,
                        .appointments = appointments};
    box_try(a->t->box, run_it, &r);
}

static void same_as(struct attempt *a, enum law law, const struct out *first, struct run_plan plan,
                    unsigned look, const char *title)
{
    struct out other = {0};
    run_once(a, plan, look, &other);
    if (strcmp(first->data, other.data) != 0) {
        a->broken |= LAW_BIT(law);
        say(a->why, title, first->data, other.data);
    }
    out_free(&other);
}

static void with_losses(struct attempt *a, uint64_t salt)
{
    struct out some = {0};
    struct run_plan plan = {.lose = salt + 5, .live = true, .dropped = a->t->dropped};
    run_once(a, plan, 0, &some);
    plan.live = false;
    plan.shuffle = salt + 6;
    same_as(a, LAW_LOSS, &some, plan, 0,
            "of a part of the deliveries: in order (-), in another order (+):");
    out_free(&some);
}

unsigned laws_broken(const struct trial *t, unsigned wanted, struct out *why)
{
    struct model m;
    model_init(&m, t->history.seed);
    m.remember_told = true;
    (void)history_run(&t->history, &m);
    struct attempt a = {.t = t, .m = &m, .wanted = wanted, .why = why};
    const uint64_t salt = rng_mix(t->history.seed, 4711);
    const unsigned first_looks =
        LAW_BIT(LAW_TRUTH) | LAW_BIT(LAW_REPLAY) | LAW_BIT(LAW_IDENTITY) | LAW_BIT(LAW_LINKS);
    const unsigned orders = LAW_BIT(LAW_ORDER) | LAW_BIT(LAW_COPIES);
    struct run_plan plan = {.live = true, .dropped = t->dropped};
    if (wanted & (first_looks | orders)) {
        run_once(&a, plan, first_looks, &a.in_order);
    }
    plan.live = false;
    plan.shuffle = salt + 1;
    if (wanted & (LAW_BIT(LAW_ORDER) | LAW_BIT(LAW_REPLAY) | LAW_BIT(LAW_IDENTITY))) {
        struct out other = {0};
        run_once(&a, plan, LAW_BIT(LAW_REPLAY) | LAW_BIT(LAW_IDENTITY), &other);
        if ((wanted & LAW_BIT(LAW_ORDER)) && strcmp(a.in_order.data, other.data) != 0) {
            a.broken |= LAW_BIT(LAW_ORDER);
            say(why, "in the order they were sent (-), in another order (+):", a.in_order.data,
                other.data);
        }
        out_free(&other);
    }
    if (wanted & LAW_BIT(LAW_COPIES)) {
        plan.shuffle = salt + 2;
        plan.duplicate = salt + 3;
        same_as(&a, LAW_COPIES, &a.in_order, plan, 0, "each once (-), some several times (+):");
    }
    if (wanted & LAW_BIT(LAW_LOSS)) {
        with_losses(&a, salt);
    }
    if (wanted & (LAW_BIT(LAW_STAFF) | LAW_BIT(LAW_LINKS) | LAW_BIT(LAW_IDENTITY))) {
        plan = (struct run_plan){.shuffle = salt + 7, .staff = salt + 8, .dropped = t->dropped};
        run_once(&a, plan, LAW_BIT(LAW_STAFF) | LAW_BIT(LAW_LINKS) | LAW_BIT(LAW_IDENTITY), NULL);
    }
    out_free(&a.in_order);
    model_done(&m);
    return a.broken;
}
