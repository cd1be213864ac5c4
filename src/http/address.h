/*
 * address.h: network addresses, lists of networks, and who the client really is. Pure.
 *
 * IPv4 is kept in its IPv6-mapped form, so that one comparison serves both.
 */
#ifndef BARKBOOK_HTTP_ADDRESS_H
#define BARKBOOK_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define NET_TEXT_LEN 46

struct net_address {
    uint8_t bytes[16];
};

struct net_range {
    struct net_address base;
    int bits; /* of 128 */
};

struct net_list {
    struct net_range *items; /* owned */
    size_t count;
};

/* "192.0.2.7", "192.0.2.7:4711", "2001:db8::7", "[2001:db8::7]:4711", white space around it
 * ignored. False and *out untouched when it is no address. */
MUST_USE bool net_parse(const char *text, size_t n, struct net_address *out);
void net_format(const struct net_address *a, char out[static NET_TEXT_LEN]);
bool net_equal(const struct net_address *a, const struct net_address *b);
bool net_is_loopback(const struct net_address *a);

/* "10.0.0.0/8, 192.0.2.7, 2001:db8::/32"; NULL or "" is the empty list. ERR_CONFIG names the bad
 * item. */
MUST_USE int net_list_init(struct net_list *l, const char *text, struct err *err);
void net_list_done(struct net_list *l); /* safe on a zeroed list */
DEFINE_CLEANUP_REF(struct net_list, net_list_done);
bool net_list_has(const struct net_list *l, const struct net_address *a);

/* The rightmost address that is not trusted, walking from the peer through the X-Forwarded-For
 * values (first header first, as received). A hop that is no address ends the walk at the proxy
 * that reported it. */
void net_client(const struct net_address *peer, const char *const *forwarded, size_t n,
                const struct net_list *trusted, struct net_address *out);

#endif
