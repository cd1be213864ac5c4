/*
 * out.c: see out.h.
 */
#include "out.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_time.h"

void *need(void *p)
{
    if (p == NULL) {
        (void)fputs("Bail out! no memory left\n", stdout);
        exit(99);
    }
    return p;
}

void *grow(void *array, size_t *cap, size_t count, size_t size)
{
    if (count < *cap) {
        return array;
    }
    *cap = *cap == 0 ? 16 : *cap * 2;
    return need(reallocarray(array, *cap, size));
}

void out_add(struct out *o, const char *text, size_t n)
{
    if (o->len + n + 1 > o->cap) {
        while (o->len + n + 1 > o->cap) {
            o->cap = o->cap == 0 ? 512 : o->cap * 2;
        }
        o->data = need(realloc(o->data, o->cap));
    }
    memcpy(o->data + o->len, text, n);
    o->len += n;
    o->data[o->len] = '\0';
}

void out_text(struct out *o, const char *text)
{
    out_add(o, text, strlen(text));
}

void out_printf(struct out *o, const char *fmt, ...)
{
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    if (n > 0) {
        out_add(o, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
    }
}

void out_free(struct out *o)
{
    free(o->data);
    *o = (struct out){0};
}

static void quoted(struct out *o, const char *text)
{
    out_add(o, "\"", 1);
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\') {
            plain++;
        }
        out_add(o, text, plain);
        text += plain;
        if (*text == '"' || *text == '\\') {
            out_add(o, "\\", 1);
            out_add(o, text++, 1);
        } else if (*text != '\0') {
            out_printf(o, "\\u%04x", (unsigned char)*text++);
        }
    }
    out_add(o, "\"", 1);
}

static void lead(struct js *j, const char *key)
{
    if (j->comma) {
        out_add(j->out, ",", 1);
    }
    j->comma = true;
    if (key != NULL) {
        quoted(j->out, key);
        out_add(j->out, ":", 1);
    }
}

void js_open(struct js *j, const char *key, char bracket)
{
    lead(j, key);
    out_add(j->out, &bracket, 1);
    j->comma = false;
}

void js_close(struct js *j, char bracket)
{
    out_add(j->out, &bracket, 1);
    j->comma = true;
}

void js_str(struct js *j, const char *key, const char *value)
{
    lead(j, key);
    if (value == NULL) {
        out_text(j->out, "null");
    } else {
        quoted(j->out, value);
    }
}

void js_int(struct js *j, const char *key, int64_t value)
{
    lead(j, key);
    out_printf(j->out, "%" PRId64, value);
}

void js_bool(struct js *j, const char *key, bool value)
{
    js_raw(j, key, value ? "true" : "false");
}

void js_null(struct js *j, const char *key)
{
    js_raw(j, key, "null");
}

void js_time(struct js *j, const char *key, int64_t ms)
{
    char text[MODEL_TIME_LEN];
    js_str(j, key, ms == 0 ? NULL : model_time_text(ms, MODEL_TIME_MILLIS, text));
}

void js_raw(struct js *j, const char *key, const char *json)
{
    lead(j, key);
    out_text(j->out, json);
}
