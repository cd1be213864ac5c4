/*
 * remote_pace.c: when the next request may be made, and when the next run.
 */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "remote/pace.h"
#include "sync/breaker.h"

Test(pace, one_a_second_means_a_second_between_any_two)
{
    struct pace p;
    pace_init(&p, 1);
    cr_assert_eq(pace_take(&p, 5000), 0);
    cr_assert_eq(pace_take(&p, 5000), 1000);
    cr_assert_eq(pace_take(&p, 5000), 2000);
}

Test(pace, idle_time_earns_no_burst)
{
    struct pace p;
    pace_init(&p, 1);
    (void)pace_take(&p, 0);
    cr_assert_eq(pace_take(&p, 100000), 0);
    cr_assert_eq(pace_take(&p, 100000), 1000);
}

Test(pace, a_fast_pace_is_not_lost_to_rounding)
{
    struct pace p;
    pace_init(&p, 3000);
    int64_t last = 0;
    for (int i = 0; i < 3001; i++) {
        last = pace_take(&p, 0);
    }
    cr_assert_geq(last, 999);
    cr_assert_leq(last, 1001);
}

Test(pace, a_pause_that_was_asked_for_holds_everybody_and_is_not_shortened)
{
    struct pace p;
    pace_init(&p, 10);
    pace_block(&p, 1000, 60000);
    pace_block(&p, 1000, 5000);
    cr_assert_eq(pace_wait(&p, 2000), 59000);
    cr_assert_eq(pace_take(&p, 2000), 59000);
    cr_assert_eq(pace_take(&p, 2000), 59100);
}

Test(backoff, it_doubles_up_to_the_cap_and_never_is_less_than_half)
{
    static const int64_t whole[] = {1000, 2000, 4000, 8000, 16000, 16000, 16000};
    for (int i = 0; i < 7; i++) {
        cr_assert_eq(backoff_ms(i + 1, 1000, 16000, 0), whole[i] / 2);
        int64_t most = backoff_ms(i + 1, 1000, 16000, UINT32_MAX);
        cr_assert_leq(most, whole[i]);
        cr_assert_geq(most, whole[i] - 1);
    }
    cr_assert_leq(backoff_ms(1000000, 1000, 16000, UINT32_MAX), 16000, "nor does it overflow");
}

Test(breaker, runs_come_later_and_later_until_one_succeeds)
{
    struct breaker b = {0};
    cr_assert(breaker_allows(&b, 0));
    breaker_failure(&b, 0, false);
    cr_assert_not(breaker_allows(&b, CLOCK_MINUTE - 1));
    cr_assert(breaker_allows(&b, CLOCK_MINUTE));
    breaker_failure(&b, 0, false);
    cr_assert_not(breaker_allows(&b, 2 * CLOCK_MINUTE - 1));
    for (int i = 0; i < 500; i++) {
        breaker_failure(&b, 0, false);
    }
    cr_assert_not(breaker_allows(&b, CLOCK_HOUR - 1));
    cr_assert(breaker_allows(&b, CLOCK_HOUR), "an hour is the longest");
    breaker_success(&b);
    cr_assert(breaker_allows(&b, 0));
    breaker_failure(&b, 0, false);
    cr_assert(breaker_allows(&b, CLOCK_MINUTE), "and it begins anew");
}

Test(breaker, a_failure_that_does_not_pass_waits_an_hour_at_once)
{
    struct breaker b = {0};
    breaker_failure(&b, 0, true);
    cr_assert_not(breaker_allows(&b, CLOCK_HOUR - 1));
}
