/*
 * calcom_write.c: orders as requests of API v2, and answers as observations. No state; text from
 * outside is only copied.
 */
#include "remote/calcom_write.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "remote/calcom_call.h"
#include "remote/calcom_decode.h"

#define PATH_MAX_LEN 1024
#define BODY_MAX_LEN ((size_t)64 * 1024)

void calcom_outcome_done(struct calcom_outcome *o)
{
    calcom_answer_done(&o->answer);
}

static void text_if(struct jw *w, const char *key, const char *value)
{
    if (value != NULL && *value != '\0') {
        jw_text(w, key, value);
    }
}

static void write_booking(struct jw *w, const struct calcom_order *o)
{
    jw_time(w, "start", o->start);
    jw_int(w, "eventTypeId", o->event_type);
    if (o->length > 0) {
        jw_int(w, "lengthInMinutes", o->length);
    }
    jw_object(w, "attendee");
    jw_text(w, "name", o->name);
    text_if(w, "email", o->email);
    text_if(w, "phoneNumber", o->phone);
    jw_text(w, "timeZone", o->zone);
    text_if(w, "language", o->language);
    jw_end_object(w);
    if (o->notes != NULL && *o->notes != '\0') {
        jw_object(w, "bookingFieldsResponses");
        jw_text(w, "notes", o->notes);
        jw_end_object(w);
    }
    jw_object(w, "metadata");
    text_if(w, CALCOM_META_CLIENT, o->client_id);
    text_if(w, CALCOM_META_PETS, o->pet_ids);
    jw_text(w, CALCOM_META_REQUEST, o->request_id);
    jw_end_object(w);
}

static void write_body(struct jw *w, const struct calcom_order *o)
{
    switch (o->kind) {
    case ORDER_BOOK:
        write_booking(w, o);
        break;
    case ORDER_RESCHEDULE:
        jw_time(w, "start", o->start);
        text_if(w, "rescheduledBy", o->by);
        text_if(w, "reschedulingReason", o->reason);
        break;
    case ORDER_CANCEL:
        text_if(w, "cancellationReason", o->reason);
        break;
    case ORDER_DECLINE:
        text_if(w, "reason", o->reason);
        break;
    case ORDER_ABSENT:
        jw_array(w, "attendees");
        jw_object(w, NULL);
        jw_text(w, "email", o->email);
        jw_bool(w, "absent", o->absent);
        jw_end_object(w);
        jw_end_array(w);
        break;
    case ORDER_CONFIRM:
        break;
    }
}

int calcom_order_text(const struct calcom_order *o, struct buf *path, struct buf *body,
                      struct err *err)
{
    static const char *const last[] = {
        [ORDER_RESCHEDULE] = "reschedule", [ORDER_CANCEL] = "cancel",
        [ORDER_CONFIRM] = "confirm",       [ORDER_DECLINE] = "decline",
        [ORDER_ABSENT] = "mark-absent",
    };
    buf_str(path, "/v2/bookings");
    if (o->kind != ORDER_BOOK) {
        if (o->uid == NULL || o->uid[strspn(o->uid, ".")] == '\0') {
            return err_set(err, ERR_UNPROCESSABLE, "there is no booking at Cal.com to change");
        }
        buf_char(path, '/');
        fetch_escape(path, o->uid);
        buf_printf(path, "/%s", last[o->kind]);
    }
    struct jw w;
    jw_init(&w, body);
    jw_object(&w, NULL);
    write_body(&w, o);
    jw_end_object(&w);
    return path->failed || body->failed ? err_set(err, ERR_TOO_LARGE, "the request is too long")
                                        : 0;
}

static enum calcom_fate fate_of(enum fetch_failure f)
{
    switch (f) {
    case FETCH_OK:
        return CALCOM_DONE;
    case FETCH_NOT_FOUND:
    case FETCH_KEY:
    case FETCH_DENIED:
    case FETCH_REFUSED:
        return CALCOM_SAID_NO;
    case FETCH_DNS:
    case FETCH_CONNECT:
    case FETCH_TLS:
    case FETCH_RATE:
        return CALCOM_NOT_SENT;
    case FETCH_TIMEOUT:
    case FETCH_CUT:
    case FETCH_MALFORMED:
    case FETCH_SERVER:
    case FETCH_TOO_LARGE:
    case FETCH_STOPPED:
    case FETCH_BROKEN:
    case FETCH_FAILURE_COUNT:
        break;
    }
    return CALCOM_UNSURE;
}

int calcom_write(struct calcom *c, const struct calcom_order *order, struct calcom_outcome *out,
                 struct err *err)
{
    CLEANUP(buf_done) struct buf path = {0};
    CLEANUP(buf_done) struct buf body = {0};
    buf_init(&path, PATH_MAX_LEN);
    buf_init(&body, BODY_MAX_LEN);
    int rc = calcom_order_text(order, &path, &body, err);
    if (rc < 0) {
        return rc;
    }
    const struct calcom_call call = {.path = path.data,
                                     .version = CALCOM_VERSION_BOOKINGS,
                                     .method = "POST",
                                     .body = body.data};
    rc = calcom_once(c, &call, &out->answer, &out->refusal, &out->failure, err);
    if (rc > 0) {
        (void)err_set(err, ERR_REMOTE, "Cal.com does not know this booking (404)");
    }
    return (int)fate_of(out->failure);
}

static const cJSON *first_row(const cJSON *data)
{
    return cJSON_IsArray(data) ? data->child : data;
}

static int say(char **fact, const char *value, struct err *err)
{
    if (value == NULL || *value == '\0' || *fact != NULL) {
        return 0;
    }
    *fact = strdup(value);
    return *fact == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

static int say_absent(struct observation *o, const struct calcom_order *order, struct err *err)
{
    for (size_t i = 0; i < o->absent_count; i++) {
        if (strcasecmp(o->absents[i].email, order->email) == 0) {
            o->absents[i].absent = order->absent;
        }
    }
    if (o->absent_count > 0) {
        return 0;
    }
    o->absents = calloc(1, sizeof *o->absents);
    if (o->absents == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    o->absents[0].absent = order->absent;
    o->absent_count = 1;
    return say(&o->absents[0].email, order->email, err);
}

static int say_goal(struct observation *o, const struct calcom_order *order, struct err *err)
{
    switch (order->kind) {
    case ORDER_BOOK:
        return say(&o->value[FACT_PRICE], order->price, err);
    case ORDER_RESCHEDULE:
        return strcmp(o->uid, order->uid) == 0 ? 0 : say(&o->predecessor_uid, order->uid, err);
    case ORDER_CANCEL:
        o->status = OBS_STATUS_CANCELLED;
        return say(&o->value[FACT_REASON], order->reason, err);
    case ORDER_CONFIRM:
        o->status = OBS_STATUS_ACCEPTED;
        return 0;
    case ORDER_DECLINE:
        o->status = OBS_STATUS_REJECTED;
        return say(&o->value[FACT_REASON], order->reason, err);
    case ORDER_ABSENT:
        return say_absent(o, order, err);
    }
    return 0;
}

int calcom_order_result(const struct calcom_order *order, const cJSON *data, int64_t answered_at,
                        struct observation *out, struct err *err)
{
    struct observation o = {0};
    int rc = calcom_decode_row(first_row(data), answered_at, &o, err);
    if (rc < 0) {
        return rc;
    }
    o.as_of = o.as_of > answered_at ? o.as_of : answered_at;
    rc = say_goal(&o, order, err);
    if (rc < 0) {
        observation_done(&o);
        return rc;
    }
    *out = o;
    return 0;
}

static bool has_status(const cJSON *row, const char *status)
{
    const char *said = json_text(row, "status");
    return said != NULL && strcasecmp(said, status) == 0;
}

static bool shows_absence(const struct calcom_order *order, const cJSON *row)
{
    const cJSON *a = NULL;
    cJSON_ArrayForEach(a, json_get(row, "attendees"))
    {
        const char *email = json_text(a, "email");
        bool absent = false;
        if (email != NULL && strcasecmp(email, order->email) == 0) {
            return json_bool(a, "absent", &absent) && absent == order->absent;
        }
    }
    return false;
}

bool calcom_order_shows(const struct calcom_order *order, const cJSON *row)
{
    switch (order->kind) {
    case ORDER_BOOK: {
        const char *id = json_text(json_get(row, "metadata"), CALCOM_META_REQUEST);
        return id != NULL && strcmp(id, order->request_id) == 0;
    }
    case ORDER_RESCHEDULE: {
        int64_t start = 0;
        return json_time(row, "start", &start) && start == order->start &&
               !has_status(row, "cancelled") && !has_status(row, "rejected");
    }
    case ORDER_CANCEL:
        return has_status(row, "cancelled") || has_status(row, "rejected");
    case ORDER_CONFIRM:
        return has_status(row, "accepted");
    case ORDER_DECLINE:
        return has_status(row, "rejected") || has_status(row, "cancelled");
    case ORDER_ABSENT:
        return shows_absence(order, row);
    }
    return false;
}
