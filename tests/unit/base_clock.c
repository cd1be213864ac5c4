/*
 * base_clock.c: times as text, and the salon's local days through both changes of the clocks.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static void use_zone(const char *name)
{
    struct err err = {0};
    cr_assert_eq(zone_init(name, &err), 0, "%s", err.msg);
}

static int64_t at(const char *text)
{
    int64_t ms = 0;
    cr_assert(time_parse(text, &ms), "%s", text);
    return ms;
}

static void expect_time(int64_t ms, const char *want)
{
    char text[TIME_TEXT_LEN];
    time_format(ms, text);
    cr_expect_str_eq(text, want);
}

Test(base_clock, times_are_read_in_every_form_cal_com_and_browsers_write)
{
    static const struct {
        const char *text;
        int64_t ms;
    } table[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00.000Z", 0},
        {"2026-11-22T13:00:00.000Z", 1795352400000},
        {"2026-11-22T13:00:00Z", 1795352400000},
        {"2026-11-22T14:00:00+01:00", 1795352400000},
        {"2026-11-22T14:00:00+0100", 1795352400000},
        {"2026-11-22T08:00:00-05:00", 1795352400000},
        {"2026-11-22T18:45:00.000+05:45", 1795352400000},
        {"2026-11-22T13:00:00-00:00", 1795352400000},
        {"2026-11-22T13:00:00.1Z", 1795352400100},
        {"2026-11-22T13:00:00.12Z", 1795352400120},
        {"2026-11-22T13:00:00.123456789Z", 1795352400123},
        {"2000-02-29T00:00:00Z", 951782400000},
        {"2024-02-29T23:59:59.999Z", 1709251199999},
        {"1999-12-31T23:59:59Z", 946684799000},
        {"2038-01-19T03:14:08Z", 2147483648000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
        {"1970-01-01T00:00:00+02:00", -7200000},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        int64_t ms = -1;
        cr_expect(time_parse(table[i].text, &ms), "%s", table[i].text);
        cr_expect_eq(ms, table[i].ms, "%s gives %lld", table[i].text, (long long)ms);
    }
}

Test(base_clock, what_is_not_a_time_is_refused_and_changes_nothing)
{
    static const char *const table[] = {
        "",
        "2026",
        "2026-11-22",
        "2026-11-22T13:00Z",
        "2026-11-22T13:00:00",
        "2026-11-22 13:00:00Z",
        "2026-11-22t13:00:00Z",
        "2026-11-22T13:00:00z",
        " 2026-11-22T13:00:00Z",
        "2026-11-22T13:00:00Z ",
        "2026-11-22T13:00:00.Z",
        "2026-11-22T13:00:00,5Z",
        "2026-11-22T13:00:00+1:00",
        "2026-11-22T13:00:00+01",
        "2026-11-22T13:00:00+24:00",
        "2026-11-22T13:00:00+01:60",
        "2026-11-22T13:00:00+01:00x",
        "2026-11-22T24:00:00Z",
        "2026-11-22T13:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-00-22T13:00:00Z",
        "2026-13-22T13:00:00Z",
        "2026-11-00T13:00:00Z",
        "2026-11-31T13:00:00Z",
        "2026-02-30T13:00:00Z",
        "2026-02-29T13:00:00Z",
        "1900-02-29T13:00:00Z",
        "2100-02-29T13:00:00Z",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "12026-11-22T13:00:00Z",
        "-026-11-22T13:00:00Z",
        "+026-11-22T13:00:00Z",
        "2026-1-22T13:00:00Z",
        "2026-11-22T1a:00:00Z",
        "1795352400000",
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        int64_t ms = 12345;
        cr_expect_not(time_parse(table[i], &ms), "\"%s\"", table[i]);
        cr_expect_eq(ms, 12345, "\"%s\"", table[i]);
    }
}

Test(base_clock, times_are_written_in_utc_with_milliseconds)
{
    expect_time(0, "1970-01-01T00:00:00.000Z");
    expect_time(1795352400007, "2026-11-22T13:00:00.007Z");
    expect_time(951782399999, "2000-02-28T23:59:59.999Z");
    expect_time(951782400000, "2000-02-29T00:00:00.000Z");
    expect_time(-1, "1969-12-31T23:59:59.999Z");
    expect_time(253402300799999, "9999-12-31T23:59:59.999Z");
}

Test(base_clock, a_time_beyond_four_digits_of_year_is_cut_to_the_last_that_can_be_written)
{
    expect_time(INT64_MAX, "9999-12-31T23:59:59.999Z");
    expect_time(INT64_MIN, "0001-01-01T00:00:00.000Z");
}

Test(base_clock, every_day_from_1970_to_2400_survives_being_written_and_read)
{
    char before[TIME_TEXT_LEN] = "";
    for (int64_t ms = 0; ms < INT64_C(13569465600000); ms += CLOCK_DAY) {
        char text[TIME_TEXT_LEN];
        int64_t back = 0;
        time_format(ms, text);
        cr_assert(time_parse(text, &back), "%s", text);
        cr_assert_eq(back, ms, "%s", text);
        cr_assert_gt(strcmp(text, before), 0, "%s does not sort after %s", text, before);
        memcpy(before, text, sizeof before);
    }
}

Test(base_clock, the_wall_clock_and_the_steady_clock_go_forward)
{
    int64_t mono = clock_mono_ms();
    cr_expect_gt(clock_now_ms(), at("2024-01-01T00:00:00Z"));
    cr_expect_geq(clock_mono_ms(), mono);
}

Test(base_clock, dates_are_read_and_written)
{
    struct local_date d = {0};
    cr_assert(date_parse("2024-02-29", &d));
    cr_expect(d.year == 2024 && d.month == 2 && d.day == 29);
    char text[11];
    date_format(d, text);
    cr_expect_str_eq(text, "2024-02-29");
    static const char *const bad[] = {"",           "2026-02-29", "2026-2-9",    "2026-13-01",
                                      "2026-00-01", "2026-01-00", "2026-01-01 ", "2026-01-01T",
                                      "1899-12-31", "01-01-2026", "2026/01/01",  "20260101"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cr_expect_not(date_parse(bad[i], &d), "\"%s\"", bad[i]);
    }
    cr_expect_eq(d.year, 2024, "a bad date changes nothing");
}

Test(base_clock, days_are_added_by_the_calendar)
{
    static const struct {
        struct local_date from;
        int days;
        struct local_date to;
    } table[] = {
        {{2026, 12, 31}, 1, {2027, 1, 1}},   {{2027, 1, 1}, -1, {2026, 12, 31}},
        {{2024, 2, 28}, 1, {2024, 2, 29}},   {{2023, 2, 28}, 1, {2023, 3, 1}},
        {{2024, 2, 29}, 366, {2025, 3, 1}},  {{2026, 3, 28}, 1, {2026, 3, 29}},
        {{2000, 1, 1}, 36525, {2100, 1, 1}}, {{2026, 5, 5}, 0, {2026, 5, 5}},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct local_date got = date_add(table[i].from, table[i].days);
        cr_expect(got.year == table[i].to.year && got.month == table[i].to.month &&
                      got.day == table[i].to.day,
                  "row %zu gives %d-%d-%d", i, got.year, got.month, got.day);
    }
}

Test(base_clock, weekdays_start_with_monday)
{
    cr_expect_eq(date_weekday((struct local_date){2026, 11, 23}), 1);
    cr_expect_eq(date_weekday((struct local_date){2026, 11, 22}), 7);
    cr_expect_eq(date_weekday((struct local_date){1970, 1, 1}), 4);
    cr_expect_eq(date_weekday((struct local_date){1969, 12, 31}), 3);
    cr_expect_eq(date_weekday((struct local_date){2024, 2, 29}), 4);
}

Test(base_clock, a_timezone_that_does_not_exist_is_refused_by_name)
{
    static const char *const bad[] =
        {"Europe/Warszawa", "europe/warsaw",           "Europe",    "",       "../etc/passwd",
         "/etc/localtime",  "Europe/../Europe/Warsaw", "CET-1CEST", "UTC+1 ", "tzdata.zi",
         "Europe/Warsaw/"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};
        cr_expect_eq(err_code_of(zone_init(bad[i], &err)), ERR_CONFIG, "\"%s\"", bad[i]);
        cr_expect_gt(strlen(err.msg), 0);
    }
    struct err err = {0};
    cr_expect_lt(zone_check("Europe/Warszawa", &err), 0);
    cr_expect_not_null(strstr(err.msg, "Europe/Warszawa"));
}

Test(base_clock, a_refused_timezone_leaves_the_old_one)
{
    use_zone("Europe/Warsaw");
    struct err err = {0};
    cr_expect_lt(zone_init("Mars/Olympus", &err), 0);
    cr_expect_str_eq(zone_name(), "Europe/Warsaw");
    struct local_time t;
    zone_local(at("2026-11-22T13:00:00Z"), &t);
    cr_expect_eq(t.hour, 14);
}

Test(base_clock, a_zone_folder_of_its_own_is_used_when_the_environment_names_one)
{
    cr_assert_eq(setenv("TZDIR", "/usr/share/zoneinfo/Europe", 1), 0);
    struct err err = {0};
    cr_expect_eq(zone_check("Warsaw", &err), 0, "%s", err.msg);
    cr_expect_lt(zone_check("Europe/Warsaw", &err), 0);
}

Test(base_clock, an_instant_is_told_in_local_time_with_its_offset)
{
    use_zone("Europe/Warsaw");
    struct local_time t;
    zone_local(at("2026-11-22T23:30:15Z"), &t);
    cr_expect(t.date.year == 2026 && t.date.month == 11 && t.date.day == 23);
    cr_expect(t.hour == 0 && t.minute == 30 && t.second == 15);
    cr_expect_eq(t.weekday, 1);
    cr_expect_eq(t.offset_minutes, 60);
    zone_local(at("2026-07-01T10:00:00Z"), &t);
    cr_expect_eq(t.hour, 12);
    cr_expect_eq(t.offset_minutes, 120);
    zone_local(-1, &t);
    cr_expect_eq(t.second, 59, "the last second before 1970, not the first after");
}

static int64_t instant(struct local_date d, int hour, int minute)
{
    struct err err = {0};
    int64_t ms = 0;
    cr_assert_eq(zone_instant(d, hour, minute, &ms, &err), 0, "%s", err.msg);
    return ms;
}

Test(base_clock, a_local_time_becomes_its_instant)
{
    use_zone("Europe/Warsaw");
    expect_time(instant((struct local_date){2026, 11, 22}, 14, 0), "2026-11-22T13:00:00.000Z");
    expect_time(instant((struct local_date){2026, 7, 1}, 0, 0), "2026-06-30T22:00:00.000Z");
    expect_time(instant((struct local_date){2026, 3, 29}, 1, 59), "2026-03-29T00:59:00.000Z");
    expect_time(instant((struct local_date){2026, 3, 29}, 3, 0), "2026-03-29T01:00:00.000Z");
    expect_time(instant((struct local_date){2026, 10, 25}, 1, 59), "2026-10-24T23:59:00.000Z");
    expect_time(instant((struct local_date){2026, 10, 25}, 3, 0), "2026-10-25T02:00:00.000Z");
}

Test(base_clock, half_past_two_of_the_spring_day_is_refused)
{
    use_zone("Europe/Warsaw");
    int64_t ms = 12345;
    struct err err = {0};
    int rc = zone_instant((struct local_date){2026, 3, 29}, 2, 30, &ms, &err);
    cr_expect_eq(err_code_of(rc), ERR_INVALID);
    cr_expect_eq(ms, 12345);
    cr_expect_not_null(strstr(err.msg, "02:30"));
    cr_expect_lt(zone_instant((struct local_date){2026, 3, 29}, 2, 0, &ms, &err), 0);
    cr_expect_lt(zone_instant((struct local_date){2026, 3, 29}, 2, 59, &ms, &err), 0);
}

Test(base_clock, half_past_two_of_the_autumn_day_is_the_earlier_one)
{
    use_zone("Europe/Warsaw");
    expect_time(instant((struct local_date){2026, 10, 25}, 2, 30), "2026-10-25T00:30:00.000Z");
    expect_time(instant((struct local_date){2026, 10, 25}, 2, 0), "2026-10-25T00:00:00.000Z");
}

Test(base_clock, a_date_or_hour_off_the_calendar_is_no_instant)
{
    use_zone("Europe/Warsaw");
    int64_t ms;
    struct err err;
    cr_expect_lt(zone_instant((struct local_date){2026, 2, 30}, 12, 0, &ms, &err), 0);
    cr_expect_lt(zone_instant((struct local_date){2026, 13, 1}, 12, 0, &ms, &err), 0);
    cr_expect_lt(zone_instant((struct local_date){2026, 1, 0}, 12, 0, &ms, &err), 0);
    cr_expect_lt(zone_instant((struct local_date){2026, 1, 1}, 24, 0, &ms, &err), 0);
    cr_expect_lt(zone_instant((struct local_date){2026, 1, 1}, 12, 60, &ms, &err), 0);
    cr_expect_lt(zone_instant((struct local_date){2026, 1, 1}, -1, 0, &ms, &err), 0);
}

static void expect_day(struct local_date d, const char *from, const char *to)
{
    int64_t start;
    int64_t end;
    zone_day(d, &start, &end);
    expect_time(start, from);
    expect_time(end, to);
}

Test(base_clock, a_day_has_twenty_three_hours_in_spring_and_twenty_five_in_autumn)
{
    use_zone("Europe/Warsaw");
    expect_day((struct local_date){2026, 3, 28}, "2026-03-27T23:00:00.000Z",
               "2026-03-28T23:00:00.000Z");
    expect_day((struct local_date){2026, 3, 29}, "2026-03-28T23:00:00.000Z",
               "2026-03-29T22:00:00.000Z");
    expect_day((struct local_date){2026, 10, 25}, "2026-10-24T22:00:00.000Z",
               "2026-10-25T23:00:00.000Z");
    expect_day((struct local_date){2026, 12, 31}, "2026-12-30T23:00:00.000Z",
               "2026-12-31T23:00:00.000Z");
}

Test(base_clock, a_day_whose_midnight_is_skipped_starts_at_the_change)
{
    use_zone("America/Santiago"); /* 2026-09-06: 00:00 becomes 01:00 */
    expect_day((struct local_date){2026, 9, 6}, "2026-09-06T04:00:00.000Z",
               "2026-09-07T03:00:00.000Z");
    /* 2026-04-04 ends with 23:00 twice: it has 25 hours, and the 5th starts once. */
    expect_day((struct local_date){2026, 4, 4}, "2026-04-04T03:00:00.000Z",
               "2026-04-05T04:00:00.000Z");
}

Test(base_clock, days_join_without_gap_through_five_years_of_several_zones)
{
    static const char *const zones[] = {"Europe/Warsaw",    "America/Havana",
                                        "Asia/Kathmandu",   "Australia/Lord_Howe",
                                        "Pacific/Chatham",  "Africa/Casablanca",
                                        "America/Santiago", "UTC"};
    for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
        use_zone(zones[z]);
        struct local_date d = {2024, 1, 1};
        int64_t last_end;
        int64_t start;
        zone_day(date_add(d, -1), &start, &last_end);
        for (int i = 0; i < 5 * 366; i++, d = date_add(d, 1)) {
            int64_t end;
            zone_day(d, &start, &end);
            cr_assert_eq(start, last_end, "%s %d-%d-%d", zones[z], d.year, d.month, d.day);
            cr_assert(end - start >= 23 * CLOCK_HOUR && end - start <= 25 * CLOCK_HOUR);
            struct local_time first;
            struct local_time before;
            zone_local(start, &first);
            zone_local(start - 1, &before);
            cr_assert_eq(first.date.day, d.day, "%s %d-%d-%d", zones[z], d.year, d.month, d.day);
            cr_assert_neq(before.date.day, d.day);
            cr_assert_eq(first.weekday, date_weekday(d));
            last_end = end;
        }
    }
}
