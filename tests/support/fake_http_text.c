/*
 * fake_http_text.c: reading headers and queries. Pure.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fake_http.h"

bool http_header(const struct http_request *r, const char *name, char *out, size_t n)
{
    const size_t len = strlen(name);
    for (const char *line = strstr(r->head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
            line += len + 1;
            line += strspn(line, " \t");
            (void)snprintf(out, n, "%.*s", (int)strcspn(line, "\r"), line);
            return true;
        }
    }
    return false;
}

static int hex(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

static void decode(const char *text, size_t len, char *out, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < len && to + 1 < n; i++) {
        if (text[i] == '%' && i + 2 < len && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            out[to++] = (char)(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        } else {
            out[to++] = text[i] == '+' ? ' ' : text[i];
        }
    }
    out[to] = '\0';
}

bool http_param(const struct http_request *r, const char *name, char *out, size_t n)
{
    const size_t len = strlen(name);
    for (const char *p = r->query; *p != '\0';) {
        size_t pair = strcspn(p, "&");
        if (pair > len && strncmp(p, name, len) == 0 && p[len] == '=') {
            decode(p + len + 1, pair - len - 1, out, n);
            return true;
        }
        p += pair + (p[pair] == '&' ? 1 : 0);
    }
    return false;
}

const char *http_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } table[] = {
        {200, "OK"},
        {201, "Created"},
        {302, "Found"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {408, "Request Timeout"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].status == status) {
            return table[i].reason;
        }
    }
    return "Status";
}
