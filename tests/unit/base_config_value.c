/*
 * base_config_value.c: which values each kind of key takes. They come by the environment, whose way
 * is the shortest; base_config.c has the files.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

/* Loads with one key set; the caller's c is empty before. */
static int load_with(struct config *c, const char *section, const char *key, const char *value,
                     struct err *err)
{
    char name[64];
    (void)snprintf(name, sizeof name, "BARKBOOK_%s_%s", section, key);
    for (char *p = name; *p != '\0'; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    cr_assert_eq(setenv(name, value, 1), 0);
    int rc = config_load(c, "/dev/null", NULL, err);
    cr_assert_eq(unsetenv(name), 0);
    return rc;
}

Test(base_config_value, bad_values_are_refused_with_their_key_and_what_would_be_right)
{
    static const struct {
        const char *section, *key, *value, *part;
    } table[] = {
        {"server", "dashboard_listen", "[::]:8080", "IPv6"},
        {"server", "dashboard_listen", "::1:8080", "IPv6"},
        {"server", "dashboard_listen", "8080", "127.0.0.1:8080"},
        {"server", "dashboard_listen", ":8080", "127.0.0.1:8080"},
        {"server", "dashboard_listen", "salon.local:8080", "127.0.0.1:8080"},
        {"server", "dashboard_listen", "127.0.0.1:65536", "127.0.0.1:8080"},
        {"server", "dashboard_listen", "127.0.0.1:80s", "127.0.0.1:8080"},
        {"server", "dashboard_listen", "127.0.0.1", "127.0.0.1:8080"},
        {"server", "webhook_listen", "256.0.0.1:80", "127.0.0.1:8080"},
        {"server", "public_url", "hooks.example.pl", "https://"},
        {"server", "public_url", "ftp://hooks.example.pl", "https://"},
        {"server", "public_url", "https://", "https://"},
        {"server", "public_url", "https://a b.pl", "https://"},
        {"server", "public_url", "https://a.pl:0", "https://"},
        {"server", "public_url", "https://user@a.pl", "https://"},
        {"server", "webhook_trusted_proxies", "10.0.0.0/33", "10.0.0.0/8"},
        {"server", "webhook_trusted_proxies", "10.0.0.0/8,", "10.0.0.0/8"},
        {"server", "webhook_trusted_proxies", "localhost", "10.0.0.0/8"},
        {"server", "webhook_trusted_proxies", "2001:db8::/129", "10.0.0.0/8"},
        {"server", "webhook_trusted_proxies", "10.0.0.0/", "10.0.0.0/8"},
        {"server", "timezone", "Europe/Warszawa", "Europe/Warszawa"},
        {"server", "language", "de", "pl or en"},
        {"calcom", "api_url", "http://api.cal.com", "in the clear"},
        {"calcom", "api_url", "http://127.0.0.1.evil.example", "in the clear"},
        {"calcom", "api_url", "http://10.0.0.1", "in the clear"},
        {"calcom", "api_url", "api.cal.com", "https://api.cal.com"},
        {"calcom", "username", "two words", "without spaces"},
        {"calcom", "reconcile_every", "15", "15m"},
        {"calcom", "reconcile_every", "m", "15m"},
        {"calcom", "reconcile_every", "-5m", "15m"},
        {"calcom", "reconcile_every", "15 minutes", "15m"},
        {"calcom", "reconcile_every", "0s", "from 1s"},
        {"calcom", "reconcile_every", "999999999999999999h", "15m"},
        {"calcom", "requests_per_second", "0", "above 0"},
        {"calcom", "requests_per_second", "-1", "above 0"},
        {"calcom", "requests_per_second", "nan", "above 0"},
        {"calcom", "requests_per_second", "1.2.3", "above 0"},
        {"calcom", "requests_per_second", "101", "at most 100"},
        {"sms", "provider", "smsapi", "none or twilio"},
        {"limits", "webhook_rate", "0", "from 1"},
        {"limits", "webhook_rate", "many", "from 1"},
        {"limits", "webhook_rate", "5.5", "from 1"},
        {"limits", "webhook_body_max", "1TiB", "1MiB"},
        {"limits", "webhook_body_max", "10", "from 1k"},
        {"limits", "photo_max", "9999999999999999999", "1MiB"},
        {"retention", "backup_keep", "0", "from 1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct config c = {0};
        struct err err = {0};
        char where[64];
        (void)snprintf(where, sizeof where, "environment: %s.%s: ", table[i].section, table[i].key);
        int rc = load_with(&c, table[i].section, table[i].key, table[i].value, &err);
        cr_expect_eq(err_code_of(rc), ERR_CONFIG, "%s is taken", table[i].value);
        cr_expect_eq(strncmp(err.msg, where, strlen(where)), 0, "%s", err.msg);
        cr_expect_not_null(strstr(err.msg, table[i].part), "%s", err.msg);
        config_done(&c);
    }
}

Test(base_config_value, addresses_to_listen_on_are_ipv4_and_a_port)
{
    static const char *const good[] = {"127.0.0.1:8080", "0.0.0.0:80", "192.168.1.10:65535",
                                       "127.0.0.1:0"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        CLEANUP(config_done) struct config c = {0};
        struct err err = {0};
        cr_assert_eq(load_with(&c, "server", "dashboard_listen", good[i], &err), 0, "%s", err.msg);
        cr_expect_str_eq(c.server.dashboard_listen, good[i]);
    }
}

Test(base_config_value, http_is_taken_for_loopback_addresses)
{
    static const char *const good[] = {"http://127.0.0.1:3000", "http://127.1.2.3",
                                       "http://localhost:80", "http://[::1]:3000",
                                       "https://cal.example.pl/api"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        CLEANUP(config_done) struct config c = {0};
        struct err err = {0};
        char value[64];
        (void)snprintf(value, sizeof value, "%s/", good[i]);
        cr_assert_eq(load_with(&c, "calcom", "api_url", value, &err), 0, "%s", err.msg);
        cr_expect_str_eq(c.calcom.api_url, good[i]);
    }
}

Test(base_config_value, durations_are_taken_in_every_unit)
{
    static const struct {
        const char *value;
        int64_t ms;
    } table[] = {{"1500ms", 1500}, {"90s", 90000},   {"15m", 900000},
                 {"2h", 7200000},  {"1d", 86400000}, {"15 M", 900000}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        CLEANUP(config_done) struct config c = {0};
        struct err err = {0};
        cr_assert_eq(load_with(&c, "calcom", "reconcile_every", table[i].value, &err), 0, "%s",
                     err.msg);
        cr_expect_eq(c.calcom.reconcile_every_ms, table[i].ms, "%s", table[i].value);
    }
}

Test(base_config_value, sizes_are_taken_in_every_unit)
{
    static const struct {
        const char *value;
        int64_t bytes;
    } table[] = {{"65536", 65536},  {"65536 B", 65536},   {"512k", 524288}, {"512KiB", 524288},
                 {"1MiB", 1048576}, {"10 MiB", 10485760}, {"3mb", 3145728}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        CLEANUP(config_done) struct config c = {0};
        struct err err = {0};
        cr_assert_eq(load_with(&c, "limits", "photo_max", table[i].value, &err), 0, "%s", err.msg);
        cr_expect_eq(c.limits.photo_max, table[i].bytes, "%s", table[i].value);
    }
}
