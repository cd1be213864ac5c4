/*
 * http_refusals.c: counting refused requests within bounds.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "http/refusals.h"
#include "temp_db.h"

#define NOW (INT64_C(1795000000000))

static struct net_address address(unsigned n)
{
    struct net_address a = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, (uint8_t)(n >> 16),
                             (uint8_t)(n >> 8), (uint8_t)n}};
    return a;
}

Test(http_refusals, an_address_has_so_many_refusals_a_minute)
{
    struct refusals *r = NULL;
    struct err err = {0};
    struct net_address one = address(1);
    struct net_address two = address(2);
    cr_assert_eq(refusals_new(3, &r, &err), 0);
    for (int i = 0; i < 3; i++) {
        cr_expect_not(refusals_over(r, &one, NOW));
        refusals_add(r, REFUSED_SIGNATURE, &one, NOW);
    }
    cr_expect(refusals_over(r, &one, NOW));
    cr_expect_not(refusals_over(r, &two, NOW));
    cr_expect_not(refusals_over(r, &one, NOW + CLOCK_MINUTE));
    cr_expect_eq(refusals_total(r, REFUSED_SIGNATURE), 3);
    refusals_free(r);
}

Test(http_refusals, a_flood_from_everywhere_stays_within_bounds_and_is_still_counted)
{
    struct refusals *r = NULL;
    struct err err = {0};
    cr_assert_eq(refusals_new(60, &r, &err), 0);
    for (unsigned i = 0; i < 100000; i++) {
        struct net_address from = address(i);
        refusals_add(r, REFUSED_SIGNATURE, &from, NOW);
        refusals_add(r, REFUSED_SIZE, &from, NOW);
    }
    cr_expect_eq(refusals_total(r, REFUSED_SIGNATURE), 100000);
    cr_expect_eq(refusals_total(r, REFUSED_SIZE), 100000);
    refusals_free(r);
}

Test(http_refusals, what_gathered_is_written_once_and_added_up_per_minute_and_address)
{
    CLEANUP(temp_db_done) struct temp_db t;
    CLEANUP(writer_free) struct writer *w = NULL;
    struct refusals *r = NULL;
    struct err err = {0};
    struct net_address from = address(7);
    temp_db_make(&t);
    struct writer_options options = {.path = t.path};
    cr_assert_eq(writer_new(&options, &w, &err), 0, "%s", err.msg);
    cr_assert_eq(refusals_new(60, &r, &err), 0);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5; i++) {
            refusals_add(r, REFUSED_SIGNATURE, &from, NOW);
        }
        cr_assert_eq(refusals_flush(r, w, &err), 0, "%s", err.msg);
        cr_assert_eq(refusals_flush(r, w, &err), 0, "%s", err.msg);
    }
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM webhook_rejects"), 1);
    cr_expect_eq(temp_db_int(t.db, "SELECT count FROM webhook_rejects WHERE address = '10.0.0.7'"),
                 10);
    refusals_free(r);
}

Test(http_refusals, a_flood_leaves_few_rows_and_no_refusal_uncounted)
{
    CLEANUP(temp_db_done) struct temp_db t;
    CLEANUP(writer_free) struct writer *w = NULL;
    struct refusals *r = NULL;
    struct err err = {0};
    temp_db_make(&t);
    struct writer_options options = {.path = t.path};
    cr_assert_eq(writer_new(&options, &w, &err), 0, "%s", err.msg);
    cr_assert_eq(refusals_new(60, &r, &err), 0);
    for (unsigned i = 0; i < 20000; i++) {
        struct net_address from = address(i);
        refusals_add(r, REFUSED_SIGNATURE, &from, NOW);
    }
    cr_assert_eq(refusals_flush(r, w, &err), 0, "%s", err.msg);
    cr_expect_lt(temp_db_int(t.db, "SELECT count(*) FROM webhook_rejects"), 300);
    cr_expect_eq(temp_db_int(t.db, "SELECT sum(count) FROM webhook_rejects"), 20000);
    refusals_free(r);
}
