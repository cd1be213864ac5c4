/*
 * openapi.c: GET /api/openapi.json, written from the same table that requests are routed by, so
 * that it cannot drift. No state.
 */
#include <ctype.h>
#include <string.h>

#include "http/api.h"

static void write_parameters(struct jw *w, const char *path)
{
    jw_array(w, "parameters");
    for (const char *p = path; (p = strchr(p, '{')) != NULL; p++) {
        jw_object(w, NULL);
        jw_text_n(w, "name", p + 1, strcspn(p + 1, "}"));
        jw_text(w, "in", "path");
        jw_bool(w, "required", true);
        jw_object(w, "schema");
        jw_text(w, "type", "string");
        jw_end_object(w);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_security(struct jw *w, enum route_access access)
{
    /* A list of alternatives; the empty one means that nothing is needed. */
    jw_array(w, "security");
    if (access != ACCESS_PUBLIC) {
        jw_object(w, NULL);
        jw_array(w, "session");
        jw_end_array(w);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_text(w, "x-access",
            access == ACCESS_OWNER     ? "owner"
            : access == ACCESS_STAFF   ? "staff"
            : access == ACCESS_MACHINE ? "machine"
                                       : "public");
}

static void write_body(struct jw *w, const struct route *r)
{
    if (r->body_max == 0) {
        return;
    }
    bool raw = (r->flags & ROUTE_RAW_BODY) != 0;
    jw_object(w, "requestBody");
    jw_bool(w, "required", true);
    jw_object(w, "content");
    jw_object(w, raw ? "application/octet-stream" : "application/json");
    jw_object(w, "schema");
    jw_text(w, "type", raw ? "string" : "object");
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
    jw_int(w, "x-bytes-max", (int64_t)r->body_max);
    jw_end_object(w);
}

static void write_responses(struct jw *w)
{
    jw_object(w, "responses");
    jw_object(w, "2XX");
    jw_text(w, "description", "Done");
    jw_end_object(w);
    jw_object(w, "default");
    jw_text(w, "description", "Refused, or failed");
    jw_object(w, "content");
    jw_object(w, "application/json");
    jw_object(w, "schema");
    jw_text(w, "$ref", "#/components/schemas/Error");
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
}

static void write_operation(struct jw *w, const struct route *r)
{
    char method[16] = "";
    for (size_t i = 0; r->method[i] != '\0' && i + 1 < sizeof method; i++) {
        method[i] = (char)tolower((unsigned char)r->method[i]);
    }
    jw_object(w, method);
    jw_text(w, "summary", r->summary);
    write_parameters(w, r->path);
    write_security(w, r->access);
    write_body(w, r);
    write_responses(w);
    jw_end_object(w);
}

static void write_paths(struct jw *w, const struct route_table *t)
{
    jw_object(w, "paths");
    for (size_t i = 0; i < t->count; i++) {
        const struct route *r = &t->routes[i];
        bool first = i == 0 || strcmp(t->routes[i - 1].path, r->path) != 0;
        bool last = i + 1 == t->count || strcmp(t->routes[i + 1].path, r->path) != 0;
        if (first) {
            jw_object(w, r->path);
        }
        write_operation(w, r);
        if (last) {
            jw_end_object(w);
        }
    }
    jw_end_object(w);
}

static void write_components(struct jw *w)
{
    jw_object(w, "components");
    jw_object(w, "securitySchemes");
    jw_object(w, "session");
    jw_text(w, "type", "apiKey");
    jw_text(w, "in", "cookie");
    jw_text(w, "name", "barkbook_session");
    jw_end_object(w);
    jw_end_object(w);
    jw_object(w, "schemas");
    jw_object(w, "Error");
    jw_text(w, "type", "object");
    jw_object(w, "properties");
    jw_object(w, "error");
    jw_text(w, "type", "object");
    jw_object(w, "properties");
    static const char *const fields[] = {"code", "message", "field"};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        jw_object(w, fields[i]);
        jw_text(w, "type", "string");
        jw_end_object(w);
    }
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
}

int api_openapi(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    (void)cx;
    (void)rq;
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "openapi", "3.1.0");
    jw_object(&w, "info");
    jw_text(&w, "title", "BarkBook");
    jw_text(&w, "version", BARKBOOK_VERSION);
    jw_text(&w, "description",
            "The dashboard's own interface. Writes carry Content-Type: application/json and "
            "X-BarkBook: 1.");
    jw_end_object(&w);
    write_paths(&w, &dashboard_routes);
    write_components(&w);
    jw_end_object(&w);
    return reply_json_end(re, err);
}
