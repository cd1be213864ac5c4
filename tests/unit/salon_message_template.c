/*
 * salon_message_template.c: the words of a text: what its fields become, and what is refused.
 */
#include "salon/message_template.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void setup(void)
{
    struct err err = {0};
    cr_assert_eq(zone_init("Europe/Warsaw", &err), 0);
}
TestSuite(salon_message_template, .init = setup);

static int64_t at(const char *text)
{
    int64_t ms = 0;
    cr_assert(time_parse(text, &ms));
    return ms;
}

static void expect_text(const char *tmpl, const struct message_fields *f, const char *text)
{
    struct buf b;
    struct err err = {0};
    buf_init(&b, 100000);
    cr_assert_eq(message_template_fill(tmpl, f, &b, &err), 0, "%s", err.msg);
    cr_expect_str_eq(b.data == NULL ? "" : b.data, text);
    buf_done(&b);
}

Test(salon_message_template, the_default_text_reads_as_agreed)
{
    struct message_fields f = {.pet = "Burek",
                               .salon = "Salon Łapka",
                               .start = at("2026-11-24T13:00:00Z"),
                               .now = at("2026-11-23T13:00:00Z"),
                               .language = "pl"};
    expect_text(message_template_default(MESSAGE_DAY_BEFORE, "pl"), &f,
                "Burek: wizyta jutro, 24.11 o 14:00. Salon Łapka");
    f.language = "en";
    expect_text(message_template_default(MESSAGE_DAY_BEFORE, "en"), &f,
                "Burek: visit tomorrow, 24 Nov at 14:00. Salon Łapka");
}

Test(salon_message_template, the_word_for_the_day_is_that_of_the_moment_it_is_sent)
{
    const struct {
        const char *start, *now, *pl, *en;
    } table[] = {
        {"2026-11-24T13:00:00Z", "2026-11-24T06:00:00Z", "dziś", "today"},
        {"2026-11-24T13:00:00Z", "2026-11-23T13:00:00Z", "jutro", "tomorrow"},
        {"2026-11-24T13:00:00Z", "2026-11-22T13:00:00Z", "pojutrze", "on Tuesday"},
        {"2026-11-24T13:00:00Z", "2026-11-20T13:00:00Z", "we wtorek", "on Tuesday"},
        /* Midnight is the salon's: 23:30 UTC is already the next day in Warsaw. */
        {"2026-11-24T13:00:00Z", "2026-11-23T23:30:00Z", "dziś", "today"},
        /* The night the clock goes back has 25 hours between the same wall-clock times. */
        {"2026-10-25T08:00:00Z", "2026-10-24T07:00:00Z", "jutro", "tomorrow"},
        {"2027-01-01T08:00:00Z", "2026-12-31T08:00:00Z", "jutro", "tomorrow"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char word[32];
        message_day_word(at(table[i].start), at(table[i].now), "pl", word);
        cr_expect_str_eq(word, table[i].pl, "row %zu", i);
        message_day_word(at(table[i].start), at(table[i].now), "en", word);
        cr_expect_str_eq(word, table[i].en, "row %zu", i);
    }
}

Test(salon_message_template, names_go_in_as_they_are_but_never_as_new_lines_or_fields)
{
    struct message_fields f = {.pet = "Bu\nrek\x7f {time}",
                               .client = "Ola",
                               .start = at("2026-11-24T08:05:00Z"),
                               .now = at("2026-11-23T08:00:00Z"),
                               .language = "pl"};
    expect_text("{client}, {pet} o {time}", &f, "Ola, Bu rek  {time} o 9:05");
    char *longname = calloc(1, 5001);
    memset(longname, 'x', 5000);
    f.pet = longname;
    char wanted[128] = "";
    memset(wanted, 'x', MESSAGE_VALUE_MAX);
    expect_text("{pet}", &f, wanted);
    free(longname);
    f.pet = NULL;
    expect_text("{pet}, {salon}", &f, "Twój pupil, Twój groomer");
}

Test(salon_message_template, what_cannot_be_filled_in_is_refused_in_words)
{
    const struct {
        const char *text;
        enum message_kind kind;
        const char *says;
    } table[] = {
        {"", MESSAGE_MANUAL, "is needed"},
        {"  \n", MESSAGE_MANUAL, "is needed"},
        {"{pat} o {time}", MESSAGE_DAY_BEFORE, "no field {pat}: did you mean {pet}?"},
        {"{Time}", MESSAGE_DAY_BEFORE, "no field {Time}"},
        {"{daty} {time}", MESSAGE_DAY_BEFORE, "did you mean {dat"},
        {"{pet o {time}", MESSAGE_DAY_BEFORE, "not closed"},
        {"pet} {time}", MESSAGE_DAY_BEFORE, "closes nothing"},
        {"{{time}}", MESSAGE_DAY_BEFORE, "not closed"},
        {"{}", MESSAGE_MANUAL, "no field {}"},
        {"{pet}: wizyta", MESSAGE_DAY_BEFORE, "{time} must be in it"},
        {"\x01{time}", MESSAGE_DAY_BEFORE, "control character"},
        {"\xff", MESSAGE_MANUAL, "UTF-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct err err = {0};
        cr_expect_eq(message_template_check(table[i].text, table[i].kind, &err), -ERR_INVALID,
                     "row %zu", i);
        cr_expect_not_null(strstr(err.msg, table[i].says), "row %zu: %s", i, err.msg);
    }
    struct err err = {0};
    cr_expect_eq(message_template_check("Jutro zamknięte", MESSAGE_BULK, &err), 0, "%s", err.msg);
    char *text = calloc(1, MESSAGE_TEMPLATE_MAX + 10);
    memset(text, 'x', MESSAGE_TEMPLATE_MAX + 1);
    cr_expect_eq(message_template_check(text, MESSAGE_DAY_BEFORE, &err), -ERR_INVALID);
    free(text);
}

Test(salon_message_template, a_text_about_no_visit_cannot_name_its_time)
{
    struct message_fields f = {.salon = "Salon", .language = "pl"};
    struct buf b;
    struct err err = {0};
    buf_init(&b, 1000);
    cr_expect_eq(message_template_fill("{time}", &f, &b, &err), -ERR_UNPROCESSABLE);
    buf_done(&b);
    expect_text("Zamknięte. {salon}", &f, "Zamknięte. Salon");
}
