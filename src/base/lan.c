/*
 * lan.c: finds out this machine's address on its network. No state; never sends a packet.
 */
#include "base/lan.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* 192.0.2.1 is a documentation address (RFC 5737): connecting a datagram socket to it makes the
 * kernel choose a route, and with it our own address, without sending anything. */
static bool own_address(char out[static INET_ADDRSTRLEN])
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return false;
    }
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(9)};
    struct sockaddr_in here = {0};
    socklen_t len = sizeof here;
    bool found = inet_pton(AF_INET, "192.0.2.1", &there.sin_addr) == 1 &&
                 connect(fd, (const struct sockaddr *)&there, sizeof there) == 0 &&
                 getsockname(fd, (struct sockaddr *)&here, &len) == 0 &&
                 inet_ntop(AF_INET, &here.sin_addr, out, INET_ADDRSTRLEN) != NULL;
    (void)close(fd);
    return found;
}

void lan_url(const char *listen, char out[static LAN_URL_LEN])
{
    const char *colon = strrchr(listen, ':');
    const char *port = colon != NULL ? colon + 1 : "80";
    size_t host_len = colon != NULL ? (size_t)(colon - listen) : strlen(listen);
    static const char *const wildcards[] = {"0.0.0.0", "[::]", "::", "*", ""};
    for (size_t i = 0; i < sizeof wildcards / sizeof wildcards[0]; i++) {
        if (strlen(wildcards[i]) == host_len && memcmp(listen, wildcards[i], host_len) == 0) {
            char address[INET_ADDRSTRLEN] = "127.0.0.1";
            if (!own_address(address)) {
                (void)snprintf(address, sizeof address, "127.0.0.1");
            }
            (void)snprintf(out, LAN_URL_LEN, "http://%s:%s", address, port);
            return;
        }
    }
    (void)snprintf(out, LAN_URL_LEN, "http://%.*s:%s", (int)host_len, listen, port);
}
