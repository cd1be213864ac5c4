/*
 * message_plans.c: laws of the planner of texts over random visits, clients, settings and moments,
 * many of them around the nights on which the clock changes.
 */
#include <stdio.h>
#include <string.h>

#include "count.h"
#include "rng.h"
#include "salon/message_plan.h"
#include "tap.h"

#define USUAL 200000
#define MANY  20000000

static const char *const statuses[] = {"scheduled", "scheduled", "scheduled", "scheduled",
                                       "pending",   "cancelled", "completed", "no_show"};
static const char *const phones[] =
    {"+48600100200", "+48512345678", "+491701234567", "+48123456789", "", NULL};

struct world {
    struct message_visit v;
    struct message_rules r;
    enum message_kind kind;
    int64_t now;
};

static int64_t some_moment(struct rng *g)
{
    /* Days around both changes of 2026 and 2027, and the turn of the year. */
    static const char *const days[] = {"2026-03-28T00:00:00Z", "2026-10-24T00:00:00Z",
                                       "2027-03-27T00:00:00Z", "2026-12-30T00:00:00Z",
                                       "2026-11-22T00:00:00Z"};
    int64_t day = 0;
    if (!time_parse(days[rng_below(g, ARRAY_LEN(days))], &day)) {
        return 0;
    }
    return day + rng_between(g, 0, 5 * 24 * 60) * CLOCK_MINUTE;
}

static struct world some_world(struct rng *g)
{
    struct world w = {
        .r =
            {
                .able = !rng_one_in(g, 20),
                .on = {!rng_one_in(g, 10), !rng_one_in(g, 2)},
                .from = 60 * (int)rng_between(g, 5, 11),
                .same_day_before = (int)rng_between(g, 30, 12 * 60),
            },
        .kind = (enum message_kind)rng_below(g, MESSAGE_PLANNED),
    };
    w.r.to = w.r.from + 60 + (int)rng_between(g, 0, 24 * 60 - w.r.from - 60);
    w.r.day_before_at = rng_one_in(g, 2) ? -1 : (int)rng_between(g, w.r.from, w.r.to - 5);
    w.v.start = some_moment(g);
    w.v.agreed_at = w.v.start - rng_between(g, 0, 10 * 24 * 60) * CLOCK_MINUTE;
    w.v.status = statuses[rng_below(g, ARRAY_LEN(statuses))];
    w.v.linked = !rng_one_in(g, 8);
    w.v.phone = phones[rng_below(g, rng_one_in(g, 3) ? ARRAY_LEN(phones) : 3)];
    w.v.consent = !rng_one_in(g, 6);
    w.v.opted_out = rng_one_in(g, 12);
    w.v.pet_dead = rng_one_in(g, 20);
    w.v.told_other = rng_one_in(g, 4);
    w.now = w.v.start - rng_between(g, -600, 4 * 24 * 60) * CLOCK_MINUTE;
    return w;
}

static int minute_of(int64_t at, struct local_time *t)
{
    zone_local(at, t);
    return 60 * t->hour + t->minute;
}

static bool inside(const struct world *w, int64_t at)
{
    struct local_time t;
    const int m = minute_of(at, &t);
    return m >= w->r.from && m < w->r.to;
}

/* What must hold of a text that is planned. */
static const char *wrong_due(const struct world *w, const struct message_plan *p)
{
    const struct message_visit *v = &w->v;
    if (!w->r.able || !w->r.on[w->kind]) {
        return "it was not wanted";
    }
    if (strcmp(v->status, "scheduled") != 0) {
        return "the visit is not on";
    }
    if (!v->linked || v->phone == NULL || v->phone[0] == '\0' || !v->consent || v->opted_out) {
        return "the client may not be written to";
    }
    if (v->pet_dead) {
        return "the pet is dead";
    }
    if (!inside(w, p->due_at)) {
        return "it is due outside the allowed hours";
    }
    if (p->latest_at >= v->start || p->due_at > p->latest_at) {
        return "it is due after it is of use";
    }
    if (message_allowed(&w->r, w->now > p->due_at ? w->now : p->due_at) > p->latest_at) {
        return "it cannot go out in time any more";
    }
    struct local_time start;
    struct local_time due;
    const int wanted = minute_of(v->start, &start);
    const int m = minute_of(p->due_at, &due);
    const bool settled = v->agreed_at > p->due_at - 11 * CLOCK_MINUTE || v->told_other;
    struct local_date before = date_add(start.date, -1);
    if (w->kind == MESSAGE_DAY_BEFORE && !settled) {
        if (due.date.day != before.day || due.date.month != before.month) {
            return "it is not due on the day before";
        }
        const int wish = w->r.day_before_at >= 0 ? w->r.day_before_at : wanted;
        if (wish >= w->r.from && wish <= w->r.to - MESSAGE_MARGIN && m != wish) {
            return "it is not due at the same wall-clock time";
        }
    }
    if (w->kind == MESSAGE_SAME_DAY && !settled && due.date.day != start.date.day) {
        return "it is not due on the same day";
    }
    return NULL;
}

static const char *wrong(const struct world *w)
{
    struct message_plan p;
    struct message_plan again;
    message_plan(&w->v, &w->r, w->kind, w->now, &p);
    message_plan(&w->v, &w->r, w->kind, w->now, &again);
    if (memcmp(&p, &again, sizeof p) != 0) {
        return "the same question got two answers";
    }
    if (p.reason == MESSAGE_DUE) {
        const char *why = wrong_due(w, &p);
        if (why != NULL) {
            return why;
        }
        /* Waiting changes nothing about when, until it is too late. */
        struct message_plan later;
        message_plan(&w->v, &w->r, w->kind, w->now + CLOCK_HOUR, &later);
        if (later.reason == MESSAGE_DUE &&
            (later.due_at != p.due_at || later.latest_at != p.latest_at)) {
            return "an hour later it is due at another time";
        }
        if (later.reason != MESSAGE_DUE && later.reason != MESSAGE_TOO_LATE &&
            later.reason != MESSAGE_PAST) {
            return "an hour later there is another reason";
        }
    } else if (p.due_at != 0 || p.latest_at != 0) {
        return "there is none, and yet it is due";
    }
    const bool fine = w->r.able && w->r.on[w->kind] && strcmp(w->v.status, "scheduled") == 0 &&
                      message_addressee(&w->v) == MESSAGE_DUE && !w->v.pet_dead &&
                      w->v.agreed_at < w->v.start - 3 * CLOCK_DAY &&
                      w->now < w->v.start - 2 * CLOCK_DAY;
    struct local_time start;
    if (fine && w->kind == MESSAGE_DAY_BEFORE && p.reason != MESSAGE_DUE &&
        minute_of(w->v.start, &start) >= 120) {
        return "a visit agreed days before gets no text";
    }
    return NULL;
}

/* Takes a moment from the opening of a wide set: what is allowed is the first that is. */
static const char *wrong_allowed(const struct world *w)
{
    const int64_t at = message_allowed(&w->r, w->now);
    if (!inside(w, at) || at < w->now) {
        return "an allowed moment is not";
    }
    if (at > w->now && inside(w, w->now)) {
        return "an allowed moment was passed over";
    }
    if (at - w->now > 26 * CLOCK_HOUR) {
        return "the next allowed moment is more than a day away";
    }
    return message_allowed(&w->r, at) == at ? NULL : "an allowed moment moves on";
}

int main(void)
{
    struct tap tap = {0};
    struct err err = {0};
    if (zone_init("Europe/Warsaw", &err) < 0) {
        return 1;
    }
    const long rounds = test_count("random visits for the planner of texts", USUAL, MANY);
    struct rng g = {.state = 20261122};
    const char *found = NULL;
    long due = 0;
    for (long i = 0; i < rounds && found == NULL; i++) {
        struct world w = some_world(&g);
        struct message_plan p;
        found = wrong(&w);
        found = found != NULL ? found : wrong_allowed(&w);
        message_plan(&w.v, &w.r, w.kind, w.now, &p);
        due += p.reason == MESSAGE_DUE;
        if (found != NULL) {
            char start[TIME_TEXT_LEN];
            char now[TIME_TEXT_LEN];
            char when[TIME_TEXT_LEN];
            time_format(w.v.start, start);
            time_format(w.now, now);
            time_format(p.due_at, when);
            (void)printf("# visit %ld: %s: kind %s, start %s, now %s, due %s, reason %s, hours "
                         "%d-%d, at %d, before %d\n",
                         i, found, message_kind_name(w.kind), start, now, when,
                         message_reason_name(p.reason), w.r.from, w.r.to, w.r.day_before_at,
                         w.r.same_day_before);
        }
    }
    tap_ok(&tap, found == NULL,
           "no random visit gets a text that is wrong, late, at night or not wanted");
    tap_ok(&tap, due > rounds / 20,
           "enough of the random visits get one for that to mean something");
    return tap_done(&tap);
}
