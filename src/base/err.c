/*
 * err.c: the table that gives each error its name, HTTP status and exit status. No state.
 */
#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int http;
    int exit;
} table[ERR_COUNT] = {
    [ERR_NONE] = {"ok", 200, 0},
    [ERR_INVALID] = {"invalid", 400, 1},
    [ERR_UNAUTHENTICATED] = {"unauthenticated", 401, 1},
    [ERR_FORBIDDEN] = {"forbidden", 403, 1},
    [ERR_NOT_FOUND] = {"not_found", 404, 1},
    [ERR_METHOD] = {"method_not_allowed", 405, 1},
    [ERR_TIMEOUT] = {"timeout", 408, 75},
    [ERR_CONFLICT] = {"conflict", 409, 1},
    [ERR_TOO_LARGE] = {"too_large", 413, 1},
    [ERR_TYPE] = {"unsupported_type", 415, 1},
    [ERR_UNPROCESSABLE] = {"unprocessable", 422, 1},
    [ERR_RATE] = {"rate_limited", 429, 75},
    [ERR_NOMEM] = {"out_of_memory", 503, 75},
    [ERR_BUSY] = {"busy", 503, 75},
    [ERR_IO] = {"io", 503, 1},
    [ERR_DB] = {"database", 503, 1},
    [ERR_REMOTE_RETRY] = {"remote_unavailable", 503, 75},
    [ERR_REMOTE] = {"remote_refused", 502, 1},
    [ERR_STOPPED] = {"stopped", 503, 75},
    [ERR_CONFIG] = {"configuration", 500, 1},
    [ERR_USAGE] = {"usage", 400, 2},
    [ERR_INTERNAL] = {"internal", 500, 1},
};

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    assert(code > ERR_NONE && code < ERR_COUNT);
    if (e != NULL) {
        e->code = code;
        va_list ap;
        va_start(ap, fmt);
        (void)vsnprintf(e->msg, sizeof e->msg, fmt, ap);
        va_end(ap);
    }
    return -(int)code;
}

int err_prefix(struct err *e, int rc, const char *fmt, ...)
{
    if (e == NULL || rc >= 0) {
        return rc;
    }
    char whole[sizeof e->msg];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(whole, sizeof whole, fmt, ap);
    va_end(ap);
    if (n > 0 && (size_t)n + 3 < sizeof whole) {
        int room = (int)(sizeof whole - (size_t)n) - 3;
        (void)snprintf(whole + n, sizeof whole - (size_t)n, ": %.*s", room, e->msg);
        memcpy(e->msg, whole, sizeof whole);
        e->msg[sizeof e->msg - 1] = '\0';
    }
    return rc;
}

enum err_code err_code_of(int rc)
{
    if (rc >= 0) {
        return ERR_NONE;
    }
    return rc > -(int)ERR_COUNT ? (enum err_code)(-rc) : ERR_INTERNAL;
}

int err_http_status(enum err_code code)
{
    return code < ERR_COUNT ? table[code].http : 500;
}

int err_exit_status(enum err_code code)
{
    return code < ERR_COUNT ? table[code].exit : 1;
}

const char *err_name(enum err_code code)
{
    return code < ERR_COUNT ? table[code].name : "internal";
}
