/*
 * answer_headers.h: what an HTTP answer's headers say about time: when it was made, and how long
 * the other side wants us to wait. Pure.
 *
 * Limits are Cal.com's: X-RateLimit-{Limit,Remaining,Reset}-<name of the limit>, the reset in
 * seconds; several limits may be named in one answer, so they are told apart by their suffix.
 */
#ifndef BARKBOOK_REMOTE_ANSWER_HEADERS_H
#define BARKBOOK_REMOTE_ANSWER_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

#define RATE_LIMITS_MAX 4

struct rate_limit {
    char name[24];     /* suffix, lower case; "" for the plain header */
    int64_t remaining; /* -1: not said */
    int64_t reset_s;   /* -1: not said */
};

struct answer_headers {
    int64_t date;         /* ms; 0: none or unreadable */
    char type[64];        /* Content-Type without parameters, lower case */
    char retry_after[64]; /* as sent: seconds or a date */
    struct rate_limit limits[RATE_LIMITS_MAX];
    size_t limit_count;
};

/* One header, name and value as received (value trimmed by the caller or not). Unknown ones are
 * ignored. */
void answer_headers_note(struct answer_headers *h, const char *name, size_t name_len,
                         const char *value, size_t value_len);

/* How long to wait before the next request, in ms; 0 when nothing was asked. refused: the answer
 * was a 429 or 503, so that every named limit may be the one that ran out; otherwise only limits
 * with nothing remaining count. now is our clock, used only where a date is given and the answer
 * has none. */
int64_t answer_headers_wait(const struct answer_headers *h, bool refused, int64_t now);

/* "Sun, 22 Nov 2026 13:00:00 GMT" to ms. */
MUST_USE bool http_date_parse(const char *text, int64_t *out);

#endif
