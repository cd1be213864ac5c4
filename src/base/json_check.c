/*
 * json_check.c: see json_check.h. The grammar of RFC 8259, without recursion. Pure.
 */
#include "base/json_check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define DEPTH_LIMIT 64 /* bits in the stack */

struct scan {
    const char *s;
    size_t n;
    size_t at;
    bool unreadable;
    const char *wrong; /* what is wrong at `at`, set once */
};

static char peek(const struct scan *c)
{
    return c->at < c->n ? c->s[c->at] : '\0';
}

static bool wrong(struct scan *c, const char *what)
{
    c->wrong = what;
    return false;
}

static void skip_space(struct scan *c)
{
    while (c->at < c->n && (c->s[c->at] == ' ' || c->s[c->at] == '\t' || c->s[c->at] == '\n' ||
                            c->s[c->at] == '\r')) {
        c->at++;
    }
}

/* The four digits of \uXXXX at s; -1 when they are not. */
static int32_t hex4(const char *s, size_t n)
{
    if (n < 4) {
        return -1;
    }
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = s[i];
        if (c >= '0' && c <= '9') {
            value = value * 16 + (c - '0');
        } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
            value = value * 16 + ((c | 0x20) - 'a' + 10);
        } else {
            return -1;
        }
    }
    return value;
}

/* Length of the \uXXXX at s, 6, or 12 for a surrogate pair; 0 when malformed. *readable is false
 * for \u0000 and half a pair. */
static size_t unicode_escape(const char *s, size_t n, bool *readable)
{
    int32_t unit = hex4(s + 2, n - 2);
    if (unit < 0) {
        return 0;
    }
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        int32_t low = n >= 12 && s[6] == '\\' && s[7] == 'u' ? hex4(s + 8, n - 8) : -1;
        *readable = low >= 0xDC00 && low <= 0xDFFF;
        return *readable ? 12 : 6;
    }
    *readable = unit != 0 && !(unit >= 0xDC00 && unit <= 0xDFFF);
    return 6;
}

static bool escape(struct scan *c)
{
    const char *s = c->s + c->at;
    size_t n = c->n - c->at;
    if (n >= 2 && strchr("\"\\/bfnrt", s[1]) != NULL && s[1] != '\0') {
        c->at += 2;
        return true;
    }
    bool readable = true;
    size_t len = n >= 2 && s[1] == 'u' ? unicode_escape(s, n, &readable) : 0;
    if (len == 0) {
        return wrong(c, "a bad escape");
    }
    c->unreadable = c->unreadable || !readable;
    c->at += len;
    return true;
}

static bool string(struct scan *c)
{
    c->at++;
    while (c->at < c->n) {
        unsigned char b = (unsigned char)c->s[c->at];
        if (b == '"') {
            c->at++;
            return true;
        }
        if (b == '\\') {
            if (!escape(c)) {
                return false;
            }
        } else if (b < 0x20) {
            return wrong(c, "a raw control character in a text");
        } else if (b < 0x80) {
            c->at++;
        } else {
            uint32_t cp;
            size_t len = text_decode(c->s + c->at, c->n - c->at, &cp);
            if (len == 0) {
                return wrong(c, "bytes that are not UTF-8");
            }
            c->at += len;
        }
    }
    return wrong(c, "a text without an end");
}

static bool digits(struct scan *c)
{
    size_t from = c->at;
    while (peek(c) >= '0' && peek(c) <= '9') {
        c->at++;
    }
    return c->at > from ? true : wrong(c, "a bad number");
}

static bool number(struct scan *c)
{
    if (peek(c) == '-') {
        c->at++;
    }
    if (peek(c) == '0') {
        c->at++;
    } else if (!digits(c)) {
        return false;
    }
    if (peek(c) == '.') {
        c->at++;
        if (!digits(c)) {
            return false;
        }
    }
    if (peek(c) == 'e' || peek(c) == 'E') {
        c->at++;
        if (peek(c) == '+' || peek(c) == '-') {
            c->at++;
        }
        return digits(c);
    }
    return true;
}

static bool literal(struct scan *c)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t n = strlen(words[i]);
        if (c->n - c->at >= n && memcmp(c->s + c->at, words[i], n) == 0) {
            c->at += n;
            return true;
        }
    }
    return wrong(c, c->at < c->n ? "not a value" : "the end, where a value should be");
}

static bool scalar(struct scan *c)
{
    char b = peek(c);
    if (b == '"') {
        return string(c);
    }
    return b == '-' || (b >= '0' && b <= '9') ? number(c) : literal(c);
}

static bool key(struct scan *c)
{
    skip_space(c);
    if (peek(c) != '"') {
        return wrong(c, "no key where one should be");
    }
    if (!string(c)) {
        return false;
    }
    skip_space(c);
    if (peek(c) != ':') {
        return wrong(c, "no colon after a key");
    }
    c->at++;
    return true;
}

/* One document. The stack of open brackets is a word of bits: 1 object, 0 array. */
static bool document(struct scan *c, int depth_max)
{
    uint64_t objects = 0;
    int depth = 0;
    for (;;) {
        /* A value starts here. */
        skip_space(c);
        char open = peek(c);
        if (open == '{' || open == '[') {
            if (depth == depth_max || depth == DEPTH_LIMIT) {
                return wrong(c, "nesting that is too deep");
            }
            depth++;
            objects = (objects << 1) | (open == '{' ? 1U : 0U);
            c->at++;
            skip_space(c);
            bool empty = peek(c) == (open == '{' ? '}' : ']');
            if (!empty) {
                if (open == '{' && !key(c)) {
                    return false;
                }
                continue;
            }
        } else if (!scalar(c)) {
            return false;
        }
        /* A value, or an empty container's inside, ended here: close what closes. */
        for (;;) {
            if (depth == 0) {
                return true;
            }
            skip_space(c);
            bool object = (objects & 1U) != 0;
            if (peek(c) == (object ? '}' : ']')) {
                c->at++;
                depth--;
                objects >>= 1;
                continue;
            }
            if (peek(c) != ',') {
                return wrong(c, object ? "neither a comma nor }" : "neither a comma nor ]");
            }
            c->at++;
            if (object && !key(c)) {
                return false;
            }
            break;
        }
    }
}

int json_check(const char *text, size_t n, int depth_max, bool *unreadable, struct err *err)
{
    struct scan c = {.s = text, .n = n};
    bool ok = document(&c, depth_max);
    if (ok) {
        skip_space(&c);
        ok = c.at == n ? true : wrong(&c, "more after the end");
    }
    if (!ok) {
        return err_set(err, ERR_INVALID, "not JSON: %s at byte %zu", c.wrong, c.at);
    }
    *unreadable = c.unreadable;
    return 0;
}

void json_check_patch(char *text, size_t n)
{
    for (size_t i = 0; i + 1 < n;) {
        if (text[i] != '\\') {
            i++;
            continue;
        }
        bool readable = true;
        size_t len = text[i + 1] == 'u' ? unicode_escape(text + i, n - i, &readable) : 2;
        if (!readable) {
            memcpy(text + i, "\\ufffd", 6);
        }
        i += len == 0 ? 2 : len;
    }
}
