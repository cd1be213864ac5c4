/*
 * api_services.c: what can be booked and when, for the booking page: event types, free slots, and
 * the link to Cal.com's own form.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/api.h"
#include "salon/session.h"
#include "sync/outgoing.h"

#define DAYS_MAX 14

static void write_service(struct jw *w, const struct calcom_service *s)
{
    jw_object(w, NULL);
    jw_int(w, "id", s->id);
    jw_text(w, "slug", s->slug);
    jw_text(w, "title", s->title);
    jw_int(w, "length_minutes", s->length);
    jw_array(w, "lengths");
    for (size_t i = 0; i < s->length_count; i++) {
        jw_int(w, NULL, s->lengths[i]);
    }
    jw_end_array(w);
    if (s->price > 0) {
        jw_int(w, "price_minor", s->price);
    } else {
        jw_null(w, "price_minor");
    }
    jw_text(w, "currency", s->currency[0] != '\0' ? s->currency : NULL);
    jw_bool(w, "hidden", s->hidden);
    jw_bool(w, "needs_confirmation", s->confirms);
    jw_end_object(w);
}

int api_event_types(struct http_context *cx, struct http_request *rq, struct reply *re,
                    struct err *err)
{
    CLEANUP(outgoing_services_done) struct outgoing_services s = {0};
    int64_t refresh = 0;
    int rc = request_query_int(rq, "refresh", 0, 1, &refresh, err);
    if (rc >= 0) {
        rc = outgoing_services(cx->outgoing, refresh == 1, rq->now, &s, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "event_types");
    for (size_t i = 0; i < s.services.count; i++) {
        write_service(&w, &s.services.list[i]);
    }
    jw_end_array(&w);
    if (s.at > 0) {
        jw_time(&w, "at", s.at);
    } else {
        jw_null(&w, "at");
    }
    jw_bool(&w, "has_key", s.has_key);
    if (s.problem.code == ERR_NONE) {
        jw_null(&w, "problem");
    } else {
        jw_object(&w, "problem");
        jw_text(&w, "code", err_name(s.problem.code));
        jw_text(&w, "message", s.problem.msg);
        jw_end_object(&w);
    }
    jw_end_object(&w);
    return reply_json_end(re, err);
}

struct slot_wish {
    struct calcom_slot_query q;
    struct local_date first;
    int64_t days;
    struct outgoing_subject visit;
};

/* uid of the appointment that is to be moved: its own time counts as free. */
static int read_visit(struct http_context *cx, struct http_request *rq, struct slot_wish *s,
                      struct err *err)
{
    char id[64];
    struct db *db = NULL;
    int rc = request_query(rq, "appointment", id, sizeof id, err);
    if (rc <= 0) {
        return rc;
    }
    rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = outgoing_subject(db, session_salon(rq->session), id, &s->visit, err);
    db_pool_give(cx->pool, db);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    s->q.reschedule = s->visit.uid;
    return rc < 0 ? rc : 0;
}

static int read_slot_wish(struct http_context *cx, struct http_request *rq, struct slot_wish *s,
                          struct err *err)
{
    char date[16];
    int64_t unused = 0;
    *s = (struct slot_wish){.days = 7, .q.zone = zone_name()};
    int rc = request_query_int(rq, "event_type", 1, INT64_C(1) << 53, &s->q.event_type, err);
    if (rc >= 0) {
        rc = request_query_int(rq, "length", 1, 1440, &s->q.length, err);
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "days", 1, DAYS_MAX, &s->days, err);
    }
    if (rc >= 0) {
        rc = request_query(rq, "date", date, sizeof date, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (rc == 0) {
        struct local_time today;
        zone_local(rq->now, &today);
        s->first = today.date;
    } else if (!date_parse(date, &s->first)) {
        return err_set(err, ERR_UNPROCESSABLE, "date: not a day, like 2026-11-24");
    }
    if (s->q.event_type == 0) {
        return err_set(err, ERR_INVALID, "event_type: is needed");
    }
    zone_day(s->first, &s->q.from, &unused);
    zone_day(date_add(s->first, (int)s->days - 1), &unused, &s->q.to);
    return read_visit(cx, rq, s, err);
}

static void write_slot(struct jw *w, const struct calcom_slot *slot)
{
    struct local_time t;
    char text[8];
    zone_local(slot->start, &t);
    (void)snprintf(text, sizeof text, "%02u:%02u", (unsigned)t.hour % 100U,
                   (unsigned)t.minute % 100U);
    jw_object(w, NULL);
    jw_time(w, "start", slot->start);
    jw_text(w, "time", text);
    jw_end_object(w);
}

static void write_days(struct jw *w, const struct slot_wish *s, const struct calcom_slots *slots,
                       int64_t now)
{
    jw_array(w, "days");
    for (int64_t d = 0; d < s->days; d++) {
        const struct local_date day = date_add(s->first, (int)d);
        char text[11];
        int64_t from = 0;
        int64_t to = 0;
        zone_day(day, &from, &to);
        date_format(day, text);
        jw_object(w, NULL);
        jw_text(w, "date", text);
        jw_int(w, "weekday", date_weekday(day));
        jw_array(w, "slots");
        for (size_t i = 0; i < slots->count; i++) {
            const int64_t start = slots->list[i].start;
            if (start >= from && start < to && start > now) {
                write_slot(w, &slots->list[i]);
            }
        }
        jw_end_array(w);
        jw_end_object(w);
    }
    jw_end_array(w);
}

int api_slots(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    CLEANUP(calcom_slots_done) struct calcom_slots slots = {0};
    struct slot_wish s;
    int rc = read_slot_wish(cx, rq, &s, err);
    if (rc < 0) {
        return rc;
    }
    if (s.q.from < rq->now) {
        s.q.from = rq->now;
    }
    if (s.q.to > s.q.from) {
        rc = outgoing_slots(cx->outgoing, &s.q, &slots, err);
    }
    if (rc < 0) {
        /* 500 and 502 would be taken for a broken BarkBook. */
        if (err->code == ERR_CONFIG || err->code == ERR_REMOTE) {
            err->code = ERR_CONFLICT;
            return -(int)ERR_CONFLICT;
        }
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "timezone", zone_name());
    write_days(&w, &s, &slots, rq->now);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

static int read_link_wish(struct http_request *rq, struct outgoing_booking *b, char *client,
                          char *pets, char *notes, size_t notes_len, struct err *err)
{
    int rc = request_query(rq, "client", client, UUID_TEXT_LEN, err);
    if (rc == 0) {
        return err_set(err, ERR_INVALID, "client: is needed");
    }
    if (rc >= 0) {
        rc = request_query(rq, "pets", pets, LINK_PETS_MAX * (size_t)UUID_TEXT_LEN, err);
    }
    if (rc > 0) {
        char *rest = NULL;
        for (char *id = strtok_r(pets, ",", &rest); id != NULL && b->pet_count < LINK_PETS_MAX;
             id = strtok_r(NULL, ",", &rest)) {
            b->pets[b->pet_count++] = id;
        }
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "event_type", 1, INT64_C(1) << 53, &b->event_type, err);
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "length", 1, 1440, &b->length, err);
    }
    if (rc >= 0) {
        rc = request_query(rq, "notes", notes, notes_len, err);
    }
    b->client_id = client;
    b->notes = rc > 0 ? notes : NULL;
    return rc < 0 ? rc : 0;
}

int api_booking_link(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    CLEANUP(buf_done) struct buf url = {0};
    struct outgoing_booking b = {.event_type = 0};
    char client[UUID_TEXT_LEN] = "";
    char pets[LINK_PETS_MAX * UUID_TEXT_LEN] = "";
    char notes[2048] = "";
    buf_init(&url, (size_t)16 * 1024);
    int rc = read_link_wish(rq, &b, client, pets, notes, sizeof notes, err);
    if (rc >= 0) {
        const struct actor who = {.staff_id = rq->session->staff.id,
                                  .salon_id = session_salon(rq->session),
                                  .now = rq->now};
        rc = outgoing_link(cx->outgoing, &who, &b, &url, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "url", rc > 0 ? url.data : NULL);
    jw_end_object(&w);
    return reply_json_end(re, err);
}
