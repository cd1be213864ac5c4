/*
 * http_request.c: reading the parts of a request, and refusing what two servers could read
 * differently.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "http/request.h"

static struct http_request rq; /* large; one per test process */

static void header(const char *name, const char *value)
{
    rq.headers[rq.header_count++] = (struct http_header){name, value};
}

Test(http_request, a_path_is_decoded_and_cut_into_parts)
{
    cr_assert_eq(request_set_path(&rq, "/api/pets/%C5%81atka/", NULL), 0);
    cr_expect_str_eq(rq.path, "/api/pets/\xC5\x81"
                              "atka");
    cr_assert_eq(rq.part_count, 3);
    cr_expect_str_eq(rq.parts[0], "api");
    cr_expect_str_eq(rq.parts[2], "\xC5\x81"
                                  "atka");
    cr_assert_eq(request_set_path(&rq, "/", NULL), 0);
    cr_expect_eq(rq.part_count, 0);
}

Test(http_request, tricks_in_a_path_are_refused)
{
    static const char *const table[] = {
        "",          "x",      "/a//b",  "//a",    "/a/../b",  "/..",    "/a/./b",
        "/%2e%2e/x", "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b",    "/a%00b", "/a%0d%0ab",
        "/a%",       "/a%2",   "/a%zz",  "/a%ff",  "/a%c0%af", "/a\x01", "/%",
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct err err = {0};
        cr_expect_eq(request_set_path(&rq, table[i], &err), -(int)ERR_INVALID, "'%s'", table[i]);
    }
}

Test(http_request, a_path_of_any_length_is_survived)
{
    static char raw[4096];
    memset(raw, 'a', sizeof raw - 1);
    raw[0] = '/';
    cr_expect_eq(request_set_path(&rq, raw, NULL), -(int)ERR_NOT_FOUND);
    for (size_t i = 0; i < 200; i += 2) {
        raw[i] = '/';
    }
    raw[200] = '\0';
    cr_expect_eq(request_set_path(&rq, raw, NULL), -(int)ERR_NOT_FOUND);
}

Test(http_request, a_query_parameter_is_found_decoded_and_only_once)
{
    char out[16];
    rq.query = "date=2026-11-23&q=%C5%BC+x&empty=&xdate=1";
    cr_expect_eq(request_query(&rq, "date", out, sizeof out, NULL), 1);
    cr_expect_str_eq(out, "2026-11-23");
    cr_expect_eq(request_query(&rq, "q", out, sizeof out, NULL), 1);
    cr_expect_str_eq(out, "\xC5\xBC x");
    cr_expect_eq(request_query(&rq, "empty", out, sizeof out, NULL), 1);
    cr_expect_str_eq(out, "");
    cr_expect_eq(request_query(&rq, "dat", out, sizeof out, NULL), 0);
    rq.query = "a=1&a=2";
    cr_expect_eq(request_query(&rq, "a", out, sizeof out, NULL), -(int)ERR_INVALID);
    rq.query = "a=12345678901234567";
    cr_expect_eq(request_query(&rq, "a", out, sizeof out, NULL), -(int)ERR_INVALID);
    rq.query = "a=%ff";
    cr_expect_eq(request_query(&rq, "a", out, sizeof out, NULL), -(int)ERR_INVALID);
    rq.query = NULL;
    cr_expect_eq(request_query(&rq, "a", out, sizeof out, NULL), 0);
}

Test(http_request, a_number_in_the_query_has_bounds)
{
    int64_t n = 7;
    rq.query = "limit=50";
    cr_expect_eq(request_query_int(&rq, "limit", 1, 200, &n, NULL), 1);
    cr_expect_eq(n, 50);
    static const char *const bad[] = {"limit=0",
                                      "limit=201",
                                      "limit=",
                                      "limit=5x",
                                      "limit=-1",
                                      "limit=1e2",
                                      "limit=99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        rq.query = bad[i];
        cr_expect_eq(request_query_int(&rq, "limit", 1, 200, &n, NULL), -(int)ERR_INVALID, "%s",
                     bad[i]);
    }
    cr_expect_eq(n, 50);
}

Test(http_request, a_cookie_is_found_among_others_but_not_when_given_twice)
{
    char out[8];
    header("Cookie", "a=1; barkbook=abc ;b=2");
    cr_expect_not(request_cookie(&rq, "bark", out, sizeof out));
    cr_expect(request_cookie(&rq, "a", out, sizeof out));
    cr_expect_str_eq(out, "1");
    cr_expect(request_cookie(&rq, "b", out, sizeof out));
    header("cookie", "a=2");
    cr_expect_not(request_cookie(&rq, "a", out, sizeof out));
    header("Cookie", "long=12345678");
    cr_expect_not(request_cookie(&rq, "long", out, sizeof out));
}

Test(http_request, a_list_header_is_searched_by_whole_words)
{
    cr_expect(header_list_has("br, gzip", "gzip"));
    cr_expect(header_list_has("GZIP;q=0.5", "gzip"));
    cr_expect_not(header_list_has("gzip;q=0, br", "gzip"));
    cr_expect_not(header_list_has("xgzip", "gzip"));
    cr_expect_not(header_list_has("gzip2", "gzip"));
    cr_expect_not(header_list_has(NULL, "gzip"));
}

Test(http_request, an_etag_the_browser_has_is_recognised)
{
    header("If-None-Match", "\"x\", W/\"abc\"");
    cr_expect(request_etag_matches(&rq, "\"abc\""));
    cr_expect_not(request_etag_matches(&rq, "\"ab\""));
    rq.header_count = 0;
    cr_expect_not(request_etag_matches(&rq, "\"abc\""));
    header("If-None-Match", "*");
    cr_expect(request_etag_matches(&rq, "\"abc\""));
}

Test(http_request, the_media_type_counts_not_its_parameters)
{
    header("Content-Type", "Application/JSON; charset=utf-8");
    cr_expect(request_is_type(&rq, "application/json"));
    cr_expect_not(request_is_type(&rq, "text/plain"));
    header("Content-Type", "text/plain");
    cr_expect_not(request_is_type(&rq, "application/json"));
}

Test(http_request, the_length_of_a_body_is_said_once_and_in_digits)
{
    int64_t n = 7;
    cr_expect_eq(request_length(&rq, &n, NULL), 0);
    cr_expect_eq(n, 0);
    header("Content-Length", "42");
    cr_expect_eq(request_length(&rq, &n, NULL), 0);
    cr_expect_eq(n, 42);
    header("Content-Length", "42");
    cr_expect_eq(request_length(&rq, &n, NULL), -(int)ERR_INVALID);
    static const char *const bad[] = {"",   "-1",   "+1",  " 1",
                                      "1 ", "0x10", "1,1", "9999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        rq.header_count = 0;
        header("Content-Length", bad[i]);
        cr_expect_eq(request_length(&rq, &n, NULL), -(int)ERR_INVALID, "'%s'", bad[i]);
    }
    rq.header_count = 0;
    header("Transfer-Encoding", "chunked");
    cr_expect_eq(request_length(&rq, &n, NULL), 0);
    cr_expect_eq(n, -1);
    header("Content-Length", "42");
    cr_expect_eq(request_length(&rq, &n, NULL), -(int)ERR_INVALID);
}
