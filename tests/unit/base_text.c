/*
 * base_text.c: UTF-8, folding, e-mail addresses, CSV.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

Test(base_text, utf8_is_what_rfc_3629_says)
{
    static const char *const good[] = {"",
                                       "abc",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {"\x80",
                                      "\xBF",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC2",
                                      "\xC2\x41",
                                      "\xE0\x9F\xBF",
                                      "\xE2\x82",
                                      "\xED\xA0\x80",
                                      "\xED\xBF\xBF",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "\xFE",
                                      "\xF0\x9F\x90",
                                      "abc\xE9"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        cr_expect(text_utf8_valid(good[i], strlen(good[i])), "good %zu", i);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cr_expect_not(text_utf8_valid(bad[i], strlen(bad[i])), "bad %zu", i);
    }
    cr_expect_eq(text_utf8_prefix("ab\xC5\xBC\xFF"
                                  "cd",
                                  7),
                 4);
    cr_expect(text_utf8_valid("a\0b", 3), "NUL is a code point like others here");
}

Test(base_text, a_code_point_is_never_read_past_the_given_bytes)
{
    char *one = malloc(1);
    cr_assert_not_null(one);
    one[0] = (char)0xF0;
    uint32_t cp;
    cr_expect_eq(text_decode(one, 1, &cp), 0);
    cr_expect_eq(text_decode(one, 0, &cp), 0);
    free(one);
    cr_expect_eq(text_decode("\xF0\x9F\x90\xB6", 4, &cp), 4);
    cr_expect_eq(cp, 0x1F436);
}

Test(base_text, characters_are_counted_not_bytes)
{
    cr_expect_eq(text_chars(""), 0);
    cr_expect_eq(text_chars("Żółw"), 4);
    cr_expect_eq(text_chars("\xF0\x9F\x90\xB6 x"), 3);
}

static void expect_fold(const char *text, const char *want)
{
    char *got = text_fold(text);
    cr_assert_not_null(got);
    cr_expect_str_eq(got, want, "\"%s\" gives \"%s\", not \"%s\"", text, got, want);
    free(got);
}

Test(base_text, folding_drops_case_and_diacritics)
{
    expect_fold("Żółw Łapka-2", "zolw lapka 2");
    expect_fold("ĄĆĘŁŃÓŚŹŻ ąćęłńóśźż", "acelnoszz acelnoszz");
    expect_fold("Zażółć gęślą jaźń", "zazolc gesla jazn");
    expect_fold("Strauß STRAẞE", "strauss strasse");
    expect_fold("Müller Ærø Œuvre Þór Đorđe Øre Åse", "muller aero oeuvre thor dorde ore ase");
    expect_fold("Łódź Kraków Gdańsk", "lodz krakow gdansk");
    expect_fold("Dvořák Škoda Ďábel Ťažký Ľuba Ĺ Ŕ", "dvorak skoda dabel tazky luba l r");
    expect_fold("Șerban Țepeș Ğ İ ı ş", "serban tepes g i i s");
    expect_fold("ABC xyz 0123456789", "abc xyz 0123456789");
}

Test(base_text, combining_marks_fold_like_the_letters_that_have_them_built_in)
{
    expect_fold("Z\xCC\x87o\xCC\x81\xC5\x82w", "zolw");
    expect_fold("e\xCC\xA8", "e");
    expect_fold("\xCC\x81", "");
}

Test(base_text, everything_else_is_one_space_between_words)
{
    expect_fold("", "");
    expect_fold("  \t ", "");
    expect_fold("---", "");
    expect_fold("  Burek,,  pies!  ", "burek pies");
    expect_fold("O'Neil-Smith", "o neil smith");
    expect_fold("a\xC3\x97"
                "b \xF0\x9F\x90\xB6 c",
                "a b c");
    expect_fold("a\xFF\xFE"
                "b",
                "a b");
    expect_fold("a\xC2\xA0"
                "b",
                "a b");
    expect_fold("a_b@c.pl", "a b c pl");
}

Test(base_text, letters_of_other_alphabets_stay_letters)
{
    expect_fold("Ольга Шевченко", "ольга шевченко");
    expect_fold("ЄВГЕН Її Ґанна", "євген іі ґанна");
    expect_fold("Сергей Ёлкин", "сергеи елкин");
    expect_fold("Сергеи\xCC\x86", "сергеи");
    expect_fold("Ωmega", "ωmega");
    expect_fold("犬 ねこ", "犬 ねこ");
}

Test(base_text, folding_what_is_folded_changes_nothing)
{
    static const char *const table[] = {"Żółw Łapka-2", "Strauß", "Ольга Їжак", "ĲŒßŉ", "犬-Ω"};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char *once = text_fold(table[i]);
        cr_assert_not_null(once);
        expect_fold(once, once);
        free(once);
    }
}

Test(base_text, every_letter_alone_and_doubled_fits_its_memory)
{
    for (unsigned cp = 0x80; cp < 0x800; cp++) {
        const char text[] = {(char)(0xC0U | (cp >> 6)), (char)(0x80U | (cp & 0x3FU)),
                             (char)(0xC0U | (cp >> 6)), (char)(0x80U | (cp & 0x3FU)), '\0'};
        char *got = text_fold(text);
        cr_assert_not_null(got);
        cr_expect_leq(strlen(got), 4);
        free(got);
    }
}

Test(base_text, words_are_found_whole)
{
    cr_expect(text_has_words("pies burek 2", "burek"));
    cr_expect(text_has_words("burek", "burek"));
    cr_expect(text_has_words("pies burek 2", "pies burek"));
    cr_expect(text_has_words("burekowy burek", "burek"));
    cr_expect_not(text_has_words("burekowy", "burek"));
    cr_expect_not(text_has_words("superburek", "burek"));
    cr_expect_not(text_has_words("pies burek", "burek pies"));
    cr_expect_not(text_has_words("pies", ""));
    cr_expect_not(text_has_words("", "pies"));
}

Test(base_text, email_addresses_are_compared_without_case_and_outer_spaces)
{
    cr_expect(text_email_equal("Jan@Example.PL", " jan@example.pl\n"));
    cr_expect_not(text_email_equal("jan@example.pl", "jan@example.p"));
    cr_expect_not(text_email_equal("jan@example.pl", "jan@example.pl.pl"));
    cr_expect_not(text_email_equal("jan@example.pl", "jam@example.pl"));
}

Test(base_text, an_email_address_has_its_rough_shape)
{
    static const char *const good[] = {"a@b.pl", "jan.kowalski+pies@mail.example.com",
                                       "x_y@z-1.org"};
    static const char *const bad[] = {"",         "a",         "a@b",      "@b.pl",
                                      "a@.pl",    "a@b.",      "a@@b.pl",  "a b@c.pl",
                                      "a@b c.pl", "a@b..pl",   "a@b.pl\n", "a@b.pl,c@d.pl",
                                      "<a@b.pl>", "a\xFF@b.pl"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        cr_expect(text_email_valid(good[i]), "%s", good[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cr_expect_not(text_email_valid(bad[i]), "%s", bad[i]);
    }
    char address[260];
    memset(address, 'a', sizeof address);
    memcpy(address + 248, "@b.com", 7);
    cr_expect(text_email_valid(address), "254 bytes");
    memcpy(address + 249, "@b.com", 7);
    address[248] = 'a';
    cr_expect_not(text_email_valid(address), "255 bytes");
}

static void expect_csv(const char *text, const char *want)
{
    CLEANUP(buf_done) struct buf b;
    buf_init(&b, 1000);
    csv_field(&b, text, ';');
    cr_expect_str_eq(b.data == NULL ? "" : b.data, want);
}

Test(base_text, csv_fields_are_quoted_only_when_needed)
{
    expect_csv("", "");
    expect_csv("Burek", "Burek");
    expect_csv("a,b", "a,b");
    expect_csv("a;b", "\"a;b\"");
    expect_csv("say \"hau\"", "\"say \"\"hau\"\"\"");
    expect_csv("two\nlines", "\"two\nlines\"");
    expect_csv(" spaces ", "\" spaces \"");
    expect_csv("Żółw", "Żółw");
}

Test(base_text, no_csv_field_is_run_by_a_spreadsheet)
{
    expect_csv("=1+1", "'=1+1");
    expect_csv("+48600100200", "'+48600100200");
    expect_csv("-2", "'-2");
    expect_csv("@SUM(A1)", "'@SUM(A1)");
    expect_csv("\t=1", "'\t=1");
    expect_csv("\r=1", "\"'\r=1\"");
    expect_csv("=cmd|' /C calc'!A0;x", "\"'=cmd|' /C calc'!A0;x\"");
    expect_csv("a=1", "a=1");
}

Test(base_text, empty_texts_are_kept_as_none)
{
    bool ok = false;
    cr_expect_null(text_dup_nonempty(NULL, &ok));
    cr_expect(ok);
    cr_expect_null(text_dup_nonempty("", &ok));
    cr_expect(ok);
    char *copy = text_dup_nonempty("x", &ok);
    cr_expect(ok);
    cr_expect_str_eq(copy, "x");
    free(copy);
}
