/*
 * api_salon.c: the salon's own settings: name, address, tax number, hours of the week. No state.
 *
 * Hours are one setting a weekday, "hours.1" (Monday) to "hours.7", each "09:00-17:00"; a day
 * without one is closed. The zone is the box's and only shown.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "db/writer.h"
#include "http/api.h"
#include "http/auth.h"
#include "salon/salon.h"
#include "salon/session.h"
#include "salon/setting.h"

#define WEEK         7
#define CLOCK_LEN    (sizeof "09:00")
#define HOURS_LEN    (sizeof "09:00-17:00")
#define HOURS_KEY    16
#define DAY_HOURS    24
#define HOUR_MINUTES 60

static void text_free(char *text)
{
    free(text);
}
DEFINE_CLEANUP(char *, text_free);

static void hours_key(char out[static HOURS_KEY], int weekday)
{
    (void)snprintf(out, HOURS_KEY, "hours.%d", weekday);
}

static int write_day(struct jw *w, struct db *db, int weekday, struct err *err)
{
    char key[HOURS_KEY];
    CLEANUP(text_free) char *hours = NULL;
    hours_key(key, weekday);
    int rc = setting_get(db, key, &hours, err);
    if (rc < 0) {
        return rc;
    }
    jw_object(w, NULL);
    jw_int(w, "weekday", weekday);
    if (rc > 0 && strlen(hours) == HOURS_LEN - 1) {
        jw_text_n(w, "open", hours, CLOCK_LEN - 1);
        jw_text_n(w, "close", hours + CLOCK_LEN, CLOCK_LEN - 1);
    } else {
        jw_null(w, "open");
        jw_null(w, "close");
    }
    jw_end_object(w);
    return 0;
}

static int write_salon(struct db *db, const struct http_request *rq, struct reply *re,
                       struct err *err)
{
    struct salon s;
    struct jw w;
    int rc = salon_get(db, session_salon(rq->session), &s, err);
    if (rc <= 0) {
        return rc < 0 ? rc : err_set(err, ERR_NOT_FOUND, "there is no such salon");
    }
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "id", s.id);
    jw_text(&w, "name", s.name);
    jw_text(&w, "address", s.address);
    jw_text(&w, "nip", s.nip);
    jw_text(&w, "timezone", zone_name());
    jw_array(&w, "hours");
    rc = 0;
    for (int day = 1; day <= WEEK && rc >= 0; day++) {
        rc = write_day(&w, db, day, err);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    return rc;
}

int api_salon(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_salon(db, rq, re, err);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

/* Minutes of "09:00", or -1. */
static int minutes_of(const char *text)
{
    if (text == NULL || strlen(text) != CLOCK_LEN - 1 || text[2] != ':') {
        return -1;
    }
    for (size_t i = 0; i < CLOCK_LEN - 1; i++) {
        if (i != 2 && !isdigit((unsigned char)text[i])) {
            return -1;
        }
    }
    int hours = (text[0] - '0') * 10 + (text[1] - '0');
    int minutes = (text[3] - '0') * 10 + (text[4] - '0');
    return hours < DAY_HOURS && minutes < HOUR_MINUTES ? hours * HOUR_MINUTES + minutes : -1;
}

struct salon_work {
    struct salon_change change;
    bool with_hours;
    char hours[WEEK][HOURS_LEN]; /* "": closed */
};

static int read_day(const cJSON *day, char out[static HOURS_LEN], struct err *err)
{
    const char *open = json_text(day, "open");
    const char *close = json_text(day, "close");
    out[0] = '\0';
    if (open == NULL && close == NULL) {
        return 0;
    }
    if (minutes_of(open) < 0 || minutes_of(close) <= minutes_of(open)) {
        return err_set(err, ERR_INVALID,
                       "hours: a day opens and closes at times like 09:00, the later second");
    }
    (void)snprintf(out, HOURS_LEN, "%s-%s", open, close);
    return 0;
}

/* hours: seven, from Monday, each {"open","close"} or null. */
static int read_hours(const cJSON *body, struct salon_work *work, struct err *err)
{
    const cJSON *list = json_get(body, "hours");
    if (list == NULL) {
        return 0;
    }
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) != WEEK) {
        return err_set(err, ERR_INVALID, "hours: seven days are needed, Monday first");
    }
    work->with_hours = true;
    for (int i = 0; i < WEEK; i++) {
        int rc = read_day(cJSON_GetArrayItem(list, i), work->hours[i], err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static int change_job(struct db *db, void *arg, struct err *err)
{
    struct salon_work *work = arg;
    int rc = salon_change_job(db, &work->change, err);
    for (int i = 0; i < WEEK && rc >= 0 && work->with_hours; i++) {
        char key[HOURS_KEY];
        hours_key(key, i + 1);
        rc = setting_set(db, key, work->hours[i][0] == '\0' ? NULL : work->hours[i],
                         work->change.now, err);
    }
    return rc;
}

/* Borrowed text that is there, though empty: null and "" clear; one that is absent stays. What it
 * may hold is the salon's to say. */
static int read_text(const cJSON *body, const char *key, const char **out, struct err *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(body, key);
    if (value == NULL) {
        return 0;
    }
    if (!cJSON_IsString(value) && !cJSON_IsNull(value)) {
        return err_set(err, ERR_INVALID, "%s: text is needed", key);
    }
    *out = cJSON_IsString(value) ? value->valuestring : "";
    return 0;
}

int api_salon_change(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    struct salon_work work = {.change = {.id = session_salon(rq->session), .now = rq->now}};
    int rc = read_text(rq->json, "name", &work.change.name, err);
    if (rc >= 0) {
        rc = read_text(rq->json, "address", &work.change.address, err);
    }
    if (rc >= 0) {
        rc = read_text(rq->json, "nip", &work.change.nip, err);
    }
    if (rc >= 0) {
        rc = read_hours(rq->json, &work, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, change_job, &work, err);
    }
    return rc < 0 ? rc : api_salon(cx, rq, re, err);
}
