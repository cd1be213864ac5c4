/*
 * sync_alarm.c: when the owner is told, and how full a disk has to be.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "sync/alarm.h"
#include "sync/probe.h"

static struct health with(const char *code, enum health_level level)
{
    struct health h = {.level = level};
    if (code != NULL) {
        h.messages[h.message_count++] = (struct health_message){.code = code, .level = level};
    }
    return h;
}

Test(alarm, what_lasts_is_told_once_a_day_and_once_more_when_it_is_over)
{
    struct alarm a = {0};
    char text[ALARM_TEXT_LEN];
    const struct health bad = with("tunnel_down", HEALTH_BAD);
    const struct health well = with(NULL, HEALTH_OK);
    int64_t now = 1;
    cr_expect_eq(alarm_look(&a, &bad, "pl", now, text), 0, "a moment is no outage");
    cr_expect_eq(alarm_look(&a, &bad, "pl", now, text), 1);
    cr_expect_not_null(strstr(text, "tunel nie działa"), "%s", text);
    cr_expect_eq(alarm_look(&a, &bad, "pl", now + CLOCK_HOUR, text), 0, "not each time");
    cr_expect_eq(alarm_look(&a, &bad, "pl", now + CLOCK_DAY, text), 1);
    cr_expect_eq(alarm_look(&a, &well, "pl", now + CLOCK_DAY, text), 1);
    cr_expect_not_null(strstr(text, "minęło: tunel"), "%s", text);
    cr_expect_eq(alarm_look(&a, &well, "pl", now + CLOCK_DAY, text), 0);
}

Test(alarm, warnings_and_flickering_are_not_told)
{
    struct alarm a = {0};
    char text[ALARM_TEXT_LEN];
    const struct health warn = with("disk_low", HEALTH_WARN);
    const struct health bad = with("tunnel_down", HEALTH_BAD);
    const struct health well = with(NULL, HEALTH_OK);
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(alarm_look(&a, &warn, "en", 1, text), 0);
        cr_expect_eq(alarm_look(&a, &bad, "en", 1, text), 0);
        cr_expect_eq(alarm_look(&a, &well, "en", 1, text), 0);
    }
}

Test(alarm, every_code_has_a_sentence_even_one_nobody_knows)
{
    cr_expect_str_eq(alarm_text("disk_full", "en"), "the disk is almost full");
    cr_expect_str_neq(alarm_text("something_new", "en"), "");
    cr_expect_str_neq(alarm_text("something_new", "pl"), alarm_text("something_new", "en"));
}

Test(probe, a_disk_is_judged_by_what_is_left_and_by_its_share)
{
    const int64_t gb = 1000000000;
    const struct {
        int64_t left, all;
        const char *outcome;
    } cases[] = {{50 * gb, 100 * gb, "ok"},       {9 * gb, 100 * gb, "disk_low"},
                 {2 * gb, 100 * gb, "disk_full"}, {200 * gb, 4000 * gb, "ok"},
                 {gb / 2, 3 * gb, "disk_low"},    {gb / 10, gb, "disk_full"},
                 {0, 100 * gb, "disk_full"},      {2 * gb, 4 * gb, "ok"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct probe_result r;
        probe_judge_disk(cases[i].left, cases[i].all, &r);
        cr_expect_str_eq(r.outcome, cases[i].outcome, "%lld of %lld", (long long)cases[i].left,
                         (long long)cases[i].all);
        cr_expect_eq(r.level == HEALTH_OK, strcmp(r.outcome, "ok") == 0);
    }
}
