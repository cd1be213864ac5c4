/*
 * gsm.c: see gsm.h. The alphabet is that of 3GPP TS 23.038 (GSM 03.38), its basic table and its
 * extension. Pure; any thread.
 */
#include "base/gsm.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define GSM_ONE  160
#define GSM_MORE 153 /* the rest is the header that puts the parts together again */
#define UCS_ONE  70
#define UCS_MORE 67

/* What the basic table has beside most of ASCII. */
static const uint16_t basic[] = {
    0x00A3, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, 0x00F2, 0x00C7, 0x00D8, 0x00F8,
    0x00C5, 0x00E5, 0x0394, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8, 0x03A3,
    0x0398, 0x039E, 0x00C6, 0x00E6, 0x00DF, 0x00C9, 0x00A4, 0x00A1, 0x00C4, 0x00D6,
    0x00D1, 0x00DC, 0x00A7, 0x00BF, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0,
};

/* 1 or 2 septets; 0: not in the alphabet. */
static size_t septets(uint32_t cp)
{
    if (cp < 0x80) {
        if (cp == '\n' || cp == '\r') {
            return 1;
        }
        if (cp < ' ' || cp == '`' || cp == 0x7F) {
            return 0;
        }
        return strchr("^{}\\[~]|", (int)cp) != NULL ? 2 : 1;
    }
    if (cp == 0x20AC) {
        return 2;
    }
    for (size_t i = 0; i < ARRAY_LEN(basic); i++) {
        if (basic[i] == cp) {
            return 1;
        }
    }
    return 0;
}

/* The next character and how many bytes it takes; what is not UTF-8 is one U+FFFD a byte. */
static size_t next(const char *s, uint32_t *cp)
{
    size_t n = text_decode(s, strnlen(s, 4), cp);
    if (n == 0) {
        *cp = 0xFFFD;
        n = 1;
    }
    return n;
}

static size_t units_of(uint32_t cp, bool ucs2)
{
    if (ucs2) {
        return cp > 0xFFFF ? 2 : 1;
    }
    return septets(cp);
}

/* Segments of `room` units each, no character in two of them. */
static size_t pack(const char *text, bool ucs2, size_t room)
{
    size_t segments = 1;
    size_t used = 0;
    uint32_t cp = 0;
    for (const char *s = text; *s != '\0';) {
        s += next(s, &cp);
        size_t n = units_of(cp, ucs2);
        if (used + n > room) {
            segments++;
            used = 0;
        }
        used += n;
    }
    return segments;
}

void gsm_measure(const char *text, struct gsm_size *out)
{
    struct gsm_size size = {0};
    uint32_t cp = 0;
    for (const char *s = text; *s != '\0' && !size.ucs2;) {
        s += next(s, &cp);
        size.ucs2 = septets(cp) == 0;
    }
    for (const char *s = text; *s != '\0';) {
        s += next(s, &cp);
        size.units += units_of(cp, size.ucs2);
    }
    size.room = size.ucs2 ? UCS_ONE : GSM_ONE;
    if (size.units > size.room) {
        size.room = size.ucs2 ? UCS_MORE : GSM_MORE;
        size.segments = pack(text, size.ucs2, size.room);
    } else {
        size.segments = size.units > 0 ? 1 : 0;
    }
    *out = size;
}

/* U+00C0 to U+017F without their marks; 0 where it takes two letters or the alphabet has it. */
static const char latin[] =
    "AAAAAA\0CEEEEIIII\0NOOOOO\0OUUUUY\0\0aaaaaa\0ceeeeiiiidnooooo:ouuuuy\0y"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi\0\0JjKkkLlLlLlL"
    "lLlNnNnNnnNnOoOoOo\0\0RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
_Static_assert(sizeof latin == 0x180 - 0xC0 + 1, "one letter for each code point");

static const struct {
    uint32_t cp;
    const char *plain;
} others[] = {
    {'\t', " "},     {'`', "'"},     {0x00A0, " "},  {0x00AB, "\""},   {0x00BB, "\""},
    {0x00B4, "'"},   {0x00D0, "D"},  {0x00DE, "Th"}, {0x00FE, "th"},   {0x0132, "IJ"},
    {0x0133, "ij"},  {0x0152, "OE"}, {0x0153, "oe"}, {0x2009, " "},    {0x202F, " "},
    {0x2010, "-"},   {0x2011, "-"},  {0x2012, "-"},  {0x2013, "-"},    {0x2014, "-"},
    {0x2015, "-"},   {0x2018, "'"},  {0x2019, "'"},  {0x201A, "'"},    {0x201C, "\""},
    {0x201D, "\""},  {0x201E, "\""}, {0x2022, "-"},  {0x2026, "..."},  {0x2032, "'"},
    {0x2033, "\""},  {0x2212, "-"},  {0x1E9E, "SS"}, {0x00B0, " st."}, {0x00D7, "x"},
    {0x2116, "nr "},
};

void gsm_plain(struct buf *out, const char *text)
{
    uint32_t cp = 0;
    for (const char *s = text; *s != '\0';) {
        size_t n = next(s, &cp);
        const char *plain = NULL;
        for (size_t i = 0; i < ARRAY_LEN(others) && plain == NULL; i++) {
            plain = others[i].cp == cp ? others[i].plain : NULL;
        }
        if (septets(cp) > 0) {
            buf_add(out, s, n);
        } else if (plain != NULL) {
            buf_str(out, plain);
        } else if (cp >= 0xC0 && cp < 0x180 && latin[cp - 0xC0] != '\0') {
            buf_char(out, latin[cp - 0xC0]);
        } else if (cp >= ' ' && cp < 0x2000 && (cp < 0x300 || cp > 0x36F)) {
            buf_char(out, '?');
        }
        s += n;
    }
}
