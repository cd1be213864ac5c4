/*
 * model_payload.c: the body of a BOOKING_* delivery, member by member as Cal.com's builder writes
 * it, with the variations of enum model_shape.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_send.h"

const char *model_status_name(enum model_status s, bool capitals)
{
    static const char *const names[4][2] = {{"pending", "PENDING"},
                                            {"accepted", "ACCEPTED"},
                                            {"cancelled", "CANCELLED"},
                                            {"rejected", "REJECTED"}};
    return names[s][capitals ? 1 : 0];
}

enum model_time_form model_shape_time(unsigned shape)
{
    return shape & SHAPE_EAST     ? MODEL_TIME_EAST
           : shape & SHAPE_WEST   ? MODEL_TIME_WEST
           : shape & SHAPE_MILLIS ? MODEL_TIME_MILLIS
                                  : MODEL_TIME_SECONDS;
}

static void put_time(struct js *j, const char *key, int64_t ms, unsigned shape)
{
    char text[MODEL_TIME_LEN];
    js_str(j, key, model_time_text(ms, model_shape_time(shape), text));
}

static void put_number(struct js *j, const char *key, int64_t n, unsigned shape)
{
    if (shape & SHAPE_NUMBERS_AS_TEXT) {
        char text[24];
        (void)snprintf(text, sizeof text, "%" PRId64, n);
        js_str(j, key, text);
    } else {
        js_int(j, key, n);
    }
}

static void put_organizer(struct js *j, int salon)
{
    const struct model_salon *s = &model_salons[salon];
    js_open(j, "organizer", '{');
    js_int(j, "id", 5 + salon);
    js_str(j, "name", s->name);
    js_str(j, "email", "salon@example.pl");
    js_str(j, "username", s->username);
    js_str(j, "timeZone", "Europe/Warsaw");
    js_raw(j, "language", "{\"locale\":\"pl\"}");
    js_int(j, "utcOffset", 60);
    js_close(j, '}');
}

/* One answer of the booking form in the form the shape asks for; value NULL: asked, not answered.
 */
static void put_answer(struct js *j, const char *key, const char *label, const char *value,
                       unsigned shape)
{
    if (shape & SHAPE_RESPONSES_FLAT) {
        js_str(j, key, value == NULL ? "" : value);
        return;
    }
    js_open(j, key, '{');
    js_str(j, "label", label);
    if (value != NULL && (shape & SHAPE_RESPONSES_ARRAY)) {
        js_open(j, "value", '[');
        js_str(j, NULL, value);
        js_close(j, ']');
    } else {
        js_str(j, "value", value == NULL ? "" : value);
    }
    js_bool(j, "isHidden", false);
    js_close(j, '}');
}

static void put_name_parts(struct js *j, const char *name)
{
    const char *space = strchr(name, ' ');
    char first[64];
    int n = space == NULL ? (int)strlen(name) : (int)(space - name);
    (void)snprintf(first, sizeof first, "%.*s", n, name);
    js_str(j, "firstName", first);
    js_str(j, "lastName", space == NULL ? "" : space + 1);
}

static void put_responses(struct js *j, const struct model_guest *g, const char *phone,
                          const char *notes, unsigned shape)
{
    js_open(j, "responses", '{');
    if (shape & SHAPE_RESPONSES_OBJECT) {
        js_open(j, "name", '{');
        js_str(j, "label", "your_name");
        js_open(j, "value", '{');
        put_name_parts(j, g->name);
        js_close(j, '}');
        js_bool(j, "isHidden", false);
        js_close(j, '}');
    } else {
        put_answer(j, "name", "your_name", g->name, shape);
    }
    put_answer(j, "email", "email_address", g->email_typed, shape);
    put_answer(j, "attendeePhoneNumber", "phone_number", phone, shape);
    js_raw(j, "location",
           "{\"label\":\"location\",\"value\":{\"optionValue\":\"\",\"value\":\"inPerson\"},"
           "\"isHidden\":false}");
    put_answer(j, "notes", "additional_notes", notes, shape);
    js_raw(j, "guests", "{\"label\":\"additional_guests\",\"value\":[],\"isHidden\":false}");
    js_raw(j, "rescheduleReason", "{\"label\":\"reason_for_reschedule\",\"isHidden\":false}");
    js_close(j, '}');
}

static void put_attendee(struct js *j, const struct model_guest *g, bool phone)
{
    js_open(j, NULL, '{');
    js_str(j, "email", g->email_typed);
    js_str(j, "name", g->name);
    put_name_parts(j, g->name);
    js_str(j, "timeZone", "Europe/Warsaw");
    js_raw(j, "language", "{\"locale\":\"pl\"}");
    js_int(j, "utcOffset", 60);
    if (phone && g->phone_typed != NULL) {
        js_str(j, "phoneNumber", g->phone_typed);
    }
    js_close(j, '}');
}

static void put_attendees(struct js *j, const struct model_booking *b, int leaver, unsigned shape)
{
    js_open(j, "attendees", '[');
    bool phones = b->attendee_phone_known && !(shape & (SHAPE_NO_PHONE | SHAPE_PHONE_IN_RESPONSES));
    for (int i = 0; i < b->attendees && !(shape & SHAPE_NO_ATTENDEES); i++) {
        if (leaver < 0 ? !b->attendee[i].gone : i == leaver) {
            put_attendee(j, b->attendee[i].guest, phones);
        }
    }
    js_close(j, ']');
}

static void put_metadata(struct js *j, const struct model_booking *b, unsigned shape)
{
    if (shape & SHAPE_NO_METADATA) {
        return;
    }
    js_open(j, "metadata", '{');
    if (!(shape & SHAPE_EMPTY_METADATA)) {
        if (b->meta == META_NUMBER) {
            js_raw(j, "barkbookClientId", b->client_ref);
            js_raw(j, "barkbookPetId", b->pet_refs);
        } else {
            if (b->client_ref[0] != '\0') {
                js_str(j, "barkbookClientId", b->client_ref);
            }
            if (b->pet_refs[0] != '\0') {
                js_str(j, "barkbookPetId", b->pet_refs);
            }
        }
        if (shape & SHAPE_MORE_METADATA) {
            js_bool(j, "first", true);
            js_raw(j, "visits", "3.5");
            js_null(j, "coupon");
            js_str(j, "utm_source", "plakat \"wiosna\"");
        }
    }
    js_close(j, '}');
}

static void put_cancellation(struct js *j, const char *trigger, const struct model_booking *b,
                             const struct model_extra *x)
{
    if (strcmp(trigger, "BOOKING_CANCELLED") == 0) {
        js_str(j, "cancellationReason", b->reason[0] == '\0' ? NULL : b->reason);
        js_str(j, "cancelledBy", b->cancelled_by[0] == '\0' ? NULL : b->cancelled_by);
        js_bool(j, "requestReschedule", x->ask_rebook);
    } else if (strcmp(trigger, "BOOKING_REJECTED") == 0) {
        js_str(j, "rejectionReason", b->reason);
    }
}

static void put_reschedule(struct js *j, const struct model_booking *b, const struct model_extra *x,
                           unsigned shape)
{
    const char *from = x->from != NULL ? x->from : b->from_uid;
    if (from[0] == '\0' || (shape & SHAPE_FORGETS_FROM)) {
        return;
    }
    js_str(j, "rescheduleUid", from);
    if (x->from_number > 0) {
        put_number(j, "rescheduleId", x->from_number, shape);
    }
    if (x->was_start > 0) {
        put_time(j, "rescheduleStartTime", x->was_start, shape);
        put_time(j, "rescheduleEndTime", x->was_end, shape);
    }
}

static int first_of(const struct model_booking *b)
{
    for (int i = 0; i < b->attendees; i++) {
        if (!b->attendee[i].gone) {
            return i;
        }
    }
    return 0;
}

static void put_booking(struct js *j, const char *trigger, const struct model_booking *b,
                        const struct model_extra *x, unsigned shape)
{
    const struct model_guest *g = b->attendee[x->leaver >= 0 ? x->leaver : first_of(b)].guest;
    const struct model_service *s = b->service;
    const char *notes = shape & SHAPE_NO_NOTES ? "" : b->description;
    const char *phone =
        b->attendee_phone_known && !(shape & SHAPE_NO_PHONE) ? g->phone_typed : NULL;
    js_str(j, "bookerUrl", "https://cal.com");
    js_str(j, "type", s->slug);
    js_str(j, "title", b->title);
    if (!(shape & SHAPE_ADDITIONAL_NOTES)) {
        js_str(j, "description", notes);
    }
    js_str(j, "additionalNotes", notes);
    js_raw(j, "customInputs", "{}");
    put_time(j, "startTime", b->start, shape);
    put_time(j, "endTime", b->end, shape);
    put_organizer(j, b->salon);
    if (!(shape & SHAPE_NO_RESPONSES)) {
        put_responses(j, g, phone, notes, shape);
    }
    put_attendees(j, b, x->leaver, shape);
    js_str(j, "location", b->location);
    put_number(j, "eventTypeId", s->id, shape);
    if (s->seats > 0) {
        js_int(j, "seatsPerTimeSlot", s->seats);
    } else {
        js_null(j, "seatsPerTimeSlot");
    }
    if (shape & SHAPE_NO_UID) {
        js_null(j, "uid");
    } else {
        js_str(j, "uid", b->uid);
    }
    put_number(j, "bookingId", b->number, shape);
    js_str(j, "oneTimePassword", shape & SHAPE_SECRETS ? "otp-4711" : NULL);
    if (shape & SHAPE_SECRETS) {
        js_raw(j, "videoCallData",
               "{\"type\":\"daily_video\",\"id\":\"r1\",\"password\":\"vp-0815\",\"url\":\"\"}");
    }
    js_str(j, "eventTitle", s->title);
    put_number(j, "price", s->price, shape);
    js_str(j, "currency", "pln");
    put_number(j, "length", s->minutes, shape);
    bool reminder = phone != NULL && !(shape & SHAPE_PHONE_IN_RESPONSES);
    js_str(j, "smsReminderNumber", reminder ? phone : NULL);
    put_metadata(j, b, shape);
    if (!(shape & SHAPE_NO_STATUS)) {
        /* A seat given back is told in the words of a whole cancellation. */
        js_str(j, "status", model_status_name(x->leaver >= 0 ? MODEL_CANCELLED : b->status, true));
    }
    put_cancellation(j, trigger, b, x);
    put_reschedule(j, b, x, shape);
}

static void put_bare(struct js *j, const char *trigger, const struct model_booking *b,
                     const struct model_extra *x)
{
    js_str(j, "uid", b->uid);
    js_int(j, "bookingId", b->number);
    js_str(j, "status", model_status_name(b->status, true));
    put_cancellation(j, trigger, b, x);
}

/* Which facts that delivery carries. Empty ones say nothing. */
static unsigned said_by(const char *trigger, const struct model_booking *b,
                        const struct model_extra *x, unsigned shape)
{
    const bool cancels = strcmp(trigger, "BOOKING_CANCELLED") == 0;
    /* The cancellation of a seated event may be of one seat: nothing follows from it alone. */
    if (x->leaver >= 0 || (shape & SHAPE_NO_UID) || (cancels && b->service->seats > 0)) {
        return 0;
    }
    unsigned mask = TOLD_STATUS;
    if (cancels || strcmp(trigger, "BOOKING_REJECTED") == 0) {
        mask |= TOLD_CANCELLATION;
    }
    if (shape & SHAPE_BARE) {
        return mask;
    }
    mask |= TOLD_TIMES | TOLD_TITLE | TOLD_ATTENDEE | TOLD_LOCATION | TOLD_SERVICE | TOLD_ORGANIZER;
    const struct model_guest *g = b->attendee[first_of(b)].guest;
    if (b->description[0] != '\0' && !(shape & SHAPE_NO_NOTES)) {
        mask |= TOLD_DESCRIPTION;
    }
    if (b->attendee_phone_known && g->phone != NULL && !(shape & SHAPE_NO_PHONE)) {
        mask |= TOLD_PHONE;
    }
    if (b->service->price > 0) {
        mask |= TOLD_PRICE;
    }
    if ((b->client_ref[0] != '\0' || b->pet_refs[0] != '\0') &&
        !(shape & (SHAPE_NO_METADATA | SHAPE_EMPTY_METADATA))) {
        mask |= TOLD_META;
    }
    if (b->from_uid[0] != '\0' && !(shape & SHAPE_FORGETS_FROM)) {
        mask |= TOLD_FROM;
    }
    return mask;
}

void model_send(struct model *m, const char *trigger, size_t b, const struct model_extra *x,
                struct model_how how)
{
    const struct model_booking *booking = &m->booking[b];
    struct out payload = {0};
    struct js j = {.out = &payload};
    js_open(&j, NULL, '{');
    if (how.shape & SHAPE_BARE) {
        put_bare(&j, trigger, booking, x);
    } else {
        put_booking(&j, trigger, booking, x, how.shape);
    }
    js_close(&j, '}');
    model_post(m, trigger, b, payload.data, NULL, how.copies);
    model_tell(m, b, said_by(trigger, booking, x, how.shape), false);
    out_free(&payload);
}
