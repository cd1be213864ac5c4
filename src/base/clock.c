/*
 * clock.c: see clock.h. The calendar is computed here (proleptic Gregorian, days since 1970); the
 * zone's rules come from the system's zone files through localtime_r.
 *
 * The only state is the name of the zone, written by zone_init before threads start.
 */
#include "base/clock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DAYS_400_YEARS 146097
#define DAYS_TO_1970   719162 /* from 0001-01-01 */

static char current_zone[64] = "UTC";

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;
    int rc = clock_gettime(id, &ts);
    assert(rc == 0); /* cannot fail for the two clocks every Linux has */
    (void)rc;
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b < 0 ? q - 1 : q;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days since 1970-01-01 of a date whose month is 1..12; the day may be out of range. */
static int64_t date_to_days(struct local_date d)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t y = (int64_t)d.year - 1;
    int64_t leaps = floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
    int leap_day = d.month > 2 && is_leap(d.year) ? 1 : 0;
    return y * 365 + leaps + before[d.month - 1] + leap_day + d.day - 1 - DAYS_TO_1970;
}

static struct local_date days_to_date(int64_t days)
{
    /* A first guess that is never late by more than a year, then walk. */
    int64_t since = days + DAYS_TO_1970;
    int64_t year = floor_div(since * 400, DAYS_400_YEARS) + 1;
    struct local_date d = {.year = (int)year, .month = 1, .day = 1};
    while (date_to_days(d) > days) {
        d.year--;
    }
    while (date_to_days((struct local_date){d.year + 1, 1, 1}) <= days) {
        d.year++;
    }
    int rest = (int)(days - date_to_days(d));
    while (rest >= month_days(d.year, d.month)) {
        rest -= month_days(d.year, d.month);
        d.month++;
    }
    d.day = rest + 1;
    return d;
}

/* Reads exactly n digits at *p and moves on. */
static bool take_digits(const char **p, int n, int *out)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        char c = (*p)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    *p += n;
    *out = value;
    return true;
}

static bool take_char(const char **p, char c)
{
    if (**p != c) {
        return false;
    }
    (*p)++;
    return true;
}

static bool take_date(const char **p, struct local_date *out)
{
    struct local_date d;
    if (!take_digits(p, 4, &d.year) || !take_char(p, '-') || !take_digits(p, 2, &d.month) ||
        !take_char(p, '-') || !take_digits(p, 2, &d.day)) {
        return false;
    }
    if (d.month < 1 || d.month > 12 || d.day < 1 || d.day > month_days(d.year, d.month)) {
        return false;
    }
    *out = d;
    return true;
}

/* Digits after the point; what is finer than a millisecond is cut off. */
static bool take_fraction(const char **p, int *ms)
{
    *ms = 0;
    if (!take_char(p, '.')) {
        return true;
    }
    int scale = 100;
    int n = 0;
    for (; **p >= '0' && **p <= '9'; (*p)++, n++) {
        *ms += (**p - '0') * scale;
        scale /= 10;
    }
    return n > 0;
}

static bool take_offset(const char **p, int *minutes)
{
    if (take_char(p, 'Z')) {
        *minutes = 0;
        return true;
    }
    int sign = **p == '-' ? -1 : 1;
    int hours;
    int mins;
    if (!take_char(p, '+') && !take_char(p, '-')) {
        return false;
    }
    if (!take_digits(p, 2, &hours)) {
        return false;
    }
    (void)take_char(p, ':');
    if (!take_digits(p, 2, &mins) || hours > 23 || mins > 59) {
        return false;
    }
    *minutes = sign * (hours * 60 + mins);
    return true;
}

bool time_parse(const char *text, int64_t *out)
{
    const char *p = text;
    struct local_date d;
    int hour;
    int minute;
    int second;
    int ms;
    int offset;
    if (!take_date(&p, &d) || !take_char(&p, 'T') || !take_digits(&p, 2, &hour) ||
        !take_char(&p, ':') || !take_digits(&p, 2, &minute) || !take_char(&p, ':') ||
        !take_digits(&p, 2, &second) || !take_fraction(&p, &ms) || !take_offset(&p, &offset) ||
        *p != '\0') {
        return false;
    }
    if (d.year < 1970 || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    *out = date_to_days(d) * CLOCK_DAY + hour * CLOCK_HOUR + (minute - offset) * CLOCK_MINUTE +
           second * CLOCK_SECOND + ms;
    return true;
}

void time_format(int64_t ms, char out[static TIME_TEXT_LEN])
{
    /* Four digits of year are all there is room for. */
    const int64_t least = date_to_days((struct local_date){1, 1, 1}) * CLOCK_DAY;
    const int64_t most = date_to_days((struct local_date){10000, 1, 1}) * CLOCK_DAY - 1;
    ms = ms < least ? least : ms > most ? most : ms;
    int64_t days = floor_div(ms, CLOCK_DAY);
    unsigned rest = (unsigned)(ms - days * CLOCK_DAY);
    struct local_date d = days_to_date(days);
    (void)snprintf(out, TIME_TEXT_LEN, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
                   (unsigned)d.year % 10000, (unsigned)d.month % 100, (unsigned)d.day % 100,
                   rest / 3600000 % 24, rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
}

/* Letters, digits, + - _ / only: nothing that climbs out of the zone folder or is a POSIX rule. */
static bool zone_name_ok(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n >= sizeof current_zone || name[0] == '/' || name[n - 1] == '/' ||
        strstr(name, "..") != NULL) {
        return false;
    }
    return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_/") == n;
}

int zone_check(const char *name, struct err *err)
{
    if (!zone_name_ok(name)) {
        return err_set(err, ERR_CONFIG,
                       "\"%.64s\" is not a timezone name: write one like Europe/Warsaw", name);
    }
    const char *dir = getenv("TZDIR");
    if (dir == NULL || dir[0] == '\0') {
        dir = "/usr/share/zoneinfo";
    }
    char path[512];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path) {
        return err_set(err, ERR_CONFIG, "the timezone folder's path is too long");
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return err_set(err, ERR_CONFIG,
                       "no timezone \"%s\" in %s: check the spelling (like Europe/Warsaw) and that "
                       "the package tzdata is installed",
                       name, dir);
    }
    char magic[4];
    ssize_t got = read(fd, magic, sizeof magic);
    (void)close(fd);
    if (got != (ssize_t)sizeof magic || memcmp(magic, "TZif", sizeof magic) != 0) {
        return err_set(err, ERR_CONFIG,
                       "%s is not a timezone file: write a name like Europe/Warsaw", path);
    }
    return 0;
}

int zone_init(const char *name, struct err *err)
{
    int rc = zone_check(name, err);
    if (rc < 0) {
        return rc;
    }
    if (setenv("TZ", name, 1) != 0) {
        return err_set(err, ERR_NOMEM, "cannot set the timezone: %s", strerror(errno));
    }
    tzset();
    (void)snprintf(current_zone, sizeof current_zone, "%s", name);
    return 0;
}

const char *zone_name(void)
{
    return current_zone;
}

void zone_local(int64_t ms, struct local_time *out)
{
    time_t seconds = (time_t)floor_div(ms, 1000);
    struct tm tm;
    if (localtime_r(&seconds, &tm) == NULL) {
        /* Only a year beyond int gets here, and no int64_t of milliseconds reaches one. */
        memset(&tm, 0, sizeof tm);
        tm.tm_mday = 1;
    }
    *out = (struct local_time){
        .date = {.year = tm.tm_year + 1900, .month = tm.tm_mon + 1, .day = tm.tm_mday},
        .hour = tm.tm_hour,
        .minute = tm.tm_min,
        .second = tm.tm_sec,
        .weekday = tm.tm_wday == 0 ? 7 : tm.tm_wday,
        .offset_minutes = (int)(tm.tm_gmtoff / 60),
    };
}

static int64_t offset_at(int64_t ms)
{
    struct local_time t;
    zone_local(ms, &t);
    return t.offset_minutes * CLOCK_MINUTE;
}

static bool local_is(int64_t ms, struct local_date d, int hour, int minute)
{
    struct local_time t;
    zone_local(ms, &t);
    return t.date.year == d.year && t.date.month == d.month && t.date.day == d.day &&
           t.hour == hour && t.minute == minute;
}

/* The offsets a day before and a day after cover both sides of any change near d. The bigger offset
 * gives the earlier instant. */
static bool find_instant(struct local_date d, int hour, int minute, int64_t *out)
{
    int64_t as_utc = date_to_days(d) * CLOCK_DAY + hour * CLOCK_HOUR + minute * CLOCK_MINUTE;
    int64_t before = offset_at(as_utc - CLOCK_DAY);
    int64_t after = offset_at(as_utc + CLOCK_DAY);
    int64_t early = as_utc - (before > after ? before : after);
    int64_t late = as_utc - (before > after ? after : before);
    if (local_is(early, d, hour, minute)) {
        *out = early;
        return true;
    }
    if (local_is(late, d, hour, minute)) {
        *out = late;
        return true;
    }
    return false;
}

static bool date_ok(struct local_date d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= month_days(d.year, d.month);
}

int zone_instant(struct local_date d, int hour, int minute, int64_t *out, struct err *err)
{
    if (!date_ok(d) || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return err_set(err, ERR_INVALID, "not a date and time of the calendar");
    }
    if (!find_instant(d, hour, minute, out)) {
        return err_set(err, ERR_INVALID,
                       "%02d:%02d does not exist on %04d-%02d-%02d in %s, because the clocks go "
                       "forward: choose another time",
                       hour, minute, d.year, d.month, d.day, current_zone);
    }
    return 0;
}

/* First instant whose local date is d or later. */
static int64_t day_start(struct local_date d)
{
    int64_t found;
    if (find_instant(d, 0, 0, &found)) {
        return found;
    }
    /* Midnight itself is skipped (some zones change at 00:00): look for the change. */
    int64_t want = date_to_days(d);
    int64_t low = want * CLOCK_DAY - 2 * CLOCK_DAY; /* still before d everywhere */
    int64_t high = want * CLOCK_DAY + 2 * CLOCK_DAY;
    while (high - low > CLOCK_SECOND) {
        int64_t mid = low + (high - low) / 2 / CLOCK_SECOND * CLOCK_SECOND;
        struct local_time t;
        zone_local(mid, &t);
        if (date_to_days(t.date) >= want) {
            high = mid;
        } else {
            low = mid;
        }
    }
    return high;
}

void zone_day(struct local_date d, int64_t *start, int64_t *end)
{
    *start = day_start(d);
    *end = day_start(date_add(d, 1));
}

bool date_parse(const char *text, struct local_date *out)
{
    const char *p = text;
    struct local_date d;
    if (!take_date(&p, &d) || *p != '\0' || d.year < 1900) {
        return false;
    }
    *out = d;
    return true;
}

void date_format(struct local_date d, char out[static 11])
{
    (void)snprintf(out, 11, "%04u-%02u-%02u", (unsigned)d.year % 10000, (unsigned)d.month % 100,
                   (unsigned)d.day % 100);
}

struct local_date date_add(struct local_date d, int days)
{
    return days_to_date(date_to_days(d) + days);
}

int date_weekday(struct local_date d)
{
    int64_t days = date_to_days(d) + 3; /* 1970-01-01 was a Thursday */
    return (int)(days - floor_div(days, 7) * 7) + 1;
}
