/*
 * calcom.c: the resources of Cal.com's API v2 that BarkBook reads. Builds queries, reads
 * pagination; how a request is made is calcom_call.c's business. Thread-safe; no state.
 */
#include "remote/calcom.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "remote/calcom_call.h"

void calcom_answer_done(struct calcom_answer *a)
{
    json_free(a->doc);
    *a = (struct calcom_answer){0};
}

static void add_time(struct buf *path, const char *name, int64_t at)
{
    if (at > 0) {
        char text[TIME_TEXT_LEN];
        time_format(at, text);
        buf_printf(path, "&%s=", name);
        fetch_escape(path, text);
    }
}

/* Numbers Cal.com may leave out or send as text: -1 then. */
static int64_t count_of(const cJSON *pagination, const char *key)
{
    int64_t n = -1;
    if (!json_int(pagination, key, &n) || n < 0) {
        return -1;
    }
    return n;
}

int calcom_bookings(struct calcom *c, const struct calcom_query *q, struct calcom_answer *out,
                    struct err *err)
{
    CLEANUP(buf_done) struct buf path = {0};
    buf_init(&path, 1024);
    buf_printf(&path, "/v2/bookings?%s=asc&take=%d&skip=%lld",
               q->sort == CALCOM_BY_UPDATED ? "sortUpdatedAt" : "sortStart", q->take,
               (long long)q->skip);
    add_time(&path, "afterUpdatedAt", q->after_updated);
    add_time(&path, "afterStart", q->after_start);
    add_time(&path, "beforeEnd", q->before_end);
    if (path.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    const struct calcom_call call = {.path = path.data,
                                     .version = CALCOM_VERSION_BOOKINGS,
                                     .list = true};
    int rc = calcom_get(c, &call, &a, NULL, err);
    if (rc < 0) {
        return rc;
    }
    if (rc > 0) {
        return err_set(err, ERR_REMOTE,
                       "there is no Cal.com API at %s (404): check api_url in [calcom]",
                       calcom_url(c));
    }
    const cJSON *pagination = json_get(a.doc, "pagination");
    bool next = false;
    const cJSON *said = json_get(pagination, "hasNextPage");
    if (said != NULL && json_bool(pagination, "hasNextPage", &next)) {
        a.has_next = next ? 1 : 0;
    }
    a.items_per_page = count_of(pagination, "itemsPerPage");
    a.remaining = count_of(pagination, "remainingItems");
    *out = a;
    a = (struct calcom_answer){0};
    return 0;
}

int calcom_booking(struct calcom *c, const char *uid, struct calcom_answer *out, struct err *err)
{
    if (uid[strspn(uid, ".")] == '\0') {
        return CALCOM_REFUSED; /* nothing, or a step up in the path */
    }
    CLEANUP(buf_done) struct buf path = {0};
    buf_init(&path, 1024);
    buf_str(&path, "/v2/bookings/");
    fetch_escape(&path, uid);
    if (path.failed) {
        return CALCOM_REFUSED; /* longer than any uid of theirs */
    }
    enum fetch_failure failure = FETCH_OK;
    const struct calcom_call call = {.path = path.data, .version = CALCOM_VERSION_BOOKINGS};
    int rc = calcom_get(c, &call, out, &failure, err);
    if (rc < 0 && (failure == FETCH_DENIED || failure == FETCH_REFUSED)) {
        return CALCOM_REFUSED;
    }
    return rc > 0 ? CALCOM_NONE : rc;
}

int calcom_me(struct calcom *c, struct calcom_me *out, struct err *err)
{
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    const struct calcom_call call = {.path = "/v2/me"};
    int rc = calcom_get(c, &call, &a, NULL, err);
    if (rc < 0) {
        return rc;
    }
    if (rc > 0) {
        return err_set(err, ERR_REMOTE,
                       "there is no Cal.com API at %s (404): check api_url in [calcom]",
                       calcom_url(c));
    }
    const char *username = json_text(a.data, "username");
    const char *email = json_text(a.data, "email");
    const char *zone = json_text(a.data, "timeZone");
    (void)snprintf(out->username, sizeof out->username, "%s", username != NULL ? username : "");
    (void)snprintf(out->email, sizeof out->email, "%s", email != NULL ? email : "");
    (void)snprintf(out->time_zone, sizeof out->time_zone, "%s", zone != NULL ? zone : "");
    out->date = a.date;
    return 0;
}
