/*
 * api_booking.c: staff book, move, cancel, confirm, decline and mark visits: what the page asks is
 * read and checked here, sync/outgoing.h does it, and the answer says what has become of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/api.h"
#include "http/booking_fields.h"
#include "http/visit_json.h"
#include "salon/session.h"
#include "sync/outgoing.h"

#define REASON_MAX 500

static struct actor actor_of(const struct http_request *rq)
{
    return (struct actor){.staff_id = rq->session->staff.id,
                          .salon_id = session_salon(rq->session),
                          .now = rq->now};
}

static int status_of(const struct outgoing_row *row)
{
    switch (row->state) {
    case OUTGOING_DONE:
        return row->kind == ORDER_BOOK ? 201 : 200;
    case OUTGOING_REFUSED:
        return 409;
    case OUTGOING_FAILED:
        return 503;
    case OUTGOING_SENDING:
    case OUTGOING_UNSURE:
        break;
    }
    return 202;
}

static const char *sentence(const struct outgoing_row *row)
{
    static const struct {
        const char *reason;
        const char *words;
    } table[] = {
        {OUTGOING_WHY_SLOT, "Cal.com says that this time is taken: nothing was changed"},
        {OUTGOING_WHY_REFUSED, "Cal.com refused: nothing was changed"},
        {OUTGOING_WHY_GONE, "Cal.com does not know this booking any more"},
        {OUTGOING_WHY_KEY, "Cal.com does not accept the API key: nothing was changed"},
        {OUTGOING_WHY_DENIED, "Cal.com does not let this API key do that: nothing was changed"},
        {OUTGOING_WHY_RATE, "Cal.com asks for a pause: nothing was changed, try again in a minute"},
        {OUTGOING_WHY_DOWN, "Cal.com cannot be reached: nothing was changed"},
        {OUTGOING_WHY_LOST, "Cal.com's answer was lost, and it knows nothing of this: it was not "
                            "done"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(table[i].reason, row->reason) == 0) {
            return table[i].words;
        }
    }
    return "it was not done";
}

static void text_or_null(struct jw *w, const char *key, const char *text)
{
    jw_text(w, key, text[0] != '\0' ? text : NULL);
}

static int write_appointment(struct db *db, const struct http_request *rq, const char *id,
                             struct jw *w, struct err *err)
{
    CLEANUP(agenda_done) struct agenda a = {0};
    int rc = id[0] == '\0'
                 ? 0
                 : agenda_get(db, session_salon(rq->session), id, rq->now - CLOCK_DAY, &a, err);
    if (rc > 0) {
        jw_object(w, "appointment");
        visit_json(w, &a.entries[0]);
        jw_end_object(w);
    } else {
        jw_null(w, "appointment");
    }
    return rc < 0 ? rc : 0;
}

static int answer(struct http_context *cx, const struct http_request *rq,
                  const struct outgoing_row *row, struct reply *re, struct err *err)
{
    struct db *db = NULL;
    struct jw w;
    const bool no = row->state == OUTGOING_REFUSED || row->state == OUTGOING_FAILED;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    reply_json(re, status_of(row), &w);
    jw_object(&w, NULL);
    jw_text(&w, "id", row->id);
    jw_text(&w, "kind", outgoing_kind_name(row->kind));
    jw_text(&w, "state", outgoing_state_name(row->state));
    text_or_null(&w, "appointment_id", row->event_id);
    if (no) {
        jw_object(&w, "error");
        jw_text(&w, "code", row->state == OUTGOING_REFUSED ? "conflict" : "remote_unavailable");
        jw_text(&w, "message", sentence(row));
        text_or_null(&w, "reason", row->reason);
        text_or_null(&w, "detail", row->detail);
        jw_end_object(&w);
    }
    rc = write_appointment(db, rq, row->event_id, &w, err);
    db_pool_give(cx->pool, db);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

/* Nothing was asked of Cal.com. The page has words for the reasons that are no mistake in a form.
 */
static int not_asked(int rc, struct reply *re, struct err *err)
{
    if (err->code != ERR_CONFIG) {
        return rc;
    }
    struct jw w;
    reply_json(re, 409, &w);
    jw_object(&w, NULL);
    jw_object(&w, "error");
    jw_text(&w, "code", "conflict");
    jw_text(&w, "message", err->msg);
    jw_text(&w, "reason", "no_key");
    jw_end_object(&w);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

static int read_pets(const cJSON *json, struct outgoing_booking *b, struct err *err)
{
    const cJSON *ids = json_get(json, "pet_ids");
    const cJSON *id = NULL;
    if (ids != NULL && !cJSON_IsArray(ids)) {
        return err_set(err, ERR_INVALID, "pet_ids: not a list");
    }
    cJSON_ArrayForEach(id, ids)
    {
        if (!cJSON_IsString(id)) {
            return err_set(err, ERR_INVALID, "pet_ids: not a list of ids");
        }
        if (b->pet_count == ARRAY_LEN(b->pets)) {
            return err_set(err, ERR_INVALID, "pet_ids: at most %zu pets", ARRAY_LEN(b->pets));
        }
        b->pets[b->pet_count++] = id->valuestring;
    }
    return 0;
}

int api_booking(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct outgoing_booking b = {.request_id = json_text(rq->json, "request_id"),
                                 .client_id = json_text(rq->json, "client_id")};
    char *notes = NULL;
    if (b.client_id == NULL) {
        return err_set(err, ERR_INVALID, "client_id: is needed");
    }
    int rc = read_pets(rq->json, &b, err);
    if (rc >= 0) {
        rc = json_field_int(rq->json, "event_type", 1, INT64_C(1) << 53, true, &b.event_type, err);
    }
    if (rc >= 0) {
        rc = json_field_int(rq->json, "length_minutes", 0, 1440, false, &b.length, err);
    }
    if (rc >= 0) {
        rc = booking_field_start(rq->json, &b.start, err);
    }
    if (rc >= 0) {
        rc = json_field_text(rq->json, "notes", 2000, false, &notes, err);
    }
    if (rc < 0) {
        return rc;
    }
    b.notes = notes;
    const struct actor who = actor_of(rq);
    struct outgoing_row row;
    rc = outgoing_book(cx->outgoing, &who, &b, &row, err);
    free(notes);
    return rc < 0 ? not_asked(rc, re, err) : answer(cx, rq, &row, re, err);
}

int api_booking_get(struct http_context *cx, struct http_request *rq, struct reply *re,
                    struct err *err)
{
    struct outgoing_row row;
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = outgoing_find(db, rq->params[0], &row, err);
    db_pool_give(cx->pool, db);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such request");
    }
    return rc < 0 ? rc : answer(cx, rq, &row, re, err);
}

static int alter(struct http_context *cx, struct http_request *rq, enum calcom_order_kind kind,
                 struct reply *re, struct err *err)
{
    struct outgoing_change c = {.request_id = json_text(rq->json, "request_id"),
                                .kind = kind,
                                .event_id = rq->params[0]};
    char *reason = NULL;
    int rc = json_field_text(rq->json, "reason", REASON_MAX, false, &reason, err);
    if (rc >= 0 && kind == ORDER_RESCHEDULE) {
        rc = booking_field_start(rq->json, &c.start, err);
    }
    if (rc >= 0 && kind == ORDER_ABSENT) {
        rc = json_field_bool(rq->json, "absent", true, &c.absent, err);
    }
    const struct actor who = actor_of(rq);
    struct outgoing_row row;
    if (rc >= 0) {
        c.reason = reason;
        rc = outgoing_alter(cx->outgoing, &who, &c, &row, err);
    }
    free(reason);
    if (rc < 0) {
        return not_asked(rc, re, err);
    }
    if (row.state == OUTGOING_REFUSED && strcmp(row.reason, OUTGOING_WHY_SLOT) != 0 &&
        cx->reconcile_hint != NULL) {
        cx->reconcile_hint(cx->reconcile_hint_arg); /* what we show may be out of date */
    }
    return answer(cx, rq, &row, re, err);
}

int api_visit_reschedule(struct http_context *cx, struct http_request *rq, struct reply *re,
                         struct err *err)
{
    return alter(cx, rq, ORDER_RESCHEDULE, re, err);
}

int api_visit_cancel(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    return alter(cx, rq, ORDER_CANCEL, re, err);
}

int api_visit_confirm(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    return alter(cx, rq, ORDER_CONFIRM, re, err);
}

int api_visit_decline(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    return alter(cx, rq, ORDER_DECLINE, re, err);
}

int api_visit_no_show(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    return alter(cx, rq, ORDER_ABSENT, re, err);
}
