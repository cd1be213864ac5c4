/*
 * field.c: see field.h. Pure.
 */
#include "salon/field.h"

#include <string.h>

#include "base/text.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* C0, DEL and, as two bytes, C1. */
static bool has_control(const char *s, size_t n, bool lines)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f) {
            return true;
        }
        if (c == 0xc2 && i + 1 < n && (unsigned char)s[i + 1] < 0xa0) {
            return true;
        }
    }
    return false;
}

static size_t count_chars(const char *s, size_t n)
{
    size_t chars = 0;
    for (size_t i = 0; i < n; i++) {
        chars += ((unsigned char)s[i] & 0xc0) != 0x80; /* every byte but continuations */
    }
    return chars;
}

int field_text(const char *name, const char *value, size_t max_chars, bool required, bool lines,
               char *out, size_t out_len, struct err *err)
{
    const char *start = value == NULL ? "" : value;
    while (is_space(*start)) {
        start++;
    }
    size_t n = strlen(start);
    while (n > 0 && is_space(start[n - 1])) {
        n--;
    }
    if (n == 0 && required) {
        return err_set(err, ERR_INVALID, "%s: must not be empty", name);
    }
    if (!text_utf8_valid(start, n)) {
        return err_set(err, ERR_INVALID, "%s: not UTF-8 text", name);
    }
    if (has_control(start, n, lines)) {
        return err_set(err, ERR_INVALID, "%s: must not have control characters in it", name);
    }
    if (count_chars(start, n) > max_chars || n >= out_len) {
        return err_set(err, ERR_INVALID, "%s: at most %zu characters", name, max_chars);
    }
    memmove(out, start, n);
    out[n] = '\0';
    return 0;
}

/* The ten digits of a tax number in whatever way it is written; false when it is none. */
static bool nip_digits(const char *s, char digits[static FIELD_NIP_LEN])
{
    size_t n = 0;
    if (s[0] == 'P' && s[1] == 'L') {
        s += 2;
    }
    for (; *s != '\0'; s++) {
        if (*s >= '0' && *s <= '9') {
            if (n == FIELD_NIP_LEN - 1) {
                return false;
            }
            digits[n++] = *s;
        } else if (*s != '-' && *s != ' ') {
            return false;
        }
    }
    digits[n] = '\0';
    return n == FIELD_NIP_LEN - 1;
}

/* Weighted sum of the first nine digits modulo eleven is the tenth; a remainder of ten is never
 * given out (Polish Ministry of Finance, rules of the NIP). */
static bool nip_checks(const char *digits)
{
    static const int weights[] = {6, 5, 7, 2, 3, 4, 5, 6, 7};
    int sum = 0;
    for (size_t i = 0; i < ARRAY_LEN(weights); i++) {
        sum += weights[i] * (digits[i] - '0');
    }
    return sum % 11 == digits[9] - '0';
}

int field_nip(const char *name, const char *value, char out[static FIELD_NIP_LEN], struct err *err)
{
    char text[64] = "";
    int rc = field_text(name, value, sizeof text - 1, false, false, text, sizeof text, err);
    if (rc < 0) {
        return rc;
    }
    char digits[FIELD_NIP_LEN] = "";
    if (text[0] != '\0' && (!nip_digits(text, digits) || !nip_checks(digits))) {
        return err_set(err, ERR_INVALID, "%s: not a tax number: ten digits with a check digit",
                       name);
    }
    memcpy(out, digits, sizeof digits);
    return 0;
}

int field_language(const char *name, const char *value, char out[static FIELD_LANGUAGE_LEN],
                   struct err *err)
{
    const char *language = value == NULL || value[0] == '\0' ? "pl" : value;
    if (strcmp(language, "pl") != 0 && strcmp(language, "en") != 0) {
        return err_set(err, ERR_INVALID, "%s: pl or en", name);
    }
    memcpy(out, language, FIELD_LANGUAGE_LEN);
    return 0;
}
