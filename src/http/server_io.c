/*
 * server_io.c: reading a body and writing a stream through civetweb. Runs on worker threads. It
 * must never believe an announced length, nor read past it.
 */
#include <civetweb.h>
#include <strings.h>

#include "http/server_internal.h"

#define BODY_STEP 8192
#define DRAIN_MAX ((size_t)8 << 20) /* and no longer than the guard allows */

static int body_ended(struct server *s, struct guard_slot *slot, int got, struct err *err)
{
    /* 0: the library waited long enough for the next byte. Negative: closed, broken, or cut by the
     * guard. */
    if (got == 0 || guard_was_cut(s->guard, slot)) {
        return err_set(err, ERR_TIMEOUT, "the body came too slowly");
    }
    return err_set(err, ERR_INVALID, "the body ended early");
}

static int read_counted(struct server *s, struct mg_connection *conn, struct guard_slot *slot,
                        int64_t length, struct buf *out, struct err *err)
{
    char step[BODY_STEP];
    while (length > 0) {
        size_t want = length < BODY_STEP ? (size_t)length : BODY_STEP;
        int got = mg_read(conn, step, want);
        if (got <= 0) {
            return body_ended(s, slot, got, err);
        }
        buf_add(out, step, (size_t)got);
        length -= got;
    }
    return 0;
}

static int read_chunked(struct server *s, struct mg_connection *conn, struct guard_slot *slot,
                        size_t max, struct buf *out, struct err *err)
{
    char step[BODY_STEP];
    for (;;) {
        int got = mg_read(conn, step, sizeof step);
        if (got == 0) {
            return 0;
        }
        if (got < 0) {
            return body_ended(s, slot, got, err);
        }
        if ((size_t)got > max - out->len) {
            return err_set(err, ERR_TOO_LARGE, "the body is larger than %zu bytes", max);
        }
        buf_add(out, step, (size_t)got);
    }
}

int request_body(struct http_request *rq, size_t max, struct buf *out, struct err *err)
{
    struct mg_connection *conn = rq->connection;
    struct server *s = mg_get_user_context_data(conn);
    struct guard_slot *slot = mg_get_user_connection_data(conn);
    int64_t length = 0;
    int rc = request_length(rq, &length, err);
    if (rc < 0) {
        return rc;
    }
    if (length > (int64_t)max) {
        return err_set(err, ERR_TOO_LARGE, "the body is larger than %zu bytes", max);
    }
    const char *expect = request_header(rq, "Expect");
    if (length != 0 && expect != NULL && strcasecmp(expect, "100-continue") == 0) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        if (mg_write(conn, go_on, sizeof go_on - 1) != (int)sizeof go_on - 1) {
            return err_set(err, ERR_INVALID, "the body ended early");
        }
    }
    rc = length < 0 ? read_chunked(s, conn, slot, max, out, err)
                    : read_counted(s, conn, slot, length, out, err);
    if (rc < 0) {
        return rc;
    }
    if (out->failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    rq->body_taken = true;
    guard_body_read(s->guard, slot);
    return 0;
}

void server_drain(struct mg_connection *conn)
{
    char step[BODY_STEP];
    size_t left = DRAIN_MAX;
    while (left >= sizeof step) {
        int got = mg_read(conn, step, sizeof step);
        if (got <= 0) {
            return;
        }
        left -= (size_t)got;
    }
}

bool stream_write(struct http_stream *st, const void *data, size_t n)
{
    return !stream_stopping(st) && mg_write(st->connection, data, n) == (int)n;
}

int stream_socket(struct http_stream *st)
{
    return guard_socket(st->server->guard, st->slot);
}

bool stream_stopping(struct http_stream *st)
{
    return atomic_load(&st->server->stopping);
}
