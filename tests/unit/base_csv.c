/*
 * base_csv.c: what spreadsheets save is read field by field, in both encodings.
 */
#include "base/csv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* "line:field|field" of every row, or the error. */
static const char *read_all(const char *text)
{
    static char out[2048];
    struct csv_reader r;
    struct csv_row row;
    struct err err = {0};
    size_t n = 0;
    int rc = 0;
    out[0] = '\0';
    csv_begin(&r, text, strlen(text));
    csv_row_init(&row);
    while ((rc = csv_read(&r, &row, &err)) > 0) {
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%d:", n > 0 ? " / " : "", row.line);
        for (size_t i = 0; i < row.count; i++) {
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", i > 0 ? "|" : "", row.field[i]);
        }
    }
    csv_row_done(&row);
    if (rc < 0) {
        (void)snprintf(out + n, sizeof out - n, "!%s", err.msg);
    }
    return out;
}

static const char *decoded(const char *data, size_t n)
{
    static char text[256];
    struct buf out;
    struct err err = {0};
    buf_init(&out, 256);
    int rc = csv_decode(data, n, &out, &err);
    (void)snprintf(text, sizeof text, "%s", rc < 0 ? "!" : out.data);
    buf_done(&out);
    return text;
}

Test(base_csv, rows_and_fields_with_their_lines)
{
    cr_expect_str_eq(read_all("a;b;c\n1;;3\n"), "1:a|b|c / 2:1||3");
    cr_expect_str_eq(read_all("a,b\r\n1,2"), "1:a|b / 2:1|2");
    cr_expect_str_eq(read_all("a\tb\n1\t2\n"), "1:a|b / 2:1|2");
    cr_expect_str_eq(read_all("a;b\r1;2\r"), "1:a|b / 2:1|2");
    cr_expect_str_eq(read_all(""), "");
}

Test(base_csv, quotes_keep_separators_line_ends_and_quotes)
{
    cr_expect_str_eq(read_all("a;b\n\"x;y\";\"say \"\"hau\"\"\"\n"), "1:a|b / 2:x;y|say \"hau\"");
    cr_expect_str_eq(read_all("a;b\n\"one\r\ntwo\";2\n3;4\n"), "1:a|b / 2:one\ntwo|2 / 4:3|4");
    cr_expect_str_eq(read_all("\"a;b\",c\n1,2\n"), "1:a;b|c / 2:1|2");
}

Test(base_csv, empty_rows_are_skipped_and_lines_still_counted)
{
    cr_expect_str_eq(read_all("a;b\n\n ; \n1;2\n"), "1:a|b / 4:1|2");
}

Test(base_csv, excels_own_line_names_the_separator)
{
    cr_expect_str_eq(read_all("sep=,\na;x,b\n"), "2:a;x|b");
}

Test(base_csv, a_quote_that_is_never_closed_is_refused_with_its_line)
{
    cr_expect_str_eq(read_all("a;b\n1;\"2\n3;4\n"),
                     "1:a|b!line 2: a quotation mark is never closed");
}

Test(base_csv, more_fields_than_anybody_needs_are_refused)
{
    char text[2 * CSV_FIELDS_MAX + 2];
    memset(text, ';', sizeof text);
    text[sizeof text - 1] = '\0';
    cr_expect(strstr(read_all(text), "!line 1: more than") != NULL);
}

Test(base_csv, text_is_read_as_utf_8_or_as_windows_1250)
{
    cr_expect_str_eq(decoded("\xef\xbb\xbfŁapka", 9), "Łapka");
    cr_expect_str_eq(decoded("\xa3"
                             "apka \xbf\xf3\xb3w",
                             10),
                     "Łapka żółw");
    cr_expect_str_eq(decoded("za\xbf\xf3\xb3\xe6 g\xea\x9cl\xb9 ja\x9f\xf1", 17),
                     "zażółć gęślą jaźń");
    cr_expect_str_eq(decoded("\x80", 1), "€");
}

Test(base_csv, what_is_no_text_is_refused)
{
    cr_expect_str_eq(decoded("a\0b", 3), "!");
    cr_expect_str_eq(decoded("\xff\xfe"
                             "a\0",
                             4),
                     "!");
    cr_expect_str_eq(decoded("\x81\x83", 2), "!");
}
