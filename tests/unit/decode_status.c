/*
 * decode_status.c: what each trigger says of a booking's status, which links it makes, and when it
 * was true.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "decoded.h"

Test(decode_status, a_created_booking_is_accepted_unless_it_waits_for_confirmation)
{
    CLEANUP(decoded_done) struct decoded plain = deliver_with("created.json", {"payload.x", "1"});
    cr_assert_eq(plain.rc, DECODE_BOOKING);
    cr_assert_eq(plain.o.status, OBS_STATUS_ACCEPTED);
    CLEANUP(decoded_done)
    struct decoded waits = deliver_with("created.json", {"payload.status", "\"PENDING\""});
    cr_assert_eq(waits.o.status, OBS_STATUS_PENDING);
    CLEANUP(decoded_done)
    struct decoded silent = deliver_with("created.json", {"payload.status", NULL});
    cr_assert_eq(silent.o.status, OBS_STATUS_ACCEPTED);
}

Test(decode_status, a_rescheduled_booking_is_accepted_unless_it_waits_for_confirmation)
{
    CLEANUP(decoded_done)
    struct decoded plain = deliver_with("rescheduled.json", {"payload.x", "1"});
    cr_assert_eq(plain.o.status, OBS_STATUS_ACCEPTED);
    CLEANUP(decoded_done)
    struct decoded waits = deliver_with("rescheduled.json", {"payload.status", "\"pending\""});
    cr_assert_eq(waits.o.status, OBS_STATUS_PENDING);
}

Test(decode_status, a_request_is_pending_whatever_its_status_word)
{
    CLEANUP(decoded_done)
    struct decoded d = deliver_with("requested.json", {"payload.status", "\"ACCEPTED\""});
    cr_assert_eq(d.o.status, OBS_STATUS_PENDING);
    cr_assert_null(d.o.predecessor_uid);
}

Test(decode_status, a_rejection_tells_why_and_by_whom)
{
    CLEANUP(decoded_done) struct decoded d = deliver("rejected.json", NULL, 0);
    cr_assert_eq(d.o.status, OBS_STATUS_REJECTED);
    says(d, FACT_REASON, "Brak wolnych rąk");
    says(d, FACT_BY, "biuro@azyl.example");
}

Test(decode_status, a_cancellation_tells_why_and_by_whom)
{
    CLEANUP(decoded_done) struct decoded d = deliver("cancelled.json", NULL, 0);
    cr_assert_eq(d.rc, DECODE_BOOKING);
    cr_assert_eq(d.o.status, OBS_STATUS_CANCELLED);
    cr_assert(!d.o.needs_read);
    says(d, FACT_REASON, "Figa ma cieczkę");
    says(d, FACT_BY, "halina.wrobel@poczta.example");
    says(d, FACT_REBOOK, NULL);
    says(d, FACT_CLIENT_REF, NULL);
}

Test(decode_status, a_host_who_asks_for_another_time_leaves_the_booking_to_be_rebooked)
{
    CLEANUP(decoded_done) struct decoded d = deliver("cancelled-rebook.json", NULL, 0);
    cr_assert_eq(d.o.status, OBS_STATUS_CANCELLED);
    says(d, FACT_REBOOK, "1");
}

Test(decode_status, a_cancelled_seat_concludes_nothing_and_asks_for_a_read)
{
    CLEANUP(decoded_done) struct decoded d = deliver("cancelled-seat.json", NULL, 0);
    cr_assert_eq(d.rc, DECODE_BOOKING);
    cr_assert_eq(d.o.status, OBS_STATUS_NONE);
    cr_assert(d.o.needs_read);
    says(d, FACT_TIMES, "2026-12-09T11:30:00.000Z/2026-12-09T12:45:00.000Z");
    /* The one who leaves is not the one who stays. */
    says(d, FACT_EMAIL, NULL);
    says(d, FACT_NAME, NULL);
    says(d, FACT_PHONE, NULL);
    says(d, FACT_REASON, NULL);
    says(d, FACT_BY, NULL);
}

Test(decode_status, seats_that_are_null_or_absent_are_no_seats)
{
    CLEANUP(decoded_done)
    struct decoded null = deliver_with("cancelled-seat.json", {"payload.seatsPerTimeSlot", "null"});
    cr_assert_eq(null.o.status, OBS_STATUS_CANCELLED);
    cr_assert(!null.o.needs_read);
    CLEANUP(decoded_done)
    struct decoded absent = deliver_with("cancelled-seat.json", {"payload.seatsPerTimeSlot", NULL});
    cr_assert_eq(absent.o.status, OBS_STATUS_CANCELLED);
    cr_assert(!absent.o.needs_read);
}

Test(decode_status, a_cancelled_series_is_cancelled_and_asks_for_a_read)
{
    CLEANUP(decoded_done) struct decoded rule = deliver("cancelled-series.json", NULL, 0);
    cr_assert_eq(rule.o.status, OBS_STATUS_CANCELLED);
    cr_assert(rule.o.needs_read);
    CLEANUP(decoded_done)
    struct decoded id = deliver_with("cancelled.json", {"payload.recurringEventId", "\"5b0e-77\""});
    cr_assert_eq(id.o.status, OBS_STATUS_CANCELLED);
    cr_assert(id.o.needs_read);
    CLEANUP(decoded_done)
    struct decoded null = deliver_with("cancelled.json", {"payload.recurringEventId", "null"},
                                       {"payload.recurringEvent", "null"});
    cr_assert(!null.o.needs_read);
}

Test(decode_status, a_payment_repeats_the_status_it_carries_and_adds_none)
{
    CLEANUP(decoded_done) struct decoded paid = deliver("paid.json", NULL, 0);
    cr_assert_eq(paid.rc, DECODE_BOOKING);
    cr_assert_eq(paid.o.status, OBS_STATUS_ACCEPTED);
    CLEANUP(decoded_done) struct decoded initiated = deliver("payment-initiated.json", NULL, 0);
    cr_assert_eq(initiated.o.status, OBS_STATUS_PENDING);
    CLEANUP(decoded_done)
    struct decoded silent = deliver_with("paid.json", {"payload.status", NULL});
    cr_assert_eq(silent.o.status, OBS_STATUS_NONE);
    CLEANUP(decoded_done)
    struct decoded odd = deliver_with("paid.json", {"payload.status", "\"CANCELLED\""});
    cr_assert_eq(odd.o.status, OBS_STATUS_NONE);
}

Test(decode_status, a_no_show_names_each_attendee_and_says_nothing_else)
{
    CLEANUP(decoded_done) struct decoded d = deliver("no-show.json", NULL, 0);
    cr_assert_eq(d.rc, DECODE_BOOKING);
    cr_assert_eq(d.o.status, OBS_STATUS_NONE);
    cr_assert_str_eq(d.o.uid, "hT3vLq8sWn5Ym2Kd9RbXce");
    cr_assert_eq(d.o.number, 71001);
    cr_assert_eq(d.o.absent_count, 2);
    cr_assert_str_eq(d.o.absents[0].email, "halina.wrobel@poczta.example");
    cr_assert(d.o.absents[0].absent);
    cr_assert_str_eq(d.o.absents[1].email, "syn@poczta.example");
    cr_assert(!d.o.absents[1].absent);
    for (int i = 0; i < FACT_COUNT; i++) {
        says(d, (enum fact)i, NULL);
    }
    cr_assert_str_eq(d.head.uid, "hT3vLq8sWn5Ym2Kd9RbXce");
}

Test(decode_status, a_no_show_may_name_its_booking_by_uid)
{
    CLEANUP(decoded_done)
    struct decoded d =
        deliver_with("no-show.json", {"payload.bookingUid", "null"}, {"payload.uid", "\"u9\""});
    cr_assert_str_eq(d.o.uid, "u9");
}

Test(decode_status, an_attendee_who_is_not_said_to_be_absent_or_present_is_left_out)
{
    CLEANUP(decoded_done)
    struct decoded d =
        deliver_with("no-show.json", {"payload.attendees",
                                      "[{\"email\":\"a@b.example\"}, {\"noShow\":true}, 5, null,"
                                      " {\"email\":\" \",\"noShow\":true},"
                                      " {\"email\":\"c@d.example\",\"noShow\":\"tak\"},"
                                      " {\"email\":\"E@F.example\",\"noShow\":true}]"});
    cr_assert_eq(d.o.absent_count, 1);
    cr_assert_str_eq(d.o.absents[0].email, "e@f.example");
}

Test(decode_status, the_marks_of_a_crowd_are_bounded)
{
    char list[16000] = "[";
    for (int i = 0; i < 150; i++) {
        const size_t len = strlen(list);
        (void)snprintf(list + len, sizeof list - len,
                       "%s{\"email\":\"guest%d@x.example\",\"noShow\":true}", i > 0 ? "," : "", i);
    }
    (void)snprintf(list + strlen(list), sizeof list - strlen(list), "]");
    CLEANUP(decoded_done)
    struct decoded d = deliver_with("no-show.json", {"payload.attendees", list});
    cr_assert_eq(d.rc, DECODE_BOOKING);
    cr_assert_eq(d.o.absent_count, 100);
}

Test(decode_status, a_reschedule_names_the_booking_before_it_and_only_its_own_times)
{
    CLEANUP(decoded_done) struct decoded d = deliver("rescheduled.json", NULL, 0);
    cr_assert_str_eq(d.o.uid, "pK6wZr1cVt7Bn4Jf8GhQas");
    cr_assert_str_eq(d.o.predecessor_uid, "hT3vLq8sWn5Ym2Kd9RbXce");
    says(d, FACT_TIMES, "2026-12-09T11:30:00.000Z/2026-12-09T12:45:00.000Z");
}

Test(decode_status, a_reschedule_that_arrives_as_a_request_names_the_booking_before_it)
{
    CLEANUP(decoded_done) struct decoded d = deliver("requested-reschedule.json", NULL, 0);
    cr_assert_eq(d.o.status, OBS_STATUS_PENDING);
    cr_assert_str_eq(d.o.predecessor_uid, "pK6wZr1cVt7Bn4Jf8GhQas");
    says(d, FACT_TIMES, "2026-12-10T08:00:00.000Z/2026-12-10T09:15:00.000Z");
}

Test(decode_status, a_booking_never_precedes_itself)
{
    CLEANUP(decoded_done)
    struct decoded d =
        deliver_with("rescheduled.json", {"payload.rescheduleUid", "\" pK6wZr1cVt7Bn4Jf8GhQas \""});
    cr_assert_null(d.o.predecessor_uid);
}

Test(decode_status, a_previous_booking_without_a_usable_name_is_not_said)
{
    static const char *const unusable[] = {"null", "\"\"", "{}", "1.5"};
    for (size_t i = 0; i < ARRAY_LEN(unusable); i++) {
        CLEANUP(decoded_done)
        struct decoded d = deliver_with("rescheduled.json", {"payload.rescheduleUid", unusable[i]});
        cr_assert_eq(d.rc, DECODE_BOOKING);
        cr_assert_null(d.o.predecessor_uid);
    }
}

Test(decode_status, a_delivery_is_as_old_as_its_envelope_and_makes_the_booking_no_older)
{
    static const char *const making[] = {"created.json", "rescheduled.json", "requested.json"};
    static const char *const sent[] = {"2026-12-01T15:20:11.402Z", "2026-12-02T08:01:00.990Z",
                                       "2026-12-02T10:00:00.000Z"};
    for (size_t i = 0; i < ARRAY_LEN(making); i++) {
        CLEANUP(decoded_done) struct decoded d = deliver(making[i], NULL, 0);
        cr_assert_eq(d.o.as_of, at(sent[i]));
        cr_assert_eq(d.o.made_at, at(sent[i]));
        cr_assert_eq(d.head.sent_at, at(sent[i]));
    }
    CLEANUP(decoded_done) struct decoded cancelled = deliver("cancelled.json", NULL, 0);
    cr_assert_eq(cancelled.o.as_of, at("2026-12-03T17:45:30.001Z"));
    cr_assert_eq(cancelled.o.made_at, 0);
}

Test(decode_status, a_delivery_without_a_readable_envelope_time_is_as_old_as_its_arrival)
{
    CLEANUP(decoded_done) struct decoded none = deliver_with("created.json", {"createdAt", NULL});
    cr_assert_eq(none.o.as_of, RECEIVED_AT);
    cr_assert_eq(none.head.sent_at, 0);
    CLEANUP(decoded_done)
    struct decoded bad = deliver_with("created.json", {"createdAt", "\"wczoraj\""});
    cr_assert_eq(bad.o.as_of, RECEIVED_AT);
}
