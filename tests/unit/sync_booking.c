/*
 * sync_booking.c: what is known of one booking after statements about it: laws 1 and 4 where they
 * are made, without a database.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "count.h"
#include "said.h"

#define PENDING   OBS_STATUS_PENDING
#define ACCEPTED  OBS_STATUS_ACCEPTED
#define CANCELLED OBS_STATUS_CANCELLED
#define REJECTED  OBS_STATUS_REJECTED
#define VANISHED  OBS_STATUS_VANISHED

/* The status after these statements, heard in the order given and in the opposite one. */
static void becomes(int line, enum obs_status want, const struct said *list, size_t n)
{
    for (int backwards = 0; backwards < 2; backwards++) {
        CLEANUP(booking_done) struct booking b = {0};
        for (size_t i = 0; i < n; i++) {
            (void)said_to(&b, list[backwards ? n - 1 - i : i]);
        }
        cr_assert_eq(booking_status(&b), want, "line %d%s: status %d", line,
                     backwards ? ", backwards" : "", booking_status(&b));
    }
}
#define BECOMES(want, ...)                                        \
    becomes(__LINE__, (want), (const struct said[]){__VA_ARGS__}, \
            sizeof((const struct said[]){__VA_ARGS__}) / sizeof(struct said))

Test(booking, law_4_no_delivery_revives_a_cancelled_booking)
{
    BECOMES(CANCELLED, {OBS_DELIVERY, 1, ACCEPTED}, {OBS_DELIVERY, 2, CANCELLED});
    BECOMES(CANCELLED, {OBS_DELIVERY, 2, CANCELLED}, {OBS_DELIVERY, 9, ACCEPTED});
    BECOMES(CANCELLED, {OBS_DELIVERY, 2, CANCELLED}, {OBS_DELIVERY, 9, PENDING});
    BECOMES(CANCELLED, {OBS_DELIVERY, 2, CANCELLED}, {OBS_MEETING, 9, ACCEPTED});
    BECOMES(REJECTED, {OBS_DELIVERY, 2, REJECTED}, {OBS_DELIVERY, 9, ACCEPTED});
}

Test(booking, law_4_only_a_read_later_than_the_cancellation_reopens)
{
    BECOMES(CANCELLED, {OBS_DELIVERY, 5, CANCELLED}, {OBS_API, 4, ACCEPTED});
    BECOMES(CANCELLED, {OBS_DELIVERY, 5, CANCELLED}, {OBS_API, 5, ACCEPTED});
    BECOMES(ACCEPTED, {OBS_DELIVERY, 5, CANCELLED}, {OBS_API, 6, ACCEPTED});
    BECOMES(CANCELLED, {OBS_DELIVERY, 5, CANCELLED}, {OBS_API, 6, PENDING});
}

Test(booking, law_4_deliveries_not_later_than_the_read_that_reopened_do_not_cancel_again)
{
    BECOMES(ACCEPTED, {OBS_DELIVERY, 5, CANCELLED}, {OBS_API, 8, ACCEPTED},
            {OBS_DELIVERY, 7, CANCELLED});
    BECOMES(CANCELLED, {OBS_DELIVERY, 5, CANCELLED}, {OBS_API, 8, ACCEPTED},
            {OBS_DELIVERY, 9, CANCELLED});
}

Test(booking, an_acceptance_is_not_taken_back_by_a_delivery_but_by_a_later_read)
{
    BECOMES(ACCEPTED, {OBS_DELIVERY, 1, PENDING}, {OBS_DELIVERY, 2, ACCEPTED});
    BECOMES(ACCEPTED, {OBS_DELIVERY, 1, ACCEPTED}, {OBS_DELIVERY, 2, PENDING});
    BECOMES(ACCEPTED, {OBS_DELIVERY, 2, ACCEPTED}, {OBS_API, 2, PENDING});
    BECOMES(PENDING, {OBS_DELIVERY, 2, ACCEPTED}, {OBS_API, 3, PENDING});
    BECOMES(ACCEPTED, {OBS_DELIVERY, 2, ACCEPTED}, {OBS_API, 3, PENDING},
            {OBS_DELIVERY, 4, ACCEPTED});
    BECOMES(ACCEPTED, {OBS_DELIVERY, 4, ACCEPTED}, {OBS_DELIVERY, 2, ACCEPTED},
            {OBS_API, 3, PENDING});
}

Test(booking, a_booking_that_was_missed_is_gone_until_it_is_seen_later)
{
    BECOMES(VANISHED, {OBS_DELIVERY, 1, ACCEPTED}, {OBS_API, 5, VANISHED});
    BECOMES(VANISHED, {OBS_DELIVERY, 5, ACCEPTED}, {OBS_API, 5, VANISHED});
    BECOMES(ACCEPTED, {OBS_API, 5, VANISHED}, {OBS_DELIVERY, 6, ACCEPTED});
    BECOMES(PENDING, {OBS_API, 5, VANISHED}, {OBS_DELIVERY, 6, PENDING});
    BECOMES(ACCEPTED, {OBS_API, 5, VANISHED}, {OBS_API, 6, ACCEPTED});
    BECOMES(CANCELLED, {OBS_API, 5, VANISHED}, {OBS_DELIVERY, 1, CANCELLED});
}

Test(booking, of_a_cancellation_and_a_rejection_the_later_counts)
{
    BECOMES(REJECTED, {OBS_DELIVERY, 1, CANCELLED}, {OBS_DELIVERY, 2, REJECTED});
    BECOMES(CANCELLED, {OBS_DELIVERY, 2, CANCELLED}, {OBS_DELIVERY, 1, REJECTED});
    BECOMES(REJECTED, {OBS_DELIVERY, 2, CANCELLED}, {OBS_DELIVERY, 2, REJECTED});
}

Test(booking, what_nobody_said_has_no_status)
{
    BECOMES(OBS_STATUS_NONE, {OBS_DELIVERY, 1, .value = {[FACT_TITLE] = "x"}});
}

static void title_is(int line, const char *want, const struct said *list, size_t n)
{
    for (int backwards = 0; backwards < 2; backwards++) {
        CLEANUP(booking_done) struct booking b = {0};
        for (size_t i = 0; i < n; i++) {
            (void)said_to(&b, list[backwards ? n - 1 - i : i]);
        }
        cr_assert_str_eq(b.value[FACT_TITLE], want, "line %d%s", line,
                         backwards ? ", backwards" : "");
    }
}
#define TITLE(text) .value = {[FACT_TITLE] = (text)}
#define TITLE_IS(want, ...)                                        \
    title_is(__LINE__, (want), (const struct said[]){__VA_ARGS__}, \
             sizeof((const struct said[]){__VA_ARGS__}) / sizeof(struct said))

Test(booking, the_later_statement_of_a_fact_wins)
{
    TITLE_IS("new", {OBS_DELIVERY, 1, TITLE("old")}, {OBS_DELIVERY, 2, TITLE("new")});
    TITLE_IS("new", {OBS_API, 1, TITLE("old")}, {OBS_DELIVERY, 2, TITLE("new")});
    TITLE_IS("new", {OBS_DELIVERY, 1, TITLE("old")}, {OBS_API, 2, TITLE("new")});
}

Test(booking, a_fact_said_again_is_as_late_as_the_last_time)
{
    TITLE_IS("a", {OBS_DELIVERY, 1, TITLE("a")}, {OBS_DELIVERY, 3, TITLE("a")},
             {OBS_DELIVERY, 2, TITLE("b")});
    CLEANUP(booking_done) struct booking b = {0};
    (void)said_to(&b, (struct said){OBS_DELIVERY, 1, TITLE("a")});
    cr_assert_eq(said_to(&b, (struct said){OBS_DELIVERY, 3, TITLE("a")}), MERGE_STAMPS);
    cr_assert_eq(said_to(&b, (struct said){OBS_DELIVERY, 2, TITLE("b")}), MERGE_NOTHING);
    cr_assert_str_eq(b.value[FACT_TITLE], "a");
}

Test(booking, at_one_moment_a_read_outranks_a_delivery)
{
    TITLE_IS("a", {OBS_API, 1, TITLE("a")}, {OBS_DELIVERY, 1, TITLE("z")});
}

Test(booking, a_meeting_fills_only_what_is_lacking)
{
    TITLE_IS("own", {OBS_DELIVERY, 1, TITLE("own")}, {OBS_MEETING, 9, TITLE("meeting")});
    TITLE_IS("meeting", {OBS_DELIVERY, 1}, {OBS_MEETING, 9, TITLE("meeting")});
    TITLE_IS("later", {OBS_MEETING, 1, TITLE("early")}, {OBS_MEETING, 9, TITLE("later")});
}

Test(booking, silence_never_wins)
{
    TITLE_IS("own", {OBS_DELIVERY, 1, TITLE("own")}, {OBS_API, 9});
}

Test(booking, a_booking_was_made_when_it_was_first_known_to_exist)
{
    CLEANUP(booking_done) struct booking b = {0};
    (void)said_to(&b, (struct said){OBS_DELIVERY, 5, .made_at = 5});
    (void)said_to(&b, (struct said){OBS_DELIVERY, 3, .made_at = 3});
    (void)said_to(&b, (struct said){OBS_API, 9, .made_at = 9});
    (void)said_to(&b, (struct said){OBS_DELIVERY, 2});
    cr_assert_eq(b.made_at, 3);
}

#define MARK(at_, who, absent_)                                  \
    {                                                            \
        OBS_DELIVERY, (at_), .email = (who), .absent = (absent_) \
    }

Test(booking, a_no_show_mark_is_the_latest_one_whatever_came_first)
{
    static const struct said marks[] = {MARK(1, "a@x", true), MARK(2, "a@x", false),
                                        MARK(3, "a@x", true), MARK(4, "a@x", false)};
    static const size_t orders[][4] = {{0, 1, 2, 3},
                                       {3, 2, 1, 0},
                                       {1, 3, 0, 2},
                                       {2, 0, 3, 1},
                                       {3, 0, 1, 2}};
    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        CLEANUP(booking_done) struct booking b = {0};
        for (size_t k = 0; k < 4; k++) {
            (void)said_to(&b, marks[orders[i][k]]);
        }
        cr_assert_not(booking_absent(&b), "order %zu", i);
    }
}

Test(booking, a_no_show_mark_said_again_is_as_late_as_the_last_time)
{
    CLEANUP(booking_done) struct booking b = {0};
    (void)said_to(&b, (struct said)MARK(1, "a@x", true));
    (void)said_to(&b, (struct said)MARK(5, "a@x", true));
    (void)said_to(&b, (struct said)MARK(3, "a@x", false));
    cr_assert(booking_absent(&b));
}

Test(booking, only_the_first_attendees_absence_is_a_no_show)
{
    CLEANUP(booking_done) struct booking b = {0};
    (void)said_to(&b, (struct said){OBS_DELIVERY, 1, .value = {[FACT_EMAIL] = "first@x"}});
    (void)said_to(&b, (struct said)MARK(2, "second@x", true));
    cr_assert_not(booking_absent(&b));
    (void)said_to(&b, (struct said)MARK(2, "first@x", true));
    cr_assert(booking_absent(&b));
}

#define TIMES(from, to) \
    .value = {[FACT_TIMES] = "2026-11-22T" from ":00.000Z/2026-11-22T" to ":00.000Z"}

static int64_t on_the_day(const char *clock)
{
    char text[40];
    int64_t ms = 0;
    (void)snprintf(text, sizeof text, "2026-11-22T%s:00Z", clock);
    cr_assert(time_parse(text, &ms));
    return ms;
}

Test(booking, a_meeting_that_was_moved_after_its_end_has_not_ended)
{
    CLEANUP(booking_done) struct booking b = {0};
    (void)said_to(&b, (struct said){OBS_DELIVERY, on_the_day("08:00"), ACCEPTED,
                                    TIMES("09:00", "10:00")});
    (void)said_to(&b, (struct said){OBS_MEETING, on_the_day("10:00"), ACCEPTED, .ended = true});
    cr_assert(booking_has_ended(&b));
    (void)said_to(&b, (struct said){OBS_DELIVERY, on_the_day("10:05"), ACCEPTED,
                                    TIMES("15:00", "16:00")});
    cr_assert_not(booking_has_ended(&b));
    (void)said_to(&b, (struct said){OBS_MEETING, on_the_day("16:00"), ACCEPTED, .ended = true});
    cr_assert(booking_has_ended(&b));
}

Test(booking, of_an_erased_client_only_times_and_status_are_taken)
{
    CLEANUP(booking_done) struct booking b = {.erased = true};
    (void)said_to(&b,
                  (struct said){OBS_DELIVERY, 1, ACCEPTED,
                                .value = {[FACT_TIMES] =
                                              "2026-11-22T09:00:00.000Z/2026-11-22T10:00:00.000Z",
                                          [FACT_NAME] = "Jan",
                                          [FACT_EMAIL] = "jan@x",
                                          [FACT_DESCRIPTION] = "x",
                                          [FACT_REASON] = "chory"},
                                .email = "jan@x", .absent = true});
    for (enum fact f = 0; f < FACT_COUNT; f++) {
        cr_assert_eq(b.value[f] != NULL, f == FACT_TIMES);
    }
    cr_assert_eq(b.absence_count, 0);
    cr_assert_eq(booking_status(&b), ACCEPTED);
}

Test(booking, what_was_known_brings_no_news)
{
    static const struct said s = {OBS_DELIVERY,   3,
                                  ACCEPTED,       .value = {[FACT_TITLE] = "a"},
                                  .email = "a@x", .absent = true};
    CLEANUP(booking_done) struct booking b = {0};
    cr_assert_eq(said_to(&b, s), MERGE_NEWS);
    cr_assert_eq(said_to(&b, s), MERGE_NOTHING);
    struct said copy = s;
    copy.at = 4;
    cr_assert_eq(said_to(&b, copy), MERGE_STAMPS);
    copy.status = CANCELLED;
    cr_assert_eq(said_to(&b, copy), MERGE_NEWS);
}

/* --- any order, any copies ------------------------------------------------------------------ */

static void print_state(const struct booking *b, char *out, size_t size)
{
    int n = snprintf(out, size, "status %d ended %d absent %d made %" PRId64 " rejected %d;",
                     booking_status(b), booking_has_ended(b), booking_absent(b), b->made_at,
                     b->rejected);
    for (size_t f = 0; f < FACT_COUNT; f++) {
        n += snprintf(out + n, size - (size_t)n, " %s@%" PRId64 "/%d",
                      b->value[f] == NULL ? "-" : b->value[f], b->fact[f].as_of, b->fact[f].rank);
    }
    for (size_t w = 0; w < WORD_COUNT; w++) {
        n += snprintf(out + n, size - (size_t)n, " w%zu@%" PRId64 "/%d", w, b->word[w].as_of,
                      b->word[w].rank);
    }
    static const char *const people[] = {"a@x", "b@x"};
    for (size_t p = 0; p < ARRAY_LEN(people); p++) {
        for (size_t i = 0; i < b->absence_count; i++) {
            const struct absence *a = &b->absences[i];
            if (strcmp(a->email, people[p]) == 0) {
                n += snprintf(out + n, size - (size_t)n, " %s=%d@%" PRId64 "/%d", a->email,
                              a->absent, a->stamp.as_of, a->stamp.rank);
            }
        }
    }
}

static uint64_t rng;

static unsigned dice(unsigned sides)
{
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return (unsigned)(rng >> 33) % sides;
}

/* Few values and moments, so that they meet. */
static struct said any_statement(void)
{
    static const char *const words[] = {NULL, NULL, "a", "b"};
    static const char *const times[] = {NULL, "2026-11-22T09:00:00.000Z/2026-11-22T10:00:00.000Z",
                                        "1970-01-01T00:00:00.002Z/1970-01-01T00:00:00.003Z"};
    static const char *const people[] = {NULL, "a@x", "b@x"};
    struct said s = {
        .by = (enum obs_source)dice(3),
        .at = 1 + dice(3),
        .status = (enum obs_status)dice(6),
        .ended = dice(4) == 0,
        .made_at = dice(4),
        .email = people[dice(3)],
        .absent = dice(2) == 0,
    };
    s.value[FACT_TITLE] = words[dice(4)];
    s.value[FACT_TIMES] = times[dice(3)];
    s.value[FACT_EMAIL] = people[dice(3)];
    s.value[FACT_REBOOK] = words[dice(4)];
    return s;
}

Test(booking, law_1_any_order_and_copies_of_any_statements_end_in_the_same_state)
{
    enum { N = 4 };
    const long rounds = test_count("sets of statements merged in every order", 2000, 50000);
    for (long round = 0; round < rounds; round++) {
        rng = (uint64_t)round * 0x9E3779B97F4A7C15u + 1;
        struct said set[N];
        for (size_t i = 0; i < N; i++) {
            set[i] = any_statement();
        }
        char first[2048] = "";
        for (unsigned order = 0; order < 24; order++) {
            CLEANUP(booking_done) struct booking b = {0};
            size_t left[N] = {0, 1, 2, 3};
            unsigned code = order;
            for (unsigned n = N; n > 0; n--) {
                const size_t pick = code % n;
                code /= n;
                (void)said_to(&b, set[left[pick]]);
                if (order % 2 == 1) {
                    (void)said_to(&b, set[left[0]]); /* a copy, of this or of one still to come */
                }
                memmove(&left[pick], &left[pick + 1], (n - 1 - pick) * sizeof left[0]);
            }
            char state[2048];
            print_state(&b, state, sizeof state);
            if (order == 0) {
                memcpy(first, state, sizeof first);
            }
            cr_assert_str_eq(state, first, "seed %ld, order %u:\n%s\n%s", round, order, state,
                             first);
        }
    }
}
