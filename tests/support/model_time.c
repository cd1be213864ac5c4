/*
 * model_time.c: see model_time.h. Days are counted from 1 March, so that the leap day is the last
 * one of its year and every month but it has a fixed place.
 */
#include "model_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct date {
    int64_t year;
    int month, day;
};

static int64_t days_of(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t m = (month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static struct date date_of(int64_t days)
{
    /* A first guess from the mean year, then at most a step each way. */
    int64_t year = 1970 + days * 400 / 146097;
    while (days_of(year + 1, 1, 1) <= days) {
        year++;
    }
    while (days_of(year, 1, 1) > days) {
        year--;
    }
    int month = 12;
    while (days_of(year, month, 1) > days) {
        month--;
    }
    return (struct date){year, month, (int)(days - days_of(year, month, 1)) + 1};
}

int64_t model_time_at(int year, int month, int day, int hour, int minute)
{
    return days_of(year, month, day) * MODEL_DAY + hour * MODEL_HOUR + minute * MODEL_MINUTE;
}

const char *model_time_text(int64_t ms, enum model_time_form form, char out[static MODEL_TIME_LEN])
{
    int64_t shift = form == MODEL_TIME_EAST   ? MODEL_HOUR
                    : form == MODEL_TIME_WEST ? -5 * MODEL_HOUR
                                              : 0;
    int64_t local = ms + shift;
    int64_t days = local / MODEL_DAY;
    int64_t rest = local % MODEL_DAY;
    struct date d = date_of(days);
    char fraction[8] = "";
    if (form == MODEL_TIME_MILLIS || form == MODEL_TIME_WEST) {
        (void)snprintf(fraction, sizeof fraction, ".%03d", (int)(rest % MODEL_SECOND));
    }
    const char *zone = form == MODEL_TIME_EAST   ? "+01:00"
                       : form == MODEL_TIME_WEST ? "-05:00"
                                                 : "Z";
    (void)snprintf(out, MODEL_TIME_LEN, "%04d-%02d-%02dT%02d:%02d:%02d%s%s", (int)d.year, d.month,
                   d.day, (int)(rest / MODEL_HOUR), (int)(rest / MODEL_MINUTE % 60),
                   (int)(rest / MODEL_SECOND % 60), fraction, zone);
    return out;
}

const char *model_time_http(int64_t ms, char out[static MODEL_TIME_LEN])
{
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began on a Thursday */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t n = ms / MODEL_DAY;
    int64_t rest = ms % MODEL_DAY;
    struct date d = date_of(n);
    (void)snprintf(out, MODEL_TIME_LEN, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + n % 7 * 3,
                   d.day, months + (size_t)(d.month - 1) * 3, (int)d.year, (int)(rest / MODEL_HOUR),
                   (int)(rest / MODEL_MINUTE % 60), (int)(rest / MODEL_SECOND % 60));
    return out;
}

/* n digits at *p, which moves past them; -1 when there are fewer. */
static int digits(const char **p, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++, (*p)++) {
        if (**p < '0' || **p > '9') {
            return -1;
        }
        value = value * 10 + (**p - '0');
    }
    return value;
}

static bool skip(const char **p, char c)
{
    if (**p != c) {
        return false;
    }
    (*p)++;
    return true;
}

bool model_time_read(const char *text, int64_t *out)
{
    static const char between[] = "--T::";
    int part[6];
    const char *p = text;
    for (int i = 0; i < 6; i++) {
        part[i] = digits(&p, i == 0 ? 4 : 2);
        if (part[i] < 0 || (i < 5 && !skip(&p, between[i]))) {
            return false;
        }
    }
    int64_t ms =
        model_time_at(part[0], part[1], part[2], part[3], part[4]) + part[5] * MODEL_SECOND;
    if (skip(&p, '.')) {
        for (int64_t unit = 100; *p >= '0' && *p <= '9'; p++, unit /= 10) {
            ms += unit * (*p - '0');
        }
    }
    if (*p == '+' || *p == '-') {
        int64_t sign = *p++ == '+' ? 1 : -1;
        int hours = digits(&p, 2);
        int minutes = skip(&p, ':') ? digits(&p, 2) : -1;
        if (hours < 0 || minutes < 0) {
            return false;
        }
        ms -= sign * (hours * MODEL_HOUR + minutes * MODEL_MINUTE);
    } else if (!skip(&p, 'Z')) {
        return false;
    }
    if (*p != '\0') {
        return false;
    }
    *out = ms;
    return true;
}
