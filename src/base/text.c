/*
 * text.c: see text.h. UTF-8 (RFC 3629) and what names, addresses and tables need. The folding table
 * has its own file, text_fold.c. Pure functions, any thread.
 */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

size_t text_decode(const char *s, size_t n, uint32_t *cp)
{
    const unsigned char *u = (const unsigned char *)s;
    if (n == 0) {
        return 0;
    }
    if (u[0] < 0x80) {
        *cp = u[0];
        return 1;
    }
    size_t len;
    uint32_t value;
    uint32_t least; /* smaller values have a shorter form, which is the only allowed one */
    if (u[0] >= 0xC2 && u[0] <= 0xDF) {
        len = 2;
        value = u[0] & 0x1FU;
        least = 0x80;
    } else if (u[0] >= 0xE0 && u[0] <= 0xEF) {
        len = 3;
        value = u[0] & 0x0FU;
        least = 0x800;
    } else if (u[0] >= 0xF0 && u[0] <= 0xF4) {
        len = 4;
        value = u[0] & 0x07U;
        least = 0x10000;
    } else {
        return 0;
    }
    if (n < len) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((u[i] & 0xC0U) != 0x80) {
            return 0;
        }
        value = (value << 6) | (u[i] & 0x3FU);
    }
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 0;
    }
    *cp = value;
    return len;
}

size_t text_utf8_prefix(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n) {
        uint32_t cp;
        size_t len = text_decode(s + i, n - i, &cp);
        if (len == 0) {
            break;
        }
        i += len;
    }
    return i;
}

bool text_utf8_valid(const char *s, size_t n)
{
    return text_utf8_prefix(s, n) == n;
}

size_t text_chars(const char *s)
{
    size_t count = 0;
    for (; *s != '\0'; s++) {
        if (((unsigned char)*s & 0xC0U) != 0x80) {
            count++;
        }
    }
    return count;
}

bool text_has_words(const char *folded, const char *folded_words)
{
    size_t n = strlen(folded_words);
    if (n == 0) {
        return false;
    }
    for (const char *at = strstr(folded, folded_words); at != NULL;
         at = strstr(at + 1, folded_words)) {
        bool starts = at == folded || at[-1] == ' ';
        bool ends = at[n] == '\0' || at[n] == ' ';
        if (starts && ends) {
            return true;
        }
    }
    return false;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The text without white space at its ends. */
static const char *trimmed(const char *s, size_t *n)
{
    while (is_space(*s)) {
        s++;
    }
    *n = strlen(s);
    while (*n > 0 && is_space(s[*n - 1])) {
        (*n)--;
    }
    return s;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_email_equal(const char *a, const char *b)
{
    size_t a_len;
    size_t b_len;
    a = trimmed(a, &a_len);
    b = trimmed(b, &b_len);
    if (a_len != b_len) {
        return false;
    }
    for (size_t i = 0; i < a_len; i++) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

bool text_email_valid(const char *s)
{
    size_t n = strlen(s);
    const char *at = strchr(s, '@');
    if (n > 254 || at == NULL || at == s || strchr(at + 1, '@') != NULL) {
        return false;
    }
    for (const char *p = s; *p != '\0'; p++) {
        if ((unsigned char)*p <= ' ' || *p == 0x7F || strchr("<>,;\"\\()", *p) != NULL) {
            return false;
        }
    }
    const char *dot = strrchr(at, '.');
    /* No empty label: not "a@.pl", not "a@b..pl", not "a@b." */
    return dot != NULL && dot[1] != '\0' && at[1] != '.' && strstr(at, "..") == NULL &&
           text_utf8_valid(s, n);
}

void csv_field(struct buf *out, const char *text, char separator)
{
    bool risky = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    const char special[] = {separator, '"', '\r', '\n', '\0'};
    size_t n = strlen(text);
    bool quoted =
        strpbrk(text, special) != NULL || (n > 0 && (text[0] == ' ' || text[n - 1] == ' '));
    if (quoted) {
        buf_char(out, '"');
    }
    if (risky) {
        buf_char(out, '\'');
    }
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"') {
            buf_char(out, '"');
        }
        buf_char(out, *p);
    }
    if (quoted) {
        buf_char(out, '"');
    }
}

char *text_dup_nonempty(const char *s, bool *ok)
{
    *ok = true;
    if (s == NULL || s[0] == '\0') {
        return NULL;
    }
    char *copy = strdup(s);
    *ok = copy != NULL;
    return copy;
}
