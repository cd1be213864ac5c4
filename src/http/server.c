/*
 * server.c: one civetweb context per listener: starting, stopping, one request from the library's
 * terms into ours and the reply back out. It must never serve files, follow redirects or answer by
 * itself: the library's own features stay unconfigured, and what it refuses is answered in our
 * words.
 *
 * Threads: the library's (one accepting, o.threads workers) and the guard's. No lock of its own.
 */
#include "http/server.h"

#include <civetweb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/server_guard.h"
#include "http/server_internal.h"

#define SERVER_HEAD_MAX  "16384" /* bytes of request line and headers */
#define SERVER_ONE_WRITE 65536   /* up to this, head and body leave together */
#define SERVER_GRACE_MS  1000    /* for answers under way when stopping */

static void forwarding(struct server *s, struct http_request *rq)
{
    const char *hops[REQUEST_HEADERS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < rq->header_count; i++) {
        if (strcasecmp(rq->headers[i].name, "X-Forwarded-For") == 0) {
            hops[n++] = rq->headers[i].value;
        }
    }
    static const char *const traces[] = {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                                         "Forwarded",       "X-Real-IP",        "Via",
                                         "CF-Connecting-IP"};
    for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
        rq->forwarded = rq->forwarded || request_header(rq, traces[i]) != NULL;
    }
    net_client(&rq->peer, hops, n, s->o.trusted, &rq->client);
    net_format(&rq->client, rq->client_text);
    if (net_list_has(s->o.trusted, &rq->peer)) {
        const char *proto = request_header(rq, "X-Forwarded-Proto");
        rq->https = proto != NULL && strcasecmp(proto, "https") == 0;
    }
}

/* Whether the client expects this connection to live on. */
static bool wants_keep_alive(const struct http_request *rq, const char *version)
{
    const char *connection = request_header(rq, "Connection");
    if (version != NULL && strcmp(version, "1.1") == 0) {
        return !header_list_has(connection, "close");
    }
    return header_list_has(connection, "keep-alive");
}

static void send_reply(struct mg_connection *conn, const struct http_request *rq, struct reply *re,
                       bool close)
{
    const void *body = re->fixed != NULL ? re->fixed : re->body.data;
    size_t n = re->fixed != NULL ? re->fixed_len : re->body.len;
    bool with_body = n > 0 && strcmp(rq->method, "HEAD") != 0;
    CLEANUP(buf_done) struct buf out;
    buf_init(&out, SERVER_ONE_WRITE + 32768);
    reply_head(re, n, rq->https, close, &out);
    bool together = with_body && n <= SERVER_ONE_WRITE;
    if (together) {
        buf_add(&out, body, n);
    }
    if (out.failed) {
        static const char nomem[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
                                    "Connection: close\r\n\r\n";
        (void)mg_write(conn, nomem, sizeof nomem - 1);
        mg_disable_connection_keep_alive(conn);
        return;
    }
    /* A failed write means the peer has gone; the library notices by itself and closes. */
    if (mg_write(conn, out.data, out.len) == (int)out.len && with_body && !together) {
        (void)mg_write(conn, body, n);
    }
}

static void count_answer(struct server *s, int status)
{
    if (status >= 100 && status < 600) {
        atomic_fetch_add(&s->counts.by_class[status / 100], 1);
    }
}

static void read_request(struct mg_connection *conn, struct http_request *rq)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    rq->method = info->request_method;
    rq->query = info->query_string;
    rq->now = clock_now_ms();
    rq->connection = conn;
    rq->header_count = 0;
    for (int i = 0; i < info->num_headers && i < REQUEST_HEADERS_MAX; i++) {
        rq->headers[rq->header_count++] =
            (struct http_header){info->http_headers[i].name, info->http_headers[i].value};
    }
    if (!net_parse(info->remote_addr, strlen(info->remote_addr), &rq->peer)) {
        memset(&rq->peer, 0, sizeof rq->peer);
    }
}

/* "Content-Length : 2": the library drops the space without a word, where the server before us may
 * see another header, or none, and then another request. It writes zeros over name's end and the
 * space. */
static bool has_spaced_name(const struct mg_request_info *info)
{
    for (int i = 0; i < info->num_headers; i++) {
        const char *end = info->http_headers[i].name + strlen(info->http_headers[i].name);
        if (end + 1 < info->http_headers[i].value && end[1] == '\0') {
            return true;
        }
    }
    return false;
}

/* Everything between the parsed head and the reply. */
static void serve(struct server *s, struct mg_connection *conn, struct http_request *rq,
                  struct reply *re)
{
    struct err err = {0};
    const struct mg_request_info *info = mg_get_request_info(conn);
    if (atomic_load(&s->stopping)) {
        (void)err_set(&err, ERR_STOPPED, "stopping: try again in a moment");
        re->close = true;
        reply_error(re, &err);
        return;
    }
    if (rq->header_count >= REQUEST_HEADERS_MAX) {
        /* The library drops what is beyond: nobody could know what the request said. */
        (void)err_set(&err, ERR_TOO_LARGE, "the head of the request has too many lines");
        re->close = true;
        reply_error(re, &err);
        return;
    }
    if (has_spaced_name(info)) {
        (void)err_set(&err, ERR_INVALID, "a header's name ends in a space");
        re->close = true;
        reply_error(re, &err);
        return;
    }
    if (info->local_uri_raw == NULL || request_set_path(rq, info->local_uri_raw, &err) < 0) {
        if (err.code == ERR_NONE) {
            (void)err_set(&err, ERR_INVALID, "the path must begin with /");
        }
        re->close = true;
        reply_error(re, &err);
        return;
    }
    s->o.dispatch(s->o.arg, rq, re);
}

static void run_stream(struct server *s, struct mg_connection *conn, struct guard_slot *slot,
                       struct reply *re)
{
    struct http_stream stream = {.server = s, .connection = conn, .slot = slot};
    guard_phase(s->guard, slot, GUARD_STREAM);
    re->stream(&stream, re->stream_arg);
}

static int on_request(struct mg_connection *conn, void *arg)
{
    struct server *s = arg;
    struct guard_slot *slot = mg_get_user_connection_data(conn);
    const struct mg_request_info *info = mg_get_request_info(conn);
    struct http_request rq = {0};
    CLEANUP(reply_done) struct reply re;
    reply_init(&re);
    guard_request(s->guard, slot, info->remote_addr, info->remote_port);
    atomic_fetch_add(&s->counts.requests, 1);
    read_request(conn, &rq);
    forwarding(s, &rq);
    serve(s, conn, &rq, &re);

    int64_t length = 0;
    bool unread = !rq.body_taken && (request_length(&rq, &length, NULL) < 0 || length != 0);
    /* After a chunked body the library's idea of where the next request begins is not to be relied
     * on. */
    bool close = re.close || unread || request_is_chunked(&rq) || re.stream != NULL ||
                 re.status == 401 || atomic_load(&s->stopping) ||
                 !wants_keep_alive(&rq, info->http_version);
    if (close) {
        mg_disable_connection_keep_alive(conn);
    }
    guard_body_read(s->guard, slot);
    send_reply(conn, &rq, &re, close);
    if (re.stream != NULL && strcmp(rq.method, "HEAD") != 0) {
        run_stream(s, conn, slot, &re);
    }
    count_answer(s, re.status);
    guard_phase(s->guard, slot, close ? GUARD_DRAIN : GUARD_IDLE);
    if (unread) {
        server_drain(conn);
    }
    return re.status;
}

/* What the library refuses by itself: not HTTP, headers too large or too many, a protocol upgrade.
 */
static int on_library_error(struct mg_connection *conn, int status, const char *message)
{
    (void)message; /* it may quote the request */
    struct server *s = mg_get_user_context_data(conn);
    struct guard_slot *slot = mg_get_user_connection_data(conn);
    enum err_code code = status == 413 || status == 414 || status == 431 ? ERR_TOO_LARGE
                         : status == 404                                 ? ERR_NOT_FOUND
                         : status == 408                                 ? ERR_TIMEOUT
                         : status >= 500                                 ? ERR_INTERNAL
                                                                         : ERR_INVALID;
    struct err err;
    (void)err_set(&err, code,
                  code == ERR_TOO_LARGE   ? "the head of the request is too large"
                  : code == ERR_NOT_FOUND ? "no such page"
                                          : "this is not a request that can be understood");
    struct http_request rq = {.method = "GET"};
    CLEANUP(reply_done) struct reply re;
    reply_init(&re);
    reply_error(&re, &err);
    if (status == 505) {
        re.status = 505;
    }
    const struct mg_request_info *info = mg_get_request_info(conn);
    if (info != NULL) {
        guard_request(s->guard, slot, info->remote_addr, info->remote_port);
    }
    atomic_fetch_add(&s->counts.unread, 1);
    count_answer(s, re.status);
    mg_disable_connection_keep_alive(conn);
    send_reply(conn, &rq, &re, true);
    guard_phase(s->guard, slot, GUARD_DRAIN);
    return 0;
}

static int on_connection(const struct mg_connection *conn, void **data)
{
    struct server *s = mg_get_user_context_data(conn);
    *data = guard_enter(s->guard, conn);
    return 0;
}

static void on_connection_closed(const struct mg_connection *conn)
{
    struct server *s = mg_get_user_context_data(conn);
    guard_leave(s->guard, conn);
}

/* The library's own words; they may quote a request, so only those from before the first one are
 * kept. */
static int on_library_message(const struct mg_connection *conn, const char *message)
{
    struct server *s = conn == NULL ? NULL : mg_get_user_context_data(conn);
    if (s != NULL && !atomic_load(&s->started)) {
        (void)snprintf(s->trouble, sizeof s->trouble, "%s", message);
    }
    return 1;
}

static int start_library(struct server *s, struct err *err)
{
    char threads[16];
    char head_ms[24];
    char idle_ms[24];
    char queue[16];
    (void)snprintf(threads, sizeof threads, "%d", s->o.threads);
    (void)snprintf(queue, sizeof queue, "%d", s->o.threads);
    (void)snprintf(head_ms, sizeof head_ms, "%lld", (long long)s->o.head_ms);
    (void)snprintf(idle_ms, sizeof idle_ms, "%lld", (long long)s->o.idle_ms);
    const char *options[] = {
        "listening_ports",
        s->o.listen,
        "num_threads",
        threads,
        "connection_queue",
        queue, /* accepted, waiting for a worker */
        "listen_backlog",
        "511",
        "max_request_size",
        SERVER_HEAD_MAX,
        "request_timeout_ms",
        head_ms, /* silence while reading or writing; the guard bounds the whole */
        "enable_keep_alive",
        "yes",
        "keep_alive_timeout_ms",
        idle_ms,
        "tcp_nodelay",
        "1", /* each answer leaves in one write */
        "decode_url",
        "no", /* request_set_path does, and refuses tricks */
        "enable_auth_domain_check",
        "no",
        "enable_directory_listing",
        "no",
        "access_control_allow_origin",
        "", /* else the library itself answers cross-origin preflights */
        "access_control_allow_methods",
        "",
        "access_control_allow_headers",
        "",
        "allow_sendfile_call",
        "no",
        NULL,
    };
    const struct mg_callbacks callbacks = {
        .log_message = on_library_message,
        .http_error = on_library_error,
        .init_connection = on_connection,
        .connection_closed = on_connection_closed,
    };
    s->library = mg_start(&callbacks, s, options);
    if (s->library == NULL) {
        return err_set(err, ERR_IO, "cannot listen on %s: %s", s->o.listen,
                       s->trouble[0] != '\0' ? s->trouble : "is another program using that port?");
    }
    return 0;
}

int server_new(const struct server_options *o, struct server **out, struct err *err)
{
    /* Counted by the library; with no features asked for, its answer is 0 either way. */
    (void)mg_init_library(MG_FEATURES_DEFAULT);
    struct server *s = calloc(1, sizeof *s);
    if (s == NULL) {
        (void)mg_exit_library();
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    s->o = *o;
    struct guard_options guard = {.slots = o->threads,
                                  .head_ms = o->head_ms,
                                  .idle_ms = o->idle_ms,
                                  .body_ms = o->body_ms,
                                  .request_ms = o->request_ms,
                                  .cut = &s->counts.cut};
    int rc = guard_new(&guard, &s->guard, err);
    if (rc >= 0) {
        rc = start_library(s, err);
    }
    if (rc >= 0) {
        struct mg_server_port port = {0};
        if (mg_get_server_ports(s->library, 1, &port) == 1) {
            s->port = port.port;
        }
        char ip[NET_TEXT_LEN];
        (void)snprintf(ip, sizeof ip, "%.*s", (int)strcspn(o->listen, ":"), o->listen);
        s->o.listen = NULL;
        rc = guard_start(s->guard, ip, (uint16_t)s->port, err);
    }
    if (rc < 0) {
        server_free(s);
        return rc;
    }
    atomic_store(&s->started, true);
    mg_set_request_handler(s->library, "**", on_request, s);
    *out = s;
    return 0;
}

void server_stop_soon(struct server *s)
{
    atomic_store(&s->stopping, true);
    guard_stop_soon(s->guard);
}

void server_free(struct server *s)
{
    if (s == NULL) {
        return;
    }
    if (s->library != NULL) {
        server_stop_soon(s);
        /* Once told to stop the library sends nothing any more: let answers under way leave first.
         */
        int64_t until = clock_mono_ms() + SERVER_GRACE_MS;
        while (guard_busy(s->guard) > 0 && clock_mono_ms() < until) {
            (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        }
        guard_nudge(s->guard);
        mg_stop(s->library);
    }
    guard_free(s->guard);
    (void)mg_exit_library();
    free(s);
}

int server_port(const struct server *s)
{
    return s->port;
}

const struct server_counts *server_counts(const struct server *s)
{
    return &s->counts;
}

int server_connections(struct server *s)
{
    return guard_connections(s->guard);
}
