/*
 * fake_http.h: a small HTTP/1.1 server on 127.0.0.1 that can misbehave on purpose: answer late,
 * stop in the middle, hang up. A thread per connection; connections stay open between requests. For
 * tests only.
 */
#ifndef BARKBOOK_TESTS_FAKE_HTTP_H
#define BARKBOOK_TESTS_FAKE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "out.h"

#define FAKE_HTTP_HEAD 16384

struct http_request {
    char method[8];
    char path[1024];  /* without the query, as sent */
    char query[4096]; /* as sent, without the question mark */
    char head[FAKE_HTTP_HEAD];
    struct out body;
};

struct http_answer {
    int status;
    struct out headers; /* lines ended by CRLF; Content-Length is added */
    struct out body;
    int64_t wait_ms;    /* before the first byte */
    int64_t stop_after; /* bytes of the body that are sent; -1 all */
    int64_t stall_ms;   /* at that place, before the connection is closed */
    bool hang_up;       /* close without any answer */
};

/* Fills in *answer (zeroed, stop_after -1). Called by many threads at once. */
typedef void http_handler(void *arg, const struct http_request *r, struct http_answer *answer);

struct fake_http;
struct fake_tls;

/* port 0: a free one. tls: NULL for plain HTTP. NULL when the port cannot be had. */
struct fake_http *fake_http_start(int port, struct fake_tls *tls, http_handler *handler, void *arg);
int fake_http_port(const struct fake_http *h);
void fake_http_stop(struct fake_http *h); /* ends waits and connections; accepts NULL */

/* The value of a header (any case), false when absent. */
bool http_header(const struct http_request *r, const char *name, char *out, size_t n);
/* The value of a query parameter, percent-decoded; false when absent. */
bool http_param(const struct http_request *r, const char *name, char *out, size_t n);
const char *http_reason(int status);

#endif
