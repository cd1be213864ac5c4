/*
 * model_post.c: envelopes, the small deliveries (meetings, no-show, noise), and the memory of what
 * has been told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_send.h"

const char *model_shape_name(int bit)
{
    static const char *const names[SHAPE_BITS] = {
        "no-metadata",
        "empty-metadata",
        "more-metadata",
        "responses-flat",
        "responses-array",
        "responses-object",
        "no-responses",
        "no-attendees",
        "no-phone",
        "phone-in-responses",
        "no-notes",
        "additional-notes",
        "numbers-as-text",
        "millis",
        "east",
        "west",
        "bare",
        "forgets-from",
        "flat",
        "secrets",
        "no-status",
        "no-uid",
    };
    return bit >= 0 && bit < SHAPE_BITS ? names[bit] : "?";
}

static void keep(struct model *m, const char *trigger, size_t b, int copy, int64_t at,
                 struct out *body)
{
    m->delivery = grow(m->delivery, &m->deliveries_cap, m->deliveries, sizeof *m->delivery);
    struct model_delivery *d = &m->delivery[m->deliveries++];
    *d = (struct model_delivery){.sent_at = at, .booking = b, .op = m->op, .copy = copy};
    (void)snprintf(d->trigger, sizeof d->trigger, "%s", trigger);
    if (b != MODEL_NONE) {
        memcpy(d->uid, m->booking[b].uid, sizeof d->uid);
    }
    d->body = body->data;
    d->len = body->len;
    *body = (struct out){0};
}

void model_post(struct model *m, const char *trigger, size_t b, const char *payload,
                const char *flat, int copies)
{
    /* A foreign booking's deliveries go to its host. */
    if (m->silent || (b != MODEL_NONE && m->booking[b].foreign)) {
        return;
    }
    int64_t at = m->now;
    for (int copy = 0; copy <= copies; copy++) {
        struct out body = {0};
        if (flat != NULL) {
            out_text(&body, flat);
        } else {
            struct js j = {.out = &body};
            js_open(&j, NULL, '{');
            js_str(&j, "triggerEvent", trigger);
            js_time(&j, "createdAt", at);
            js_raw(&j, "payload", payload);
            js_close(&j, '}');
        }
        keep(m, trigger, b, copy, at, &body);
        m->now = at;
        at += 37 + 410 * copy;
    }
}

void model_tell(struct model *m, size_t b, unsigned mask, bool only_fill)
{
    if (m->told == NULL || m->silent || b == MODEL_NONE) {
        return;
    }
    struct model_told *t = &m->told[b];
    struct model_booking *to = only_fill ? &t->filled : &t->said;
    const struct model_booking *from = &m->booking[b];
    *(only_fill ? &t->filled_mask : &t->said_mask) |= mask;
    /* Attendees are remembered whole: which of them is the first is what matters. */
    if (mask & TOLD_ATTENDEE) {
        for (int i = 0; i < MODEL_ATTENDEES; i++) {
            bool absent = to->attendee[i].absent;
            to->attendee[i] = from->attendee[i];
            to->attendee[i].absent = absent;
        }
        to->attendees = from->attendees;
    }
    for (int i = 0; i < MODEL_ATTENDEES; i++) {
        if (mask & ((unsigned)TOLD_ABSENCE << i)) {
            to->attendee[i].absent = from->attendee[i].absent;
        }
    }
    if (mask & TOLD_STATUS) {
        to->status = from->status;
    }
    if (mask & TOLD_TIMES) {
        to->start = from->start;
        to->end = from->end;
    }
    if (mask & TOLD_TITLE) {
        memcpy(to->title, from->title, sizeof to->title);
    }
    if (mask & TOLD_DESCRIPTION) {
        memcpy(to->description, from->description, sizeof to->description);
    }
    if (mask & TOLD_LOCATION) {
        memcpy(to->location, from->location, sizeof to->location);
    }
    if (mask & TOLD_ORGANIZER) {
        to->salon = from->salon;
    }
    if (mask & TOLD_CANCELLATION) {
        memcpy(to->reason, from->reason, sizeof to->reason);
        memcpy(to->cancelled_by, from->cancelled_by, sizeof to->cancelled_by);
        to->rebook = from->rebook;
    }
}

/* The database's own row, more or less, is what MEETING_* carries. createdAt in it is the
 * booking's. */
static void put_meeting(struct js *j, const struct model_booking *b, unsigned shape)
{
    char text[MODEL_TIME_LEN];
    js_int(j, "id", b->number);
    js_str(j, "uid", b->uid);
    js_int(j, "userId", 5 + b->salon);
    js_str(j, "userPrimaryEmail", "salon@example.pl");
    js_int(j, "eventTypeId", b->service->id);
    js_str(j, "title", b->title);
    js_str(j, "description", b->description);
    js_str(j, "startTime", model_time_text(b->start, MODEL_TIME_MILLIS, text));
    js_str(j, "endTime", model_time_text(b->end, MODEL_TIME_MILLIS, text));
    js_open(j, "attendees", '[');
    for (int i = 0; i < b->attendees; i++) {
        if (!b->attendee[i].gone) {
            js_open(j, NULL, '{');
            js_str(j, "name", b->attendee[i].guest->name);
            js_str(j, "email", b->attendee[i].guest->email_typed);
            js_close(j, '}');
        }
    }
    js_close(j, ']');
    js_str(j, "location", b->location);
    js_time(j, "createdAt", b->created_at);
    js_null(j, "updatedAt");
    js_str(j, "status", model_status_name(MODEL_ACCEPTED, true));
    js_bool(j, "paid", false);
    js_null(j, "rescheduled");
    js_str(j, "fromReschedule", b->from_uid[0] == '\0' ? NULL : b->from_uid);
    js_null(j, "smsReminderNumber");
    js_open(j, "metadata", '{');
    bool refs = !(shape & (SHAPE_NO_METADATA | SHAPE_EMPTY_METADATA)) && b->meta != META_NUMBER;
    if (refs && b->client_ref[0] != '\0') {
        js_str(j, "barkbookClientId", b->client_ref);
    }
    if (refs && b->pet_refs[0] != '\0') {
        js_str(j, "barkbookPetId", b->pet_refs);
    }
    js_close(j, '}');
}

void model_send_meeting(struct model *m, size_t b, bool ended, struct model_how how)
{
    const char *trigger = ended ? "MEETING_ENDED" : "MEETING_STARTED";
    const struct model_booking *booking = &m->booking[b];
    struct out text = {0};
    struct js j = {.out = &text};
    js_open(&j, NULL, '{');
    if (how.shape & SHAPE_FLAT) {
        js_str(&j, "triggerEvent", trigger);
    }
    put_meeting(&j, booking, how.shape);
    js_close(&j, '}');
    bool flat = (how.shape & SHAPE_FLAT) != 0;
    model_post(m, trigger, b, flat ? NULL : text.data, flat ? text.data : NULL, how.copies);
    unsigned mask = TOLD_TIMES | TOLD_TITLE | TOLD_ATTENDEE | TOLD_LOCATION;
    mask |= booking->description[0] != '\0' ? TOLD_DESCRIPTION : 0;
    bool meta = (booking->client_ref[0] != '\0' || booking->pet_refs[0] != '\0') &&
                booking->meta != META_NUMBER &&
                !(how.shape & (SHAPE_NO_METADATA | SHAPE_EMPTY_METADATA));
    mask |= meta ? TOLD_META : 0;
    mask |= booking->from_uid[0] != '\0' ? TOLD_FROM : 0;
    model_tell(m, b, mask, true);
    if (ended) {
        model_tell(m, b, TOLD_ENDED, false);
    }
    out_free(&text);
}

void model_send_absence(struct model *m, size_t b, int attendee, struct model_how how)
{
    const struct model_booking *booking = &m->booking[b];
    const struct model_attendee *a = &booking->attendee[attendee];
    struct out text = {0};
    struct js j = {.out = &text};
    char message[128];
    (void)snprintf(message, sizeof message, "%s marked as no-show", a->guest->email_typed);
    js_open(&j, NULL, '{');
    js_str(&j, "message", message);
    js_str(&j, "bookingUid", booking->uid);
    js_int(&j, "bookingId", booking->number);
    js_open(&j, "attendees", '[');
    js_open(&j, NULL, '{');
    js_str(&j, "email", a->guest->email_typed);
    js_bool(&j, "noShow", a->absent);
    js_close(&j, '}');
    js_close(&j, ']');
    js_close(&j, '}');
    model_post(m, "BOOKING_NO_SHOW_UPDATED", b, text.data, NULL, how.copies);
    model_tell(m, b, (unsigned)TOLD_ABSENCE << attendee, false);
    out_free(&text);
}

void model_noise(struct model *m, size_t b, int kind)
{
    const char *uid = b == MODEL_NONE ? "none" : m->booking[b].uid;
    struct out text = {0};
    struct js j = {.out = &text};
    switch (kind % MODEL_NOISES) {
    case 0:
        model_post(m, "PING", MODEL_NONE,
                   "{\"type\":\"Test\",\"title\":\"Test trigger "
                   "event\",\"startTime\":\"2026-11-22T12:00:00.000Z\","
                   "\"endTime\":\"2026-11-22T12:00:00.000Z\",\"attendees\":[],\"organizer\":{"
                   "\"name\":\"Cal\"}}",
                   NULL, 0);
        break;
    case 1: /* a trigger that does not exist yet, with a uid in it */
        js_open(&j, NULL, '{');
        js_str(&j, "uid", uid);
        js_int(&j, "bookingId", 910001);
        js_close(&j, '}');
        model_post(m, "BOOKING_REASSIGNED", MODEL_NONE, text.data, NULL, 0);
        break;
    case 2: /* a cron that lost its row */
        model_post(m, "MEETING_ENDED", MODEL_NONE, NULL, "{}", 0);
        break;
    case 3:
        model_post(m, "RECORDING_READY", MODEL_NONE, "{\"downloadLink\":\"https://example.com/r\"}",
                   NULL, 0);
        break;
    case 4:
        model_post(m, "OOO_CREATED", MODEL_NONE, "{\"oooEntry\":{\"id\":3,\"reason\":{\"id\":1}}}",
                   NULL, 0);
        break;
    case 5: /* a custom template gone wrong */
        model_post(m, "FALSE", MODEL_NONE, NULL, "false", 0);
        break;
    default:
        model_post(m, "FORM_SUBMITTED", MODEL_NONE, "{\"formId\":\"f1\",\"responses\":{}}", NULL,
                   0);
        break;
    }
    out_free(&text);
}
