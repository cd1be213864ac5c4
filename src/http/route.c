/*
 * route.c: from a request to its handler, in the one order that is safe: nothing of the body is
 * read before it is known who asks. No state.
 */
#include "http/route.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "http/auth.h"
#include "http/server.h"

/* Compares the table's path, part by part, and collects parameters. */
static bool path_matches(const char *pattern, struct http_request *rq)
{
    size_t params = 0;
    size_t part = 0;
    const char *p = pattern;
    while (*p == '/' && p[1] != '\0') {
        p++;
        size_t n = strcspn(p, "/");
        if (part == rq->part_count) {
            return false;
        }
        const char *have = rq->parts[part++];
        if (p[0] == '{') {
            if (params == REQUEST_PARAMS_MAX) {
                return false;
            }
            rq->params[params++] = have;
        } else if (strlen(have) != n || memcmp(have, p, n) != 0) {
            return false;
        }
        p += n;
    }
    return part == rq->part_count;
}

static bool method_matches(const struct route *r, const char *method)
{
    return strcmp(r->method, "*") == 0 || strcmp(r->method, method) == 0 ||
           (strcmp(method, "HEAD") == 0 && strcmp(r->method, "GET") == 0);
}

int route_match(const struct route_table *t, struct http_request *rq, const struct route **out,
                char allow[static ROUTE_ALLOW_LEN])
{
    size_t len = 0;
    bool named = false; /* the very path stands in the table: then it is nobody's id */
    allow[0] = '\0';
    for (size_t i = 0; i < t->count; i++) {
        const struct route *r = &t->routes[i];
        bool pattern = strchr(r->path, '{') != NULL;
        if ((pattern && named) || !path_matches(r->path, rq)) {
            continue;
        }
        named = named || !pattern;
        if (method_matches(r, rq->method)) {
            *out = r;
            return 1;
        }
        int n = snprintf(allow + len, ROUTE_ALLOW_LEN - len, "%s%s%s", len > 0 ? ", " : "",
                         r->method, strcmp(r->method, "GET") == 0 ? ", HEAD" : "");
        if (n > 0 && (size_t)n < ROUTE_ALLOW_LEN - len) {
            len += (size_t)n;
        }
    }
    return len > 0 ? 2 : 0;
}

static bool is_write(const struct http_request *rq)
{
    return strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0;
}

/* "https://salon.example" -> "salon.example"; NULL when it is no http(s) origin. */
static const char *origin_host(const char *origin)
{
    if (strncasecmp(origin, "http://", 7) == 0) {
        return origin + 7;
    }
    return strncasecmp(origin, "https://", 8) == 0 ? origin + 8 : NULL;
}

bool route_origin_ok(const struct http_request *rq, const char *public_url)
{
    const char *site = request_header(rq, "Sec-Fetch-Site");
    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        return false;
    }
    const char *origin = request_header(rq, "Origin");
    if (origin == NULL) {
        return true; /* not a browser, or one that keeps it to itself: X-BarkBook still guards */
    }
    const char *host = origin_host(origin);
    const char *asked = request_header(rq, "Host");
    if (host == NULL || request_header_count(rq, "Origin") != 1) {
        return false;
    }
    if (asked != NULL && strcasecmp(host, asked) == 0) {
        return true;
    }
    return public_url != NULL && strcasecmp(origin, public_url) == 0;
}

static int authorise(const struct route *r, const struct http_request *rq, struct err *err)
{
    switch (r->access) {
    case ACCESS_PUBLIC:
        return 0;
    case ACCESS_MACHINE:
        if (rq->session != NULL || (net_is_loopback(&rq->peer) && !rq->forwarded)) {
            return 0;
        }
        return err_set(err, ERR_UNAUTHENTICATED, "sign in first");
    case ACCESS_STAFF:
    case ACCESS_OWNER:
        if (rq->session == NULL) {
            return err_set(err, ERR_UNAUTHENTICATED, "sign in first");
        }
        if (r->access == ACCESS_OWNER && !auth_is_owner(rq->session)) {
            return err_set(err, ERR_FORBIDDEN, "only the owner may do this");
        }
        if ((r->flags & ROUTE_PASSWORD) != 0 && rq->session->by_pin) {
            return err_set(err, ERR_FORBIDDEN, "sign in with the password for this");
        }
        return 0;
    case ACCESS_UNSET:
        break;
    }
    return err_set(err, ERR_INTERNAL, "%s %s: nobody said who may", r->method, r->path);
}

/* What a page of another site cannot send along. */
static int check_write(const struct http_context *cx, const struct route *r,
                       const struct http_request *rq, struct err *err)
{
    const char *mark = request_header(rq, "X-BarkBook");
    if (mark == NULL || strcmp(mark, "1") != 0) {
        return err_set(err, ERR_FORBIDDEN, "the header X-BarkBook: 1 is missing");
    }
    if (!route_origin_ok(rq, cx->config->server.public_url)) {
        return err_set(err, ERR_FORBIDDEN, "this request comes from another site");
    }
    if ((r->flags & ROUTE_RAW_BODY) == 0 && r->body_max > 0 &&
        !request_is_type(rq, "application/json")) {
        return err_set(err, ERR_TYPE, "Content-Type must be application/json");
    }
    return 0;
}

static int parse_body(const struct route *r, struct http_request *rq, struct buf *body,
                      cJSON **json, struct err *err)
{
    int rc = request_body(rq, r->body_max, body, err);
    if (rc < 0) {
        return rc;
    }
    rc = json_parse(body->len > 0 ? body->data : "", body->len, json, err);
    if (rc < 0) {
        return err_prefix(err, rc, "the body");
    }
    if (!cJSON_IsObject(*json)) {
        return err_set(err, ERR_INVALID, "the body: an object is needed");
    }
    rq->json = *json;
    return 0;
}

static bool drop_body(struct http_request *rq)
{
    CLEANUP(buf_done) struct buf unwanted;
    buf_init(&unwanted, 256);
    return request_body(rq, 255, &unwanted, NULL) >= 0;
}

static int run(const struct route *r, struct http_context *cx, struct http_request *rq,
               struct reply *re, struct err *err)
{
    struct session session;
    rq->route = r;
    int rc = 0;
    if (r->access != ACCESS_PUBLIC || (r->flags & ROUTE_FOREIGN) == 0) {
        rc = auth_identify(cx, rq, &session, err);
        if (rc < 0) {
            return rc;
        }
        rq->session = rc > 0 ? &session : NULL;
    }
    rc = authorise(r, rq, err);
    if (rc >= 0 && is_write(rq) && (r->flags & ROUTE_FOREIGN) == 0) {
        rc = check_write(cx, r, rq, err);
    }
    if (rc < 0) {
        rq->session = NULL;
        return rc;
    }
    CLEANUP(buf_done) struct buf body;
    CLEANUP(json_free) cJSON *json = NULL;
    buf_init(&body, r->body_max + 1);
    if (is_write(rq) && r->body_max > 0 && (r->flags & ROUTE_RAW_BODY) == 0) {
        rc = parse_body(r, rq, &body, &json, err);
    }
    if (is_write(rq) && r->body_max == 0 && (r->flags & ROUTE_RAW_BODY) == 0) {
        /* Browsers send "{}" along; taken away, so that the connection can live on. */
        (void)drop_body(rq);
    }
    if (rc >= 0) {
        rc = r->handle(cx, rq, re, err);
    }
    rq->json = NULL;
    rq->session = NULL; /* lives on this stack */
    return rc;
}

void route_dispatch(const struct route_table *t, struct http_context *cx, struct http_request *rq,
                    struct reply *re)
{
    struct err err = {0};
    const struct route *r = NULL;
    char allow[ROUTE_ALLOW_LEN];
    int rc = route_match(t, rq, &r, allow);
    if (rc == 1) {
        rc = run(r, cx, rq, re, &err);
    } else if (rc == 2) {
        (void)err_set(&err, ERR_METHOD, "this path answers only %s", allow);
        reply_error(re, &err);
        reply_header(re, "Allow", "%s", allow);
        return;
    } else if (t->otherwise != NULL &&
               (t->unlisted == NULL || strncmp(rq->path, t->unlisted, strlen(t->unlisted)) != 0)) {
        rc = is_write(rq) ? err_set(&err, ERR_METHOD, "pages are only read")
                          : t->otherwise(cx, rq, re, &err);
        if (rc < 0 && err.code == ERR_METHOD) {
            reply_error(re, &err);
            reply_header(re, "Allow", "GET, HEAD");
            return;
        }
    } else {
        rc = err_set(&err, ERR_NOT_FOUND, "no such page");
    }
    if (rc < 0) {
        if (err_http_status(err.code) >= 500 && err.code != ERR_STOPPED) {
            /* The route's pattern, not the path: ids and searches stay out of the log. */
            log_error("request_failed", "method=%s path=%s code=%s error=%s", rq->method,
                      r == NULL ? "-" : r->path, err_name(err.code), err.msg);
        }
        reply_error(re, &err);
    }
}
