/*
 * booking_fields.c: see booking_fields.h. No state.
 */
#include "http/booking_fields.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static bool read_clock(const char *text, int *hour, int *minute)
{
    static const char shape[] = "00:00";
    if (text == NULL || strlen(text) != strlen(shape)) {
        return false;
    }
    for (size_t i = 0; i < strlen(shape); i++) {
        if (shape[i] == ':' ? text[i] != ':' : text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    *hour = (text[0] - '0') * 10 + text[1] - '0';
    *minute = (text[3] - '0') * 10 + text[4] - '0';
    return *hour < 24 && *minute < 60;
}

int booking_field_start(const cJSON *json, int64_t *out, struct err *err)
{
    struct local_date date;
    int hour = 0;
    int minute = 0;
    if (json_get(json, "start") != NULL) {
        return json_time(json, "start", out)
                   ? 0
                   : err_set(err, ERR_INVALID, "start: not a time in UTC");
    }
    const char *day = json_text(json, "date");
    if (day == NULL || !date_parse(day, &date)) {
        return err_set(err, ERR_INVALID, "date: is needed, like 2026-11-24 (or start)");
    }
    if (!read_clock(json_text(json, "time"), &hour, &minute)) {
        return err_set(err, ERR_INVALID, "time: is needed, like 14:00");
    }
    return zone_instant(date, hour, minute, out, err);
}
