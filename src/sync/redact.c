/*
 * redact.c: see redact.h. A scanner that knows just enough of JSON: strings, escapes and nesting.
 * It must never read past the text, whatever the text is. No state; thread-safe.
 */
#include "sync/redact.h"

#include <string.h>

struct span {
    const char *at;
    const char *end;
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The next letter or digit of a key in lower case, escapes undone, everything else passed over; 0
 * at the end. */
static char key_next(struct span *s)
{
    while (s->at < s->end) {
        char c = *s->at++;
        if (c == '\\' && s->at < s->end) {
            c = *s->at++;
            if (c != 'u') {
                continue; /* \n, \" and the like: no letter */
            }
            int code = 0;
            for (int i = 0; i < 4 && s->at < s->end; i++, s->at++) {
                const int digit = hex_digit(*s->at);
                code = code * 16 + (digit < 0 ? 0 : digit);
            }
            c = code < 0x80 ? (char)code : ' ';
        }
        if (c >= 'A' && c <= 'Z') {
            return (char)(c - 'A' + 'a');
        }
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            return c;
        }
    }
    return 0;
}

/* Does the key, read from here on, start with word? rest is where it goes on. */
static bool key_starts(struct span key, const char *word, struct span *rest)
{
    for (; *word != '\0'; word++) {
        if (key_next(&key) != *word) {
            return false;
        }
    }
    *rest = key;
    return true;
}

static bool key_is_secret(struct span key)
{
    static const char *const within[] = {"password",     "passcode", "secret",    "accesstoken",
                                         "refreshtoken", "apikey",   "privatekey"};
    struct span rest;
    do {
        for (size_t i = 0; i < ARRAY_LEN(within); i++) {
            if (key_starts(key, within[i], &rest)) {
                return true;
            }
        }
        if (key_starts(key, "token", &rest) && key_next(&rest) == 0) {
            return true;
        }
    } while (key_next(&key) != 0);
    return false;
}

/* The string that opens at s->at, without its quotes; s->at goes past the closing one. */
static struct span string_take(struct span *s)
{
    struct span inner = {s->at + 1, s->end};
    const char *p = inner.at;
    while (p < s->end && *p != '"') {
        p += *p == '\\' && p + 1 < s->end ? 2 : 1;
    }
    inner.end = p;
    s->at = p < s->end ? p + 1 : s->end;
    return inner;
}

static void space_skip(struct span *s)
{
    while (s->at < s->end && strchr(" \t\r\n", *s->at) != NULL && *s->at != '\0') {
        s->at++;
    }
}

static void value_skip(struct span *s)
{
    size_t depth = 0;
    while (s->at < s->end) {
        const char c = *s->at;
        if (c == '"') {
            (void)string_take(s);
        } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || c == ' ' || c == '\t' ||
                                  c == '\r' || c == '\n')) {
            return;
        } else {
            depth += c == '{' || c == '[';
            depth -= c == '}' || c == ']';
            s->at++;
        }
        const bool closed = s->at[-1] == '}' || s->at[-1] == ']' || s->at[-1] == '"';
        if (depth == 0 && closed) {
            return;
        }
    }
}

void redact_json(const char *text, size_t n, struct buf *out)
{
    struct span s = {text, text + n};
    const char *kept = text; /* copied up to here */
    while (s.at < s.end) {
        if (*s.at != '"') {
            s.at++;
            continue;
        }
        const struct span key = string_take(&s);
        space_skip(&s);
        /* Only a key is followed by a colon. */
        if (s.at == s.end || *s.at != ':' || !key_is_secret(key)) {
            continue;
        }
        s.at++;
        space_skip(&s);
        const char *value = s.at;
        value_skip(&s);
        const size_t len = (size_t)(s.at - value);
        if (len == 0 || (len == 4 && memcmp(value, "null", 4) == 0)) {
            continue;
        }
        buf_add(out, kept, (size_t)(value - kept));
        buf_str(out, "\"***\"");
        kept = s.at;
    }
    buf_add(out, kept, (size_t)(s.end - kept));
}
