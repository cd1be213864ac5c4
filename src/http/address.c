/*
 * address.c: parsing and matching of network addresses. Pure; no lock, no allocation but
 * net_list_init's. It must never believe a hop that an untrusted peer reported.
 */
#include "http/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool space(char c)
{
    return c == ' ' || c == '\t';
}

static bool digits_only(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return false;
        }
    }
    return n > 0 && n <= 5;
}

/* text is NUL-terminated and bare: no port, no brackets. */
static bool parse_bare(const char *text, struct net_address *out)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, text, &v4) == 1) {
        memcpy(out->bytes, mapped, sizeof mapped);
        memcpy(out->bytes + sizeof mapped, &v4.s_addr, 4);
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6) == 1) {
        memcpy(out->bytes, v6.s6_addr, sizeof out->bytes);
        return true;
    }
    return false;
}

bool net_parse(const char *text, size_t n, struct net_address *out)
{
    while (n > 0 && space(text[0])) {
        text++;
        n--;
    }
    while (n > 0 && space(text[n - 1])) {
        n--;
    }
    if (n > 0 && text[0] == '[') {
        const char *end = memchr(text, ']', n);
        if (end == NULL) {
            return false;
        }
        size_t inner = (size_t)(end - text) - 1;
        size_t rest = n - inner - 2;
        if (rest > 0 && (end[1] != ':' || !digits_only(end + 2, rest - 1))) {
            return false;
        }
        text++;
        n = inner;
    } else {
        const char *colon = memchr(text, ':', n);
        if (colon != NULL && memchr(colon + 1, ':', n - (size_t)(colon - text) - 1) == NULL) {
            /* One colon: IPv4 and a port. */
            size_t host = (size_t)(colon - text);
            if (!digits_only(colon + 1, n - host - 1)) {
                return false;
            }
            n = host;
        }
    }
    char bare[NET_TEXT_LEN];
    if (n == 0 || n >= sizeof bare || memchr(text, '\0', n) != NULL) {
        return false;
    }
    memcpy(bare, text, n);
    bare[n] = '\0';
    return parse_bare(bare, out);
}

void net_format(const struct net_address *a, char out[static NET_TEXT_LEN])
{
    const char *done;
    if (memcmp(a->bytes, mapped, sizeof mapped) == 0) {
        done = inet_ntop(AF_INET, a->bytes + sizeof mapped, out, NET_TEXT_LEN);
    } else {
        done = inet_ntop(AF_INET6, a->bytes, out, NET_TEXT_LEN);
    }
    if (done == NULL) {
        out[0] = '\0';
    }
}

bool net_equal(const struct net_address *a, const struct net_address *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool in_range(const struct net_range *r, const struct net_address *a)
{
    size_t whole = (size_t)r->bits / 8;
    if (memcmp(r->base.bytes, a->bytes, whole) != 0) {
        return false;
    }
    int rest = r->bits % 8;
    if (rest == 0) {
        return true;
    }
    unsigned mask = 0xffU << (8 - rest) & 0xffU;
    return (r->base.bytes[whole] & mask) == (a->bytes[whole] & mask);
}

bool net_is_loopback(const struct net_address *a)
{
    static const struct net_range v4 = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 0}},
                                        96 + 8};
    static const struct net_range v6 = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}, 128};
    return in_range(&v4, a) || in_range(&v6, a);
}

static bool parse_range(const char *item, size_t n, struct net_range *out)
{
    const char *slash = memchr(item, '/', n);
    size_t host = slash == NULL ? n : (size_t)(slash - item);
    struct net_range r = {.bits = 128};
    if (!net_parse(item, host, &r.base)) {
        return false;
    }
    if (slash != NULL) {
        size_t len = n - host - 1;
        if (!digits_only(slash + 1, len) || len > 3) {
            return false;
        }
        int bits = 0;
        for (size_t i = 0; i < len; i++) {
            bits = bits * 10 + (slash[1 + i] - '0');
        }
        bool v4 = memchr(item, ':', host) == NULL;
        if (bits > (v4 ? 32 : 128)) {
            return false;
        }
        r.bits = v4 ? bits + 96 : bits;
    }
    *out = r;
    return true;
}

int net_list_init(struct net_list *l, const char *text, struct err *err)
{
    struct net_list made = {0};
    const char *p = text == NULL ? "" : text;
    while (*p != '\0') {
        size_t n = strcspn(p, ",");
        const char *item = p;
        p += n + (p[n] == ',' ? 1 : 0);
        while (n > 0 && space(item[0])) {
            item++;
            n--;
        }
        while (n > 0 && space(item[n - 1])) {
            n--;
        }
        if (n == 0) {
            continue;
        }
        struct net_range r;
        if (!parse_range(item, n, &r)) {
            net_list_done(&made);
            return err_set(err, ERR_CONFIG, "'%.*s' is not an address or a network like 10.0.0.0/8",
                           (int)(n > 60 ? 60 : n), item);
        }
        struct net_range *grown = realloc(made.items, (made.count + 1) * sizeof *grown);
        if (grown == NULL) {
            net_list_done(&made);
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        made.items = grown;
        made.items[made.count++] = r;
    }
    *l = made;
    return 0;
}

void net_list_done(struct net_list *l)
{
    free(l->items);
    l->items = NULL;
    l->count = 0;
}

bool net_list_has(const struct net_list *l, const struct net_address *a)
{
    for (size_t i = 0; i < l->count; i++) {
        if (in_range(&l->items[i], a)) {
            return true;
        }
    }
    return false;
}

void net_client(const struct net_address *peer, const char *const *forwarded, size_t n,
                const struct net_list *trusted, struct net_address *out)
{
    struct net_address client = *peer;
    for (size_t i = n; i > 0 && net_list_has(trusted, &client); i--) {
        const char *value = forwarded[i - 1];
        size_t end = strlen(value);
        bool more = true;
        while (more && net_list_has(trusted, &client)) {
            size_t start = end;
            while (start > 0 && value[start - 1] != ',') {
                start--;
            }
            struct net_address hop;
            if (!net_parse(value + start, end - start, &hop)) {
                *out = client;
                return;
            }
            client = hop;
            more = start > 0;
            end = more ? start - 1 : 0;
        }
    }
    *out = client;
}
