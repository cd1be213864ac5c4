/*
 * check.c: see check.h.
 */
#include "check.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Canonical: readable, trimmed, bounded, without control characters. */
static void text_check(const char *s, size_t max_chars)
{
    const size_t n = strlen(s);
    REQUIRE(n > 0);
    REQUIRE(text_utf8_valid(s, n));
    REQUIRE(text_chars(s) <= max_chars);
    REQUIRE(!is_space(s[0]) && !is_space(s[n - 1]));
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)s[i];
        REQUIRE(c >= 0x20 || c == '\n' || c == '\t');
        REQUIRE(c != 0x7f);
    }
}

static void uid_check(const char *uid)
{
    REQUIRE(strlen(uid) >= 1 && strlen(uid) <= 127);
    text_check(uid, 127);
}

static void times_check(const char *text)
{
    char copy[2 * TIME_TEXT_LEN];
    REQUIRE(strlen(text) == sizeof copy - 1);
    memcpy(copy, text, sizeof copy);
    int64_t start = 0;
    int64_t end = 0;
    REQUIRE(copy[TIME_TEXT_LEN - 1] == '/');
    copy[TIME_TEXT_LEN - 1] = '\0';
    REQUIRE(time_parse(copy, &start) && time_parse(copy + TIME_TEXT_LEN, &end) && end > start);
}

static size_t chars_max(enum fact f)
{
    switch (f) {
    case FACT_TITLE:
        return 500;
    case FACT_DESCRIPTION:
        return 10000;
    case FACT_MEETING_URL:
        return 2048;
    case FACT_CLIENT_REF:
        return 200;
    case FACT_PET_REFS:
        return 500;
    case FACT_TIMES:
    case FACT_NAME:
    case FACT_EMAIL:
    case FACT_PHONE:
    case FACT_LOCATION:
    case FACT_SERVICE:
    case FACT_PRICE:
    case FACT_ORGANIZER:
    case FACT_REASON:
    case FACT_BY:
    case FACT_REBOOK:
    case FACT_COUNT:
        break;
    }
    return 320;
}

void observation_check(const struct observation *o)
{
    uid_check(o->uid);
    REQUIRE(o->trigger[0] != '\0');
    REQUIRE(o->number >= 0 && o->made_at >= 0);
    REQUIRE(!o->ended || o->status == OBS_STATUS_ACCEPTED);
    if (o->predecessor_uid != NULL) {
        uid_check(o->predecessor_uid);
        REQUIRE(strcmp(o->predecessor_uid, o->uid) != 0);
    }
    if (o->successor_uid != NULL) {
        uid_check(o->successor_uid);
        REQUIRE(strcmp(o->successor_uid, o->uid) != 0);
    }
    for (enum fact f = 0; f < FACT_COUNT; f++) {
        if (o->value[f] != NULL) {
            text_check(o->value[f], chars_max(f));
        }
    }
    if (o->value[FACT_TIMES] != NULL) {
        times_check(o->value[FACT_TIMES]);
    }
    const char *url = o->value[FACT_MEETING_URL];
    REQUIRE(url == NULL || strncasecmp(url, "http", 4) == 0);
    for (const char *c = o->value[FACT_EMAIL]; c != NULL && *c != '\0'; c++) {
        REQUIRE(strchr(o->value[FACT_EMAIL], '@') == NULL || *c < 'A' || *c > 'Z');
    }
    for (size_t i = 0; i < o->absent_count; i++) {
        text_check(o->absents[i].email, 320);
    }
}

static bool same(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

bool observation_equal(const struct observation *a, const struct observation *b)
{
    bool equal = a->source == b->source && strcmp(a->trigger, b->trigger) == 0 &&
                 same(a->uid, b->uid) && same(a->predecessor_uid, b->predecessor_uid) &&
                 same(a->successor_uid, b->successor_uid) && a->as_of == b->as_of &&
                 a->made_at == b->made_at && a->number == b->number && a->status == b->status &&
                 a->ended == b->ended && a->needs_read == b->needs_read &&
                 a->absent_count == b->absent_count;
    for (enum fact f = 0; f < FACT_COUNT && equal; f++) {
        equal = same(a->value[f], b->value[f]);
    }
    for (size_t i = 0; equal && i < a->absent_count; i++) {
        equal = same(a->absents[i].email, b->absents[i].email) &&
                a->absents[i].absent == b->absents[i].absent;
    }
    return equal;
}
