/*
 * route.h: one table says which requests exist, who may make them and how large they may be. The
 * order is always: match, authenticate, authorise, bounded body, parse, handle. The same table is
 * the API's description (openapi.c).
 */
#ifndef BARKBOOK_HTTP_ROUTE_H
#define BARKBOOK_HTTP_ROUTE_H

#include <stddef.h>

#include "base/err.h"
#include "http/context.h"
#include "http/reply.h"
#include "http/request.h"

enum route_access {
    ACCESS_UNSET, /* a mistake: refused, and a test finds it */
    ACCESS_PUBLIC,
    ACCESS_MACHINE, /* signed in, or from this machine and not forwarded by a proxy */
    ACCESS_STAFF,   /* any signed-in person */
    ACCESS_OWNER,
};

enum route_flags {
    ROUTE_RAW_BODY = 1, /* the handler reads the body itself (request_body), of whatever type */
    ROUTE_FOREIGN =
        2, /* called by other machines: no X-BarkBook, no Origin check, no Content-Type check */
    ROUTE_PASSWORD = 4, /* not for sessions that a PIN opened */
};

/* 0 with the reply filled in, or negative: then err becomes the reply. */
typedef int route_handler(struct http_context *cx, struct http_request *rq, struct reply *re,
                          struct err *err);

struct route {
    const char *method; /* GET also answers HEAD; "*": any, the handler tells them apart */
    const char *path;   /* "/api/pets/{id}"; a part in braces is a parameter */
    route_handler *handle;
    enum route_access access;
    unsigned flags;
    size_t body_max;     /* bytes; 0: the method has no body to read */
    const char *summary; /* for the API's description */
};

struct route_table {
    const struct route *routes;
    size_t count;
    route_handler *otherwise; /* GET of a path that is not in the table (the pages); NULL: 404 */
    const char *unlisted;     /* prefix that otherwise never gets ("/api/") */
};

/* Fills in the reply, whatever happens. */
void route_dispatch(const struct route_table *t, struct http_context *cx, struct http_request *rq,
                    struct reply *re);

/* A path that stands in the table as it is comes before those with parameters, so it must stand
 * there first. 1 matched (*out), 0 no such path, 2 path known under other methods (allow: "GET,
 * HEAD, POST"). */
#define ROUTE_ALLOW_LEN 64
int route_match(const struct route_table *t, struct http_request *rq, const struct route **out,
                char allow[static ROUTE_ALLOW_LEN]);

/* Does Origin (or Sec-Fetch-Site) allow a write? Exposed for its test. */
bool route_origin_ok(const struct http_request *rq, const char *public_url);

/* Wires the two listeners. */
extern const struct route_table dashboard_routes;
extern const struct route_table webhook_routes;

#endif
