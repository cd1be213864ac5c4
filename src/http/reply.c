/*
 * reply.c: what every answer looks like. No state, no I/O. The security headers live here and
 * nowhere else.
 */
#include "http/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

/* Scripts, styles and everything else come from us alone, and none of it inline. blob: and data:
 * are for pictures shown before they are sent. */
#define CSP_PAGE                                                                            \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " \
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "         \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#define CSP_API "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

void reply_init(struct reply *re)
{
    *re = (struct reply){.status = 200, .kind = REPLY_API, .cache = "no-store"};
    buf_init(&re->body, REPLY_BODY_MAX);
    buf_init(&re->headers, 8192);
}

void reply_done(struct reply *re)
{
    buf_done(&re->body);
    buf_done(&re->headers);
    if (re->stream_done != NULL) {
        re->stream_done(re->stream_arg);
        re->stream_done = NULL;
    }
}

void reply_header(struct reply *re, const char *name, const char *fmt, ...)
{
    char value[1024];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(value, sizeof value, fmt, ap);
    va_end(ap);
    buf_str(&re->headers, name);
    buf_str(&re->headers, ": ");
    for (const char *p = value; *p != '\0'; p++) {
        if ((unsigned char)*p >= 0x20 && *p != 0x7f) {
            buf_char(&re->headers, *p);
        }
    }
    buf_str(&re->headers, "\r\n");
}

void reply_json(struct reply *re, int status, struct jw *w)
{
    re->status = status;
    re->type = "application/json; charset=utf-8";
    re->fixed = NULL;
    buf_reset(&re->body);
    jw_init(w, &re->body);
}

int reply_json_end(struct reply *re, struct err *err)
{
    if (re->body.failed) {
        return err_set(err, ERR_NOMEM, "the answer does not fit into memory");
    }
    return 0;
}

void reply_etag(struct reply *re, const struct http_request *rq, const char *etag)
{
    reply_header(re, "ETag", "%s", etag);
    if (request_etag_matches(rq, etag)) {
        re->status = 304;
        re->type = NULL;
        re->fixed = NULL;
        re->fixed_len = 0;
        buf_reset(&re->body);
    }
}

/* Messages about one field read "phone: not a number"; the page wants to know which. */
static void error_field(struct jw *w, const struct err *err)
{
    size_t n = strcspn(err->msg, ": ");
    if ((err->code == ERR_INVALID || err->code == ERR_UNPROCESSABLE) && n > 0 && n < 64 &&
        err->msg[n] == ':' && err->msg[n + 1] == ' ') {
        jw_text_n(w, "field", err->msg, n);
    }
}

void reply_error(struct reply *re, const struct err *err)
{
    struct jw w;
    bool ours = err_http_status(err->code) >= 500;
    buf_reset(&re->headers);
    re->cache = "no-store";
    re->kind = REPLY_API;
    reply_json(re, err_http_status(err->code), &w);
    jw_object(&w, NULL);
    jw_object(&w, "error");
    jw_text(&w, "code", err_name(err->code));
    const char *message = err->msg;
    if (ours && err->code != ERR_BUSY && err->code != ERR_STOPPED && err->code != ERR_REMOTE &&
        err->code != ERR_REMOTE_RETRY) {
        message = "something went wrong on our side; the log of barkbook says what";
    }
    jw_text(&w, "message", message);
    error_field(&w, err);
    jw_end_object(&w);
    jw_end_object(&w);
    if (re->status == 503 || re->status == 429) {
        reply_header(re, "Retry-After", "%d", re->status == 503 ? 5 : 60);
    }
    if (re->body.failed) {
        re->type = NULL;
        buf_reset(&re->body);
    }
}

void reply_head(const struct reply *re, size_t n, bool https, bool close, struct buf *out)
{
    char date[40] = "";
    struct tm tm;
    time_t now = (time_t)(clock_now_ms() / CLOCK_SECOND);
    if (gmtime_r(&now, &tm) != NULL) {
        /* Never the locale's names: LC_TIME stays "C", nobody calls setlocale. */
        (void)strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    }
    buf_printf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", re->status, reply_status_text(re->status),
               date);
    if (re->type != NULL) {
        buf_printf(out, "Content-Type: %s\r\n", re->type);
    }
    if (re->stream == NULL && re->status != 204 && re->status != 304) {
        buf_printf(out, "Content-Length: %zu\r\n", n);
    }
    buf_printf(out, "Cache-Control: %s\r\nConnection: %s\r\n", re->cache,
               close ? "close" : "keep-alive");
    buf_printf(out, "Content-Security-Policy: %s\r\n", re->kind == REPLY_PAGE ? CSP_PAGE : CSP_API);
    buf_str(out, "X-Content-Type-Options: nosniff\r\n"
                 "X-Frame-Options: DENY\r\n"
                 "Referrer-Policy: no-referrer\r\n"
                 "Cross-Origin-Resource-Policy: same-origin\r\n"
                 "Permissions-Policy: camera=(self), microphone=(), geolocation=()\r\n");
    if (https) {
        /* On plain HTTP a browser ignores these two, and complains. */
        buf_str(out, "Cross-Origin-Opener-Policy: same-origin\r\n"
                     "Strict-Transport-Security: max-age=31536000\r\n");
    }
    if (re->headers.len > 0) {
        buf_add(out, re->headers.data, re->headers.len);
    }
    buf_str(out, "\r\n");
}

const char *reply_status_text(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 411:
        return "Length Required";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 500:
        return "Internal Server Error";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Unknown";
    }
}
