/*
 * http_address.c: addresses, networks, and whose request it is behind proxies.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "http/address.h"

static struct net_address parsed(const char *text)
{
    struct net_address a = {0};
    cr_assert(net_parse(text, strlen(text), &a), "%s", text);
    return a;
}

static void expect_client(const char *peer, const char *const *hops, size_t n, const char *trusted,
                          const char *want)
{
    struct net_list list = {0};
    struct err err = {0};
    char text[NET_TEXT_LEN];
    struct net_address from = parsed(peer);
    struct net_address client;
    cr_assert_eq(net_list_init(&list, trusted, &err), 0, "%s", err.msg);
    net_client(&from, hops, n, &list, &client);
    net_format(&client, text);
    cr_expect_str_eq(text, want);
    net_list_done(&list);
}

Test(http_address, addresses_are_read_with_and_without_ports)
{
    static const struct {
        const char *text, *want;
    } table[] = {
        {"192.0.2.7", "192.0.2.7"},        {" 192.0.2.7\t", "192.0.2.7"},
        {"192.0.2.7:4711", "192.0.2.7"},   {"2001:db8::7", "2001:db8::7"},
        {"[2001:db8::7]", "2001:db8::7"},  {"[2001:db8::7]:4711", "2001:db8::7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char text[NET_TEXT_LEN];
        struct net_address a = parsed(table[i].text);
        net_format(&a, text);
        cr_expect_str_eq(text, table[i].want);
    }
}

Test(http_address, what_is_no_address_is_refused)
{
    static const char *const table[] = {"",           "unknown",          "192.0.2", "192.0.2.256",
                                        "192.0.2.7:", "192.0.2.7:x",      "[::1",    "[::1]x",
                                        "[::1]:",     "192.0.2.7:123456", "::1::2",  "_hidden"};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct net_address a;
        cr_expect_not(net_parse(table[i], strlen(table[i]), &a), "'%s'", table[i]);
    }
}

Test(http_address, a_list_holds_single_addresses_and_networks_of_both_kinds)
{
    struct net_list list = {0};
    struct err err = {0};
    cr_assert_eq(net_list_init(&list, "10.0.0.0/8, 192.0.2.7,2001:db8::/33", &err), 0);
    static const struct {
        const char *text;
        bool in;
    } table[] = {{"10.255.1.2", true},      {"11.0.0.1", false},   {"192.0.2.7", true},
                 {"192.0.2.8", false},      {"2001:db8::1", true}, {"2001:db8:8000::1", false},
                 {"::ffff:10.1.2.3", true}, {"::10.1.2.3", false}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct net_address a = parsed(table[i].text);
        cr_expect_eq(net_list_has(&list, &a), table[i].in, "%s", table[i].text);
    }
    net_list_done(&list);
}

Test(http_address, a_bad_item_of_a_list_is_named)
{
    static const char *const table[] = {"10.0.0.0/33", "10.0.0.0/x", "::1/129", "10.0.0.0/",
                                        "host"};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct net_list list = {0};
        struct err err = {0};
        char text[64];
        (void)snprintf(text, sizeof text, "192.0.2.1, %s", table[i]);
        cr_expect_eq(net_list_init(&list, text, &err), -(int)ERR_CONFIG);
        cr_expect(strstr(err.msg, table[i]) != NULL, "%s", err.msg);
        cr_expect_null(list.items);
    }
}

Test(http_address, nobody_is_believed_unless_trusted)
{
    const char *const hops[] = {"203.0.113.9"};
    expect_client("198.51.100.1", hops, 1, NULL, "198.51.100.1");
    expect_client("198.51.100.1", hops, 1, "10.0.0.0/8", "198.51.100.1");
}

Test(http_address, the_client_is_the_rightmost_address_that_is_not_trusted)
{
    const char *const one[] = {"203.0.113.9"};
    expect_client("10.0.0.1", one, 1, "10.0.0.0/8", "203.0.113.9");
    /* What the client itself wrote stands to the left and is not looked at. */
    const char *const forged[] = {"127.0.0.1, 203.0.113.9, 10.0.0.2"};
    expect_client("10.0.0.1", forged, 1, "10.0.0.0/8", "203.0.113.9");
    const char *const split[] = {"127.0.0.1", "203.0.113.9", "10.0.0.2, 10.0.0.3"};
    expect_client("10.0.0.1", split, 3, "10.0.0.0/8", "203.0.113.9");
    const char *const all[] = {"10.0.0.9, 10.0.0.2"};
    expect_client("10.0.0.1", all, 1, "10.0.0.0/8", "10.0.0.9");
}

Test(http_address, a_hop_that_is_no_address_ends_the_walk)
{
    const char *const hops[] = {"203.0.113.9, unknown, 10.0.0.2"};
    expect_client("10.0.0.1", hops, 1, "10.0.0.0/8", "10.0.0.2");
    const char *const empty[] = {""};
    expect_client("10.0.0.1", empty, 1, "10.0.0.0/8", "10.0.0.1");
}

Test(http_address, this_machine_is_known_by_either_protocol)
{
    struct net_address a = parsed("127.8.9.1");
    cr_expect(net_is_loopback(&a));
    a = parsed("::1");
    cr_expect(net_is_loopback(&a));
    a = parsed("128.0.0.1");
    cr_expect_not(net_is_loopback(&a));
}
