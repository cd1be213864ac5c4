/*
 * decode_meeting.c: MEETING_STARTED and MEETING_ENDED, flat as older servers send them and nested
 * as newer.
 */
#include <criterion/criterion.h>

#include "decoded.h"

static const char *const shapes[] = {"meeting-ended-flat.json", "meeting-ended.json"};

Test(decode_meeting, both_shapes_of_the_end_say_the_same_booking_and_facts)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        CLEANUP(decoded_done) struct decoded d = deliver(shapes[i], NULL, 0);
        cr_assert_eq(d.rc, DECODE_BOOKING, "%s: %s", shapes[i], d.err.msg);
        cr_assert_eq(d.o.source, OBS_MEETING);
        cr_assert_str_eq(d.o.trigger, "MEETING_ENDED");
        cr_assert_str_eq(d.o.uid, "kQ9sJf3xUb6Mv1Ce8ZyLpo");
        cr_assert_str_eq(d.head.uid, "kQ9sJf3xUb6Mv1Ce8ZyLpo");
        cr_assert_eq(d.o.number, 71004);
        cr_assert_eq(d.o.status, OBS_STATUS_ACCEPTED);
        cr_assert(d.o.ended);
        cr_assert_eq(d.o.made_at, at("2026-11-20T19:05:44.000Z"));
        says(d, FACT_TIMES, "2026-12-02T07:30:00.000Z/2026-12-02T08:00:00.000Z");
        says(d, FACT_TITLE, "Pazury — Azyl dla Łap i Zenon Ćma");
        says(d, FACT_NAME, "Zenon Ćma");
        says(d, FACT_EMAIL, "zenon.cma@poczta.example");
        says(d, FACT_LOCATION, "ul. Kocia 12, Gdynia");
        says(d, FACT_SERVICE, "4411");
        says(d, FACT_DESCRIPTION, NULL);
        says(d, FACT_PHONE, NULL);
    }
}

Test(decode_meeting, a_flat_meeting_is_dated_by_the_meeting_and_not_by_the_bookings_creation)
{
    CLEANUP(decoded_done) struct decoded ended = deliver("meeting-ended-flat.json", NULL, 0);
    cr_assert_eq(ended.o.as_of, at("2026-12-02T08:00:00.000Z"));
    cr_assert_eq(ended.head.sent_at, 0);
    CLEANUP(decoded_done) struct decoded started = deliver("meeting-started-flat.json", NULL, 0);
    cr_assert_eq(started.o.as_of, at("2026-12-02T07:30:00.000Z"));
}

Test(decode_meeting, a_flat_meeting_without_times_is_dated_by_its_arrival)
{
    CLEANUP(decoded_done)
    struct decoded d = deliver_with("meeting-ended-flat.json", {"endTime", "\"\""});
    cr_assert_eq(d.rc, DECODE_BOOKING);
    cr_assert_eq(d.o.as_of, RECEIVED_AT);
    says(d, FACT_TIMES, NULL);
}

Test(decode_meeting, a_nested_meeting_is_dated_by_its_envelope)
{
    CLEANUP(decoded_done) struct decoded ended = deliver("meeting-ended.json", NULL, 0);
    cr_assert_eq(ended.o.as_of, at("2026-12-02T08:00:04.117Z"));
    CLEANUP(decoded_done) struct decoded started = deliver("meeting-started.json", NULL, 0);
    cr_assert_eq(started.o.as_of, at("2026-12-02T07:30:02.640Z"));
}

Test(decode_meeting, only_an_end_ends)
{
    CLEANUP(decoded_done) struct decoded flat = deliver("meeting-started-flat.json", NULL, 0);
    cr_assert_eq(flat.o.source, OBS_MEETING);
    cr_assert_eq(flat.o.status, OBS_STATUS_ACCEPTED);
    cr_assert(!flat.o.ended);
    CLEANUP(decoded_done) struct decoded nested = deliver("meeting-started.json", NULL, 0);
    cr_assert(!nested.o.ended);
}

Test(decode_meeting, the_end_of_a_cancelled_or_rejected_booking_ends_nothing)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        const char *path = i == 0 ? "status" : "payload.status";
        CLEANUP(decoded_done)
        struct decoded cancelled = deliver_with(shapes[i], {path, "\"CANCELLED\""});
        cr_assert_eq(cancelled.o.status, OBS_STATUS_CANCELLED);
        cr_assert(!cancelled.o.ended);
        CLEANUP(decoded_done)
        struct decoded rejected = deliver_with(shapes[i], {path, "\"REJECTED\""});
        cr_assert_eq(rejected.o.status, OBS_STATUS_REJECTED);
        cr_assert(!rejected.o.ended);
    }
}

Test(decode_meeting, an_empty_payload_beside_flat_fields_is_read_flat)
{
    CLEANUP(decoded_done)
    struct decoded d = deliver_with("meeting-ended-flat.json", {"payload", "null"});
    cr_assert_eq(d.rc, DECODE_BOOKING);
    cr_assert_str_eq(d.o.uid, "kQ9sJf3xUb6Mv1Ce8ZyLpo");
}

Test(decode_meeting, a_meeting_names_the_booking_it_was_moved_from)
{
    CLEANUP(decoded_done)
    struct decoded d =
        deliver_with("meeting-ended.json", {"payload.fromReschedule", "\"before1\""});
    cr_assert_str_eq(d.o.predecessor_uid, "before1");
}

Test(decode_meeting, a_meeting_without_a_uid_is_refused_by_the_path_it_would_have)
{
    CLEANUP(decoded_done)
    struct decoded flat = deliver_with("meeting-ended-flat.json", {"uid", NULL});
    refused(flat, "uid: missing");
    CLEANUP(decoded_done)
    struct decoded nested = deliver_with("meeting-ended.json", {"payload.uid", "null"});
    refused(nested, "payload.uid: missing");
}
