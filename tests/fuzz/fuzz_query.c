/*
 * fuzz_query.c: any request for the dashboard's API: a path, a query, headers, and a JSON body, one
 * to a line in that order. Uses every reader that handlers take their input from.
 */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/phone.h"
#include "base/text.h"
#include "check.h"
#include "http/request.h"

#define HEADERS 6

static void text_ok(const char *s)
{
    REQUIRE(text_utf8_valid(s, strlen(s)));
}

static void query_check(const struct http_request *rq)
{
    static const char *const names[] = {"date", "days", "q", "limit", "before", "status"};
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char value[40] = "untouched";
        const int rc = request_query(rq, names[i], value, sizeof value, &err);
        REQUIRE(rc == 0 || rc == 1 || rc == -(int)ERR_INVALID);
        if (rc == 1) {
            text_ok(value);
        }
        int64_t n = 3;
        const int as_number = request_query_int(rq, names[i], 1, 7, &n, &err);
        REQUIRE(n >= 1 && n <= 7);
        REQUIRE(as_number <= 0 || rc == 1);
        struct local_date date = {0};
        if (rc == 1 && date_parse(value, &date)) {
            char text[11];
            date_format(date, text);
            REQUIRE(strcmp(text, value) == 0);
        }
        int64_t ms = 0;
        if (rc == 1 && time_parse(value, &ms)) {
            char text[TIME_TEXT_LEN];
            int64_t again = 0;
            time_format(ms, text);
            REQUIRE(time_parse(text, &again) && again == ms);
        }
    }
}

static void headers_check(const struct http_request *rq)
{
    struct err err;
    char cookie[80];
    if (request_cookie(rq, "barkbook_session", cookie, sizeof cookie)) {
        REQUIRE(strlen(cookie) < sizeof cookie);
    }
    int64_t length = -2;
    const int rc = request_length(rq, &length, &err);
    REQUIRE(rc == 0 ? length >= -1 : length == -2);
    (void)request_etag_matches(rq, "\"0123abcd\"");
    (void)request_is_type(rq, "application/json");
    (void)request_is_chunked(rq);
    for (size_t i = 0; i < rq->header_count; i++) {
        (void)header_list_has(rq->headers[i].value, "gzip");
    }
}

static void path_check(struct http_request *rq, const char *path)
{
    struct err err;
    if (request_set_path(rq, path, &err) < 0) {
        return;
    }
    text_ok(rq->path);
    REQUIRE(rq->path[0] == '/' && rq->part_count <= REQUEST_PARTS_MAX);
    for (size_t i = 0; i < rq->part_count; i++) {
        REQUIRE(rq->parts[i][0] != '\0' && strchr(rq->parts[i], '/') == NULL);
        REQUIRE(strcmp(rq->parts[i], "..") != 0);
    }
}

static void phone_check(const char *text)
{
    char e164[PHONE_LEN];
    char again[PHONE_LEN];
    char shown[64];
    phone_display(text, shown, sizeof shown);
    if (phone_normalize(text, e164)) {
        phone_display(e164, shown, sizeof shown);
        REQUIRE(phone_normalize(e164, again) && strcmp(e164, again) == 0);
        REQUIRE(phone_normalize(shown, again) && strcmp(e164, again) == 0);
    }
}

static void fold_check(const char *text)
{
    char *folded = text_fold(text);
    REQUIRE(folded != NULL);
    char *again = text_fold(folded);
    REQUIRE(again != NULL && strcmp(folded, again) == 0);
    REQUIRE(folded[0] == '\0' || text_has_words(folded, folded));
    free(folded);
    free(again);
}

static void body_check(const char *text, size_t n)
{
    static const char *const keys[] = {"name", "phone_number", "email", "notes", "price_minor"};
    struct err err;
    CLEANUP(json_free) cJSON *doc = NULL;
    if (json_parse(text, n, &doc, &err) < 0) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char *value = NULL;
        int64_t number = 5;
        bool flag = false;
        if (json_field_text(doc, keys[i], 100, i == 0, &value, &err) == 0 && value != NULL) {
            text_ok(value);
            REQUIRE(value[0] != '\0' && text_chars(value) <= 100);
            phone_check(value);
            fold_check(value);
            (void)text_email_valid(value);
            CLEANUP(buf_done) struct buf csv;
            buf_init(&csv, 4096);
            csv_field(&csv, value, ';');
            REQUIRE(!csv.failed && strchr("=+-@\t\r", csv.data[0]) == NULL);
        }
        free(value);
        (void)!json_field_int(doc, keys[i], 0, 10, false, &number, &err);
        REQUIRE(number >= 0 && number <= 10);
        (void)!json_field_bool(doc, keys[i], false, &flag, &err);
    }
}

/* The next line as text of its own; *at goes past it. Handlers never see NUL: a line ends there
 * too. */
static char *line_take(const char **at, const char *end)
{
    const char *nl = memchr(*at, '\n', (size_t)(end - *at));
    const char *stop = nl != NULL ? nl : end;
    char *line = strndup(*at, (size_t)(stop - *at));
    REQUIRE(line != NULL);
    *at = nl != NULL ? nl + 1 : end;
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[HEADERS] = {"Cookie",          "If-None-Match",
                                               "Accept-Encoding", "Content-Type",
                                               "Content-Length",  "Transfer-Encoding"};
    const char *at = (const char *)data;
    const char *end = at + size;
    static struct http_request rq; /* large; one thread */
    memset(&rq, 0, sizeof rq);
    char *path = line_take(&at, end);
    char *query = line_take(&at, end);
    char *values[HEADERS];
    rq.query = query[0] == '\0' ? NULL : query;
    for (size_t i = 0; i < HEADERS; i++) {
        values[i] = line_take(&at, end);
        if (values[i][0] != '\0') {
            rq.headers[rq.header_count++] = (struct http_header){names[i], values[i]};
        }
    }
    path_check(&rq, path);
    query_check(&rq);
    headers_check(&rq);
    body_check(at, (size_t)(end - at));
    for (size_t i = 0; i < HEADERS; i++) {
        free(values[i]);
    }
    free(path);
    free(query);
    return 0;
}
