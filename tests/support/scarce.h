/*
 * scarce.h: memory that runs out when a test says so. For test programs that are linked with --wrap
 * (unit_out_of_memory in tests/unit/meson.build), so that every allocation of our own code passes
 * by here; libraries with hooks of their own (cJSON, SQLite) can be given the same. Include it
 * once.
 */
#ifndef BARKBOOK_TESTS_SCARCE_H
#define BARKBOOK_TESTS_SCARCE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

/* Set by tests. */
static long left = LONG_MAX; /* allocations that still succeed */
static bool once;            /* only the next one fails, those after it succeed again */
static bool did_fail;        /* since the test last said no */

static bool fails(void)
{
    if (left == LONG_MAX) {
        return false;
    }
    if (left > 0) {
        left--;
        return false;
    }
    if (once) {
        left = LONG_MAX;
    }
    did_fail = true;
    return true;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
    return fails() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
    return fails() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
    return fails() ? NULL : __real_strndup(s, n);
}

#endif
