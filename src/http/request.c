/*
 * request.c: the pure part of request.h. No state, no I/O. It must refuse rather than repair: what
 * is ambiguous here is how one server is made to see another request than the one in front of it.
 */
#include "http/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/* Decodes n bytes; the length, or -1 for a broken escape or a control byte. out holds n + 1. */
static ptrdiff_t percent_decode(const char *in, size_t n, bool plus_is_space, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        char c = in[i];
        if (c == '%') {
            int high = i + 2 < n ? hex_value(in[i + 1]) : -1;
            int low = i + 2 < n ? hex_value(in[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return -1;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (plus_is_space && c == '+') {
            c = ' ';
        }
        if (plus_is_space && (c == '\t' || c == '\n' || c == '\r')) {
            c = ' '; /* pasted into a search along with the words */
        }
        if ((unsigned char)c < 0x20 || c == 0x7f) {
            return -1;
        }
        out[len++] = c;
    }
    out[len] = '\0';
    return (ptrdiff_t)len;
}

int request_set_path(struct http_request *rq, const char *raw, struct err *err)
{
    rq->part_count = 0;
    size_t n = strlen(raw);
    if (n == 0 || raw[0] != '/') {
        return err_set(err, ERR_INVALID, "the path must begin with /");
    }
    if (n >= sizeof rq->path) {
        return err_set(err, ERR_NOT_FOUND, "no such page");
    }
    ptrdiff_t len = percent_decode(raw, n, false, rq->path);
    if (len < 0 || !text_utf8_valid(rq->path, (size_t)len)) {
        return err_set(err, ERR_INVALID, "the path is not properly encoded");
    }
    /* An escaped slash would have become a separator by now; nobody here needs one. */
    for (const char *p = raw; (p = strchr(p, '%')) != NULL; p++) {
        if (p[1] == '2' && (p[2] == 'f' || p[2] == 'F')) {
            return err_set(err, ERR_INVALID, "the path is not properly encoded");
        }
    }
    if (len > 1 && rq->path[len - 1] == '/') {
        rq->path[--len] = '\0';
    }
    memcpy(rq->split, rq->path, (size_t)len + 1);
    if (len == 1) {
        return 0;
    }
    char *p = rq->split;
    while (p != NULL) {
        char *part = p + 1;
        char *next = strchr(part, '/');
        *p = '\0';
        size_t part_len = next == NULL ? strlen(part) : (size_t)(next - part);
        if (part_len == 0 || (part_len == 1 && part[0] == '.') ||
            (part_len == 2 && part[0] == '.' && part[1] == '.') ||
            memchr(part, '\\', part_len) != NULL) {
            return err_set(err, ERR_INVALID, "the path is not properly encoded");
        }
        if (rq->part_count == REQUEST_PARTS_MAX) {
            return err_set(err, ERR_NOT_FOUND, "no such page");
        }
        rq->parts[rq->part_count++] = part;
        p = next;
    }
    return 0;
}

const char *request_header(const struct http_request *rq, const char *name)
{
    for (size_t i = 0; i < rq->header_count; i++) {
        if (strcasecmp(rq->headers[i].name, name) == 0) {
            return rq->headers[i].value;
        }
    }
    return NULL;
}

size_t request_header_count(const struct http_request *rq, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < rq->header_count; i++) {
        count += strcasecmp(rq->headers[i].name, name) == 0 ? 1 : 0;
    }
    return count;
}

int request_query(const struct http_request *rq, const char *name, char *out, size_t out_len,
                  struct err *err)
{
    size_t name_len = strlen(name);
    const char *found = NULL;
    size_t found_len = 0;
    for (const char *p = rq->query; p != NULL && *p != '\0';) {
        size_t n = strcspn(p, "&");
        if (n > name_len && p[name_len] == '=' && memcmp(p, name, name_len) == 0) {
            if (found != NULL) {
                return err_set(err, ERR_INVALID, "%s: given twice", name);
            }
            found = p + name_len + 1;
            found_len = n - name_len - 1;
        }
        p += n + (p[n] == '&' ? 1 : 0);
    }
    if (found == NULL) {
        return 0;
    }
    if (found_len >= out_len) {
        return err_set(err, ERR_INVALID, "%s: too long", name);
    }
    ptrdiff_t len = percent_decode(found, found_len, true, out);
    if (len < 0 || !text_utf8_valid(out, (size_t)len)) {
        return err_set(err, ERR_INVALID, "%s: not properly encoded", name);
    }
    return 1;
}

int request_query_int(const struct http_request *rq, const char *name, int64_t min, int64_t max,
                      int64_t *out, struct err *err)
{
    char text[24];
    int rc = request_query(rq, name, text, sizeof text, err);
    if (rc <= 0) {
        return rc;
    }
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < min || value > max) {
        return err_set(err, ERR_INVALID, "%s: a number from %lld to %lld is needed", name,
                       (long long)min, (long long)max);
    }
    *out = value;
    return 1;
}

bool request_cookie(const struct http_request *rq, const char *name, char *out, size_t out_len)
{
    size_t name_len = strlen(name);
    bool found = false;
    for (size_t i = 0; i < rq->header_count; i++) {
        if (strcasecmp(rq->headers[i].name, "Cookie") != 0) {
            continue;
        }
        for (const char *p = rq->headers[i].value; *p != '\0';) {
            p += strspn(p, "; \t");
            size_t n = strcspn(p, ";");
            if (n > name_len && p[name_len] == '=' && memcmp(p, name, name_len) == 0) {
                size_t len = n - name_len - 1;
                if (found || len >= out_len) {
                    return false;
                }
                memcpy(out, p + name_len + 1, len);
                out[len] = '\0';
                found = true;
            }
            p += n;
        }
    }
    return found;
}

bool header_list_has(const char *value, const char *token)
{
    size_t token_len = strlen(token);
    for (const char *p = value; p != NULL && *p != '\0';) {
        p += strspn(p, ", \t");
        size_t n = strcspn(p, ",");
        size_t word = strcspn(p, ",; \t");
        if (word == token_len && strncasecmp(p, token, token_len) == 0) {
            const char *weight = memchr(p, '=', n);
            return weight == NULL || strtod(weight + 1, NULL) > 0;
        }
        p += n;
    }
    return false;
}

bool request_etag_matches(const struct http_request *rq, const char *etag)
{
    size_t etag_len = strlen(etag);
    for (const char *p = request_header(rq, "If-None-Match"); p != NULL && *p != '\0';) {
        p += strspn(p, ", \t");
        if (p[0] == '*') {
            return true;
        }
        if (p[0] == 'W' && p[1] == '/') {
            p += 2;
        }
        size_t n = strcspn(p, ", \t");
        if (n == etag_len && memcmp(p, etag, n) == 0) {
            return true;
        }
        p += n;
    }
    return false;
}

bool request_is_type(const struct http_request *rq, const char *type)
{
    const char *value = request_header(rq, "Content-Type");
    if (value == NULL || request_header_count(rq, "Content-Type") != 1) {
        return false;
    }
    size_t n = strcspn(value, "; \t");
    return n == strlen(type) && strncasecmp(value, type, n) == 0;
}

bool request_is_chunked(const struct http_request *rq)
{
    const char *coding = request_header(rq, "Transfer-Encoding");
    return coding != NULL && strcasecmp(coding, "identity") != 0;
}

int request_length(const struct http_request *rq, int64_t *out, struct err *err)
{
    const char *length = request_header(rq, "Content-Length");
    if (request_header_count(rq, "Content-Length") > 1 ||
        request_header_count(rq, "Transfer-Encoding") > 1 ||
        (length != NULL && request_header(rq, "Transfer-Encoding") != NULL)) {
        return err_set(err, ERR_INVALID, "the length of the body is said more than once");
    }
    if (length == NULL) {
        *out = request_is_chunked(rq) ? -1 : 0;
        return 0;
    }
    size_t n = strlen(length);
    /* 18 digits fit, and nothing longer is serious. */
    if (n == 0 || n > 18 || strspn(length, "0123456789") != n) {
        return err_set(err, ERR_INVALID, "Content-Length is not a length");
    }
    *out = strtoll(length, NULL, 10);
    return 0;
}
