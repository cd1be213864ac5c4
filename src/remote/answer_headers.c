/*
 * answer_headers.c: reads Date, Content-Type, Retry-After and the rate limits of an answer. Pure:
 * no network, no clock; bytes come from outside and may be anything.
 */
#include "remote/answer_headers.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

/* Longer than this nobody means: a date in another unit, or a mistake. */
#define WAIT_MAX_MS (INT64_C(24) * CLOCK_HOUR)

bool http_date_parse(const char *text, int64_t *out)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    /* "Sun, 22 Nov 2026 13:00:00 GMT": every place is fixed (RFC 9110, 5.6.7). */
    if (strlen(text) != 29 || strcmp(text + 25, " GMT") != 0 || text[3] != ',' || text[4] != ' ') {
        return false;
    }
    for (size_t m = 0; m < ARRAY_LEN(months); m++) {
        if (strncmp(text + 8, months[m], 3) == 0) {
            char iso[TIME_TEXT_LEN];
            int n = snprintf(iso, sizeof iso, "%.4s-%02zu-%.2sT%.8sZ", text + 12, m + 1, text + 5,
                             text + 17);
            return n == 20 && time_parse(iso, out);
        }
    }
    return false;
}

/* A copy in out without the white space around it; lower case when fold. Too long: cut. */
static void copy_trimmed(const char *value, size_t n, bool fold, char *out, size_t out_len)
{
    while (n > 0 && isspace((unsigned char)value[0])) {
        value++;
        n--;
    }
    while (n > 0 && isspace((unsigned char)value[n - 1])) {
        n--;
    }
    if (n >= out_len) {
        n = out_len - 1;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = fold ? (char)tolower((unsigned char)value[i]) : value[i];
    }
    out[n] = '\0';
}

static bool read_seconds(const char *text, int64_t *out)
{
    if (!isdigit((unsigned char)text[0])) {
        return false;
    }
    char *end = NULL;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    /* A fraction is no reason to ignore the wish: it is rounded up. */
    if (errno != 0 || (*end != '\0' && *end != '.')) {
        return false;
    }
    *out = (int64_t)n + (*end == '.' ? 1 : 0);
    return true;
}

/* The limit of that name, made when there is room; NULL otherwise. */
static struct rate_limit *limit_named(struct answer_headers *h, const char *name)
{
    for (size_t i = 0; i < h->limit_count; i++) {
        if (strcmp(h->limits[i].name, name) == 0) {
            return &h->limits[i];
        }
    }
    if (h->limit_count == RATE_LIMITS_MAX) {
        return NULL;
    }
    struct rate_limit *l = &h->limits[h->limit_count++];
    (void)snprintf(l->name, sizeof l->name, "%s", name);
    l->remaining = -1;
    l->reset_s = -1;
    return l;
}

static void note_limit(struct answer_headers *h, const char *what, const char *text)
{
    static const char remaining[] = "remaining";
    static const char reset[] = "reset";
    bool is_remaining = strncmp(what, remaining, sizeof remaining - 1) == 0;
    bool is_reset = strncmp(what, reset, sizeof reset - 1) == 0;
    int64_t n = 0;
    if ((!is_remaining && !is_reset) || !read_seconds(text, &n)) {
        return;
    }
    what += is_remaining ? sizeof remaining - 1 : sizeof reset - 1;
    if (*what == '-') {
        what++;
    }
    char name[sizeof h->limits[0].name];
    copy_trimmed(what, strlen(what), true, name, sizeof name);
    struct rate_limit *l = limit_named(h, name);
    if (l != NULL) {
        *(is_remaining ? &l->remaining : &l->reset_s) = n;
    }
}

void answer_headers_note(struct answer_headers *h, const char *name, size_t name_len,
                         const char *value, size_t value_len)
{
    static const char limit[] = "x-ratelimit-";
    char key[64] = "";
    char text[64] = "";
    if (name_len >= sizeof key) {
        return;
    }
    copy_trimmed(name, name_len, true, key, sizeof key);
    copy_trimmed(value, value_len, false, text, sizeof text);
    if (strcmp(key, "date") == 0) {
        int64_t at = 0;
        if (http_date_parse(text, &at)) {
            h->date = at;
        }
    } else if (strcmp(key, "retry-after") == 0) {
        (void)snprintf(h->retry_after, sizeof h->retry_after, "%s", text);
    } else if (strcmp(key, "content-type") == 0) {
        text[strcspn(text, ";")] = '\0';
        copy_trimmed(text, strlen(text), true, h->type, sizeof h->type);
    } else if (strncmp(key, limit, sizeof limit - 1) == 0) {
        note_limit(h, key + sizeof limit - 1, text);
    }
}

/* Seconds to wait; some servers send the moment instead, as seconds since 1970. */
static int64_t as_wait(int64_t seconds, int64_t from)
{
    const int64_t year_2001 = INT64_C(1000000000);
    int64_t wait = seconds > WAIT_MAX_MS / CLOCK_SECOND ? WAIT_MAX_MS : seconds * CLOCK_SECOND;
    if (seconds >= year_2001 && seconds < INT64_C(10) * year_2001) {
        wait = seconds * CLOCK_SECOND - from;
    }
    if (wait < 0) {
        return 0;
    }
    return wait > WAIT_MAX_MS ? WAIT_MAX_MS : wait;
}

int64_t answer_headers_wait(const struct answer_headers *h, bool refused, int64_t now)
{
    const int64_t from = h->date != 0 ? h->date : now;
    int64_t longest = 0;
    int64_t n = 0;
    if (refused && read_seconds(h->retry_after, &n)) {
        longest = as_wait(n, from);
    } else if (refused && http_date_parse(h->retry_after, &n) && n > from) {
        longest = n - from > WAIT_MAX_MS ? WAIT_MAX_MS : n - from;
    }
    for (size_t i = 0; i < h->limit_count; i++) {
        const struct rate_limit *l = &h->limits[i];
        /* A refusal names every limit, also those with room: only one that is not known to have
         * room can be the reason. */
        bool spent = l->remaining == 0 || (refused && l->remaining < 0);
        if (spent && l->reset_s >= 0) {
            int64_t wait = as_wait(l->reset_s, from);
            longest = wait > longest ? wait : longest;
        }
    }
    return longest;
}
