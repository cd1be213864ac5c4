/*
 * base_gsm.c: how many segments a text takes, and how it reads without Polish letters.
 */
#include "base/gsm.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The same piece n times, then a tail; owned by the caller. */
static char *times(const char *piece, size_t n, const char *tail)
{
    struct buf b;
    buf_init(&b, 100000);
    for (size_t i = 0; i < n; i++) {
        buf_str(&b, piece);
    }
    buf_str(&b, tail);
    char *text = buf_steal(&b);
    cr_assert_not_null(text);
    return text;
}

Test(base_gsm, segments_are_counted_as_networks_count_them)
{
    const struct {
        const char *piece;
        size_t n;
        const char *tail;
        bool ucs2;
        size_t units, segments, room;
    } table[] = {
        {"", 0, "", false, 0, 0, 160},
        {"", 0, "Burek: wizyta jutro, 24.11 o 14:00. Salon Pies", false, 46, 1, 160},
        {"a", 160, "", false, 160, 1, 160},
        {"a", 161, "", false, 161, 2, 153},
        {"a", 306, "", false, 306, 2, 153},
        {"a", 307, "", false, 307, 3, 153},
        {"a", 459, "", false, 459, 3, 153},
        {"a", 460, "", false, 460, 4, 153},
        /* Of the extension table: two each. */
        {"€", 80, "", false, 160, 1, 160},
        {"€", 80, "a", false, 161, 2, 153},
        {"", 0, "^{}\\[~]|€", false, 18, 1, 160},
        /* 153 is odd: the escaped character does not fit into what is left of a segment. */
        {"€", 153, "", false, 306, 3, 153},
        {"a", 152, "€€€€€", false, 162, 2, 153},
        {"@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà¡¤", 1, "", false, 42, 1, 160},
        /* One character outside turns the whole text. */
        {"a", 69, "ą", true, 70, 1, 70},
        {"a", 70, "ą", true, 71, 2, 67},
        {"ł", 134, "", true, 134, 2, 67},
        {"ł", 135, "", true, 135, 3, 67},
        {"", 0, "ó", true, 1, 1, 70},
        {"", 0, "–", true, 1, 1, 70},
        {"", 0, "`", true, 1, 1, 70},
        {"", 0, "ç", true, 1, 1, 70}, /* only the capital is in the alphabet */
        {"🐕", 35, "", true, 70, 1, 70},
        /* 67 is odd: a picture is never cut in two. */
        {"🐕", 67, "", true, 134, 3, 67},
        {"", 0, "a\xff", true, 2, 1, 70},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char *text = times(table[i].piece, table[i].n, table[i].tail);
        struct gsm_size size;
        gsm_measure(text, &size);
        cr_expect_eq(size.ucs2, table[i].ucs2, "row %zu", i);
        cr_expect_eq(size.units, table[i].units, "row %zu: %zu units", i, size.units);
        cr_expect_eq(size.segments, table[i].segments, "row %zu: %zu segments", i, size.segments);
        cr_expect_eq(size.room, table[i].room, "row %zu: room %zu", i, size.room);
        free(text);
    }
}

static void expect_plain(const char *text, const char *plain)
{
    struct buf b;
    buf_init(&b, 10000);
    gsm_plain(&b, text);
    cr_expect_str_eq(b.data == NULL ? "" : b.data, plain);
    struct gsm_size size;
    gsm_measure(b.data == NULL ? "" : b.data, &size);
    cr_expect(!size.ucs2, "%s", plain);
    buf_done(&b);
}

Test(base_gsm, without_polish_letters_a_text_stays_readable)
{
    expect_plain("Zażółć gęślą jaźń", "Zazolc gesla jazn");
    expect_plain("ZAŻÓŁĆ GĘŚLĄ JAŹŃ", "ZAZOLC GESLA JAZN");
    expect_plain("„Łapka” – salon…", "\"Lapka\" - salon...");
    expect_plain("Müller, façade, Dvořák, naïve", "Müller, facade, Dvorak, naive");
    expect_plain("o 14:00 🐕", "o 14:00 ");
    expect_plain("Жук", "???");
    expect_plain("z\xcc\x87uk", "zuk");
    expect_plain("10 €", "10 €");
    expect_plain("", "");
}

Test(base_gsm, every_letter_of_latin_scripts_ends_in_the_alphabet)
{
    for (unsigned cp = 0xA0; cp < 0x250; cp++) {
        const char text[] = {(char)(0xC0 | (cp >> 6)), (char)(0x80 | (cp & 0x3F)), '\0'};
        struct buf b;
        struct gsm_size size;
        buf_init(&b, 100);
        gsm_plain(&b, text);
        cr_expect(!b.failed && b.data != NULL);
        gsm_measure(b.data == NULL ? "" : b.data, &size);
        cr_expect(!size.ucs2, "U+%04X", cp);
        buf_done(&b);
    }
}
