/*
 * request.h: one HTTP request as handlers see it, and the pure reading of its parts: path, query,
 * cookies, lists in headers. Knows nothing of the server library.
 *
 * A request belongs to the worker thread that serves it. Worker stacks are small (100 KB, fixed by
 * the library): nothing large goes on the stack in this folder.
 */
#ifndef BARKBOOK_HTTP_REQUEST_H
#define BARKBOOK_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "http/address.h"

#define REQUEST_HEADERS_MAX 64
#define REQUEST_PATH_MAX    1024
#define REQUEST_PARTS_MAX   8
#define REQUEST_PARAMS_MAX  4

struct http_header {
    const char *name;
    const char *value;
};

struct route;
struct session;

struct http_request {
    const char *method; /* as sent: "GET" */
    const char *query;  /* undecoded, without '?'; NULL: none */
    int64_t now;        /* ms, when it was received */
    struct http_header headers[REQUEST_HEADERS_MAX];
    size_t header_count;
    struct net_address peer;        /* the other end of the socket */
    struct net_address client;      /* behind trusted proxies, the client's own */
    char client_text[NET_TEXT_LEN]; /* of client */
    bool forwarded;                 /* some proxy says it forwarded this */
    bool https;                     /* a trusted proxy says the client came over TLS */
    char path[REQUEST_PATH_MAX];    /* decoded, checked: see request_set_path */
    char split[REQUEST_PATH_MAX];   /* the same, cut into parts */
    const char *parts[REQUEST_PARTS_MAX];
    size_t part_count; /* "/" has none */
    /* Set by route_dispatch. */
    const struct route *route;
    const char *params[REQUEST_PARAMS_MAX]; /* values of {…} in the route's path, in order */
    const struct session *session;          /* who is signed in; NULL: nobody */
    const cJSON *json; /* the body of a write: an object; NULL when there is none */
    /* The server's; see request_body. */
    void *connection;
    bool body_taken;
};

/* Decodes and checks an undecoded path. ERR_INVALID for what no honest client sends: broken or
 * needless tricks with %, NUL, control bytes, '/' or '\' hidden in a part, "." and "..", empty
 * parts, bytes that are not UTF-8; ERR_NOT_FOUND when it is longer than any path here. One '/' at
 * the end is ignored. */
MUST_USE int request_set_path(struct http_request *rq, const char *raw, struct err *err);

/* First header of that name (any case); NULL: none. */
const char *request_header(const struct http_request *rq, const char *name);
size_t request_header_count(const struct http_request *rq, const char *name);

/* Decoded value of a query parameter: 1 and out filled in, 0 absent, ERR_INVALID when it is given
 * twice, too long, or not decodable UTF-8. */
MUST_USE int request_query(const struct http_request *rq, const char *name, char *out,
                           size_t out_len, struct err *err);
/* The same for whole numbers within min..max; *out untouched when absent. */
MUST_USE int request_query_int(const struct http_request *rq, const char *name, int64_t min,
                               int64_t max, int64_t *out, struct err *err);

/* Value of a cookie; false when absent, given twice (somebody is trying something) or too long. */
MUST_USE bool request_cookie(const struct http_request *rq, const char *name, char *out,
                             size_t out_len);

/* Is the token in a comma-separated header list ("gzip" in "br;q=1, gzip")? A weight of 0 says no.
 */
bool header_list_has(const char *value, const char *token);

/* Does If-None-Match name this ETag (given with its quotes), weakly compared? */
bool request_etag_matches(const struct http_request *rq, const char *etag);

/* Does the media type of Content-Type equal type ("application/json"), whatever its parameters? */
bool request_is_type(const struct http_request *rq, const char *type);

/* Bytes announced by Content-Length: -1 when absent or the body is chunked; ERR_INVALID when it is
 * malformed, repeated, or contradicts Transfer-Encoding. */
MUST_USE int request_length(const struct http_request *rq, int64_t *out, struct err *err);
bool request_is_chunked(const struct http_request *rq);

/* Reads the raw body, at most max bytes, within the listener's deadline; answers Expect:
 * 100-continue first. ERR_TOO_LARGE (as soon as it is known, without reading the rest),
 * ERR_TIMEOUT, ERR_INVALID when it ended early or its framing is broken. out is the caller's,
 * initialised with at least max bytes. */
MUST_USE int request_body(struct http_request *rq, size_t max, struct buf *out, struct err *err);

#endif
