/*
 * json_writer.c: the writer half of json.h. Its sticky error is the buffer's. One writer belongs to
 * one thread.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

void jw_init(struct jw *w, struct buf *out)
{
    *w = (struct jw){.out = out};
}

static void put_text(struct buf *out, const char *s, size_t n)
{
    buf_char(out, '"');
    size_t done = 0; /* what is before it is written; plain runs go in one piece */
    size_t i = 0;
    while (i < n) {
        uint32_t cp;
        size_t step = text_decode(s + i, n - i, &cp);
        if (step > 0 && cp >= 0x20 && cp != '"' && cp != '\\') {
            i += step;
            continue;
        }
        buf_add(out, s + done, i - done);
        if (step == 0) {
            buf_str(out, "\xEF\xBF\xBD");
            step = 1;
        } else if (cp == '"' || cp == '\\') {
            buf_char(out, '\\');
            buf_char(out, (char)cp);
        } else if (cp == '\n') {
            buf_str(out, "\\n");
        } else if (cp == '\t') {
            buf_str(out, "\\t");
        } else if (cp == '\r') {
            buf_str(out, "\\r");
        } else {
            buf_printf(out, "\\u%04x", (unsigned)cp);
        }
        i += step;
        done = i;
    }
    buf_add(out, s + done, n - done);
    buf_char(out, '"');
}

/* What stands before a value: the comma, and the key in an object. */
static void before(struct jw *w, const char *key)
{
    uint64_t bit = UINT64_C(1) << w->depth;
    if ((w->comma & bit) != 0) {
        buf_char(w->out, ',');
    }
    w->comma |= bit;
    if (key != NULL) {
        put_text(w->out, key, strlen(key));
        buf_char(w->out, ':');
    }
}

static void open_bracket(struct jw *w, const char *key, char bracket)
{
    before(w, key);
    buf_char(w->out, bracket);
    assert(w->depth < 63); /* our own documents are a handful deep */
    w->depth++;
    w->comma &= ~(UINT64_C(1) << w->depth);
}

static void close_bracket(struct jw *w, char bracket)
{
    assert(w->depth > 0);
    w->depth--;
    buf_char(w->out, bracket);
}

void jw_object(struct jw *w, const char *key)
{
    open_bracket(w, key, '{');
}

void jw_array(struct jw *w, const char *key)
{
    open_bracket(w, key, '[');
}

void jw_end_object(struct jw *w)
{
    close_bracket(w, '}');
}

void jw_end_array(struct jw *w)
{
    close_bracket(w, ']');
}

void jw_text(struct jw *w, const char *key, const char *value)
{
    if (value == NULL) {
        jw_null(w, key);
    } else {
        jw_text_n(w, key, value, strlen(value));
    }
}

void jw_text_n(struct jw *w, const char *key, const char *value, size_t n)
{
    before(w, key);
    put_text(w->out, value, n);
}

void jw_int(struct jw *w, const char *key, int64_t value)
{
    before(w, key);
    buf_printf(w->out, "%" PRId64, value);
}

void jw_num(struct jw *w, const char *key, double value)
{
    if (!isfinite(value)) {
        jw_null(w, key);
        return;
    }
    /* The shortest of the forms that reads back as the same number: 0.1, not 0.10000000000000001.
     */
    char text[32];
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(text, sizeof text, "%.*g", precision, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    before(w, key);
    buf_str(w->out, text);
}

void jw_bool(struct jw *w, const char *key, bool value)
{
    before(w, key);
    buf_str(w->out, value ? "true" : "false");
}

void jw_null(struct jw *w, const char *key)
{
    before(w, key);
    buf_str(w->out, "null");
}

void jw_time(struct jw *w, const char *key, int64_t ms)
{
    char text[TIME_TEXT_LEN];
    time_format(ms, text);
    jw_text(w, key, text);
}

void jw_raw(struct jw *w, const char *key, const char *json, size_t n)
{
    before(w, key);
    buf_add(w->out, json, n);
}
