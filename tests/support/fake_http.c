/*
 * fake_http.c: see fake_http.h. Every wait ends when the server is stopped, so that no test hangs.
 * The lock guards the list of connections; a connection's socket belongs to its thread.
 */
#include "fake_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_tls.h"

#define CONNECTIONS 64

struct connection {
    pthread_t thread;
    int fd;
    bool used;
    atomic_bool over; /* the thread is done and can be joined */
    struct fake_http *server;
    struct fake_tls_session *tls; /* NULL: plain */
};

struct fake_http {
    int listener, port;
    int stop; /* eventfd: readable once the server stops */
    struct fake_tls *tls;
    http_handler *handler;
    void *arg;
    pthread_t acceptor;
    struct connection connection[CONNECTIONS];
};

/* True when fd can be read before the server stops; fd < 0 and a time: just waits. */
static bool ready(const struct fake_http *h, int fd, int64_t ms)
{
    struct pollfd p[2] = {{.fd = h->stop, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    int n = 0;
    do {
        n = poll(p, fd < 0 ? 1 : 2, ms < 0 ? -1 : (int)ms);
    } while (n < 0 && errno == EINTR);
    return (p[0].revents & POLLIN) == 0 && (fd < 0 || p[1].revents != 0);
}

static ssize_t receive(struct connection *c, char *data, size_t n)
{
    if (c->tls != NULL) {
        return fake_tls_read(c->tls, data, n);
    }
    return ready(c->server, c->fd, -1) ? recv(c->fd, data, n, 0) : -1;
}

static bool transmit(struct connection *c, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t sent =
            c->tls != NULL ? fake_tls_write(c->tls, data, n) : send(c->fd, data, n, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        data += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* Reads up to the empty line; what came after it is in rest. */
static bool read_head(struct connection *c, struct http_request *r, struct out *rest)
{
    size_t len = rest->len;
    if (len >= sizeof r->head) {
        return false;
    }
    if (len > 0) {
        memcpy(r->head, rest->data, len);
    }
    r->head[len] = '\0';
    char *end = NULL;
    while ((end = strstr(r->head, "\r\n\r\n")) == NULL) {
        if (len + 1 >= sizeof r->head) {
            return false;
        }
        ssize_t n = receive(c, r->head + len, sizeof r->head - 1 - len);
        if (n <= 0) {
            return false;
        }
        len += (size_t)n;
        r->head[len] = '\0';
    }
    const char *body = end + 4;
    struct out after = {0};
    out_add(&after, body, len - (size_t)(body - r->head));
    out_free(rest);
    *rest = after;
    end[2] = '\0';
    return true;
}

static bool parse_line(struct http_request *r)
{
    char target[5120];
    if (sscanf(r->head, "%7s %5119s HTTP/1.", r->method, target) != 2) {
        return false;
    }
    char *mark = strchr(target, '?');
    (void)snprintf(r->query, sizeof r->query, "%s", mark == NULL ? "" : mark + 1);
    if (mark != NULL) {
        *mark = '\0';
    }
    return snprintf(r->path, sizeof r->path, "%s", target) < (int)sizeof r->path;
}

static bool read_body(struct connection *c, struct http_request *r, struct out *rest)
{
    char text[24];
    size_t want = http_header(r, "Content-Length", text, sizeof text) ? strtoul(text, NULL, 10) : 0;
    if (want > 1024UL * 1024) {
        return false;
    }
    while (rest->len < want) {
        char piece[4096];
        ssize_t n = receive(c, piece, sizeof piece);
        if (n <= 0) {
            return false;
        }
        out_add(rest, piece, (size_t)n);
    }
    out_add(&r->body, rest->data == NULL ? "" : rest->data, want);
    struct out after = {0};
    out_add(&after, rest->data == NULL ? "" : rest->data + want, rest->len - want);
    out_free(rest);
    *rest = after;
    return true;
}

/* False: the connection ends here. */
static bool answer(struct connection *c, const struct http_request *r)
{
    struct fake_http *h = c->server;
    struct http_answer a = {.stop_after = -1};
    struct out head = {0};
    h->handler(h->arg, r, &a);
    bool alive = !a.hang_up;
    if (alive && a.wait_ms > 0) {
        alive = ready(h, -1, a.wait_ms);
    }
    out_printf(&head, "HTTP/1.1 %d %s\r\nContent-Length: %zu\r\n", a.status, http_reason(a.status),
               a.body.len);
    out_add(&head, a.headers.data == NULL ? "" : a.headers.data, a.headers.len);
    out_text(&head, "\r\n");
    const bool cut = a.stop_after >= 0 && (size_t)a.stop_after < a.body.len;
    const size_t n = cut ? (size_t)a.stop_after : a.body.len;
    alive = alive && transmit(c, head.data, head.len) &&
            transmit(c, a.body.data == NULL ? "" : a.body.data, n);
    if (alive && cut) {
        (void)ready(h, -1, a.stall_ms);
        alive = false;
    }
    char how[32];
    if (http_header(r, "Connection", how, sizeof how) && strcasecmp(how, "close") == 0) {
        alive = false;
    }
    out_free(&head);
    out_free(&a.headers);
    out_free(&a.body);
    return alive;
}

static void *serve(void *arg)
{
    struct connection *c = arg;
    struct out rest = {0};
    struct http_request *r = need(calloc(1, sizeof *r));
    bool alive = true;
    if (c->server->tls != NULL) {
        c->tls = fake_tls_open(c->server->tls, c->fd, c->server->stop);
        alive = c->tls != NULL;
    }
    while (alive) {
        alive = read_head(c, r, &rest) && parse_line(r) && read_body(c, r, &rest) && answer(c, r);
        out_free(&r->body);
    }
    free(r);
    out_free(&rest);
    fake_tls_close(c->tls);
    /* A hard end where the answer was cut: what is unread makes the kernel send a reset. */
    (void)shutdown(c->fd, SHUT_RDWR);
    atomic_store(&c->over, true);
    return NULL;
}

static void reap(struct fake_http *h, bool all)
{
    for (int i = 0; i < CONNECTIONS; i++) {
        struct connection *c = &h->connection[i];
        if (c->used && (all || atomic_load(&c->over))) {
            (void)pthread_join(c->thread, NULL);
            (void)close(c->fd);
            c->used = false;
        }
    }
}

static void *accept_all(void *arg)
{
    struct fake_http *h = arg;
    while (ready(h, h->listener, -1)) {
        int fd = accept4(h->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            continue;
        }
        /* Head and body are two writes: without this the second waits for the first's receipt. */
        const int yes = 1;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        reap(h, false);
        struct connection *c = NULL;
        for (int i = 0; i < CONNECTIONS && c == NULL; i++) {
            c = h->connection[i].used ? NULL : &h->connection[i];
        }
        if (c == NULL) {
            (void)close(fd);
            continue;
        }
        *c = (struct connection){.fd = fd, .server = h};
        c->used = pthread_create(&c->thread, NULL, serve, c) == 0;
        if (!c->used) {
            (void)close(fd);
        }
    }
    reap(h, true);
    return NULL;
}

static bool listen_on(struct fake_http *h, int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof at;
    const int yes = 1;
    h->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (h->listener < 0) {
        return false;
    }
    (void)setsockopt(h->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(h->listener, (const struct sockaddr *)&at, sizeof at) < 0 ||
        listen(h->listener, 64) < 0 || getsockname(h->listener, (struct sockaddr *)&at, &len) < 0) {
        (void)close(h->listener);
        return false;
    }
    h->port = ntohs(at.sin_port);
    return true;
}

struct fake_http *fake_http_start(int port, struct fake_tls *tls, http_handler *handler, void *arg)
{
    struct fake_http *h = need(calloc(1, sizeof *h));
    h->tls = tls;
    h->handler = handler;
    h->arg = arg;
    h->stop = eventfd(0, EFD_CLOEXEC);
    if (h->stop < 0 || !listen_on(h, port)) {
        if (h->stop >= 0) {
            (void)close(h->stop);
        }
        free(h);
        return NULL;
    }
    if (pthread_create(&h->acceptor, NULL, accept_all, h) != 0) {
        (void)close(h->listener);
        (void)close(h->stop);
        free(h);
        return NULL;
    }
    return h;
}

int fake_http_port(const struct fake_http *h)
{
    return h->port;
}

void fake_http_stop(struct fake_http *h)
{
    if (h == NULL) {
        return;
    }
    (void)eventfd_write(h->stop, 1);
    (void)pthread_join(h->acceptor, NULL);
    (void)close(h->listener);
    (void)close(h->stop);
    free(h);
}
