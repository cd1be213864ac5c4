/*
 * api_appointment.c: one appointment with its history, and the desk's word about it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/api.h"
#include "http/message_json.h"
#include "http/visit_json.h"
#include "salon/desk.h"
#include "salon/session.h"
#include "sync/booking_store.h"

static int write_event(const struct agenda_event *e, void *arg, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    char local[VISIT_LOCAL_LEN];
    visit_local_text(e->at, local);
    jw_object(w, NULL);
    jw_time(w, "at", e->at);
    jw_text(w, "at_local", local);
    jw_text(w, "field", e->field);
    jw_text(w, "old", e->before);
    jw_text(w, "new", e->after);
    jw_text(w, "cause", e->cause);
    jw_text(w, "by", e->by);
    jw_end_object(w);
    return 0;
}

static const char *status_word(const struct booking *b)
{
    static const char *const words[] = {
        [OBS_STATUS_NONE] = NULL,           [OBS_STATUS_PENDING] = "pending",
        [OBS_STATUS_ACCEPTED] = "accepted", [OBS_STATUS_CANCELLED] = "cancelled",
        [OBS_STATUS_REJECTED] = "rejected", [OBS_STATUS_VANISHED] = "vanished",
    };
    return words[booking_status(b)];
}

/* The bookings Cal.com made of it, one for each reschedule. */
static int write_bookings(struct db *db, const char *id, struct jw *w, struct err *err)
{
    CLEANUP(chain_done) struct chain c = {0};
    int rc = chain_load(db, id, &c, err);
    if (rc < 0) {
        return rc;
    }
    jw_array(w, "bookings");
    for (size_t i = 0; i < c.count; i++) {
        const struct booking *b = &c.bookings[i];
        int64_t start = 0;
        int64_t end = 0;
        bool known = booking_times(b, &start, &end);
        jw_object(w, NULL);
        jw_text(w, "uid", b->uid);
        jw_text(w, "status", status_word(b));
        if (known) {
            jw_time(w, "start", start);
            jw_time(w, "end", end);
        } else {
            jw_null(w, "start");
            jw_null(w, "end");
        }
        jw_end_object(w);
    }
    jw_end_array(w);
    return 0;
}

static int write_one(struct http_context *cx, struct db *db, struct http_request *rq, bool whole,
                     struct reply *re, struct err *err)
{
    CLEANUP(agenda_done) struct agenda a = {0};
    int rc =
        agenda_get(db, session_salon(rq->session), rq->params[0], rq->now - CLOCK_DAY, &a, err);
    if (rc < 0) {
        return rc;
    }
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    const char *id = a.entries[0].text[AGENDA_ID];
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    visit_json(&w, &a.entries[0]);
    CLEANUP(visit_texts_free) struct visit_texts *texts = NULL;
    rc = visit_texts_new(cx, db, session_salon(rq->session), a.entries[0].start,
                         a.entries[0].start + 1, rq->now, &texts, err);
    if (rc < 0) {
        return rc;
    }
    visit_texts_json(&w, texts, id);
    if (whole) {
        struct local_time start;
        char date[11];
        zone_local(a.entries[0].start, &start);
        date_format(start.date, date);
        jw_text(&w, "date", date);
        jw_array(&w, "history");
        rc = agenda_history(db, id, write_event, &w, err);
        jw_end_array(&w);
        if (rc >= 0) {
            rc = write_bookings(db, id, &w, err);
        }
    }
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

static int answer(struct http_context *cx, struct http_request *rq, bool whole, struct reply *re,
                  struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_one(cx, db, rq, whole, re, err);
    db_pool_give(cx->pool, db);
    return rc;
}

int api_appointment(struct http_context *cx, struct http_request *rq, struct reply *re,
                    struct err *err)
{
    return answer(cx, rq, true, re, err);
}

int api_appointment_desk(struct http_context *cx, struct http_request *rq, struct reply *re,
                         struct err *err)
{
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(rq->json, "status");
    if (!cJSON_IsString(status) && !cJSON_IsNull(status)) {
        return err_set(err, ERR_INVALID, "status: is needed (null takes it back)");
    }
    struct desk_change change = {
        .id = rq->params[0],
        .salon_id = session_salon(rq->session),
        .status = cJSON_IsString(status) ? status->valuestring : NULL,
        .staff_id = rq->session->staff.id,
        .now = rq->now,
    };
    int rc = writer_run(cx->writer, desk_change_job, &change, err);
    return rc < 0 ? rc : answer(cx, rq, false, re, err);
}
