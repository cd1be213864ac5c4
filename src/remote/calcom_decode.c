/*
 * calcom_decode.c: a webhook delivery to an observation; see calcom_decode.h. Pure; must never
 * refuse a booking for a field it can do without, and never guess what a delivery does not say. No
 * state.
 */
#include "remote/calcom_decode.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "remote/calcom_values.h"

enum trigger {
    CREATED,
    RESCHEDULED,
    REQUESTED,
    REJECTED,
    CANCELLED,
    PAID,
    PAYMENT_INITIATED,
    NO_SHOW,
    MEETING_STARTED,
    MEETING_ENDED,
};

static const char *const trigger_names[] = {
    [CREATED] = "BOOKING_CREATED",
    [RESCHEDULED] = "BOOKING_RESCHEDULED",
    [REQUESTED] = "BOOKING_REQUESTED",
    [REJECTED] = "BOOKING_REJECTED",
    [CANCELLED] = "BOOKING_CANCELLED",
    [PAID] = "BOOKING_PAID",
    [PAYMENT_INITIATED] = "BOOKING_PAYMENT_INITIATED",
    [NO_SHOW] = "BOOKING_NO_SHOW_UPDATED",
    [MEETING_STARTED] = "MEETING_STARTED",
    [MEETING_ENDED] = "MEETING_ENDED",
};

static bool trigger_find(const char *name, enum trigger *out)
{
    for (size_t i = 0; i < ARRAY_LEN(trigger_names); i++) {
        if (strcmp(trigger_names[i], name) == 0) {
            *out = (enum trigger)i;
            return true;
        }
    }
    return false;
}

static bool is_meeting(enum trigger t)
{
    return t == MEETING_STARTED || t == MEETING_ENDED;
}

/* These make a booking or give it another time, so they are nothing without usable times. */
static bool is_making(enum trigger t)
{
    return t == CREATED || t == RESCHEDULED || t == REQUESTED;
}

/* Where the facts of one delivery are. */
struct delivery {
    enum trigger trigger;
    const char *prefix;      /* "payload." or, flat, "": for messages */
    struct calcom_booking b; /* main: the payload, or the whole body when flat (quirk 5) */
    bool flat;
};

static bool says(const struct delivery *d, const char *status)
{
    const char *word = json_text(d->b.main, "status");
    return word != NULL && strcasecmp(word, status) == 0;
}

/* Quirk 9: seats; null and absent mean that the event has none. */
static bool is_seated(const struct delivery *d)
{
    int64_t seats = 0;
    return json_get(d->b.main, "seatsPerTimeSlot") != NULL &&
           json_int(d->b.main, "seatsPerTimeSlot", &seats);
}

/* Quirk 10: one cancellation may speak for many bookings. */
static bool is_recurring(const struct delivery *d)
{
    const char *id = json_text(d->b.main, "recurringEventId");
    const cJSON *series = json_get(d->b.main, "recurringEvent");
    return (id != NULL && *id != '\0') || cJSON_IsNumber(json_get(d->b.main, "recurringEventId")) ||
           cJSON_IsObject(series) || cJSON_IsArray(series) || cJSON_IsNumber(series) ||
           (cJSON_IsString(series) && series->valuestring[0] != '\0');
}

static void decide_status(const struct delivery *d, struct observation *o)
{
    switch (d->trigger) {
    case CREATED:
    case RESCHEDULED:
        o->status = says(d, "PENDING") ? OBS_STATUS_PENDING : OBS_STATUS_ACCEPTED;
        break;
    case REQUESTED:
        o->status = OBS_STATUS_PENDING;
        break;
    case REJECTED:
        o->status = OBS_STATUS_REJECTED;
        break;
    case CANCELLED:
        o->status = is_seated(d) ? OBS_STATUS_NONE : OBS_STATUS_CANCELLED;
        o->needs_read = is_seated(d) || is_recurring(d);
        break;
    case PAID:
    case PAYMENT_INITIATED:
        o->status = says(d, "ACCEPTED")  ? OBS_STATUS_ACCEPTED
                    : says(d, "PENDING") ? OBS_STATUS_PENDING
                                         : OBS_STATUS_NONE;
        break;
    case NO_SHOW:
        o->status = OBS_STATUS_NONE;
        break;
    case MEETING_STARTED:
    case MEETING_ENDED:
        o->status = says(d, "CANCELLED")  ? OBS_STATUS_CANCELLED
                    : says(d, "REJECTED") ? OBS_STATUS_REJECTED
                                          : OBS_STATUS_ACCEPTED;
        o->ended = d->trigger == MEETING_ENDED && o->status == OBS_STATUS_ACCEPTED;
        break;
    }
}

/* When it was true at Cal.com. A flat MEETING_* carries the booking's createdAt where the
 * envelope's would be, so that it is dated by the meeting itself (quirk 5). */
static void decide_moments(const struct delivery *d, int64_t sent_at, int64_t received_at,
                           struct observation *o)
{
    o->as_of = sent_at;
    if (d->flat) {
        o->as_of = calcom_time(d->b.main, d->trigger == MEETING_STARTED ? "startTime" : "endTime");
    }
    if (o->as_of == 0) {
        o->as_of = received_at;
    }
    if (is_making(d->trigger)) {
        o->made_at = sent_at;
    } else if (is_meeting(d->trigger)) {
        o->made_at = calcom_time(d->b.main, "createdAt");
    }
}

static int take_times(struct calcom_fill *f, const struct delivery *d, struct err *err)
{
    static const char *const keys[] = {"startTime", "endTime"};
    int64_t at[ARRAY_LEN(keys)] = {0, 0};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        at[i] = calcom_time(d->b.main, keys[i]);
        if (at[i] == 0 && is_making(d->trigger)) {
            return err_set(err, ERR_UNPROCESSABLE, "%s%s: %s", d->prefix, keys[i],
                           json_get(d->b.main, keys[i]) == NULL ? "missing" : "not a time");
        }
    }
    if (at[1] <= at[0] && is_making(d->trigger)) {
        return err_set(err, ERR_UNPROCESSABLE, "%sendTime: not after startTime", d->prefix);
    }
    calcom_take_times(f, at[0], at[1]);
    return 0;
}

static void take_ending(struct calcom_fill *f, const struct delivery *d)
{
    const cJSON *p = d->b.main;
    if (f->o->status != OBS_STATUS_CANCELLED && f->o->status != OBS_STATUS_REJECTED) {
        return;
    }
    const bool rejected = f->o->status == OBS_STATUS_REJECTED;
    calcom_take_member(f, FACT_REASON, p, rejected ? "rejectionReason" : "cancellationReason",
                       CALCOM_TEXT_MAX);
    calcom_take_member(f, FACT_REASON, p, rejected ? "cancellationReason" : "rejectionReason",
                       CALCOM_TEXT_MAX);
    calcom_take_person(f, FACT_BY, json_text(p, rejected ? "rejectedBy" : "cancelledBy"));
    bool rebook = false;
    if (json_bool(p, "requestReschedule", &rebook) && rebook) { /* quirk 4 */
        calcom_take(f, FACT_REBOOK, "1", CALCOM_TEXT_MAX);
    }
}

static int take_facts(struct calcom_fill *f, const struct delivery *d, struct err *err)
{
    const cJSON *p = d->b.main;
    struct observation *o = f->o;
    int rc = take_times(f, d, err);
    if (rc < 0) {
        return rc;
    }
    calcom_take_place(f, &d->b);
    calcom_take_member(f, FACT_SERVICE, p, "type", CALCOM_TEXT_MAX);
    calcom_take_member(f, FACT_SERVICE, p, "eventTypeId", CALCOM_TEXT_MAX);
    calcom_take_service_name(f, p, "eventTitle");
    calcom_take_price(f, p);
    calcom_take_member(f, FACT_ORGANIZER, json_get(p, "organizer"), "username", CALCOM_TEXT_MAX);
    take_ending(f, d);
    /* A seat's cancellation tells of the guest who leaves, not of those who stay. */
    if (d->trigger != CANCELLED || !is_seated(d)) {
        calcom_take_title(f, &d->b);
        calcom_take_attendee(f, &d->b);
        calcom_take_refs(f, &d->b);
    }
    /* rescheduleStartTime and rescheduleEndTime are the previous booking's and are never read. */
    if (is_making(d->trigger)) {
        o->predecessor_uid = calcom_other_uid(f, p, "rescheduleUid", o->uid);
    } else if (is_meeting(d->trigger)) {
        o->predecessor_uid = calcom_other_uid(f, p, "fromReschedule", o->uid);
    }
    return 0;
}

static int take_uid(const struct delivery *d, struct observation *o, struct err *err)
{
    const cJSON *p = d->b.main;
    if (d->trigger == NO_SHOW) { /* quirk 8 */
        int rc = calcom_uid(p, d->prefix, "bookingUid", &o->uid, err);
        if (rc == 0 || json_get(p, "uid") == NULL) {
            return rc;
        }
    }
    return calcom_uid(p, d->prefix, "uid", &o->uid, err);
}

static int decode_booking(const struct delivery *d, int64_t sent_at, int64_t received_at,
                          struct observation *out, struct err *err)
{
    CLEANUP(observation_done)
    struct observation o = {
        .source = is_meeting(d->trigger) ? OBS_MEETING : OBS_DELIVERY,
    };
    struct calcom_fill f = {.o = &o};
    const cJSON *p = d->b.main;
    int rc = take_uid(d, &o, err);
    if (rc < 0) {
        return rc;
    }
    (void)snprintf(o.trigger, sizeof o.trigger, "%s", trigger_names[d->trigger]);
    decide_status(d, &o);
    decide_moments(d, sent_at, received_at, &o);
    o.number = calcom_number(p, is_meeting(d->trigger) ? "id" : "bookingId");
    if (d->trigger == NO_SHOW) {
        const cJSON *a = NULL;
        cJSON_ArrayForEach(a, json_get(p, "attendees"))
        {
            calcom_take_absence(&f, a, "noShow");
        }
    } else {
        rc = take_facts(&f, d, err);
    }
    if (rc == 0 && f.nomem) {
        rc = err_set(err, ERR_NOMEM, "out of memory while decoding a delivery");
    }
    if (rc < 0) {
        return rc;
    }
    *out = o;
    o = (struct observation){0};
    return DECODE_BOOKING;
}

/* Bounded copy of a text or number member, cut at a code point boundary; "" when there is none. */
static void head_copy(const cJSON *obj, const char *key, char *out, size_t size)
{
    const cJSON *member = json_get(obj, key);
    char number[32] = "";
    if (cJSON_IsNumber(member)) {
        (void)snprintf(number, sizeof number, "%.17g", member->valuedouble);
    }
    const char *from = cJSON_IsString(member) ? member->valuestring : number;
    from += strspn(from, " \t\r\n");
    size_t n = strnlen(from, size);
    if (n == size) {
        n--;
        while (n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80) {
            n--;
        }
    }
    while (n > 0 && strchr(" \t\r\n", from[n - 1]) != NULL) {
        n--;
    }
    memcpy(out, from, n);
    out[n] = '\0';
}

static void read_head(const cJSON *body, const struct delivery *d, struct delivery_head *head)
{
    head_copy(body, "triggerEvent", head->trigger, sizeof head->trigger);
    head_copy(d->b.main, "uid", head->uid, sizeof head->uid);
    if (head->uid[0] == '\0') {
        head_copy(d->b.main, "bookingUid", head->uid, sizeof head->uid);
    }
    head->sent_at = d->flat ? 0 : calcom_time(body, "createdAt");
}

/* The settings page's test button. */
static bool is_test(const cJSON *body, const struct delivery_head *head)
{
    const char *outer = json_text(body, "type");
    const char *inner = json_text(json_get(body, "payload"), "type");
    return head->uid[0] == '\0' && ((outer != NULL && strcmp(outer, "Test") == 0) ||
                                    (inner != NULL && strcmp(inner, "Test") == 0));
}

int calcom_decode_delivery(const cJSON *body, int64_t received_at, struct delivery_head *head,
                           struct observation *out, struct err *err)
{
    *head = (struct delivery_head){0};
    const cJSON *payload = json_get(body, "payload");
    const char *trigger = json_text(body, "triggerEvent");
    struct delivery d = {.prefix = "payload.", .b = {.main = payload}};
    const bool known = trigger != NULL && trigger_find(trigger, &d.trigger);
    if (known && is_meeting(d.trigger) && !cJSON_IsObject(payload)) {
        d.flat = true;
        d.prefix = "";
        d.b.main = body;
    }
    read_head(body, &d, head);
    if (!known || is_test(body, head)) {
        return DECODE_IGNORED;
    }
    if (!cJSON_IsObject(d.b.main)) {
        return err_set(err, ERR_UNPROCESSABLE, "payload: %s",
                       payload == NULL ? "missing" : "not an object");
    }
    d.b.responses[0] = json_get(d.b.main, "responses");
    d.b.metadata[0] = json_get(d.b.main, "metadata");
    return decode_booking(&d, head->sent_at, received_at, out, err);
}
