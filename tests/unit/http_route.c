/*
 * http_route.c: the table of routes: what matches, that everybody's access is said, and where a
 * write may come from.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "http/route.h"

static struct http_request rq; /* large; one per test process */

static int nothing(struct http_context *cx, struct http_request *r, struct reply *re,
                   struct err *err)
{
    (void)cx;
    (void)r;
    (void)re;
    (void)err;
    return 0;
}

static const struct route rows[] = {
    {"GET", "/api/pets", nothing, ACCESS_STAFF, 0, 0, "list"},
    {"GET", "/api/pets/{id}", nothing, ACCESS_STAFF, 0, 0, "one"},
    {"PATCH", "/api/pets/{id}", nothing, ACCESS_STAFF, 0, 10, "change"},
    {"*", "/hook", nothing, ACCESS_PUBLIC, 0, 0, "any"},
};
static const struct route_table table = {.routes = rows, .count = ARRAY_LEN(rows)};

static int match(const char *method, const char *path, const struct route **out, char *allow)
{
    rq.method = method;
    cr_assert_eq(request_set_path(&rq, path, NULL), 0);
    return route_match(&table, &rq, out, allow);
}

Test(http_route, a_path_finds_its_route_and_its_parameters)
{
    const struct route *r = NULL;
    char allow[ROUTE_ALLOW_LEN];
    cr_assert_eq(match("PATCH", "/api/pets/x-1", &r, allow), 1);
    cr_expect_eq(r, &rows[2]);
    cr_expect_str_eq(rq.params[0], "x-1");
    cr_assert_eq(match("HEAD", "/api/pets/", &r, allow), 1);
    cr_expect_eq(r, &rows[0]);
    cr_assert_eq(match("DELETE", "/hook", &r, allow), 1);
    cr_expect_eq(r, &rows[3]);
}

Test(http_route, another_method_is_told_which_ones_there_are)
{
    const struct route *r = NULL;
    char allow[ROUTE_ALLOW_LEN];
    cr_assert_eq(match("PUT", "/api/pets/1", &r, allow), 2);
    cr_expect_str_eq(allow, "GET, HEAD, PATCH");
}

Test(http_route, a_longer_shorter_or_other_path_finds_nothing)
{
    const struct route *r = NULL;
    char allow[ROUTE_ALLOW_LEN];
    static const char *const paths[] = {"/",          "/api",          "/api/pet",
                                        "/api/petsx", "/api/pets/1/2", "/hook/1"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        cr_expect_eq(match("GET", paths[i], &r, allow), 0, "%s", paths[i]);
    }
}

static void check_table(const struct route_table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct route *r = &t->routes[i];
        cr_expect_neq(r->access, ACCESS_UNSET, "%s %s: nobody said who may", r->method, r->path);
        cr_expect_not_null(r->handle, "%s %s", r->method, r->path);
        cr_expect(i == 0 || strcmp(t->routes[i - 1].path, r->path) <= 0, "%s is not in order",
                  r->path);
        bool write = strcmp(r->method, "GET") != 0 && strcmp(r->method, "*") != 0;
        cr_expect(write || r->body_max == 0, "%s %s: a read has no body", r->method, r->path);
        for (size_t k = 0; k < i; k++) {
            cr_expect(strcmp(t->routes[k].path, r->path) != 0 ||
                          strcmp(t->routes[k].method, r->method) != 0,
                      "%s %s stands there twice", r->method, r->path);
        }
    }
}

Test(http_route, every_route_says_who_may_and_stands_in_order)
{
    check_table(&dashboard_routes);
    check_table(&webhook_routes);
}

Test(http_route, every_route_of_the_dashboard_is_described)
{
    for (size_t i = 0; i < dashboard_routes.count; i++) {
        cr_expect_not_null(dashboard_routes.routes[i].summary, "%s",
                           dashboard_routes.routes[i].path);
    }
}

Test(http_route, a_write_from_another_site_is_refused)
{
    static const struct {
        const char *host, *origin, *site, *public_url;
        bool ok;
    } cases[] = {
        {"box:8080", NULL, NULL, NULL, true},
        {"box:8080", "http://box:8080", NULL, NULL, true},
        {"box:8080", "https://box:8080", NULL, NULL, true},
        {"box:8080", "http://BOX:8080", "same-origin", NULL, true},
        {"box:8080", "http://box", NULL, NULL, false},
        {"box:8080", "http://box:8080.evil.example", NULL, NULL, false},
        {"box:8080", "http://evil.example", NULL, NULL, false},
        {"box:8080", "null", NULL, NULL, false},
        {"box:8080", "ftp://box:8080", NULL, NULL, false},
        {"box:8080", NULL, "cross-site", NULL, false},
        {"box:8080", NULL, "same-site", NULL, false},
        {"inner", "https://salon.example", NULL, "https://salon.example", true},
        {"inner", "http://salon.example", NULL, "https://salon.example", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        rq.header_count = 0;
        rq.headers[rq.header_count++] = (struct http_header){"Host", cases[i].host};
        if (cases[i].origin != NULL) {
            rq.headers[rq.header_count++] = (struct http_header){"Origin", cases[i].origin};
        }
        if (cases[i].site != NULL) {
            rq.headers[rq.header_count++] = (struct http_header){"Sec-Fetch-Site", cases[i].site};
        }
        cr_expect_eq(route_origin_ok(&rq, cases[i].public_url), cases[i].ok, "case %zu", i);
    }
}
