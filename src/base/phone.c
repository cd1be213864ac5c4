/*
 * phone.c: see phone.h. Lengths and country codes after ITU-T E.164 and its list of assigned codes;
 * the Polish plan (nine digits, no trunk prefix) after UKE. Pure.
 */
#include "base/phone.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define POLAND_DIGITS 9

/* Bytes of the separator at s, 0 when it is none. Numbers are copied from web pages, documents and
 * address books, so no-break spaces, typographic dashes and direction marks count. */
static size_t separator_len(const char *s)
{
    static const uint32_t separators[] = {
        ' ',    '\t',   '\r',   '\n',   '-',    '.',    '(',
        ')',    '/',    0xA0,   0x202F, 0x2009, 0x200B, /* spaces */
        0x2010, 0x2011, 0x2012, 0x2013,                 /* dashes */
        0x200E, 0x202A, 0x202C, 0x202D, 0x2066, 0x2069, /* "this is left to right" and its end */
    };
    uint32_t cp;
    size_t n = text_decode(s, strnlen(s, 4), &cp);
    for (size_t i = 0; n > 0 && i < ARRAY_LEN(separators); i++) {
        if (separators[i] == cp) {
            return n;
        }
    }
    return 0;
}

/* The digits alone; *plus when a '+' stood before them. False at any other character or too many.
 */
static bool collect(const char *text, char digits[static PHONE_LEN + 2], bool *plus)
{
    size_t n = 0;
    *plus = false;
    while (*text != '\0') {
        size_t skip = separator_len(text);
        bool abroad = *plus || (n > 2 && strncmp(digits, "00", 2) == 0);
        if (n > 0 && abroad && strncmp(text, "(0)", 3) == 0) {
            text += 3; /* "+44 (0)20 …": the trunk prefix is not dialled after a country code */
        } else if (skip > 0) {
            text += skip;
        } else if (*text == '+' && n == 0 && !*plus) {
            *plus = true;
            text++;
        } else if (*text >= '0' && *text <= '9' && n < PHONE_LEN) {
            digits[n++] = *text++;
        } else {
            return false;
        }
    }
    digits[n] = '\0';
    return true;
}

bool phone_normalize(const char *text, char out[static PHONE_LEN])
{
    char buffer[PHONE_LEN + 2] = "";
    bool plus;
    if (!collect(text, buffer, &plus)) {
        return false;
    }
    const char *digits = buffer;
    if (!plus && strncmp(digits, "00", 2) == 0) {
        plus = true;
        digits += 2;
    }
    size_t n = strlen(digits);
    if (!plus && n == POLAND_DIGITS + 2 && strncmp(digits, "48", 2) == 0) {
        plus = true; /* eleven digits can only be a forgotten plus */
    }
    if (n == 0 || digits[0] == '0') {
        return false;
    }
    if (!plus) {
        if (n != POLAND_DIGITS) {
            return false;
        }
        (void)snprintf(out, PHONE_LEN, "+48%.9s", digits);
        return true;
    }
    bool poland = strncmp(digits, "48", 2) == 0;
    if (poland ? n != POLAND_DIGITS + 2 || digits[2] == '0' : n < 7 || n > 15) {
        return false;
    }
    (void)snprintf(out, PHONE_LEN, "+%.15s", digits);
    return true;
}

/* Polish prefixes written 600 100 200; the others are area codes: 12 345 67 89. */
static bool is_three_by_three(const char *national)
{
    static const char prefixes[][3] = {"45", "50", "51", "53", "57", "60", "66", "69",
                                       "70", "72", "73", "78", "79", "80", "88"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (strncmp(national, prefixes[i], 2) == 0) {
            return true;
        }
    }
    return false;
}

static int country_code_len(const char *digits)
{
    static const char two[][3] = {"20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41",
                                  "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54",
                                  "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66",
                                  "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"};
    if (digits[0] == '1' || digits[0] == '7') {
        return 1;
    }
    for (size_t i = 0; i < ARRAY_LEN(two); i++) {
        if (strncmp(digits, two[i], 2) == 0) {
            return 2;
        }
    }
    return 3;
}

void phone_display(const char *e164, char *out, size_t out_len)
{
    size_t n = strlen(e164);
    if (n < 8 || n >= PHONE_LEN || e164[0] != '+' || strspn(e164 + 1, "0123456789") != n - 1) {
        (void)snprintf(out, out_len, "%s", e164);
        return;
    }
    const char *d = e164 + 1;
    if (strncmp(d, "48", 2) == 0 && n == 1 + 2 + POLAND_DIGITS) {
        d += 2;
        if (is_three_by_three(d)) {
            (void)snprintf(out, out_len, "%.3s %.3s %.3s", d, d + 3, d + 6);
        } else {
            (void)snprintf(out, out_len, "%.2s %.3s %.2s %.2s", d, d + 2, d + 5, d + 7);
        }
        return;
    }
    int cc = country_code_len(d);
    (void)snprintf(out, out_len, "+%.*s %.3s %s", cc, d, d + cc, d + cc + 3);
}
