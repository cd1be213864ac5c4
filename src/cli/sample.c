/*
 * sample.c: writes deliveries in the shape in which Cal.com sends them. Pure.
 */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/sample.h"

static void person(struct jw *w, const struct sample_booking *b)
{
    jw_object(w, NULL);
    if (b->email != NULL) {
        jw_text(w, "email", b->email);
    }
    jw_text(w, "name", b->name);
    jw_text(w, "timeZone", "Europe/Warsaw");
    jw_object(w, "language");
    jw_text(w, "locale", "pl");
    jw_end_object(w);
    if (b->phone != NULL) {
        jw_text(w, "phoneNumber", b->phone);
    }
    jw_end_object(w);
}

static void answer(struct jw *w, const char *key, const char *label, const char *value)
{
    jw_object(w, key);
    jw_text(w, "label", label);
    jw_text(w, "value", value != NULL ? value : "");
    jw_bool(w, "isHidden", false);
    jw_end_object(w);
}

static void title(struct jw *w, const struct sample_booking *b)
{
    CLEANUP(buf_done) struct buf text;
    buf_init(&text, 1024);
    buf_printf(&text, "%s — %s i %s", b->service->title, SAMPLE_SALON, b->name);
    jw_text(w, "title", text.data);
}

static void booking(struct jw *w, const struct sample_booking *b, const char *status)
{
    jw_text(w, "type", b->service->slug);
    title(w, b);
    jw_text(w, "description", b->notes != NULL ? b->notes : "");
    jw_text(w, "additionalNotes", b->notes != NULL ? b->notes : "");
    jw_time(w, "startTime", b->start);
    jw_time(w, "endTime", b->end);
    jw_object(w, "organizer");
    jw_text(w, "name", SAMPLE_SALON);
    jw_text(w, "email", "salon@lapka.example");
    jw_text(w, "username", SAMPLE_USERNAME);
    jw_text(w, "timeZone", "Europe/Warsaw");
    jw_end_object(w);
    jw_object(w, "responses");
    answer(w, "name", "your_name", b->name);
    answer(w, "email", "email_address", b->email);
    answer(w, "attendeePhoneNumber", "phone_number", b->phone);
    answer(w, "notes", "additional_notes", b->notes);
    jw_end_object(w);
    jw_array(w, "attendees");
    person(w, b);
    jw_end_array(w);
    jw_text(w, "location", SAMPLE_ADDRESS);
    jw_int(w, "eventTypeId", 7001);
    jw_null(w, "seatsPerTimeSlot");
    jw_text(w, "uid", b->uid);
    jw_int(w, "bookingId", b->number);
    jw_text(w, "eventTitle", b->service->title);
    jw_int(w, "price", b->service->price_minor);
    jw_text(w, "currency", "pln");
    jw_int(w, "length", b->service->minutes);
    jw_text(w, "smsReminderNumber", b->phone);
    jw_object(w, "metadata");
    if (b->client_id != NULL) {
        jw_text(w, "barkbookClientId", b->client_id);
        jw_text(w, "barkbookPetId", b->pet_ids);
    }
    jw_end_object(w);
    jw_text(w, "status", status);
    if (b->previous_uid != NULL) {
        jw_text(w, "rescheduleUid", b->previous_uid);
    }
    if (b->reason != NULL) {
        jw_text(w, "cancellationReason", b->reason);
        jw_text(w, "cancelledBy", b->email);
        jw_bool(w, "requestReschedule", false);
    }
}

/* Flat, as most servers send it; createdAt is then the booking's, not the delivery's. */
static void meeting_ended(struct jw *w, const struct sample_booking *b)
{
    jw_int(w, "id", b->number);
    jw_text(w, "uid", b->uid);
    title(w, b);
    jw_time(w, "startTime", b->start);
    jw_time(w, "endTime", b->end);
    jw_array(w, "attendees");
    person(w, b);
    jw_end_array(w);
    jw_time(w, "createdAt", b->start - 5 * CLOCK_DAY);
    jw_text(w, "status", "ACCEPTED");
    jw_object(w, "metadata");
    jw_end_object(w);
}

static void no_show(struct jw *w, const struct sample_booking *b)
{
    jw_text(w, "message", "marked as no-show");
    jw_text(w, "bookingUid", b->uid);
    jw_int(w, "bookingId", b->number);
    jw_array(w, "attendees");
    jw_object(w, NULL);
    jw_text(w, "email", b->email);
    jw_bool(w, "noShow", true);
    jw_end_object(w);
    jw_end_array(w);
}

void sample_write(struct buf *out, const char *trigger, int64_t sent_at,
                  const struct sample_booking *b)
{
    struct jw w;
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_text(&w, "triggerEvent", trigger);
    if (strcmp(trigger, "MEETING_ENDED") == 0) {
        meeting_ended(&w, b);
        jw_end_object(&w);
        return;
    }
    jw_time(&w, "createdAt", sent_at);
    jw_object(&w, "payload");
    if (strcmp(trigger, "BOOKING_NO_SHOW_UPDATED") == 0) {
        no_show(&w, b);
    } else if (strcmp(trigger, "BOOKING_CANCELLED") == 0) {
        booking(&w, b, "CANCELLED");
    } else if (strcmp(trigger, "BOOKING_REQUESTED") == 0) {
        booking(&w, b, "PENDING");
    } else {
        booking(&w, b, "ACCEPTED");
    }
    jw_end_object(&w);
    jw_end_object(&w);
}
