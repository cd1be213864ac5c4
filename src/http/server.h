/*
 * server.h: one listener: an address, its worker threads, and the deadlines that keep them free.
 * The only user of the server library (civetweb); nobody outside server*.c sees it.
 *
 * Each connection holds one worker thread while it lives, and worker stacks are 100 KB (fixed when
 * Debian builds the library). So nothing here waits for a peer without a deadline.
 */
#ifndef BARKBOOK_HTTP_SERVER_H
#define BARKBOOK_HTTP_SERVER_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "http/address.h"
#include "http/reply.h"
#include "http/request.h"

struct server;

/* Fills in the reply; called on a worker thread. */
typedef void server_dispatch_fn(void *arg, struct http_request *rq, struct reply *re);

struct server_counts {
    atomic_ullong requests;    /* that reached dispatch */
    atomic_ullong by_class[6]; /* answers by status / 100 */
    atomic_ullong cut;         /* connections cut for being too slow */
    atomic_ullong unread; /* refused by the library before dispatch: not HTTP, headers too large */
};

struct server_options {
    const char *name;   /* for the log: "dashboard" */
    const char *listen; /* "host:port", IPv4; borrowed while it starts */
    int threads;        /* connections at a time */
    int64_t head_ms;    /* from connection (or the last answer) to a whole request head */
    int64_t idle_ms;    /* kept alive between requests; shorter when workers run out */
    int64_t body_ms;    /* from head to the end of the body */
    int64_t request_ms; /* from head to the end of the answer; streams are exempt */
    const struct net_list *trusted; /* proxies whose X-Forwarded-* is believed; borrowed */
    server_dispatch_fn *dispatch;
    void *arg;
};

/* Starts listening. ERR_IO: says which address and why not. */
MUST_USE int server_new(const struct server_options *o, struct server **out, struct err *err);

/* From now on requests are answered 503, streams end, idle connections are cut; returns at once. */
void server_stop_soon(struct server *s);
/* Waits (at most about a second) for answers under way, then stops. Accepts NULL. */
void server_free(struct server *s);
DEFINE_CLEANUP(struct server *, server_free);

int server_port(const struct server *s); /* as bound; for port 0 */
const struct server_counts *server_counts(const struct server *s);
int server_connections(struct server *s); /* now */

#endif
