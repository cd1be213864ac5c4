/*
 * remote_answer_headers.c: what an answer's headers ask for, well and badly formed.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "remote/answer_headers.h"

#define NOW INT64_C(1795352400000) /* Sun, 22 Nov 2026 13:00:00 GMT */

static void note(struct answer_headers *h, const char *name, const char *value)
{
    answer_headers_note(h, name, strlen(name), value, strlen(value));
}

Test(answer_headers, a_date_is_read_to_the_second)
{
    struct answer_headers h = {0};
    note(&h, "Date", " Sun, 22 Nov 2026 13:00:00 GMT\r\n");
    cr_assert_eq(h.date, NOW);
}

Test(answer_headers, what_is_no_date_is_no_date)
{
    static const char *const wrong[] = {
        "",
        "yesterday",
        "Sun, 22 Nov 2026 13:00:00 CET",
        "Sun, 31 Feb 2026 13:00:00 GMT",
        "Sun, 22 Nox 2026 13:00:00 GMT",
        "Sunday, 22-Nov-26 13:00:00 GMT",
        "Sun, 22 Nov 2026 25:00:00 GMT",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        int64_t at = 7;
        cr_assert_not(http_date_parse(wrong[i], &at), "%s", wrong[i]);
        cr_assert_eq(at, 7);
    }
}

Test(answer_headers, a_type_loses_its_parameters_and_its_case)
{
    struct answer_headers h = {0};
    note(&h, "CONTENT-TYPE", "Application/JSON; charset=utf-8");
    cr_assert_str_eq(h.type, "application/json");
}

Test(answer_headers, retry_after_is_obeyed_in_seconds_and_as_a_date)
{
    struct answer_headers h = {0};
    note(&h, "Retry-After", "7");
    cr_assert_eq(answer_headers_wait(&h, true, NOW), 7000);
    cr_assert_eq(answer_headers_wait(&h, false, NOW), 0, "only a refusal means it");
    note(&h, "Retry-After", "Sun, 22 Nov 2026 13:00:30 GMT");
    cr_assert_eq(answer_headers_wait(&h, true, NOW), 30000);
    note(&h, "Date", "Sun, 22 Nov 2026 13:00:20 GMT");
    cr_assert_eq(answer_headers_wait(&h, true, NOW), 10000, "their clock, not ours");
}

Test(answer_headers, the_reset_of_the_limit_that_ran_out_counts_and_no_other)
{
    struct answer_headers h = {0};
    note(&h, "X-RateLimit-Limit-Default", "120");
    note(&h, "X-RateLimit-Remaining-Default", "0");
    note(&h, "X-RateLimit-Reset-Default", "42");
    note(&h, "x-ratelimit-remaining-hourly", "900");
    note(&h, "x-ratelimit-reset-hourly", "3000");
    cr_assert_eq(answer_headers_wait(&h, true, NOW), 42000);
    cr_assert_eq(answer_headers_wait(&h, false, NOW), 42000, "also before it is refused");
}

Test(answer_headers, a_limit_with_room_asks_for_no_wait)
{
    struct answer_headers h = {0};
    note(&h, "X-RateLimit-Remaining-Default", "5");
    note(&h, "X-RateLimit-Reset-Default", "42");
    cr_assert_eq(answer_headers_wait(&h, false, NOW), 0);
}

Test(answer_headers, a_refusal_that_names_only_the_reset_is_obeyed)
{
    struct answer_headers h = {0};
    note(&h, "X-RateLimit-Reset-Default", "12");
    cr_assert_eq(answer_headers_wait(&h, true, NOW), 12000);
}

Test(answer_headers, a_reset_given_as_a_moment_is_understood)
{
    struct answer_headers h = {0};
    note(&h, "X-RateLimit-Reset", "1795352415");
    cr_assert_eq(answer_headers_wait(&h, true, NOW), 15000);
}

Test(answer_headers, nonsense_asks_for_no_more_than_a_day)
{
    static const char *const values[] = {"-5",      "soon", "", "99999999999999999999",
                                         "8640000", "1e9"};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct answer_headers h = {0};
        note(&h, "Retry-After", values[i]);
        note(&h, "X-RateLimit-Reset-Default", values[i]);
        int64_t wait = answer_headers_wait(&h, true, NOW);
        cr_assert_geq(wait, 0);
        cr_assert_leq(wait, CLOCK_DAY, "%s", values[i]);
    }
}

Test(answer_headers, more_limits_and_longer_names_than_expected_do_no_harm)
{
    struct answer_headers h = {0};
    for (int i = 0; i < 40; i++) {
        char name[80];
        (void)snprintf(name, sizeof name, "X-RateLimit-Reset-%020d", i);
        note(&h, name, "9");
    }
    char longest[200];
    memset(longest, 'x', sizeof longest);
    answer_headers_note(&h, longest, sizeof longest, longest, sizeof longest);
    answer_headers_note(&h, "Content-Type", 12, longest, sizeof longest);
    cr_assert_eq(h.limit_count, RATE_LIMITS_MAX);
    cr_assert_lt(strlen(h.type), sizeof h.type);
}
