/*
 * sync_project.c: which booking of a chain is shown, and as what. Without a database.
 */
#include "sync/project.h"

#include <criterion/criterion.h>

#include "base/clock.h"
#include "said.h"

#define GRACE  (15 * CLOCK_MINUTE)
#define DAY(n) "2026-11-" n "T09:00:00.000Z/2026-11-" n "T10:00:00.000Z"

/* A chain of at most four bookings named A, B, C, D, linked as asked. */
struct scene {
    struct chain chain;
    struct booking bookings[4];
    struct chain_link links[4];
    struct projection p;
    bool shown;
};

static void scene_done(struct scene *s)
{
    for (size_t i = 0; i < s->chain.count; i++) {
        booking_done(&s->bookings[i]);
    }
}
DEFINE_CLEANUP_REF(struct scene, scene_done);

static struct booking *add(struct scene *s, const char *uid, struct said said)
{
    struct booking *b = &s->bookings[s->chain.count++];
    b->uid = said_copy(uid);
    (void)said_to(b, said);
    return b;
}

static void replaces(struct scene *s, size_t successor, size_t predecessor)
{
    s->links[s->chain.link_count++] =
        (struct chain_link){.predecessor = predecessor, .successor = successor};
}

static int64_t moment(const char *iso)
{
    int64_t ms = 0;
    cr_assert(time_parse(iso, &ms));
    return ms;
}

/* Shows the chain as it is at that moment; the uid of its head, "" when nothing can be shown. */
static const char *head_at(struct scene *s, const char *now)
{
    s->chain.bookings = s->bookings;
    s->chain.links = s->links;
    s->shown = project_chain(&s->chain, moment(now), GRACE, &s->p);
    return s->shown ? s->bookings[s->p.head].uid : "";
}

#define EARLY "2026-11-01T00:00:00Z"
#define SAID(at_, status_, day, made)                                                        \
    (struct said)                                                                            \
    {                                                                                        \
        OBS_DELIVERY, (at_), (status_), .made_at = (made), .value = { [FACT_TIMES] = (day) } \
    }

Test(project, the_successor_is_shown_pending_too)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 9));
    add(&s, "B", SAID(2, OBS_STATUS_PENDING, DAY("24"), 2));
    replaces(&s, 1, 0);
    cr_assert_str_eq(head_at(&s, EARLY), "B");
    cr_assert_eq(s.p.status, VISIT_PENDING);
}

Test(project, a_successor_without_times_does_not_hide_the_booking_it_replaces)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1));
    add(&s, "B", (struct said){OBS_DELIVERY, 2});
    replaces(&s, 1, 0);
    cr_assert_str_eq(head_at(&s, EARLY), "A");
}

Test(project, a_successor_without_times_does_not_bring_back_what_came_before)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1));
    add(&s, "B", SAID(2, OBS_STATUS_CANCELLED, DAY("24"), 2));
    add(&s, "C", (struct said){OBS_DELIVERY, 3});
    replaces(&s, 1, 0);
    replaces(&s, 2, 1);
    cr_assert_str_eq(head_at(&s, EARLY), "B");
    cr_assert_eq(s.p.status, VISIT_CANCELLED);
}

Test(project, two_bookings_of_which_one_has_times_yet_show_that_one)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", (struct said){OBS_DELIVERY, 1});
    cr_assert_str_eq(head_at(&s, EARLY), "");
    add(&s, "B", SAID(2, OBS_STATUS_ACCEPTED, DAY("24"), 2));
    replaces(&s, 1, 0);
    cr_assert_str_eq(head_at(&s, EARLY), "B");
}

Test(project, of_several_successors_a_live_one_is_shown)
{
    static const enum obs_status live[] = {OBS_STATUS_PENDING, OBS_STATUS_ACCEPTED};
    static const enum obs_status dead[] = {OBS_STATUS_CANCELLED, OBS_STATUS_REJECTED,
                                           OBS_STATUS_VANISHED};
    for (size_t i = 0; i < ARRAY_LEN(live); i++) {
        for (size_t k = 0; k < ARRAY_LEN(dead); k++) {
            CLEANUP(scene_done) struct scene s = {0};
            add(&s, "A", SAID(1, OBS_STATUS_CANCELLED, DAY("23"), 1));
            add(&s, "B", SAID(2, live[i], DAY("24"), 2));
            add(&s, "C", SAID(3, dead[k], DAY("25"), 3));
            replaces(&s, 1, 0);
            replaces(&s, 2, 0);
            cr_assert_str_eq(head_at(&s, EARLY), "B");
        }
    }
}

Test(project, of_several_live_successors_the_later_made_is_shown_then_the_greater_uid)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", SAID(1, OBS_STATUS_CANCELLED, DAY("23"), 1));
    add(&s, "C", SAID(3, OBS_STATUS_ACCEPTED, DAY("24"), 3));
    add(&s, "B", SAID(4, OBS_STATUS_ACCEPTED, DAY("25"), 4));
    replaces(&s, 1, 0);
    replaces(&s, 2, 0);
    cr_assert_str_eq(head_at(&s, EARLY), "B");
    s.bookings[2].made_at = 3;
    cr_assert_str_eq(head_at(&s, EARLY), "C");
}

Test(project, a_chain_whose_last_booking_is_cancelled_is_cancelled)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1));
    add(&s, "B", SAID(2, OBS_STATUS_REJECTED, DAY("24"), 2));
    replaces(&s, 1, 0);
    cr_assert_str_eq(head_at(&s, EARLY), "B");
    cr_assert_eq(s.p.status, VISIT_CANCELLED);
    cr_assert_not(s.p.vanished);
}

Test(project, links_in_a_circle_show_the_later_made)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1));
    add(&s, "B", SAID(2, OBS_STATUS_ACCEPTED, DAY("24"), 2));
    replaces(&s, 1, 0);
    replaces(&s, 0, 1);
    cr_assert_str_eq(head_at(&s, EARLY), "B");
    cr_assert_null(s.p.value[FACT_DESCRIPTION]);
}

static struct said full(int64_t at, const char *day)
{
    struct said s = SAID(at, OBS_STATUS_ACCEPTED, day, at);
    for (size_t f = FACT_TITLE; f < FACT_COUNT; f++) {
        s.value[f] = "old";
    }
    return s;
}

Test(project, a_successor_inherits_what_it_lacks_and_not_what_belonged_to_the_old_booking)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", full(1, DAY("23")));
    add(&s, "B",
        (struct said){OBS_DELIVERY, 2, OBS_STATUS_ACCEPTED, .made_at = 2,
                      .value = {[FACT_TIMES] = DAY("24"), [FACT_NAME] = "new"}});
    add(&s, "C", SAID(3, OBS_STATUS_ACCEPTED, DAY("25"), 3));
    replaces(&s, 1, 0);
    replaces(&s, 2, 1);
    cr_assert_str_eq(head_at(&s, EARLY), "C");
    cr_assert_str_eq(s.p.value[FACT_NAME], "new");
    static const enum fact inherited[] = {FACT_TITLE, FACT_DESCRIPTION, FACT_EMAIL,
                                          FACT_PHONE, FACT_LOCATION,    FACT_SERVICE,
                                          FACT_PRICE, FACT_ORGANIZER};
    for (size_t i = 0; i < ARRAY_LEN(inherited); i++) {
        cr_assert_not_null(s.p.value[inherited[i]], "fact %d", inherited[i]);
        cr_assert_str_eq(s.p.value[inherited[i]], "old");
    }
    static const enum fact own[] = {FACT_MEETING_URL, FACT_REASON, FACT_BY, FACT_REBOOK};
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        cr_assert_null(s.p.value[own[i]], "fact %d", own[i]);
    }
}

Test(project, a_price_goes_with_the_service)
{
    CLEANUP(scene_done) struct scene s = {0};
    struct said old = SAID(1, OBS_STATUS_CANCELLED, DAY("23"), 1);
    old.value[FACT_PRICE] = "100 PLN";
    old.value[FACT_SERVICE] = "bath";
    struct said new = SAID(2, OBS_STATUS_ACCEPTED, DAY("24"), 2);
    new.value[FACT_SERVICE] = "bath";
    add(&s, "A", old);
    struct booking *b = add(&s, "B", new);
    replaces(&s, 1, 0);
    (void)head_at(&s, EARLY);
    cr_assert_str_eq(s.p.value[FACT_PRICE], "100 PLN");
    (void)said_to(b, (struct said){OBS_DELIVERY, 3, .value = {[FACT_SERVICE] = "cut"}});
    (void)head_at(&s, EARLY);
    cr_assert_null(s.p.value[FACT_PRICE]);
}

Test(project, an_accepted_visit_is_completed_by_time_after_the_grace)
{
    CLEANUP(scene_done) struct scene s = {0};
    add(&s, "A", SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1));
    (void)head_at(&s, "2026-11-23T10:14:59Z");
    cr_assert_eq(s.p.status, VISIT_SCHEDULED);
    (void)head_at(&s, "2026-11-23T10:15:00Z");
    cr_assert_eq(s.p.status, VISIT_COMPLETED);
    cr_assert(s.p.by_clock);
}

Test(project, a_request_and_what_has_no_status_stay_pending_when_their_time_has_passed)
{
    static const enum obs_status open[] = {OBS_STATUS_PENDING, OBS_STATUS_NONE};
    for (size_t i = 0; i < ARRAY_LEN(open); i++) {
        CLEANUP(scene_done) struct scene s = {0};
        add(&s, "A", SAID(1, open[i], DAY("23"), 1));
        (void)head_at(&s, "2026-12-23T10:15:00Z");
        cr_assert_eq(s.p.status, VISIT_PENDING);
    }
}

Test(project, the_end_of_the_meeting_completes_at_once)
{
    CLEANUP(scene_done) struct scene s = {0};
    struct booking *b = add(&s, "A", SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1));
    (void)said_to(b, (struct said){OBS_MEETING, moment("2026-11-23T10:00:00Z"), OBS_STATUS_ACCEPTED,
                                   true});
    (void)head_at(&s, "2026-11-23T10:00:01Z");
    cr_assert_eq(s.p.status, VISIT_COMPLETED);
    cr_assert_not(s.p.by_clock);
}

Test(project, a_no_show_stays_one_when_the_meeting_ends_and_when_time_passes)
{
    CLEANUP(scene_done) struct scene s = {0};
    struct said here = SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1);
    here.value[FACT_EMAIL] = "jan@x";
    struct booking *b = add(&s, "A", here);
    (void)said_to(b, (struct said){OBS_DELIVERY, 2, .email = "jan@x", .absent = true});
    (void)said_to(b, (struct said){OBS_MEETING, moment("2026-11-23T10:00:00Z"), OBS_STATUS_ACCEPTED,
                                   true});
    (void)head_at(&s, "2026-12-23T10:00:01Z");
    cr_assert_eq(s.p.status, VISIT_NO_SHOW);
}

Test(project, a_cancelled_visit_is_neither_completed_nor_a_no_show)
{
    CLEANUP(scene_done) struct scene s = {0};
    struct said here = SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1);
    here.value[FACT_EMAIL] = "jan@x";
    struct booking *b = add(&s, "A", here);
    (void)said_to(b, (struct said){OBS_DELIVERY, 2, .email = "jan@x", .absent = true});
    (void)said_to(b, (struct said){OBS_DELIVERY, 3, OBS_STATUS_CANCELLED,
                                   .value = {[FACT_REBOOK] = "1"}});
    (void)head_at(&s, "2026-12-23T10:00:01Z");
    cr_assert_eq(s.p.status, VISIT_CANCELLED);
    cr_assert(s.p.rebook);
}

Test(project, a_booking_that_vanished_is_cancelled_and_says_so)
{
    CLEANUP(scene_done) struct scene s = {0};
    struct booking *b = add(&s, "A", SAID(1, OBS_STATUS_ACCEPTED, DAY("23"), 1));
    (void)said_to(b, (struct said){OBS_API, 5, OBS_STATUS_VANISHED});
    (void)head_at(&s, EARLY);
    cr_assert_eq(s.p.status, VISIT_CANCELLED);
    cr_assert(s.p.vanished);
}
