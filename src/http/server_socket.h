/*
 * server_socket.h: the sockets of one listener. The library does not tell a connection's socket, so
 * it is found by its two ends: a walk over the open descriptors. No state.
 */
#ifndef BARKBOOK_HTTP_SERVER_SOCKET_H
#define BARKBOOK_HTTP_SERVER_SOCKET_H

#include <netinet/in.h>
#include <stdbool.h>

/* Where a listener can be called from inside: ip as configured, with 0.0.0.0 meaning this machine.
 */
void socket_listener(const char *ip, int port, struct sockaddr_in *out);
/* False when ip is no IPv4 address; *out untouched. */
bool socket_peer(const char *ip, int port, struct sockaddr_in *out);
bool socket_same_peer(const struct sockaddr_in *a, const struct sockaddr_in *b);

/* Calls visit for every connected socket whose local port is the listener's, until it returns true.
 */
typedef bool socket_visit_fn(int fd, const struct sockaddr_in *peer, void *arg);
void socket_walk(const struct sockaddr_in *listener, socket_visit_fn *visit, void *arg);

/* The listener's connection with that peer; -1 when there is none. */
int socket_find(const struct sockaddr_in *listener, const struct sockaddr_in *peer);

/* Calls the listener and hangs up, so that a thread that waits for connections wakes. */
void socket_nudge(const struct sockaddr_in *listener);

#endif
