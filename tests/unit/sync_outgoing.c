/*
 * sync_outgoing.c: the rows that keep a wish from being asked for twice, and when a lost answer is
 * looked for.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sync/outgoing_work.h"
#include "testdb.h"

#define NOW INT64_C(1795348800000)

static struct testdb t;

static void setup(void)
{
    testdb_open(&t);
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(outgoing, .init = setup, .fini = teardown);

static struct outgoing_row wish(const char *id, enum calcom_order_kind kind)
{
    struct outgoing_row r = {.kind = kind, .created_at = NOW, .start = NOW + 86400000};
    (void)snprintf(r.id, sizeof r.id, "%s", id);
    (void)snprintf(r.digest, sizeof r.digest, "digest");
    if (kind == ORDER_BOOK) {
        (void)snprintf(r.client_id, sizeof r.client_id, "c1");
    } else {
        (void)snprintf(r.event_id, sizeof r.event_id, "e1");
        (void)snprintf(r.uid, sizeof r.uid, "u1");
    }
    return r;
}

Test(outgoing, the_same_wish_is_begun_once_and_answered_as_it_stands)
{
    struct err err = {0};
    struct outgoing_row first = wish("wish-one", ORDER_BOOK);
    cr_assert_eq(outgoing_begin(t.db, &first, &err), 0, "%s", err.msg);
    first.state = OUTGOING_DONE;
    first.ended_at = NOW + 5;
    (void)snprintf(first.event_id, sizeof first.event_id, "e9");
    cr_assert_eq(outgoing_note(t.db, &first, &err), 0, "%s", err.msg);
    struct outgoing_row again = wish("wish-one", ORDER_BOOK);
    cr_assert_eq(outgoing_begin(t.db, &again, &err), OUTGOING_KNOWN);
    cr_expect_eq(again.state, OUTGOING_DONE);
    cr_expect_str_eq(again.event_id, "e9");
    cr_expect_eq(again.ended_at, NOW + 5);
}

Test(outgoing, one_id_is_not_good_for_two_wishes)
{
    struct err err = {0};
    struct outgoing_row first = wish("wish-one", ORDER_BOOK);
    cr_assert_eq(outgoing_begin(t.db, &first, &err), 0);
    struct outgoing_row other = wish("wish-one", ORDER_BOOK);
    (void)snprintf(other.digest, sizeof other.digest, "another");
    cr_expect_eq(outgoing_begin(t.db, &other, &err), -(int)ERR_CONFLICT);
}

Test(outgoing, nothing_else_is_asked_of_an_appointment_before_the_last_wish_has_ended)
{
    struct err err = {0};
    struct outgoing_row first = wish("wish-one", ORDER_CANCEL);
    cr_assert_eq(outgoing_begin(t.db, &first, &err), 0);
    struct outgoing_row second = wish("wish-two", ORDER_RESCHEDULE);
    cr_expect_eq(outgoing_begin(t.db, &second, &err), -(int)ERR_CONFLICT);
    first.state = OUTGOING_UNSURE;
    cr_assert_eq(outgoing_note(t.db, &first, &err), 0);
    cr_expect_eq(outgoing_begin(t.db, &second, &err), -(int)ERR_CONFLICT);
    first.state = OUTGOING_REFUSED;
    first.ended_at = NOW;
    cr_assert_eq(outgoing_note(t.db, &first, &err), 0);
    cr_expect_eq(outgoing_begin(t.db, &second, &err), 0);
}

Test(outgoing, two_booked_for_one_client_at_one_time_wait_for_each_other_others_do_not)
{
    struct err err = {0};
    struct outgoing_row first = wish("wish-one", ORDER_BOOK);
    cr_assert_eq(outgoing_begin(t.db, &first, &err), 0);
    struct outgoing_row same = wish("wish-two", ORDER_BOOK);
    cr_expect_eq(outgoing_begin(t.db, &same, &err), -(int)ERR_CONFLICT);
    struct outgoing_row later = wish("wish-three", ORDER_BOOK);
    later.start += 3600000;
    cr_expect_eq(outgoing_begin(t.db, &later, &err), 0);
}

Test(outgoing, what_was_on_its_way_when_the_program_ended_is_unsure_at_the_next_start)
{
    struct err err = {0};
    struct outgoing_row row = wish("wish-one", ORDER_BOOK);
    struct outgoing_row list[4];
    cr_assert_eq(outgoing_begin(t.db, &row, &err), 0);
    cr_expect_eq(outgoing_unsure(t.db, list, 4, &err), 0);
    cr_assert_eq(outgoing_recover(t.db, &err), 0);
    cr_assert_eq(outgoing_unsure(t.db, list, 4, &err), 1);
    cr_expect_str_eq(list[0].id, "wish-one");
    cr_expect_eq(list[0].start, row.start);
}

Test(outgoing, only_what_has_ended_long_ago_is_forgotten)
{
    struct err err = {0};
    struct outgoing_row done = wish("wish-one", ORDER_CANCEL);
    cr_assert_eq(outgoing_begin(t.db, &done, &err), 0);
    done.state = OUTGOING_DONE;
    done.ended_at = NOW;
    cr_assert_eq(outgoing_note(t.db, &done, &err), 0);
    struct outgoing_row open = wish("wish-two", ORDER_BOOK);
    cr_assert_eq(outgoing_begin(t.db, &open, &err), 0);
    cr_expect_eq(outgoing_prune(t.db, NOW, &err), 0);
    cr_expect_eq(outgoing_prune(t.db, NOW + 1, &err), 1);
    cr_expect_eq(outgoing_find(t.db, "wish-two", &open, &err), 1);
}

Test(outgoing, looks_come_later_and_later_and_one_is_made_after_the_wish_is_over)
{
    struct outgoing_row row = {.created_at = NOW};
    int64_t before = NOW - 1;
    bool over = false;
    for (row.looks = 0; row.looks < 12; row.looks++) {
        int64_t at = outgoing_look_at(&row);
        cr_expect_gt(at, before);
        before = at;
        over = over || outgoing_is_over(&row, at);
    }
    cr_expect(over, "it would never be given up");
    cr_expect_not(outgoing_is_over(&row, NOW + 60000), "an answer may still be on its way");
}
