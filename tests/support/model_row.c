/*
 * model_row.c: see model_row.h. Seated bookings carry metadata and answers per attendee; the
 * outputs of recurring ones lack rescheduledToUid; metadata that Cal.com's own schema refuses comes
 * back empty.
 */
#include "model_row.h"

#include <stdio.h>
#include <string.h>

#include "model_send.h"

static void put_metadata(struct js *j, const struct model_booking *b, bool has)
{
    js_open(j, "metadata", '{');
    if (has && b->meta != META_NUMBER) {
        if (b->client_ref[0] != '\0') {
            js_str(j, "barkbookClientId", b->client_ref);
        }
        if (b->pet_refs[0] != '\0') {
            js_str(j, "barkbookPetId", b->pet_refs);
        }
    }
    js_close(j, '}');
}

static void put_answers(struct js *j, const struct model_booking *b, const struct model_guest *g)
{
    js_open(j, "bookingFieldsResponses", '{');
    js_str(j, "name", g->name);
    js_str(j, "email", g->email_typed);
    if (b->attendee_phone_known && g->phone_typed != NULL) {
        js_str(j, "attendeePhoneNumber", g->phone_typed);
    }
    if (b->description[0] != '\0') {
        js_str(j, "notes", b->description);
    }
    js_close(j, '}');
}

static void put_attendees(struct js *j, const struct model_booking *b)
{
    js_open(j, "attendees", '[');
    for (int i = 0; i < b->attendees; i++) {
        const struct model_attendee *a = &b->attendee[i];
        if (a->gone) {
            continue;
        }
        js_open(j, NULL, '{');
        js_str(j, "name", a->guest->name);
        js_str(j, "email", a->guest->email_typed);
        js_str(j, "displayEmail", a->guest->email_typed);
        js_str(j, "timeZone", "Europe/Warsaw");
        js_str(j, "language", "pl");
        js_bool(j, "absent", a->absent);
        if (b->attendee_phone_known && a->guest->phone_typed != NULL) {
            js_str(j, "phoneNumber", a->guest->phone_typed);
        }
        if (b->service->seats > 0) {
            char seat[64];
            (void)snprintf(seat, sizeof seat, "5ea70000-0000-4000-8000-%011d%d", (int)b->number, i);
            js_str(j, "seatUid", seat);
            put_metadata(j, b, i == 0);
            put_answers(j, b, a->guest);
        }
        js_close(j, '}');
    }
    js_close(j, ']');
}

static void put_hosts(struct js *j, const struct model_booking *b)
{
    js_open(j, "hosts", '[');
    js_open(j, NULL, '{');
    js_int(j, "id", b->foreign ? 99 : 5 + b->salon);
    js_str(j, "name", b->foreign ? "Weterynarz" : model_salons[b->salon].name);
    js_str(j, "email", b->foreign ? "wet@example.com" : "salon@example.pl");
    js_str(j, "displayEmail", b->foreign ? "wet@example.com" : "salon@example.pl");
    js_str(j, "username", b->foreign ? "weterynarz" : model_salons[b->salon].username);
    js_str(j, "timeZone", "Europe/Warsaw");
    js_close(j, '}');
    js_close(j, ']');
}

void model_row(struct js *j, const char *key, const struct model_booking *b)
{
    const bool seated = b->service->seats > 0;
    js_open(j, key, '{');
    js_int(j, "id", b->number);
    js_str(j, "uid", b->uid);
    js_str(j, "title", b->title);
    js_str(j, "description", b->description);
    put_hosts(j, b);
    js_str(j, "status", model_status_name(b->status, false));
    js_time(j, "start", b->start);
    js_time(j, "end", b->end);
    js_int(j, "duration", (b->end - b->start) / MODEL_MINUTE);
    js_int(j, "eventTypeId", b->service->id);
    js_open(j, "eventType", '{');
    js_int(j, "id", b->service->id);
    js_str(j, "slug", b->service->slug);
    js_close(j, '}');
    js_str(j, "meetingUrl", b->location);
    js_str(j, "location", b->location);
    js_bool(j, "absentHost", false);
    js_time(j, "createdAt", b->created_at);
    js_time(j, "updatedAt", b->updated_at);
    if (!seated) {
        put_metadata(j, b, true);
    }
    char ics[64];
    (void)snprintf(ics, sizeof ics, "%s@Cal.com", b->uid);
    js_str(j, "icsUid", ics);
    put_attendees(j, b);
    if (!seated) {
        js_raw(j, "guests", "[]");
        put_answers(j, b, b->attendee[0].guest);
    }
    if (b->from_uid[0] != '\0') {
        js_str(j, "rescheduledFromUid", b->from_uid);
    }
    if (b->to_uid[0] != '\0' && b->series_uid[0] == '\0') {
        js_str(j, "rescheduledToUid", b->to_uid);
    }
    if (b->reason[0] != '\0') {
        js_str(j, "cancellationReason", b->reason);
    }
    if (b->cancelled_by[0] != '\0') {
        js_str(j, "cancelledByEmail", b->cancelled_by);
    }
    if (b->series_uid[0] != '\0') {
        js_str(j, "recurringBookingUid", b->series_uid);
    }
    js_close(j, '}');
}
