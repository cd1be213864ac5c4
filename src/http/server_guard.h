/*
 * server_guard.h: the clock that hangs over each connection of one listener.
 *
 * The library's own time-outs start again with every byte, so a peer that drips bytes would keep a
 * worker for hours. The guard has its own thread and shuts down the sockets of those past their
 * deadline.
 */
#ifndef BARKBOOK_HTTP_SERVER_GUARD_H
#define BARKBOOK_HTTP_SERVER_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum guard_phase {
    GUARD_IDLE, /* waiting for a request head; for the first one the library's own time-out counts
                 */
    GUARD_REQUEST, /* being served */
    GUARD_STREAM,  /* a stream: no deadline of ours */
    GUARD_DRAIN,   /* answered; the library reads away what the peer still sends */
};

struct guard_options {
    int slots;
    int64_t head_ms, idle_ms, body_ms, request_ms;
    atomic_ullong *cut; /* counter; borrowed */
};

struct guard;
struct guard_slot; /* one connection */

MUST_USE int guard_new(const struct guard_options *o, struct guard **out, struct err *err);
/* ip, port: where the listener listens. */
MUST_USE int guard_start(struct guard *g, const char *ip, uint16_t port, struct err *err);
void guard_free(struct guard *g); /* stops its thread; accepts NULL */

/* A connection begins and ends. NULL when there is no slot left (cannot be: one per worker). The
 * library says who the peer is only once it has a request, so a connection begins unnamed. */
struct guard_slot *guard_enter(struct guard *g, const void *owner);
/* The connection with that owner is closed; the library has forgotten its slot by then. */
void guard_leave(struct guard *g, const void *owner);

/* A request has come: starts the body's and the request's deadlines. */
void guard_request(struct guard *g, struct guard_slot *slot, const char *peer_ip, int peer_port);
/* Moves a connection on to another phase than GUARD_REQUEST. */
void guard_phase(struct guard *g, struct guard_slot *slot, enum guard_phase phase);
/* The body is read (or nobody wants it): only the request's own deadline counts from now on. */
void guard_body_read(struct guard *g, struct guard_slot *slot);
/* True once the guard has cut the reading side for slowness. */
bool guard_was_cut(struct guard *g, struct guard_slot *slot);

/* Its socket, -1 when not found. Valid until guard_leave. */
int guard_socket(struct guard *g, struct guard_slot *slot);

/* From now on idle connections are cut at once. */
void guard_stop_soon(struct guard *g);
/* The library is being stopped: its accepting thread may sleep for two seconds unless somebody
 * calls. */
void guard_nudge(struct guard *g);
int guard_connections(struct guard *g);
int guard_busy(struct guard *g); /* in GUARD_REQUEST */

#endif
