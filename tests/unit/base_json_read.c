/*
 * base_json_read.c: what is JSON and what is not, and reading members with errors that name them.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

static cJSON *parsed(const char *text)
{
    struct err err = {0};
    cJSON *j = NULL;
    cr_assert_eq(json_parse(text, strlen(text), &j, &err), 0, "%s: %s", text, err.msg);
    return j;
}

/* A copy in its exact size without a NUL, so that the address sanitizer sees one byte too far. */
static int parse_exact(const char *text, size_t n, cJSON **out, struct err *err)
{
    char *copy = malloc(n == 0 ? 1 : n);
    cr_assert_not_null(copy);
    memcpy(copy, text, n);
    int rc = json_parse(copy, n, out, err);
    free(copy);
    return rc;
}

static char *nested(int depth)
{
    char *s = malloc((size_t)depth * 2 + 1);
    cr_assert_not_null(s);
    memset(s, '[', (size_t)depth);
    memset(s + depth, ']', (size_t)depth);
    s[depth * 2] = '\0';
    return s;
}

Test(base_json_read, every_kind_of_document_is_read)
{
    static const char *const good[] = {
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "\"\"",
        "0",
        "-0",
        "-1.5e+10",
        "1E5",
        " \t\r\n{ \"a\" : [ 1 , 2 ] } \n",
        "[[],{},[{}],{\"a\":[]}]",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udc36\"",
        "\"za\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87 \xF0\x9F\x90\xB6\"",
        "{\"a\":1,\"a\":2}",
        "{\"\":0}",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        CLEANUP(json_free) cJSON *j = NULL;
        struct err err = {0};
        cr_expect_eq(parse_exact(good[i], strlen(good[i]), &j, &err), 0, "%s: %s", good[i],
                     err.msg);
        cr_expect_not_null(j);
    }
}

Test(base_json_read, what_is_not_exactly_one_document_is_refused_and_changes_nothing)
{
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "[1}",
        "{\"a\":1]",
        "{} {}",
        "{}x",
        "[]]",
        "1 2",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "undefined",
        "01",
        "-01",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "-",
        "0x10",
        "\"",
        "\"abc",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\",
        "\"a\nb\"",
        "\"a\tb\"",
        "[1]\f",
        "\"\x1f\"",
        "\x01[]",
        "\xEF\xBB\xBF{}",
        "// x\n{}",
        "\"\x80\"",
        "\"\xC0\xAF\"",
        "\"\xED\xA0\x80\"",
        "\"\xF4\x90\x80\x80\"",
        "\"\xC5\"",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cJSON *j = NULL;
        struct err err = {0};
        int rc = parse_exact(bad[i], strlen(bad[i]), &j, &err);
        cr_expect_eq(err_code_of(rc), ERR_INVALID, "%s", bad[i]);
        cr_expect_null(j, "%s", bad[i]);
    }
}

Test(base_json_read, a_nul_byte_is_refused_wherever_it_stands)
{
    static const struct {
        const char *text;
        size_t n;
    } table[] = {{"{}\0", 3},
                 {"\0{}", 3},
                 {"{\"a\":\"b\0c\"}", 11},
                 {"[1,\0 2]", 7},
                 {"\"\\\0\"", 4}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        cJSON *j = NULL;
        struct err err;
        cr_expect_lt(parse_exact(table[i].text, table[i].n, &j, &err), 0, "row %zu", i);
    }
}

Test(base_json_read, an_error_tells_the_byte_where_it_is)
{
    struct err err = {0};
    cJSON *j = NULL;
    cr_assert_lt(json_parse("{\"a\": tru}", 10, &j, &err), 0);
    cr_expect_not_null(strstr(err.msg, "byte 6"), "%s", err.msg);
}

Test(base_json_read, nesting_is_bounded)
{
    struct err err = {0};
    for (int depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        CLEANUP(json_free) cJSON *j = NULL;
        char *text = nested(depth);
        int rc = json_parse(text, strlen(text), &j, &err);
        cr_expect_eq(rc == 0, depth <= JSON_DEPTH_MAX, "depth %d", depth);
        free(text);
    }
    cJSON *j = NULL;
    char *deep = nested(500000);
    cr_expect_eq(err_code_of(json_parse(deep, strlen(deep), &j, &err)), ERR_INVALID);
    free(deep);
}

Test(base_json_read, brackets_inside_texts_are_not_nesting)
{
    char text[400];
    memset(text, '[', sizeof text);
    text[0] = '"';
    text[398] = '"';
    text[399] = '\0';
    CLEANUP(json_free) cJSON *j = parsed(text);
    cr_expect_eq(strlen(j->valuestring), 397);
}

Test(base_json_read, half_an_emoji_and_an_escaped_nul_are_read_as_replacement_characters)
{
    static const struct {
        const char *text, *want;
    } table[] = {
        {"{\"t\":\"Burek \\ud83d\"}", "Burek \xEF\xBF\xBD"},
        {"{\"t\":\"\\udc36 Burek\"}", "\xEF\xBF\xBD Burek"},
        {"{\"t\":\"\\ud83d\\ud83d\\udc36\"}", "\xEF\xBF\xBD\xF0\x9F\x90\xB6"},
        {"{\"t\":\"\\ud83dx\"}", "\xEF\xBF\xBDx"},
        {"{\"t\":\"\\ud83d\\n\"}", "\xEF\xBF\xBD\n"},
        {"{\"t\":\"a\\u0000b\"}", "a\xEF\xBF\xBD"
                                  "b"},
        {"{\"t\":\"\\\\ud83d\"}", "\\ud83d"},
        {"{\"t\":\"\\u0000\\\\u0000\"}", "\xEF\xBF\xBD\\u0000"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        CLEANUP(json_free) cJSON *j = NULL;
        struct err err = {0};
        cr_assert_eq(parse_exact(table[i].text, strlen(table[i].text), &j, &err), 0, "%s", err.msg);
        cr_expect_str_eq(json_text(j, "t"), table[i].want);
    }
}

Test(base_json_read, members_are_found_by_their_exact_name)
{
    CLEANUP(json_free)
    cJSON *j = parsed("{\"Uid\":\"no\",\"uid\":\"yes\",\"none\":null,\"empty\":\"\","
                      "\"number\":5,\"object\":{}}");
    cr_expect_str_eq(json_text(j, "uid"), "yes");
    cr_expect_null(json_get(j, "UID"));
    cr_expect_null(json_get(j, "none"));
    cr_expect_null(json_text(j, "number"));
    cr_expect_str_eq(json_text(j, "empty"), "");
    cr_expect_null(json_get(json_get(j, "number"), "x"));
    cr_expect_null(json_get(NULL, "x"));
    cr_expect_null(json_text(NULL, "x"));
    cr_expect(cJSON_IsObject(json_get(j, "object")));
}

Test(base_json_read, ids_keep_their_digits)
{
    static const struct {
        const char *text, *want;
    } table[] = {
        {"{\"v\":\"12345678901234567890123\"}", "12345678901234567890123"},
        {"{\"v\":12}", "12"},
        {"{\"v\":-7}", "-7"},
        {"{\"v\":0}", "0"},
        {"{\"v\":-0}", "0"},
        {"{\"v\":9007199254740992}", "9007199254740992"},
        {"{\"v\":4294967296}", "4294967296"},
        {"{\"v\":1.5}", "1.5"},
        {"{\"v\":1e3}", "1000"},
        {"{\"v\":true}", "true"},
        {"{\"v\":false}", "false"},
        {"{\"v\":\"\"}", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        CLEANUP(json_free) cJSON *j = parsed(table[i].text);
        char *got = json_scalar(j, "v");
        cr_assert_not_null(got, "%s", table[i].text);
        cr_expect_str_eq(got, table[i].want);
        free(got);
    }
    CLEANUP(json_free) cJSON *j = parsed("{\"a\":[],\"o\":{},\"n\":null}");
    cr_expect_null(json_scalar(j, "a"));
    cr_expect_null(json_scalar(j, "o"));
    cr_expect_null(json_scalar(j, "n"));
    cr_expect_null(json_scalar(j, "absent"));
}

Test(base_json_read, whole_numbers_are_taken_and_others_refused)
{
    CLEANUP(json_free)
    cJSON *j =
        parsed("{\"a\":42,\"b\":\"43\",\"c\":1.5,\"d\":\"x\",\"e\":1e300,\"f\":true,\"g\":null,"
               "\"h\":\" 5\",\"i\":\"\",\"j\":-3,\"k\":\"99999999999999999999\",\"l\":\"5 \","
               "\"m\":\"-8\",\"n\":\"+5\"}");
    int64_t v = -1;
    cr_expect(json_int(j, "a", &v) && v == 42);
    cr_expect(json_int(j, "b", &v) && v == 43);
    cr_expect(json_int(j, "j", &v) && v == -3);
    cr_expect(json_int(j, "m", &v) && v == -8);
    cr_expect(json_int(j, "g", &v) && v == -8, "null leaves it alone");
    cr_expect(json_int(j, "absent", &v) && v == -8);
    static const char *const bad[] = {"c", "d", "e", "f", "h", "i", "k", "l", "n"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cr_expect_not(json_int(j, bad[i], &v), "%s", bad[i]);
    }
    cr_expect_eq(v, -8);
}

Test(base_json_read, booleans_and_times_are_taken_only_as_such)
{
    CLEANUP(json_free)
    cJSON *j = parsed("{\"yes\":true,\"no\":false,\"one\":1,\"word\":\"true\",\"nil\":null,"
                      "\"at\":\"2026-11-22T13:00:00Z\",\"bad\":\"tomorrow\",\"ms\":1795352400000}");
    bool b = false;
    cr_expect(json_bool(j, "yes", &b) && b);
    cr_expect(json_bool(j, "nil", &b) && b);
    cr_expect(json_bool(j, "no", &b) && !b);
    cr_expect_not(json_bool(j, "one", &b));
    cr_expect_not(json_bool(j, "word", &b));
    int64_t ms = 5;
    cr_expect(json_time(j, "nil", &ms) && ms == 5);
    cr_expect(json_time(j, "at", &ms) && ms == 1795352400000);
    cr_expect_not(json_time(j, "bad", &ms));
    cr_expect_not(json_time(j, "ms", &ms));
    cr_expect_eq(ms, 1795352400000);
}

static void expect_field(const char *json, size_t max, const char *want)
{
    CLEANUP(json_free) cJSON *j = parsed(json);
    char *got = NULL;
    struct err err = {0};
    cr_assert_eq(json_field_text(j, "name", max, false, &got, &err), 0, "%s: %s", json, err.msg);
    if (want == NULL) {
        cr_expect_null(got, "%s", json);
    } else {
        cr_assert_not_null(got, "%s", json);
        cr_expect_str_eq(got, want);
    }
    free(got);
}

Test(base_json_read, a_text_field_is_trimmed_and_counted_in_characters)
{
    expect_field("{\"name\":\"  Łatka \\n\"}", 5, "Łatka");
    expect_field("{\"name\":\"\\u00a0Łatka\\u2003\"}", 5, "Łatka");
    expect_field("{\"name\":\"dwa słowa\"}", 9, "dwa słowa");
    expect_field("{\"name\":\"line\\none\\ttab\"}", 20, "line\none\ttab");
    expect_field("{\"name\":\"   \"}", 5, NULL);
    expect_field("{\"name\":\"\"}", 5, NULL);
    expect_field("{\"name\":null}", 5, NULL);
    expect_field("{}", 5, NULL);
}

static void expect_field_refused(const char *json, bool required)
{
    CLEANUP(json_free) cJSON *j = parsed(json);
    char keep[] = "untouched";
    char *got = keep;
    struct err err = {0};
    int rc = json_field_text(j, "name", 5, required, &got, &err);
    cr_expect_eq(err_code_of(rc), ERR_INVALID, "%s", json);
    cr_expect_eq(strncmp(err.msg, "name: ", 6), 0, "%s", err.msg);
    cr_expect_eq(got, keep);
}

Test(base_json_read, a_text_field_of_the_wrong_kind_or_size_is_refused_by_its_name)
{
    expect_field_refused("{\"name\":5}", false);
    expect_field_refused("{\"name\":{}}", false);
    expect_field_refused("{\"name\":\"123456\"}", false);
    expect_field_refused("{\"name\":\"a\\u0007b\"}", false);
    expect_field_refused("{\"name\":\"a\\rb\"}", false);
    expect_field_refused("{\"name\":\"a\\u007fb\"}", false);
    expect_field_refused("{\"name\":\"a\\u0085b\"}", false);
    expect_field_refused("{\"name\":\" \"}", true);
    expect_field_refused("{\"name\":null}", true);
    expect_field_refused("{}", true);
}

Test(base_json_read, a_number_field_keeps_its_bounds)
{
    CLEANUP(json_free) cJSON *j = parsed("{\"n\":10,\"x\":1.5,\"t\":\"x\"}");
    struct err err = {0};
    int64_t v = 1;
    cr_expect_eq(json_field_int(j, "n", 10, 10, true, &v, &err), 0);
    cr_expect_eq(v, 10);
    cr_expect_lt(json_field_int(j, "n", 11, 20, true, &v, &err), 0);
    cr_expect_str_eq(err.msg, "n: must be from 11 to 20");
    cr_expect_lt(json_field_int(j, "n", 0, 9, true, &v, &err), 0);
    cr_expect_lt(json_field_int(j, "x", 0, 9, true, &v, &err), 0);
    cr_expect_lt(json_field_int(j, "t", 0, 9, false, &v, &err), 0);
    cr_expect_eq(json_field_int(j, "absent", 0, 9, false, &v, &err), 0);
    cr_expect_lt(json_field_int(j, "absent", 0, 9, true, &v, &err), 0);
    cr_expect_eq(v, 10);
}

Test(base_json_read, a_yes_or_no_field_takes_nothing_else)
{
    CLEANUP(json_free) cJSON *j = parsed("{\"yes\":true,\"word\":\"yes\"}");
    struct err err = {0};
    bool v = false;
    cr_expect_eq(json_field_bool(j, "absent", false, &v, &err), 0);
    cr_expect_not(v);
    cr_expect_lt(json_field_bool(j, "absent", true, &v, &err), 0);
    cr_expect_lt(json_field_bool(j, "word", true, &v, &err), 0);
    cr_expect_eq(json_field_bool(j, "yes", true, &v, &err), 0);
    cr_expect(v);
}
