/*
 * text_fold.c: the folding behind search and name comparison; see text_fold in text.h. Pure.
 */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* U+00C0..U+017F, Latin-1 letters and Latin Extended-A: what a person types without the marks. */
// clang-format off
static const char latin[0x180 - 0xC0][3] = {
    /* ÀÁÂÃÄÅÆÇ */ "a", "a", "a", "a", "a", "a", "ae", "c",
    /* ÈÉÊËÌÍÎÏ */ "e", "e", "e", "e", "i", "i", "i", "i",
    /* ÐÑÒÓÔÕÖ× */ "d", "n", "o", "o", "o", "o", "o", "",
    /* ØÙÚÛÜÝÞß */ "o", "u", "u", "u", "u", "y", "th", "ss",
    /* àáâãäåæç */ "a", "a", "a", "a", "a", "a", "ae", "c",
    /* èéêëìíîï */ "e", "e", "e", "e", "i", "i", "i", "i",
    /* ðñòóôõö÷ */ "d", "n", "o", "o", "o", "o", "o", "",
    /* øùúûüýþÿ */ "o", "u", "u", "u", "u", "y", "th", "y",
    /* ĀāĂăĄąĆć */ "a", "a", "a", "a", "a", "a", "c", "c",
    /* ĈĉĊċČčĎď */ "c", "c", "c", "c", "c", "c", "d", "d",
    /* ĐđĒēĔĕĖė */ "d", "d", "e", "e", "e", "e", "e", "e",
    /* ĘęĚěĜĝĞğ */ "e", "e", "e", "e", "g", "g", "g", "g",
    /* ĠġĢģĤĥĦħ */ "g", "g", "g", "g", "h", "h", "h", "h",
    /* ĨĩĪīĬĭĮį */ "i", "i", "i", "i", "i", "i", "i", "i",
    /* İıĲĳĴĵĶķ */ "i", "i", "ij", "ij", "j", "j", "k", "k",
    /* ĸĹĺĻļĽľĿ */ "k", "l", "l", "l", "l", "l", "l", "l",
    /* ŀŁłŃńŅņŇ */ "l", "l", "l", "n", "n", "n", "n", "n",
    /* ňŉŊŋŌōŎŏ */ "n", "n", "n", "n", "o", "o", "o", "o",
    /* ŐőŒœŔŕŖŗ */ "o", "o", "oe", "oe", "r", "r", "r", "r",
    /* ŘřŚśŜŝŞş */ "r", "r", "s", "s", "s", "s", "s", "s",
    /* ŠšŢţŤťŦŧ */ "s", "s", "t", "t", "t", "t", "t", "t",
    /* ŨũŪūŬŭŮů */ "u", "u", "u", "u", "u", "u", "u", "u",
    /* ŰűŲųŴŵŶŷ */ "u", "u", "u", "u", "w", "w", "y", "y",
    /* ŸŹźŻżŽžſ */ "y", "z", "z", "z", "z", "z", "z", "s",
};
// clang-format on

/* Greek and Cyrillic capitals, by their blocks' layout; anything else as it is. */
static uint32_t other_lower(uint32_t cp)
{
    if ((cp >= 0x391 && cp <= 0x3A9) || (cp >= 0x410 && cp <= 0x42F)) {
        return cp + 0x20;
    }
    if (cp >= 0x400 && cp <= 0x40F) {
        return cp + 0x50;
    }
    if ((cp >= 0x460 && cp <= 0x481) || (cp >= 0x48A && cp <= 0x4BF) ||
        (cp >= 0x4D0 && cp <= 0x52F)) {
        return cp | 1U;
    }
    return cp;
}

/* The Cyrillic letters in use that are a base letter and a mark: the same text may come with the
 * mark as a code point of its own, which folding drops. */
static uint32_t other_base(uint32_t cp)
{
    switch (cp) {
    case 0x439: /* й */
        return 0x438;
    case 0x451: /* ё */
        return 0x435;
    case 0x457: /* ї */
        return 0x456;
    case 0x45E: /* ў */
        return 0x443;
    default:
        return cp;
    }
}

/* Letters beyond Latin, roughly: not punctuation, symbols, private use, presentation forms, emoji.
 */
static bool is_other_letter(uint32_t cp)
{
    return cp >= 0x370 && cp < 0x1F000 && cp != 0x37E && cp != 0x387 &&
           !(cp >= 0x2000 && cp <= 0x2BFF) && !(cp >= 0x3000 && cp <= 0x303F) &&
           !(cp >= 0xE000 && cp <= 0xFFFF);
}

static size_t put_utf8(char *out, uint32_t cp)
{
    if (cp < 0x800) {
        out[0] = (char)(0xC0U | (cp >> 6));
        out[1] = (char)(0x80U | (cp & 0x3FU));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0U | (cp >> 12));
        out[1] = (char)(0x80U | ((cp >> 6) & 0x3FU));
        out[2] = (char)(0x80U | (cp & 0x3FU));
        return 3;
    }
    out[0] = (char)(0xF0U | (cp >> 18));
    out[1] = (char)(0x80U | ((cp >> 12) & 0x3FU));
    out[2] = (char)(0x80U | ((cp >> 6) & 0x3FU));
    out[3] = (char)(0x80U | (cp & 0x3FU));
    return 4;
}

/* Up to four bytes of folded letter; 0 when cp is no letter or digit. */
static size_t fold_one(uint32_t cp, char out[static 4])
{
    if ((cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9')) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp >= 'A' && cp <= 'Z') {
        out[0] = (char)(cp + ('a' - 'A'));
        return 1;
    }
    if (cp >= 0xC0 && cp < 0x180) {
        const char *letters = latin[cp - 0xC0];
        size_t n = strlen(letters);
        memcpy(out, letters, n);
        return n;
    }
    switch (cp) {
    case 0x218: /* Romanian s and t with a comma below */
    case 0x219:
        out[0] = 's';
        return 1;
    case 0x21A:
    case 0x21B:
        out[0] = 't';
        return 1;
    case 0x1E9E: /* capital sharp s */
        memcpy(out, "ss", 2);
        return 2;
    default:
        return is_other_letter(cp) ? put_utf8(out, other_base(other_lower(cp))) : 0;
    }
}

static bool is_combining(uint32_t cp)
{
    return cp >= 0x300 && cp <= 0x36F;
}

char *text_fold(const char *s)
{
    size_t n = strlen(s);
    /* No letter gets longer: two bytes of ß or æ give two, and the space stands for at least one.
     */
    char *out = malloc(n + 1);
    if (out == NULL) {
        return NULL;
    }
    size_t len = 0;
    bool gap = false;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t step = text_decode(s + i, n - i, &cp);
        char letters[4];
        size_t count = step == 0 ? 0 : fold_one(cp, letters);
        i += step == 0 ? 1 : step;
        if (count > 0) {
            if (gap && len > 0) {
                out[len++] = ' ';
            }
            gap = false;
            memcpy(out + len, letters, count);
            len += count;
        } else if (!(step > 0 && is_combining(cp))) {
            gap = true;
        }
    }
    out[len] = '\0';
    return out;
}
