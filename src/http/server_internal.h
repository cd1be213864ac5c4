/*
 * server_internal.h: what server.c and server_io.c share. Nobody else includes it.
 */
#ifndef BARKBOOK_HTTP_SERVER_INTERNAL_H
#define BARKBOOK_HTTP_SERVER_INTERNAL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "http/server.h"
#include "http/server_guard.h"

struct mg_context;
struct mg_connection;

struct server {
    struct server_options o;
    struct server_counts counts;
    struct mg_context *library;
    struct guard *guard;
    int port;
    atomic_bool started;
    atomic_bool stopping;
    char trouble[160]; /* the library's last words before it started */
};

struct http_stream {
    struct server *server;
    struct mg_connection *connection;
    struct guard_slot *slot;
};

/* Reads away what is left of a refused body, within bounds: closing a socket with unread bytes
 * resets the connection, and the peer might never see why it was refused. */
void server_drain(struct mg_connection *conn);

#endif
