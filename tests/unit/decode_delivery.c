/*
 * decode_delivery.c: which deliveries are bookings, which are ignored, which refused and with what
 * words; uids and times in every form they are sent in.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "decoded.h"

Test(decode_delivery, a_created_booking_says_everything_it_carries)
{
    CLEANUP(decoded_done) struct decoded d = deliver("created.json", NULL, 0);
    cr_assert_eq(d.rc, DECODE_BOOKING);
    cr_assert_eq(d.o.source, OBS_DELIVERY);
    cr_assert_str_eq(d.o.trigger, "BOOKING_CREATED");
    cr_assert_str_eq(d.head.trigger, "BOOKING_CREATED");
    cr_assert_str_eq(d.o.uid, "hT3vLq8sWn5Ym2Kd9RbXce");
    cr_assert_str_eq(d.head.uid, "hT3vLq8sWn5Ym2Kd9RbXce");
    cr_assert_eq(d.o.number, 71001);
    cr_assert_null(d.o.predecessor_uid);
    cr_assert_null(d.o.successor_uid);
    cr_assert_eq(d.o.absent_count, 0);
    cr_assert(!d.o.ended && !d.o.needs_read);
    says(d, FACT_TIMES, "2026-12-08T09:00:00.000Z/2026-12-08T10:15:00.000Z");
    says(d, FACT_TITLE, "Kąpiel i suszenie — Azyl dla Łap i Halina Wróbel");
    says(d, FACT_DESCRIPTION, "Figa nie lubi suszarki");
    says(d, FACT_NAME, "Halina Wróbel");
    says(d, FACT_EMAIL, "halina.wrobel@poczta.example");
    says(d, FACT_PHONE, "+48601222333");
    says(d, FACT_LOCATION, "ul. Kocia 12, Gdynia");
    says(d, FACT_MEETING_URL, NULL);
    says(d, FACT_SERVICE, "kapiel-i-suszenie");
    cr_assert_str_eq(d.o.service_name, "Kąpiel i suszenie");
    says(d, FACT_PRICE, "14550 PLN");
    says(d, FACT_CLIENT_REF, "3d0e5b1a-9c44-4e0b-b9b6-0a55f0f5d101");
    says(d, FACT_PET_REFS, "a7c1f0de-11b2-4c3d-8e4f-5a6b7c8d9e01");
    says(d, FACT_ORGANIZER, "azyl-dla-lap");
    says(d, FACT_REASON, NULL);
    says(d, FACT_BY, NULL);
    says(d, FACT_REBOOK, NULL);
}

Test(decode_delivery, what_holds_no_booking_is_ignored)
{
    static const char *const bodies[] = {
        "ping.json",
        "reassigned.json",
        "{}",
        "false",
        "null",
        "[]",
        "\"tekst\"",
        "17",
        "{\"payload\":{\"uid\":\"u1\"}}",
        "{\"triggerEvent\":null,\"payload\":{\"uid\":\"u1\"}}",
        "{\"triggerEvent\":7,\"payload\":{\"uid\":\"u1\"}}",
        "{\"triggerEvent\":\"booking_created\",\"payload\":{\"uid\":\"u1\"}}",
        "{\"triggerEvent\":\"FORM_SUBMITTED\",\"createdAt\":\"2026-12-01T12:00:00Z\",\"payload\":{}"
        "}",
        "{\"triggerEvent\":\"BOOKING_CREATED\",\"payload\":{\"type\":\"Test\"}}",
        "{\"triggerEvent\":\"MEETING_ENDED\",\"type\":\"Test\"}",
        "{\"type\":\"Test\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        CLEANUP(decoded_done) struct decoded d = deliver(bodies[i], NULL, 0);
        cr_assert_eq(d.rc, DECODE_IGNORED, "%s: answered %d", bodies[i], d.rc);
        cr_assert_null(d.o.uid);
    }
}

Test(decode_delivery, an_ignored_delivery_still_tells_what_it_was_about)
{
    CLEANUP(decoded_done) struct decoded d = deliver("reassigned.json", NULL, 0);
    cr_assert_str_eq(d.head.trigger, "BOOKING_REASSIGNED");
    cr_assert_str_eq(d.head.uid, "hT3vLq8sWn5Ym2Kd9RbXce");
    cr_assert_eq(d.head.sent_at, at("2026-12-01T12:30:00.000Z"));
}

Test(decode_delivery, a_refused_delivery_still_tells_what_it_was_about)
{
    CLEANUP(decoded_done)
    struct decoded d = deliver_with("created.json", {"payload.endTime", NULL});
    refused(d, "payload.endTime: missing");
    cr_assert_str_eq(d.head.trigger, "BOOKING_CREATED");
    cr_assert_str_eq(d.head.uid, "hT3vLq8sWn5Ym2Kd9RbXce");
    cr_assert_eq(d.head.sent_at, at("2026-12-01T15:20:11.402Z"));
}

Test(decode_delivery, a_service_called_test_is_a_booking_when_it_has_a_uid)
{
    CLEANUP(decoded_done)
    struct decoded d = deliver_with("created.json", {"payload.type", "\"Test\""});
    cr_assert_eq(d.rc, DECODE_BOOKING);
}

Test(decode_delivery, a_booking_trigger_without_a_payload_is_refused)
{
    CLEANUP(decoded_done)
    struct decoded none = deliver("{\"triggerEvent\":\"BOOKING_CREATED\"}", NULL, 0);
    refused(none, "payload: missing");
    CLEANUP(decoded_done) struct decoded null = deliver_with("cancelled.json", {"payload", "null"});
    refused(null, "payload: missing");
    CLEANUP(decoded_done)
    struct decoded text = deliver_with("cancelled.json", {"payload", "\"[object Object]\""});
    refused(text, "payload: not an object");
    CLEANUP(decoded_done) struct decoded list = deliver_with("created.json", {"payload", "[]"});
    refused(list, "payload: not an object");
}

Test(decode_delivery, a_booking_trigger_without_a_uid_is_refused)
{
    static const char *const fixtures[] = {"created.json",          "rescheduled.json",
                                           "requested.json",        "rejected.json",
                                           "cancelled.json",        "paid.json",
                                           "payment-initiated.json"};
    static const char *const nothing[] = {"null", "\"\"", "\" \\n \""};
    for (size_t i = 0; i < ARRAY_LEN(fixtures); i++) {
        for (size_t k = 0; k < ARRAY_LEN(nothing); k++) {
            CLEANUP(decoded_done)
            struct decoded d = deliver_with(fixtures[i], {"payload.uid", nothing[k]});
            refused(d, "payload.uid: missing");
        }
        CLEANUP(decoded_done) struct decoded d = deliver_with(fixtures[i], {"payload.uid", NULL});
        refused(d, "payload.uid: missing");
    }
    CLEANUP(decoded_done) struct decoded seat = deliver("rescheduled-null-uid.json", NULL, 0);
    refused(seat, "payload.uid: missing");
    CLEANUP(decoded_done)
    struct decoded no_show = deliver_with("no-show.json", {"payload.bookingUid", NULL});
    refused(no_show, "payload.bookingUid: missing");
}

Test(decode_delivery, a_uid_is_taken_as_it_is_written)
{
    static const struct {
        const char *sent;
        const char *uid;
    } cases[] = {
        {"\"  aB-9_z \\n\"", "aB-9_z"},
        {"12345", "12345"},
        {"9007199254740992", "9007199254740992"},
        {"0", "0"},
        {"\"żółw\"", "żółw"},
        {"\"007\"", "007"},
        {"\"a b\"", "a b"},
        {"\"9999999999999999999\"", "9999999999999999999"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(decoded_done)
        struct decoded d = deliver_with("created.json", {"payload.uid", cases[i].sent});
        cr_assert_eq(d.rc, DECODE_BOOKING, "%s: %s", cases[i].sent, d.err.msg);
        cr_assert_str_eq(d.o.uid, cases[i].uid);
    }
}

Test(decode_delivery, a_uid_that_cannot_name_a_booking_is_refused)
{
    static const char *const bad[] = {"\"a\\nb\"", "\"a\\u0007b\"", "\"a\\u007fb\"",
                                      "1.5",       "1e300",         "true",
                                      "{}",        "[\"u\"]",       "9007199254740994"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CLEANUP(decoded_done)
        struct decoded d = deliver_with("created.json", {"payload.uid", bad[i]});
        refused(d, "payload.uid: not a booking's uid");
    }
}

Test(decode_delivery, a_uid_has_at_most_127_bytes)
{
    char json[160];
    (void)snprintf(json, sizeof json, "\"%0127d\"", 7);
    CLEANUP(decoded_done) struct decoded fits = deliver_with("created.json", {"payload.uid", json});
    cr_assert_eq(fits.rc, DECODE_BOOKING);
    cr_assert_str_eq(fits.head.uid, fits.o.uid);
    (void)snprintf(json, sizeof json, "\"%0128d\"", 7);
    CLEANUP(decoded_done) struct decoded d = deliver_with("created.json", {"payload.uid", json});
    refused(d, "payload.uid: not a booking's uid");
    cr_assert_eq(strlen(d.head.uid), 127);
}

Test(decode_delivery, times_are_read_in_every_form_they_are_sent_in)
{
    static const char *const starts[] = {"\"2026-12-08T09:00:00Z\"", "\"2026-12-08T09:00:00.000Z\"",
                                         "\"2026-12-08T10:00:00+01:00\"",
                                         "\"2026-12-08T10:00:00.000+0100\"",
                                         "\"2026-12-08T04:00:00.0-05:00\""};
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        CLEANUP(decoded_done)
        struct decoded d = deliver_with("created.json", {"payload.startTime", starts[i]});
        says(d, FACT_TIMES, "2026-12-08T09:00:00.000Z/2026-12-08T10:15:00.000Z");
    }
}

Test(decode_delivery, a_new_booking_without_usable_times_is_refused)
{
    static const char *const fixtures[] = {"created.json", "rescheduled.json", "requested.json"};
    static const char *const bad[] = {"\"\"",           "\"jutro\"",
                                      "\"2026-12-08\"", "\"2026-02-30T09:00:00Z\"",
                                      "1796212800000",  "{}"};
    for (size_t i = 0; i < ARRAY_LEN(fixtures); i++) {
        for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
            CLEANUP(decoded_done)
            struct decoded start = deliver_with(fixtures[i], {"payload.startTime", bad[k]});
            refused(start, "payload.startTime: not a time");
            CLEANUP(decoded_done)
            struct decoded end = deliver_with(fixtures[i], {"payload.endTime", bad[k]});
            refused(end, "payload.endTime: not a time");
        }
        CLEANUP(decoded_done)
        struct decoded null = deliver_with(fixtures[i], {"payload.startTime", "null"});
        refused(null, "payload.startTime: missing");
        CLEANUP(decoded_done)
        struct decoded empty =
            deliver_with(fixtures[i], {"payload.startTime", "\"2026-12-31T09:00:00Z\""},
                         {"payload.endTime", "\"2026-12-31T10:00:00+01:00\""});
        refused(empty, "payload.endTime: not after startTime");
    }
}

Test(decode_delivery, another_trigger_goes_without_times_that_cannot_be_used)
{
    static const char *const fixtures[] = {"cancelled.json", "rejected.json", "paid.json"};
    for (size_t i = 0; i < ARRAY_LEN(fixtures); i++) {
        CLEANUP(decoded_done)
        struct decoded none =
            deliver_with(fixtures[i], {"payload.startTime", NULL}, {"payload.endTime", NULL});
        says(none, FACT_TIMES, NULL);
        CLEANUP(decoded_done)
        struct decoded half = deliver_with(fixtures[i], {"payload.endTime", "\"?\""});
        says(half, FACT_TIMES, NULL);
        CLEANUP(decoded_done)
        struct decoded backwards =
            deliver_with(fixtures[i], {"payload.endTime", "\"2020-01-01T00:00:00Z\""});
        says(backwards, FACT_TIMES, NULL);
    }
}

Test(decode_delivery, the_head_is_bounded_and_never_cut_inside_a_letter)
{
    char body[400] = "{\"triggerEvent\":\"";
    for (int i = 0; i < 60; i++) {
        (void)snprintf(body + strlen(body), sizeof body - strlen(body), "ż");
    }
    (void)snprintf(body + strlen(body), sizeof body - strlen(body), "\"}");
    CLEANUP(decoded_done) struct decoded d = deliver(body, NULL, 0);
    cr_assert_eq(d.rc, DECODE_IGNORED);
    cr_assert_eq(strlen(d.head.trigger), 62);
}
