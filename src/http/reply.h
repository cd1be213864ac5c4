/*
 * reply.h: the answer a handler fills in, and the headers every answer carries. The server writes
 * it.
 *
 * A reply belongs to the worker thread that serves the request.
 */
#ifndef BARKBOOK_HTTP_REPLY_H
#define BARKBOOK_HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "http/request.h"

#define REPLY_BODY_MAX ((size_t)16 << 20)

/* A body written piece by piece after the headers (a file, an event stream). */
struct http_stream;
/* False when the peer is gone, too slow, or the server is stopping: then return. */
MUST_USE bool stream_write(struct http_stream *s, const void *data, size_t n);
/* The peer's socket, to wait on for hang-up only; -1 when it could not be found. Never read, write
 * or close it. */
int stream_socket(struct http_stream *s);
bool stream_stopping(struct http_stream *s);
typedef void reply_stream_fn(struct http_stream *s, void *arg);

enum reply_kind {
    REPLY_API,  /* JSON and the like: nothing may be loaded from it */
    REPLY_PAGE, /* our pages: they may load our own scripts, styles and images */
};

struct reply {
    int status;
    enum reply_kind kind;
    const char *type;  /* Content-Type, static; NULL: no body */
    const char *cache; /* Cache-Control, static */
    struct buf body;   /* owned */
    const void *fixed; /* static bytes instead of body; NULL: use body */
    size_t fixed_len;
    struct buf headers;      /* further lines, each ending in CR LF */
    bool close;              /* this connection ends here */
    reply_stream_fn *stream; /* instead of a body; the connection ends with it */
    void *stream_arg;
    void (*stream_done)(void *arg); /* called once whether or not the stream ran; may be NULL */
};

void reply_init(struct reply *re); /* status 200, no body, no-store */
void reply_done(struct reply *re);
DEFINE_CLEANUP_REF(struct reply, reply_done);

/* Adds a header line. Control characters in the value are dropped. */
void reply_header(struct reply *re, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Starts a JSON body with this status; reply_json_end closes nothing by itself but checks that the
 * whole fitted: ERR_NOMEM otherwise. */
void reply_json(struct reply *re, int status, struct jw *w);
MUST_USE int reply_json_end(struct reply *re, struct err *err);

/* The body is made, say its ETag (with quotes), and answer 304 instead when the browser has it. */
void reply_etag(struct reply *re, const struct http_request *rq, const char *etag);

/* {"error":{"code","message"}} with the code's status; forgets whatever was there. What went wrong
 * inside is logged, not told: a 5xx says only that it was our fault. */
void reply_error(struct reply *re, const struct err *err);

/* The status line and headers for a body of n bytes. head_only: answer to HEAD. */
void reply_head(const struct reply *re, size_t n, bool https, bool close, struct buf *out);

const char *reply_status_text(int status);

#endif
