/*
 * fetch.h: one HTTP request to a service we do not control, and the class of its outcome. The only
 * user of libcurl. Certificates are verified, redirects are not followed (a redirect would carry
 * the key elsewhere), every wait has a limit, and an answer has a maximum size, counted after
 * unpacking.
 *
 * What can happen, what the caller gets, and how a program that gives up ends:
 *
 *   failure              from                                     code              again?  exit
 *   FETCH_OK             2xx, whole body                          0                 -       0
 *   FETCH_NOT_FOUND      404                                      1 (an outcome)    no      -
 *   FETCH_DNS            the name cannot be looked up             ERR_REMOTE_RETRY  yes     75
 *   FETCH_CONNECT        refused, unreachable                     ERR_REMOTE_RETRY  yes     75
 *   FETCH_TLS            certificate or handshake                 ERR_REMOTE_RETRY  once    75
 *   FETCH_TIMEOUT        connecting, stalled or altogether; 408   ERR_REMOTE_RETRY  yes     75
 *   FETCH_CUT            reset, closed before the end, bad gzip   ERR_REMOTE_RETRY  yes     75
 *   FETCH_MALFORMED      no JSON, or not the JSON promised (set   ERR_REMOTE_RETRY  yes     75
 *                        by the caller that parses)
 *   FETCH_RATE           429                                      ERR_REMOTE_RETRY  yes     75
 *   FETCH_SERVER         5xx                                      ERR_REMOTE_RETRY  yes     75
 *   FETCH_TOO_LARGE      more than body_max                       ERR_REMOTE_RETRY  once    75
 *   FETCH_KEY            401                                      ERR_REMOTE        no      1
 *   FETCH_DENIED         403                                      ERR_REMOTE        no      1
 *   FETCH_REFUSED        3xx and other 4xx                        ERR_REMOTE        no      1
 *   FETCH_STOPPED        *stop asked for it                       ERR_STOPPED       no      75
 *   FETCH_BROKEN         our own request or libcurl itself        ERR_INTERNAL      no      1
 *                        (out of memory: ERR_NOMEM)
 *
 * Codes are chosen for every face: a 401 of Cal.com must not reach a browser as 401, which would
 * mean "sign in again".
 */
#ifndef BARKBOOK_REMOTE_FETCH_H
#define BARKBOOK_REMOTE_FETCH_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "remote/answer_headers.h"

enum fetch_failure {
    FETCH_OK,
    FETCH_NOT_FOUND,
    FETCH_DNS,
    FETCH_CONNECT,
    FETCH_TLS,
    FETCH_TIMEOUT,
    FETCH_CUT,
    FETCH_MALFORMED,
    FETCH_RATE,
    FETCH_SERVER,
    FETCH_TOO_LARGE,
    FETCH_KEY,
    FETCH_DENIED,
    FETCH_REFUSED,
    FETCH_STOPPED,
    FETCH_BROKEN,
    FETCH_FAILURE_COUNT
};

/* How often an idempotent request that failed so may be tried in all; 0: as long as patience lasts.
 */
int fetch_failure_tries(enum fetch_failure f);

/* Process-wide state of libcurl. Call once from main, before threads start. */
MUST_USE int fetch_global_init(struct err *err);

enum fetch_stop { FETCH_GO = 0, FETCH_STOP_SOON = 1, FETCH_STOP_NOW = 2 };

struct fetch_options {
    const atomic_int *stop; /* a fetch_stop; NULL: never. STOP_SOON lets a transfer finish. */
    int64_t connect_ms;     /* 0: 10 s */
    int64_t stall_ms;       /* without a byte; 0: 20 s */
    int64_t total_ms;       /* 0: 60 s */
    size_t body_max;        /* bytes; 0: 32 MiB */
};

struct fetch_request {
    const char *service;        /* "Cal.com": for messages */
    const char *method;         /* "GET" */
    const char *url;            /* http or https */
    const char *const *headers; /* "Name: value", ended by NULL; or NULL */
    const char *body;           /* NULL: none */
    size_t body_len;
    const char *user, *password; /* basic authentication; NULL: none */
    int64_t total_ms;            /* a shorter limit for this request; 0: the handle's */
};

struct fetch_answer {
    enum fetch_failure failure;
    int status;      /* 0: none came */
    struct buf body; /* unpacked; also of an error status, as far as it came */
    struct answer_headers headers;
};

void fetch_answer_init(struct fetch_answer *a);
void fetch_answer_done(struct fetch_answer *a);
DEFINE_CLEANUP_REF(struct fetch_answer, fetch_answer_done);

/* A handle keeps its connection alive between requests. It belongs to one thread at a time. */
struct fetch;
MUST_USE int fetch_new(const struct fetch_options *o, struct fetch **out, struct err *err);
void fetch_free(struct fetch *f); /* accepts NULL */
DEFINE_CLEANUP(struct fetch *, fetch_free);

/* a must be initialised; what it held is replaced. See the table for what comes back. */
MUST_USE int fetch_run(struct fetch *f, const struct fetch_request *r, struct fetch_answer *a,
                       struct err *err);

/* Percent-encodes n bytes for a path segment or a query value. */
void fetch_escape(struct buf *out, const char *text);

#endif
