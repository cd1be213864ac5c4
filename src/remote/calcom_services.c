/*
 * calcom_services.c: event types and slots out of API v2. What cannot be understood is left out,
 * never guessed. No state.
 */
#include "remote/calcom_services.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "remote/calcom_call.h"

#define LENGTH_MAX 1440 /* minutes */

void calcom_services_done(struct calcom_services *s)
{
    free(s->list);
    *s = (struct calcom_services){0};
}

void calcom_slots_done(struct calcom_slots *s)
{
    free(s->list);
    *s = (struct calcom_slots){0};
}

/* Whole characters only. */
static void copy(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text != NULL ? text : "");
    out[text_utf8_prefix(out, strlen(out))] = '\0';
}

static int compare_lengths(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void read_lengths(const cJSON *row, struct calcom_service *s)
{
    const cJSON *option = NULL;
    cJSON_ArrayForEach(option, json_get(row, "lengthInMinutesOptions"))
    {
        int64_t n = cJSON_IsNumber(option) ? (int64_t)option->valuedouble : 0;
        if (n > 0 && n <= LENGTH_MAX && s->length_count < SERVICE_LENGTHS_MAX) {
            s->lengths[s->length_count++] = n;
        }
    }
    if (s->length_count == 0) {
        s->lengths[s->length_count++] = s->length;
    }
    qsort(s->lengths, s->length_count, sizeof s->lengths[0], compare_lengths);
}

static bool read_service(const cJSON *row, struct calcom_service *s)
{
    *s = (struct calcom_service){0};
    if (!json_int(row, "id", &s->id) || s->id <= 0 ||
        !json_int(row, "lengthInMinutes", &s->length) || s->length <= 0 || s->length > LENGTH_MAX) {
        return false;
    }
    copy(s->slug, sizeof s->slug, json_text(row, "slug"));
    copy(s->title, sizeof s->title, json_text(row, "title"));
    const char *url = json_text(row, "bookingUrl");
    if (url != NULL && strlen(url) < sizeof s->url &&
        (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0)) {
        copy(s->url, sizeof s->url, url);
    }
    copy(s->currency, sizeof s->currency, json_text(row, "currency"));
    for (char *p = s->currency; *p != '\0'; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    if (!json_int(row, "price", &s->price) || s->price < 0) {
        s->price = 0;
    }
    if (!json_bool(row, "hidden", &s->hidden)) {
        s->hidden = false;
    }
    const char *policy = json_text(json_get(row, "confirmationPolicy"), "type");
    s->confirms = policy != NULL && strcmp(policy, "always") == 0;
    read_lengths(row, s);
    return s->title[0] != '\0';
}

int calcom_services_read(const cJSON *list, struct calcom_services *out, struct err *err)
{
    struct calcom_services s = {0};
    int most = cJSON_GetArraySize(list);
    s.list = calloc((size_t)(most > 0 ? most : 1), sizeof *s.list);
    if (s.list == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, list)
    {
        if (s.count < SERVICES_MAX && read_service(row, &s.list[s.count])) {
            s.count++;
        }
    }
    *out = s;
    return 0;
}

static int none_there(const struct calcom *c, struct err *err)
{
    return err_set(err, ERR_REMOTE,
                   "there is no Cal.com API at %s (404): check api_url in [calcom]", calcom_url(c));
}

int calcom_services(struct calcom *c, const char *username, struct calcom_services *out,
                    struct err *err)
{
    CLEANUP(buf_done) struct buf path = {0};
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    buf_init(&path, 1024);
    buf_str(&path, "/v2/event-types");
    if (username != NULL && *username != '\0') {
        buf_str(&path, "?username=");
        fetch_escape(&path, username);
    }
    if (path.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const struct calcom_call call = {.path = path.data,
                                     .version = CALCOM_VERSION_EVENT_TYPES,
                                     .list = true};
    int rc = calcom_get(c, &call, &a, NULL, err);
    if (rc != 0) {
        return rc < 0 ? rc : none_there(c, err);
    }
    return calcom_services_read(a.data, out, err);
}

static int compare_slots(const void *a, const void *b)
{
    int64_t x = ((const struct calcom_slot *)a)->start;
    int64_t y = ((const struct calcom_slot *)b)->start;
    return x < y ? -1 : x > y;
}

/* {"2050-09-05":[{"start":…,"end":…}, …] or ["…", …], …} */
static int read_slots(const cJSON *days, struct calcom_slots *out, struct err *err)
{
    struct calcom_slots s = {0};
    s.list = calloc(SLOTS_MAX, sizeof *s.list);
    if (s.list == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const cJSON *day = NULL;
    cJSON_ArrayForEach(day, days)
    {
        const cJSON *one = NULL;
        cJSON_ArrayForEach(one, day)
        {
            struct calcom_slot slot = {0};
            const char *start = cJSON_IsString(one) ? one->valuestring : json_text(one, "start");
            const char *end = json_text(one, "end");
            if (start == NULL || !time_parse(start, &slot.start) || s.count == SLOTS_MAX) {
                continue;
            }
            if (end == NULL || !time_parse(end, &slot.end) || slot.end <= slot.start) {
                slot.end = 0;
            }
            s.list[s.count++] = slot;
        }
    }
    qsort(s.list, s.count, sizeof s.list[0], compare_slots);
    size_t kept = 0;
    for (size_t i = 0; i < s.count; i++) {
        if (kept == 0 || s.list[kept - 1].start != s.list[i].start) {
            s.list[kept++] = s.list[i];
        }
    }
    s.count = kept;
    *out = s;
    return 0;
}

int calcom_slots(struct calcom *c, const struct calcom_slot_query *q, struct calcom_slots *out,
                 struct err *err)
{
    CLEANUP(buf_done) struct buf path = {0};
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    char from[TIME_TEXT_LEN];
    char to[TIME_TEXT_LEN];
    time_format(q->from, from);
    time_format(q->to, to);
    buf_init(&path, 2048);
    buf_printf(&path, "/v2/slots?eventTypeId=%lld&format=range&start=", (long long)q->event_type);
    fetch_escape(&path, from);
    buf_str(&path, "&end=");
    fetch_escape(&path, to);
    buf_str(&path, "&timeZone=");
    fetch_escape(&path, q->zone);
    if (q->length > 0) {
        buf_printf(&path, "&duration=%lld", (long long)q->length);
    }
    if (q->reschedule != NULL) {
        buf_str(&path, "&bookingUidToReschedule=");
        fetch_escape(&path, q->reschedule);
    }
    if (path.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const struct calcom_call call = {.path = path.data, .version = CALCOM_VERSION_SLOTS};
    int rc = calcom_get(c, &call, &a, NULL, err);
    if (rc > 0) {
        return err_set(err, ERR_REMOTE,
                       "Cal.com does not know this service any more (404): load the list again");
    }
    return rc < 0 ? rc : read_slots(a.data, out, err);
}
