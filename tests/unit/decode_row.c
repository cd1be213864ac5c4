/*
 * decode_row.c: bookings as Cal.com's API v2 answers them.
 */
#include <criterion/criterion.h>

#include "decoded.h"

#define READ_AT INT64_C(1796212800000) /* 2026-12-02T12:00:00.000Z */

Test(decode_row, a_row_says_what_a_delivery_of_the_same_booking_says)
{
    CLEANUP(decoded_done) struct decoded row = read_row("api-page.json", NULL, 0, READ_AT);
    CLEANUP(decoded_done) struct decoded delivery = deliver("rescheduled.json", NULL, 0);
    cr_assert_eq(row.rc, 0, "%s", row.err.msg);
    cr_assert_eq(row.o.source, OBS_API);
    cr_assert_str_eq(row.o.trigger, "api");
    cr_assert_str_eq(row.o.uid, delivery.o.uid);
    cr_assert_str_eq(row.o.predecessor_uid, delivery.o.predecessor_uid);
    cr_assert_eq(row.o.number, delivery.o.number);
    cr_assert_eq(row.o.status, OBS_STATUS_ACCEPTED);
    cr_assert(!row.o.ended && !row.o.needs_read);
    for (int i = 0; i < FACT_COUNT; i++) {
        if (i != FACT_PRICE) { /* rows have none */
            says(row, (enum fact)i, delivery.o.value[i]);
        }
    }
    says(row, FACT_PRICE, NULL);
}

Test(decode_row, every_attendees_absence_is_told)
{
    CLEANUP(decoded_done) struct decoded d = read_row("api-page.json", NULL, 0, READ_AT);
    cr_assert_eq(d.o.absent_count, 2);
    cr_assert_str_eq(d.o.absents[0].email, "halina.wrobel@poczta.example");
    cr_assert(!d.o.absents[0].absent);
    cr_assert_str_eq(d.o.absents[1].email, "piotr@poczta.example");
    cr_assert(d.o.absents[1].absent);
}

Test(decode_row, a_cancelled_row_tells_why_by_whom_and_what_came_after)
{
    CLEANUP(decoded_done)
    struct decoded d =
        row_with("api-page.json", READ_AT, {"status", "\"cancelled\""},
                 {"cancellationReason", "\"Inny dzień\""}, {"cancelledByEmail", "\"H@W.example\""},
                 {"rescheduledToUid", "\"after1\""});
    cr_assert_eq(d.o.status, OBS_STATUS_CANCELLED);
    says(d, FACT_REASON, "Inny dzień");
    says(d, FACT_BY, "h@w.example");
    cr_assert_str_eq(d.o.successor_uid, "after1");
}

Test(decode_row, the_four_words_of_status_are_known_and_no_other)
{
    static const struct {
        const char *word;
        enum obs_status status;
    } cases[] = {{"\"accepted\"", OBS_STATUS_ACCEPTED},
                 {"\"pending\"", OBS_STATUS_PENDING},
                 {"\"cancelled\"", OBS_STATUS_CANCELLED},
                 {"\"rejected\"", OBS_STATUS_REJECTED},
                 {"\"ACCEPTED\"", OBS_STATUS_ACCEPTED},
                 {"\"completed\"", OBS_STATUS_NONE},
                 {"\"\"", OBS_STATUS_NONE},
                 {"null", OBS_STATUS_NONE},
                 {"5", OBS_STATUS_NONE}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(decoded_done)
        struct decoded d = row_with("api-page.json", READ_AT, {"status", cases[i].word});
        cr_assert_eq(d.rc, 0);
        cr_assert_eq(d.o.status, cases[i].status, "%s", cases[i].word);
    }
}

Test(decode_row, a_row_is_as_old_as_its_last_update_unless_the_read_is_ten_minutes_newer)
{
    const int64_t updated = at("2026-12-02T08:01:00.700Z");
    CLEANUP(decoded_done) struct decoded soon = read_row("api-page.json", NULL, 0, updated + 60000);
    cr_assert_eq(soon.o.as_of, updated);
    CLEANUP(decoded_done)
    struct decoded later = read_row("api-page.json", NULL, 0, updated + 3600000);
    cr_assert_eq(later.o.as_of, updated + 3600000 - CALCOM_REPLICA_LAG_MS);
    cr_assert_eq(later.o.made_at, at("2026-12-02T08:01:00.500Z"));
}

Test(decode_row, a_row_that_was_never_updated_is_as_old_as_its_creation)
{
    const int64_t created = at("2026-12-02T08:01:00.500Z");
    CLEANUP(decoded_done) struct decoded d = read_row("api-recurring.json", NULL, 0, created);
    cr_assert_eq(d.o.as_of, created);
    CLEANUP(decoded_done)
    struct decoded neither = row_with("api-recurring.json", READ_AT, {"createdAt", "null"});
    cr_assert_eq(neither.o.as_of, READ_AT - CALCOM_REPLICA_LAG_MS);
    cr_assert_eq(neither.o.made_at, 0);
}

Test(decode_row, the_cursor_follows_updates_else_creation)
{
    struct err err;
    static const struct {
        const char *row;
        const char *at;
    } cases[] = {
        {"{\"updatedAt\":\"2026-12-02T08:00:00Z\",\"createdAt\":\"2026-12-01T08:00:00Z\"}",
         "2026-12-02T08:00:00Z"},
        {"{\"updatedAt\":null,\"createdAt\":\"2026-12-01T08:00:00Z\"}", "2026-12-01T08:00:00Z"},
        {"{\"updatedAt\":\"?\",\"createdAt\":\"2026-12-01T08:00:00Z\"}", "2026-12-01T08:00:00Z"},
        {"{}", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(json_free) cJSON *row = NULL;
        cr_assert_eq(json_parse(cases[i].row, strlen(cases[i].row), &row, &err), 0);
        cr_assert_eq(calcom_row_updated_at(row), cases[i].at != NULL ? at(cases[i].at) : 0);
    }
}

Test(decode_row, a_seated_row_is_described_by_its_first_attendee)
{
    CLEANUP(decoded_done) struct decoded d = read_row("api-seated.json", NULL, 0, READ_AT);
    cr_assert_eq(d.rc, 0);
    says(d, FACT_NAME, "Halina Wróbel");
    says(d, FACT_PHONE, "+48601222333");
    says(d, FACT_DESCRIPTION, "Figa nie lubi suszarki");
    says(d, FACT_CLIENT_REF, "3d0e5b1a-9c44-4e0b-b9b6-0a55f0f5d101");
    says(d, FACT_PET_REFS, "a7c1f0de-11b2-4c3d-8e4f-5a6b7c8d9e01");
    CLEANUP(decoded_done)
    struct decoded gone = row_with("api-seated.json", READ_AT, {"status", "\"cancelled\""});
    cr_assert_eq(gone.o.status, OBS_STATUS_CANCELLED);
    cr_assert(!gone.o.needs_read);
}

Test(decode_row, what_stands_at_the_top_wins_over_the_attendees_own)
{
    CLEANUP(decoded_done)
    struct decoded d =
        row_with("api-seated.json", READ_AT, {"metadata", "{\"barkbookPetId\":\"top\"}"},
                 {"bookingFieldsResponses", "{\"notes\":\"górne\"}"});
    says(d, FACT_PET_REFS, "top");
    says(d, FACT_CLIENT_REF, "3d0e5b1a-9c44-4e0b-b9b6-0a55f0f5d101");
    says(d, FACT_DESCRIPTION, "górne");
}

Test(decode_row, a_meeting_link_is_taken_only_when_it_is_one)
{
    CLEANUP(decoded_done) struct decoded address = read_row("api-page.json", NULL, 0, READ_AT);
    says(address, FACT_MEETING_URL, NULL);
    CLEANUP(decoded_done)
    struct decoded link =
        row_with("api-page.json", READ_AT, {"meetingUrl", "\"https://wideo.example/9\""});
    says(link, FACT_MEETING_URL, "https://wideo.example/9");
    says(link, FACT_LOCATION, "ul. Kocia 12, Gdynia");
}

Test(decode_row, the_service_is_the_event_types_slug_else_its_number)
{
    CLEANUP(decoded_done)
    struct decoded none = row_with("api-page.json", READ_AT, {"eventType", "null"});
    says(none, FACT_SERVICE, "4411");
    CLEANUP(decoded_done)
    struct decoded inner =
        row_with("api-page.json", READ_AT, {"eventType", "{\"id\":12}"}, {"eventTypeId", "null"});
    says(inner, FACT_SERVICE, "12");
}

Test(decode_row, a_row_without_hosts_attendees_or_times_still_tells_the_rest)
{
    CLEANUP(decoded_done)
    struct decoded d = row_with("api-page.json", READ_AT, {"hosts", "[]"}, {"attendees", "[]"},
                                {"start", "\"?\""});
    cr_assert_eq(d.rc, 0);
    says(d, FACT_ORGANIZER, NULL);
    says(d, FACT_TIMES, NULL);
    says(d, FACT_NAME, "Halina Wróbel");
    cr_assert_eq(d.o.absent_count, 0);
    CLEANUP(decoded_done)
    struct decoded odd = row_with("api-page.json", READ_AT, {"hosts", "{\"username\":\"x\"}"},
                                  {"attendees", "\"x\""});
    cr_assert_eq(odd.rc, 0);
    says(odd, FACT_ORGANIZER, NULL);
}

Test(decode_row, a_row_without_a_uid_is_refused)
{
    CLEANUP(decoded_done) struct decoded none = row_with("api-page.json", READ_AT, {"uid", NULL});
    refused(none, "uid: missing");
    CLEANUP(decoded_done) struct decoded bad = row_with("api-page.json", READ_AT, {"uid", "[]"});
    refused(bad, "uid: not a booking's uid");
    CLEANUP(decoded_done) struct decoded list = read_row("[]", NULL, 0, READ_AT);
    refused(list, "booking: not an object");
}

Test(decode_row, a_row_never_precedes_or_follows_itself)
{
    CLEANUP(decoded_done)
    struct decoded d =
        row_with("api-page.json", READ_AT, {"rescheduledFromUid", "\"pK6wZr1cVt7Bn4Jf8GhQas\""},
                 {"rescheduledToUid", "\"pK6wZr1cVt7Bn4Jf8GhQas\""});
    cr_assert_null(d.o.predecessor_uid);
    cr_assert_null(d.o.successor_uid);
}
