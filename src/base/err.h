/*
 * err.h: one closed list of what can go wrong, and the sentence that says it.
 *
 * Functions that can fail return int: 0 done, negative failed (-(int)code, *err filled in at the
 * place it happened, forwarded untouched), positive an outcome the caller must handle. Outputs are
 * written last and untouched on failure. The message is for the person who reads it: what went
 * wrong and what to do; never a secret, never client data.
 */
#ifndef BARKBOOK_BASE_ERR_H
#define BARKBOOK_BASE_ERR_H

#include "base/util.h"

enum err_code {
    ERR_NONE = 0,
    ERR_INVALID,         /* malformed input: 400 */
    ERR_UNAUTHENTICATED, /* who are you: 401 */
    ERR_FORBIDDEN,       /* not you: 403 */
    ERR_NOT_FOUND,       /* 404 */
    ERR_METHOD,          /* 405 */
    ERR_TIMEOUT,         /* the peer was too slow: 408 */
    ERR_CONFLICT,        /* somebody changed it meanwhile: 409 */
    ERR_TOO_LARGE,       /* 413 */
    ERR_TYPE,            /* 415 */
    ERR_UNPROCESSABLE,   /* understood, but cannot be right: 422 */
    ERR_RATE,            /* too many: 429 */
    ERR_NOMEM,           /* 503: try again */
    ERR_BUSY,            /* 503: locked by somebody else, try again */
    ERR_IO,              /* 503: disk, file, socket */
    ERR_DB,              /* 503: SQLite said no */
    ERR_REMOTE_RETRY,    /* the other side failed in a way that passes; exit 75 */
    ERR_REMOTE,          /* the other side refused; exit 1 */
    ERR_STOPPED,         /* asked to stop before the end; exit 75 */
    ERR_CONFIG,          /* exit 1 */
    ERR_USAGE,           /* command line; exit 2 */
    ERR_INTERNAL,        /* our own bug: 500 */
    ERR_COUNT
};

struct err {
    enum err_code code;
    char msg[480];
};

/* Fills *e (which may be NULL) and returns -(int)code, so that failing is one statement:
 * return err_set(e, ERR_INVALID, "payload.startTime: not a time"); */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "prefix: " before the message, for a caller that knows more; returns rc unchanged. */
int err_prefix(struct err *e, int rc, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The code behind a negative return value. */
enum err_code err_code_of(int rc);

int err_http_status(enum err_code code);
int err_exit_status(enum err_code code);
const char *err_name(enum err_code code); /* snake_case, e.g. "not_found"; used in JSON answers */

#endif
