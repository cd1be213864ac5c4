/*
 * server_socket.c: see server_socket.h. It must never read, write or close a socket that is not its
 * own.
 */
#include "http/server_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define FD_MAX 65536
#define FD_GAP 1024 /* that many closed numbers in a row: nothing open lies beyond */

bool socket_peer(const char *ip, int port, struct sockaddr_in *out)
{
    struct sockaddr_in made = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, ip, &made.sin_addr) != 1) {
        return false;
    }
    *out = made;
    return true;
}

void socket_listener(const char *ip, int port, struct sockaddr_in *out)
{
    *out = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, ip, &out->sin_addr) != 1 || out->sin_addr.s_addr == htonl(INADDR_ANY)) {
        out->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
}

bool socket_same_peer(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
    return a->sin_port == b->sin_port && a->sin_addr.s_addr == b->sin_addr.s_addr;
}

void socket_walk(const struct sockaddr_in *listener, socket_visit_fn *visit, void *arg)
{
    struct rlimit limit;
    int max = FD_MAX;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FD_MAX) {
        max = (int)limit.rlim_cur;
    }
    int gap = 0;
    for (int fd = 3; fd < max && gap < FD_GAP; fd++) {
        struct sockaddr_in peer = {0};
        struct sockaddr_in here = {0};
        socklen_t n = sizeof peer;
        if (getpeername(fd, (struct sockaddr *)&peer, &n) != 0) {
            gap = errno == EBADF ? gap + 1 : 0;
            continue;
        }
        gap = 0;
        n = sizeof here;
        if (peer.sin_family == AF_INET && getsockname(fd, (struct sockaddr *)&here, &n) == 0 &&
            here.sin_port == listener->sin_port && visit(fd, &peer, arg)) {
            return;
        }
    }
}

struct search {
    const struct sockaddr_in *peer;
    int fd;
};

static bool is_sought(int fd, const struct sockaddr_in *peer, void *arg)
{
    struct search *s = arg;
    if (!socket_same_peer(peer, s->peer)) {
        return false;
    }
    s->fd = fd;
    return true;
}

int socket_find(const struct sockaddr_in *listener, const struct sockaddr_in *peer)
{
    struct search s = {.peer = peer, .fd = -1};
    socket_walk(listener, is_sought, &s);
    return s.fd;
}

void socket_nudge(const struct sockaddr_in *listener)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)connect(fd, (const struct sockaddr *)listener, sizeof *listener);
        (void)close(fd);
    }
}
