/*
 * base_json_write.c: what the writer writes is JSON that reads back as it was.
 */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/json.h"

Test(base_json_write, commas_and_keys_fall_where_they_belong)
{
    CLEANUP(buf_done) struct buf b;
    struct jw w;
    buf_init(&b, 1000);
    jw_init(&w, &b);
    jw_object(&w, NULL);
    jw_text(&w, "a", "x");
    jw_array(&w, "list");
    jw_int(&w, NULL, 1);
    jw_int(&w, NULL, -2);
    jw_object(&w, NULL);
    jw_end_object(&w);
    jw_array(&w, NULL);
    jw_end_array(&w);
    jw_end_array(&w);
    jw_bool(&w, "yes", true);
    jw_bool(&w, "no", false);
    jw_null(&w, "none");
    jw_text(&w, "missing", NULL);
    jw_time(&w, "at", 1795352400000);
    jw_raw(&w, "raw", "{\"k\":[1]}", 9);
    jw_end_object(&w);
    cr_expect_not(b.failed);
    cr_expect_str_eq(b.data,
                     "{\"a\":\"x\",\"list\":[1,-2,{},[]],\"yes\":true,\"no\":false,\"none\":null,"
                     "\"missing\":null,\"at\":\"2026-11-22T13:00:00.000Z\","
                     "\"raw\":{\"k\":[1]}}");
}

/* Writes {"v": text}, reads it, and compares. */
static void round_trip(const char *text, size_t n, const char *want)
{
    CLEANUP(buf_done) struct buf b;
    CLEANUP(json_free) cJSON *j = NULL;
    struct jw w;
    struct err err = {0};
    buf_init(&b, 10000);
    jw_init(&w, &b);
    jw_object(&w, NULL);
    jw_text_n(&w, "v", text, n);
    jw_end_object(&w);
    cr_assert_not(b.failed);
    cr_assert_eq(json_parse(b.data, b.len, &j, &err), 0, "%s: %s", b.data, err.msg);
    cr_expect_str_eq(json_text(j, "v"), want);
}

Test(base_json_write, texts_read_back_as_they_were)
{
    static const char *const table[] = {
        "",
        "plain",
        "quote \" backslash \\ slash /",
        "line\nreturn\rtab\tbell\a back\b form\f escape\x1b last\x1f delete\x7f",
        "za\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87 \xF0\x9F\x90\xB6 \xE2\x80\xA8",
        "\\u0000 \\\\ \"\"",
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        round_trip(table[i], strlen(table[i]), table[i]);
    }
    for (char c = 1; c > 0 && c < 127; c++) {
        const char one[] = {'<', c, '>', '\0'};
        round_trip(one, 3, one);
    }
}

Test(base_json_write, bytes_that_are_not_utf8_become_replacement_characters)
{
#define BAD "\xEF\xBF\xBD"
    round_trip("a\xFF"
               "b",
               3, "a" BAD "b");
    round_trip("\xC5", 1, BAD);
    round_trip("\xED\xA0\x80", 3, BAD BAD BAD);
    round_trip("\xC0\xAF.", 3, BAD BAD ".");
    round_trip("\xF0\x9F\x90", 3, BAD BAD BAD);
}

Test(base_json_write, keys_are_escaped_too)
{
    CLEANUP(buf_done) struct buf b;
    struct jw w;
    buf_init(&b, 100);
    jw_init(&w, &b);
    jw_object(&w, NULL);
    jw_int(&w, "a\"b", 1);
    jw_end_object(&w);
    cr_expect_str_eq(b.data, "{\"a\\\"b\":1}");
}

static void expect_num(double value, const char *want)
{
    CLEANUP(buf_done) struct buf b;
    struct jw w;
    buf_init(&b, 100);
    jw_init(&w, &b);
    jw_num(&w, NULL, value);
    cr_expect_str_eq(b.data, want);
}

Test(base_json_write, numbers_are_written_short_and_exact)
{
    expect_num(0.1, "0.1");
    expect_num(1.0 / 3, "0.3333333333333333");
    expect_num(100, "100");
    expect_num(-2.5, "-2.5");
    expect_num(0.1 + 0.2, "0.30000000000000004");
    expect_num((double)NAN, "null");
    expect_num((double)INFINITY, "null");
    expect_num(-(double)INFINITY, "null");
}

Test(base_json_write, whole_numbers_keep_all_their_digits)
{
    CLEANUP(buf_done) struct buf b;
    struct jw w;
    buf_init(&b, 100);
    jw_init(&w, &b);
    jw_array(&w, NULL);
    jw_int(&w, NULL, INT64_MIN);
    jw_int(&w, NULL, INT64_MAX);
    jw_end_array(&w);
    cr_expect_str_eq(b.data, "[-9223372036854775808,9223372036854775807]");
}

Test(base_json_write, a_document_past_the_maximum_is_known_to_be_failed)
{
    CLEANUP(buf_done) struct buf b;
    struct jw w;
    buf_init(&b, 10);
    jw_init(&w, &b);
    jw_object(&w, NULL);
    jw_text(&w, "key", "much longer than ten bytes");
    jw_end_object(&w);
    cr_expect(b.failed);
    cr_expect_null(buf_steal(&b));
}

Test(base_json_write, deep_documents_close_what_they_open)
{
    CLEANUP(buf_done) struct buf b;
    CLEANUP(json_free) cJSON *j = NULL;
    struct jw w;
    struct err err = {0};
    buf_init(&b, 10000);
    jw_init(&w, &b);
    for (int i = 0; i < 60; i++) {
        jw_array(&w, NULL);
        jw_int(&w, NULL, i);
    }
    for (int i = 0; i < 60; i++) {
        jw_end_array(&w);
    }
    cr_expect_eq(w.depth, 0);
    cr_expect_eq(json_parse(b.data, b.len, &j, &err), 0, "%s", err.msg);
}
