/*
 * when.c: reads and writes moments for the command line. Pure but for the zone.
 */
#include "cli/when.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static bool parse_age(const char *text, int64_t now, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (errno != 0 || end == text || n < 0 || n > 1000000 || *end == '\0' || end[1] != '\0') {
        return false;
    }
    static const struct {
        char letter;
        int64_t length;
    } units[] = {{'m', CLOCK_MINUTE}, {'h', CLOCK_HOUR}, {'d', CLOCK_DAY}};
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (*end == units[i].letter) {
            *out = now - n * units[i].length;
            return true;
        }
    }
    return false;
}

/* Two digits at s, or -1. */
static int two_digits(const char *s)
{
    bool digits = s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9';
    return digits ? (s[0] - '0') * 10 + (s[1] - '0') : -1;
}

int when_parse(const char *text, const char *what, bool end_of_day, int64_t now, int64_t *out,
               struct err *err)
{
    if (time_parse(text, out) || parse_age(text, now, out)) {
        return 0;
    }
    char day[11] = "";
    struct local_date date;
    if (strlen(text) >= 10) {
        memcpy(day, text, 10);
        day[10] = '\0';
    }
    if (date_parse(day, &date)) {
        int64_t start = 0;
        int64_t end = 0;
        zone_day(date, &start, &end);
        const char *rest = text + 10;
        if (*rest == '\0') {
            *out = end_of_day ? end : start;
            return 0;
        }
        if (strlen(rest) == 6 && (*rest == ' ' || *rest == 'T') && rest[3] == ':') {
            int hour = two_digits(rest + 1);
            int minute = two_digits(rest + 4);
            if (hour >= 0 && hour < 24 && minute >= 0 && minute < 60) {
                int rc = zone_instant(date, hour, minute, out, err);
                return err_prefix(err, rc, "%s", what);
            }
        }
    }
    return err_set(err, ERR_USAGE,
                   "%s: %s is not a time: write 2026-11-22, \"2026-11-22 14:00\" or 24h for a day "
                   "ago",
                   what, text);
}

void when_format(int64_t ms, char out[static WHEN_TEXT_LEN])
{
    struct local_time t;
    char date[11];
    zone_local(ms, &t);
    date_format(t.date, date);
    (void)snprintf(out, WHEN_TEXT_LEN, "%s %02d:%02d:%02d", date, t.hour, t.minute, t.second);
}
