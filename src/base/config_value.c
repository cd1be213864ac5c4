/*
 * config_value.c: see config_value.h. Every refusal says what would be right.
 */
#include "base/config_value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static int keep(const char *text, size_t n, void *field, struct err *err)
{
    char *copy = strndup(text, n);
    if (copy == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *(char **)field = copy;
    return 0;
}

/* What may be shown of a value in a message. */
static const char *shown(const struct config_key *key, const char *text)
{
    return key->secret ? "(secret)" : text;
}

int config_text(const struct config_key *key, const char *text, void *field, struct err *err)
{
    (void)key;
    size_t n = strlen(text);
    if (!text_utf8_valid(text, n)) {
        return err_set(err, ERR_CONFIG, "must be UTF-8");
    }
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) {
            return err_set(err, ERR_CONFIG, "must not contain control characters");
        }
    }
    return keep(text, n, field, err);
}

int config_token(const struct config_key *key, const char *text, void *field, struct err *err)
{
    (void)key;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p == 0x7F) {
            return err_set(err, ERR_CONFIG, "must be letters, digits and signs without spaces");
        }
    }
    return keep(text, strlen(text), field, err);
}

/* Whole decimal number from s to end, not negative. */
static bool read_uint(const char *s, const char **end, int64_t *out)
{
    if (*s < '0' || *s > '9') {
        return false;
    }
    char *stop;
    errno = 0;
    long long value = strtoll(s, &stop, 10);
    if (errno != 0) {
        return false;
    }
    *end = stop;
    *out = value;
    return true;
}

int config_listen(const struct config_key *key, const char *text, void *field, struct err *err)
{
    const char *colon = strrchr(text, ':');
    if (strchr(text, '[') != NULL || (colon != NULL && strchr(text, ':') != colon)) {
        return err_set(err, ERR_CONFIG,
                       "\"%.100s\": only IPv4 addresses, because Debian builds civetweb without "
                       "IPv6: write 0.0.0.0:8080 or 127.0.0.1:8080, and let nginx in front listen "
                       "on IPv6",
                       shown(key, text));
    }
    char host[INET_ADDRSTRLEN];
    struct in_addr address;
    const char *end = "";
    int64_t port = -1;
    size_t n = colon == NULL ? 0 : (size_t)(colon - text);
    bool ok = n > 0 && n < sizeof host;
    if (ok) {
        memcpy(host, text, n);
        host[n] = '\0';
        ok = inet_pton(AF_INET, host, &address) == 1 && read_uint(colon + 1, &end, &port) &&
             *end == '\0' && port <= 65535;
    }
    if (!ok) {
        return err_set(err, ERR_CONFIG,
                       "\"%.100s\": write an IPv4 address, a colon and a port, like 127.0.0.1:8080 "
                       "(0.0.0.0 for every address of this machine)",
                       shown(key, text));
    }
    return keep(text, strlen(text), field, err);
}

/* The host of "scheme://host[:port][/path]", after checking that the rest is plausible. */
static bool url_host(const char *url, const char **host, size_t *host_len)
{
    for (const char *p = url; *p != '\0'; p++) {
        if (*p <= ' ' || *p == 0x7F || strchr("\"<>\\^`{|}?#@", *p) != NULL) {
            return false;
        }
    }
    if (strncmp(url, "https://", 8) == 0) {
        *host = url + 8;
    } else if (strncmp(url, "http://", 7) == 0) {
        *host = url + 7;
    } else {
        return false;
    }
    const char *after;
    if (**host == '[') {
        const char *close = strchr(*host, ']');
        if (close == NULL) {
            return false;
        }
        after = close + 1;
    } else {
        after = *host + strcspn(*host, ":/");
    }
    *host_len = (size_t)(after - *host);
    if (*after == ':') {
        int64_t port;
        if (!read_uint(after + 1, &after, &port) || port < 1 || port > 65535) {
            return false;
        }
    }
    return *host_len > 0 && (*after == '\0' || *after == '/');
}

static int keep_url(const char *text, void *field, struct err *err)
{
    size_t n = strlen(text);
    while (text[n - 1] == '/') {
        n--;
    }
    return keep(text, n, field, err);
}

int config_url(const struct config_key *key, const char *text, void *field, struct err *err)
{
    const char *host;
    size_t host_len;
    if (!url_host(text, &host, &host_len)) {
        return err_set(err, ERR_CONFIG,
                       "\"%.200s\": write an address like https://hooks.example.pl",
                       shown(key, text));
    }
    return keep_url(text, field, err);
}

static bool is_loopback(const char *host, size_t n)
{
    char name[64];
    struct in_addr address;
    if (n >= sizeof name) {
        return false;
    }
    memcpy(name, host, n);
    name[n] = '\0';
    if (strcmp(name, "localhost") == 0 || strcmp(name, "[::1]") == 0) {
        return true;
    }
    return inet_pton(AF_INET, name, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

int config_api_url(const struct config_key *key, const char *text, void *field, struct err *err)
{
    const char *host;
    size_t host_len;
    if (!url_host(text, &host, &host_len)) {
        return err_set(err, ERR_CONFIG, "\"%.200s\": write an address like %s", shown(key, text),
                       key->fallback);
    }
    if (strncmp(text, "http://", 7) == 0 && !is_loopback(host, host_len)) {
        return err_set(err, ERR_CONFIG,
                       "\"%.200s\": write https://, because the key would travel in the clear "
                       "(http:// only to this machine, like http://127.0.0.1:3000)",
                       shown(key, text));
    }
    return keep_url(text, field, err);
}

static bool cidr_ok(const char *s, size_t n)
{
    char text[INET6_ADDRSTRLEN + 4];
    if (n == 0 || n >= sizeof text) {
        return false;
    }
    memcpy(text, s, n);
    text[n] = '\0';
    int64_t bits = 0;
    char *slash = strchr(text, '/');
    if (slash != NULL) {
        const char *end;
        if (!read_uint(slash + 1, &end, &bits) || *end != '\0') {
            return false;
        }
        *slash = '\0';
    }
    unsigned char address[16];
    if (inet_pton(AF_INET, text, address) == 1) {
        return bits <= 32;
    }
    return inet_pton(AF_INET6, text, address) == 1 && bits <= 128;
}

int config_cidr_list(const struct config_key *key, const char *text, void *field, struct err *err)
{
    const char *p = text;
    for (;;) {
        p += strspn(p, " \t");
        size_t n = strcspn(p, ", \t");
        if (!cidr_ok(p, n)) {
            return err_set(err, ERR_CONFIG,
                           "\"%.200s\": write addresses or ranges with commas between them, like "
                           "127.0.0.1, 10.0.0.0/8, 2001:db8::/32",
                           shown(key, text));
        }
        p += n;
        p += strspn(p, " \t");
        if (*p == '\0') {
            return keep(text, strlen(text), field, err);
        }
        if (*p == ',') {
            p++;
        }
    }
}

int config_timezone(const struct config_key *key, const char *text, void *field, struct err *err)
{
    (void)key;
    int rc = zone_check(text, err);
    return rc < 0 ? rc : keep(text, strlen(text), field, err);
}

static int choice(const char *a, const char *b, const char *text, void *field, struct err *err)
{
    if (strcmp(text, a) != 0 && strcmp(text, b) != 0) {
        return err_set(err, ERR_CONFIG, "\"%.100s\": write %s or %s", text, a, b);
    }
    return keep(text, strlen(text), field, err);
}

int config_language(const struct config_key *key, const char *text, void *field, struct err *err)
{
    (void)key;
    return choice("pl", "en", text, field, err);
}

int config_provider(const struct config_key *key, const char *text, void *field, struct err *err)
{
    (void)key;
    return choice("none", "twilio", text, field, err);
}

struct unit {
    const char *name;
    int64_t factor;
};

/* A whole number and one of the units; false when it is neither or overflows. */
static bool read_with_unit(const char *text, const struct unit *units, size_t count, int64_t *out)
{
    const char *end;
    int64_t value;
    if (!read_uint(text, &end, &value)) {
        return false;
    }
    end += strspn(end, " \t");
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(end, units[i].name) == 0) {
            return !__builtin_mul_overflow(value, units[i].factor, out);
        }
    }
    return false;
}

int config_duration(const struct config_key *key, const char *text, void *field, struct err *err)
{
    static const struct unit units[] = {
        {"ms", 1}, {"s", CLOCK_SECOND}, {"m", CLOCK_MINUTE}, {"h", CLOCK_HOUR}, {"d", CLOCK_DAY},
    };
    int64_t value;
    if (!read_with_unit(text, units, ARRAY_LEN(units), &value)) {
        return err_set(err, ERR_CONFIG,
                       "\"%.100s\": write a whole number and ms, s, m, h or d, like 15m", text);
    }
    if (value < key->min || value > key->max) {
        return err_set(err, ERR_CONFIG, "\"%.100s\": must be from %" PRId64 "s to %" PRId64 "h",
                       text, key->min / CLOCK_SECOND, key->max / CLOCK_HOUR);
    }
    *(int64_t *)field = value;
    return 0;
}

int config_size(const struct config_key *key, const char *text, void *field, struct err *err)
{
    static const struct unit units[] = {
        {"", 1},           {"B", 1},           {"k", 1024},         {"kB", 1024},
        {"KiB", 1024},     {"M", 1048576},     {"MB", 1048576},     {"MiB", 1048576},
        {"G", 1073741824}, {"GB", 1073741824}, {"GiB", 1073741824},
    };
    int64_t value;
    if (!read_with_unit(text, units, ARRAY_LEN(units), &value)) {
        return err_set(err, ERR_CONFIG, "\"%.100s\": write a size like 1MiB, 512k or 65536", text);
    }
    if (value < key->min || value > key->max) {
        return err_set(err, ERR_CONFIG, "\"%.100s\": must be from %" PRId64 "k to %" PRId64 "MiB",
                       text, key->min / 1024, key->max / 1048576);
    }
    *(int64_t *)field = value;
    return 0;
}

int config_int(const struct config_key *key, const char *text, void *field, struct err *err)
{
    const char *end = "";
    int64_t value = 0;
    if (!read_uint(text, &end, &value) || *end != '\0' || value < key->min || value > key->max) {
        return err_set(err, ERR_CONFIG,
                       "\"%.100s\": write a whole number from %" PRId64 " to %" PRId64, text,
                       key->min, key->max);
    }
    *(int64_t *)field = value;
    return 0;
}

int config_number(const struct config_key *key, const char *text, void *field, struct err *err)
{
    char *end = NULL;
    bool plain = text[0] != '\0' && strspn(text, "0123456789.") == strlen(text);
    double value = plain ? strtod(text, &end) : 0;
    if (!plain || end == text || *end != '\0' || !(value > 0) || value > (double)key->max) {
        return err_set(err, ERR_CONFIG,
                       "\"%.100s\": write a number above 0 and at most %" PRId64 ", like 0.5", text,
                       key->max);
    }
    *(double *)field = value;
    return 0;
}
