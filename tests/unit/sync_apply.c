/*
 * sync_apply.c: single histories whose outcome the laws of the sync engine fix. The property tests
 * do the same over random ones; these say by name what must not break.
 */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "base/log.h"
#include "sync/apply.h"
#include "sync/inbox.h"
#include "testdb.h"

#define GRACE (15 * CLOCK_MINUTE)

static struct testdb t;
static int64_t now; /* 2026-11-22T12:00:00Z unless a test says otherwise */

static void setup(void)
{
    testdb_open(&t);
    cr_assert(time_parse("2026-11-22T12:00:00Z", &now));
    testdb_exec(&t, "UPDATE salons SET id = 'salon-1', name = 'Salon Łapka'");
    testdb_exec(&t, "INSERT INTO clients (id, salon_id, name, surname, phone_number, email) VALUES"
                    " ('c-jan', 'salon-1', 'Jan', 'Nowak', '+48600100200', 'jan@example.pl'),"
                    " ('c-ewa', 'salon-1', 'Ewa', 'Lis', '+48600100300', 'ewa@example.pl')");
    testdb_exec(&t, "INSERT INTO pets (id, salon_id, name) VALUES ('p-burek', 'salon-1', 'Burek'),"
                    " ('p-fafik', 'salon-1', 'Fafik'), ('p-luna', 'salon-1', 'Luna'),"
                    " ('p-lapka', 'salon-1', 'Łapka')");
    testdb_exec(&t, "INSERT INTO client_pets VALUES ('c-jan', 'p-burek'), ('c-ewa', 'p-luna'),"
                    " ('c-ewa', 'p-fafik'), ('c-ewa', 'p-lapka')");
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(apply, .init = setup, .fini = teardown);

static struct inbox_result deliver(const char *body)
{
    struct inbox_result r = {0};
    struct err err = {0};
    cr_assert(inbox_deliver_in(t.db, GRACE, body, strlen(body), now, &r, &err) >= 0, "%s", err.msg);
    return r;
}

/* A delivery with the usual fields; more: further members of payload, each with a comma before it.
 */
static struct inbox_result send(const char *trigger, const char *sent, const char *uid,
                                const char *start, const char *end, const char *more)
{
    char body[4096];
    (void)snprintf(
        body, sizeof body,
        "{\"triggerEvent\":\"%s\",\"createdAt\":\"2026-11-22T%sZ\",\"payload\":{\"uid\":\"%s\","
        "\"title\":\"Strzyżenie\",\"startTime\":\"2026-11-%sZ\",\"endTime\":\"2026-11-%sZ\","
        "\"attendees\":[{\"name\":\"Jan Nowak\",\"email\":\"Jan@example.pl\"}]%s}}",
        trigger, sent, uid, start, end, more);
    return deliver(body);
}

static void expect(const char *answer, const char *query)
{
    char *got = testdb_ask(&t, "%s", query);
    cr_assert_str_eq(got, answer, "%s\n  gave %s\n  not  %s", query, got, answer);
    free(got);
}

Test(apply, law_5_a_reschedule_moves_the_appointment_and_keeps_its_id)
{
    struct inbox_result a =
        send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    cr_assert_str_eq(a.action, "created");
    struct inbox_result b =
        send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T10:00:00", "24T11:00:00",
             ",\"rescheduleUid\":\"A\",\"rescheduleStartTime\":\"2026-11-23T13:00:00Z\"");
    cr_assert_str_eq(b.action, "rescheduled");
    cr_assert_str_eq(a.event_id, b.event_id);
    expect("B|2026-11-24T10:00:00.000Z|scheduled",
           "SELECT cal_com_event_id, start_time, status FROM calendar_events");
}

Test(apply, law_5_two_rows_that_turn_out_to_be_one_are_merged_and_the_oldest_id_survives)
{
    struct inbox_result a =
        send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    now += CLOCK_MINUTE;
    struct inbox_result c =
        send("BOOKING_CREATED", "11:00:00", "C", "25T13:00:00", "25T14:00:00", "");
    testdb_exec(&t,
                "INSERT INTO pet_visits (id, pet_id, event_id, visit_date, notes)"
                " VALUES ('v', 'p-burek', %Q, '2026-11-25', 'boi się suszarki')",
                c.event_id);
    send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T10:00:00", "24T11:00:00",
         ",\"rescheduleUid\":\"A\"");
    now += CLOCK_MINUTE;
    struct inbox_result last = send("BOOKING_RESCHEDULED", "11:00:01", "C", "25T13:00:00",
                                    "25T14:00:00", ",\"rescheduleUid\":\"B\"");
    cr_assert_str_eq(last.event_id, a.event_id);
    expect("C|2026-11-25T13:00:00.000Z",
           "SELECT cal_com_event_id, start_time FROM calendar_events");
    char *aliases = testdb_ask(&t, "SELECT alias_id = %Q, event_id = %Q FROM appointment_aliases",
                               c.event_id, a.event_id);
    cr_assert_str_eq(aliases, "1|1");
    free(aliases);
    expect("boi się suszarki",
           "SELECT v.notes FROM pet_visits v JOIN calendar_events e ON e.id = v.event_id");
}

Test(apply, law_4_a_late_created_does_not_revive_a_cancelled_booking)
{
    send("BOOKING_CANCELLED", "10:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"cancellationReason\":\"Pies chory\",\"cancelledBy\":\"jan@example.pl\"");
    struct inbox_result late =
        send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    cr_assert_str_eq(late.action, "unchanged");
    expect("cancelled|Pies chory|jan@example.pl",
           "SELECT status, cancel_reason, cancelled_by FROM calendar_events");
}

Test(apply, law_4_a_created_that_was_sent_after_the_cancellation_does_not_revive_it_either)
{
    send("BOOKING_CANCELLED", "10:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    send("BOOKING_CREATED", "11:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    expect("cancelled", "SELECT status FROM calendar_events");
}

Test(apply, a_reschedule_that_overtakes_its_booking_is_one_appointment)
{
    struct inbox_result b = send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T10:00:00",
                                 "24T11:00:00", ",\"rescheduleUid\":\"A\"");
    cr_assert_str_eq(b.action, "created");
    cr_assert(b.needs_reconcile, "its predecessor was never seen");
    struct inbox_result a =
        send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    cr_assert_str_eq(a.event_id, b.event_id);
    send("BOOKING_CANCELLED", "10:00:01", "A", "23T13:00:00", "23T14:00:00", "");
    expect("B|2026-11-24T10:00:00.000Z|scheduled",
           "SELECT cal_com_event_id, start_time, status FROM calendar_events");
}

Test(apply, a_pending_reschedule_supersedes_at_once_and_its_rejection_cancels)
{
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    send("BOOKING_REQUESTED", "10:00:00", "B", "24T10:00:00", "24T11:00:00",
         ",\"status\":\"PENDING\",\"rescheduleUid\":\"A\"");
    expect("B|pending", "SELECT cal_com_event_id, status FROM calendar_events");
    send("BOOKING_REJECTED", "11:00:00", "B", "24T10:00:00", "24T11:00:00", "");
    expect("B|cancelled", "SELECT cal_com_event_id, status FROM calendar_events");
}

Test(apply, a_host_who_asks_for_another_time_leaves_it_waiting_to_be_rebooked)
{
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    send("BOOKING_CANCELLED", "10:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"requestReschedule\":true");
    expect("cancelled|1", "SELECT status, awaiting_rebook FROM calendar_events");
    send("BOOKING_RESCHEDULED", "11:00:00", "B", "24T10:00:00", "24T11:00:00",
         ",\"rescheduleUid\":\"A\"");
    expect("scheduled|0", "SELECT status, awaiting_rebook FROM calendar_events");
}

Test(apply, no_show_on_off_and_on_again_are_three_deliveries)
{
    static const char shape[] =
        "{\"triggerEvent\":\"BOOKING_NO_SHOW_UPDATED\",\"createdAt\":\"2026-11-22T%sZ\","
        "\"payload\":"
        "{\"bookingUid\":\"A\",\"attendees\":[{\"email\":\"jan@example.pl\",\"noShow\":%s}]}}";
    static const char *const steps[][3] = {{"09:10:00", "true", "no_show"},
                                           {"09:20:00", "false", "scheduled"},
                                           {"09:30:00", "true", "no_show"}};
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    for (size_t i = 0; i < 3; i++) {
        char body[512];
        (void)snprintf(body, sizeof body, shape, steps[i][0], steps[i][1]);
        deliver(body);
        expect(steps[i][2], "SELECT status FROM calendar_events");
    }
}

Test(apply, a_no_show_of_a_booking_not_known_yet_waits_for_it)
{
    struct inbox_result r = deliver(
        "{\"triggerEvent\":\"BOOKING_NO_SHOW_UPDATED\",\"createdAt\":\"2026-11-22T09:20:00Z\","
        "\"payload\":{\"bookingUid\":\"A\",\"attendees\":[{\"email\":\"jan@example.pl\",\"noShow\":"
        "true}]}}");
    cr_assert_eq(r.status, INBOX_SUCCESS);
    cr_assert_str_eq(r.action, "waiting");
    cr_assert_str_empty(r.event_id);
    send("BOOKING_CREATED", "09:00:00", "A", "22T10:00:00", "22T11:00:00", "");
    expect("no_show", "SELECT status FROM calendar_events");
}

Test(apply, law_6_a_link_by_metadata_survives_deliveries_without_it)
{
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"metadata\":{\"barkbookClientId\":\"c-jan\",\"barkbookPetId\":\"p-burek\"}");
    send("BOOKING_CANCELLED", "10:00:00", "A", "23T13:00:00", "23T14:00:00", ",\"metadata\":{}");
    expect("c-jan|p-burek|metadata|-|cancelled",
           "SELECT client_id, pet_id, link_source, link_reason, status FROM calendar_events");
    expect("p-burek", "SELECT pet_id FROM event_pets");
}

Test(apply, law_6_metadata_that_names_somebody_elses_pet_links_nothing_and_says_why)
{
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"metadata\":{\"barkbookClientId\":\"c-jan\",\"barkbookPetId\":\"p-luna\"}");
    expect("-|-|not_their_pet", "SELECT client_id, pet_id, link_reason FROM calendar_events");
}

Test(apply, law_6_metadata_of_a_stranger_whose_contact_contradicts_links_nothing)
{
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"metadata\":{\"barkbookClientId\":\"c-ewa\",\"barkbookPetId\":\"p-luna\"}");
    expect("-|-|contradicts", "SELECT client_id, pet_id, link_reason FROM calendar_events");
}

Test(apply, law_6_staffs_unlinking_is_not_undone_by_later_metadata)
{
    struct inbox_result r =
        send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    testdb_exec(&t,
                "UPDATE calendar_events SET client_id = NULL, pet_id = NULL, link_source = 'staff',"
                " link_reason = 'staff_unlinked' WHERE id = %Q",
                r.event_id);
    testdb_exec(&t, "DELETE FROM event_pets");
    send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T10:00:00", "24T11:00:00",
         ",\"rescheduleUid\":\"A\",\"metadata\":{\"barkbookClientId\":\"c-jan\"}");
    expect("B|-|-|staff",
           "SELECT cal_com_event_id, client_id, pet_id, link_source FROM calendar_events");
}

Test(apply, a_client_is_found_by_contact_and_the_pet_by_its_name_in_the_notes)
{
    deliver(
        "{\"triggerEvent\":\"BOOKING_CREATED\",\"createdAt\":\"2026-11-22T09:00:00Z\",\"payload\":{"
        "\"uid\":\"A\",\"title\":\"Kąpiel - Salon Łapka i Ewa "
        "Lis\",\"startTime\":\"2026-11-23T13:00:00Z\","
        "\"endTime\":\"2026-11-23T14:00:00Z\",\"additionalNotes\":\"LUNA i jej kołtuny\","
        "\"attendees\":[{\"name\":\"Ewa Lis\",\"email\":\"ewa@example.pl\",\"phoneNumber\":\"600 "
        "100 300\"}]}}");
    expect("c-ewa|p-luna|contact", "SELECT client_id, pet_id, link_source FROM calendar_events");
}

Test(apply, an_email_of_one_client_with_the_phone_of_another_links_nobody)
{
    deliver(
        "{\"triggerEvent\":\"BOOKING_CREATED\",\"createdAt\":\"2026-11-22T09:00:00Z\",\"payload\":{"
        "\"uid\":\"A\",\"startTime\":\"2026-11-23T13:00:00Z\",\"endTime\":\"2026-11-23T14:00:00Z\","
        "\"attendees\":[{\"name\":\"Ewa\",\"email\":\"ewa@example.pl\",\"phoneNumber\":"
        "\"600100200\"}]}}");
    expect("-|contradicts", "SELECT client_id, link_reason FROM calendar_events");
}

Test(apply, law_1_an_appointment_does_not_stay_in_the_salon_of_a_link_that_turned_out_wrong)
{
    testdb_exec(&t, "INSERT INTO salons (id, name, cal_com_username) VALUES ('salon-2', 'Psia 2', "
                    "'psia2')");
    testdb_exec(&t, "UPDATE salons SET cal_com_username = 'lapka' WHERE id = 'salon-1'");
    testdb_exec(&t, "UPDATE clients SET salon_id = 'salon-2' WHERE id = 'c-jan'");
    send("MEETING_STARTED", "09:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"organizer\":{\"username\":\"lapka\"}");
    expect("c-jan|salon-2", "SELECT client_id, salon_id FROM calendar_events");
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"smsReminderNumber\":\"+48600100300\",\"organizer\":{\"username\":\"lapka\"}");
    expect("-|salon-1", "SELECT client_id, salon_id FROM calendar_events");
}

Test(apply, law_1_a_link_does_not_outlast_the_head_it_was_decided_for)
{
    /* B1 and B2 both replace the lost A; B3 replaces B2. Bad metadata of B1 and B3 links nothing,
     * B2 links by contact, B3 inherits that. When B3 falls away B1 is the head again, and its own
     * word counts. */
    static const char bad[] =
        ",\"rescheduleUid\":\"%s\",\"metadata\":{\"barkbookClientId\":\"c-jan\","
        "\"barkbookPetId\":\"p-luna\"}";
    char more[256];
    (void)snprintf(more, sizeof more, bad, "A");
    send("BOOKING_REQUESTED", "09:00:00", "B1", "23T13:00:00", "23T14:00:00", more);
    send("BOOKING_CANCELLED", "09:30:00", "B2", "24T13:00:00", "24T14:00:00", "");
    send("BOOKING_RESCHEDULED", "09:10:00", "B2", "24T13:00:00", "24T14:00:00",
         ",\"rescheduleUid\":\"A\"");
    (void)snprintf(more, sizeof more, bad, "B2");
    send("BOOKING_REQUESTED", "10:00:00", "B3", "25T13:00:00", "25T14:00:00", more);
    expect("B3|c-jan|predecessor",
           "SELECT cal_com_event_id, client_id, link_source FROM calendar_events");
    send("BOOKING_CANCELLED", "11:00:00", "B3", "25T13:00:00", "25T14:00:00", "");
    expect("B1|-|not_their_pet",
           "SELECT cal_com_event_id, client_id, link_reason FROM calendar_events");
}

Test(apply, an_identical_body_is_answered_with_the_appointment_its_own_became_part_of)
{
    struct inbox_result a =
        send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    now += CLOCK_MINUTE;
    static const char *const b[] = {"BOOKING_CREATED", "11:00:00", "B", "25T13:00:00",
                                    "25T14:00:00"};
    send(b[0], b[1], b[2], b[3], b[4], "");
    send("BOOKING_RESCHEDULED", "11:00:01", "B", "25T13:00:00", "25T14:00:00",
         ",\"rescheduleUid\":\"A\"");
    struct inbox_result again = send(b[0], b[1], b[2], b[3], b[4], "");
    cr_assert_str_eq(again.action, "duplicate");
    cr_assert_str_eq(again.event_id, a.event_id);
}

Test(apply, law_7_what_the_desk_recorded_stays_until_the_start_moves)
{
    struct inbox_result r =
        send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    testdb_exec(&t, "UPDATE calendar_events SET desk_status = 'confirmed' WHERE id = %Q",
                r.event_id);
    send("BOOKING_CREATED", "09:05:00", "A", "23T13:00:00", "23T14:30:00", "");
    expect("confirmed|90", "SELECT desk_status, duration_minutes FROM calendar_events");
    send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T10:00:00", "24T11:00:00",
         ",\"rescheduleUid\":\"A\"");
    expect("-", "SELECT desk_status FROM calendar_events");
    expect("confirmed|-",
           "SELECT old_value, new_value FROM event_changes WHERE field = 'desk_status'");
}

Test(apply, a_seat_cancelled_in_a_seated_event_asks_the_api_instead_of_cancelling)
{
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    struct inbox_result r = send("BOOKING_CANCELLED", "10:00:00", "A", "23T13:00:00", "23T14:00:00",
                                 ",\"seatsPerTimeSlot\":4");
    cr_assert(r.needs_reconcile);
    expect("scheduled", "SELECT status FROM calendar_events");
}

Test(apply, accepted_and_past_its_end_by_the_grace_is_completed_without_meeting_ended)
{
    send("BOOKING_CREATED", "09:00:00", "A", "22T12:30:00", "22T13:00:00", "");
    struct apply_context ctx = {.now = now + CLOCK_HOUR,
                                .complete_after_ms = GRACE,
                                .cause = "delivery"};
    struct err err = {0};
    cr_assert_eq(apply_completions(t.db, &ctx, &err), 0, "the grace is not over");
    ctx.now += GRACE;
    cr_assert_eq(apply_completions(t.db, &ctx, &err), 1);
    expect("completed", "SELECT status FROM calendar_events");
    expect("status|clock", "SELECT field, cause FROM event_changes");
}

Test(apply, a_pending_request_is_not_completed_by_time)
{
    send("BOOKING_REQUESTED", "09:00:00", "A", "22T10:00:00", "22T11:00:00", "");
    struct apply_context ctx = {.now = now + CLOCK_DAY,
                                .complete_after_ms = GRACE,
                                .cause = "delivery"};
    struct err err = {0};
    cr_assert_eq(apply_completions(t.db, &ctx, &err), 0);
    expect("pending", "SELECT status FROM calendar_events");
}

Test(apply, a_copy_with_its_own_moment_is_labelled_duplicate_and_an_identical_body_only_counted)
{
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    struct inbox_result copy =
        send("BOOKING_CREATED", "09:00:01", "A", "23T13:00:00", "23T14:00:00", "");
    cr_assert_str_eq(copy.action, "duplicate");
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00", "");
    expect("success|1;duplicate|0", "SELECT status, repeat_count FROM webhook_logs ORDER BY id");
}

Test(apply, law_9_what_cannot_be_understood_is_kept_whole_with_the_reason)
{
    struct inbox_result r =
        deliver("{\"triggerEvent\":\"BOOKING_CREATED\",\"payload\":{\"title\":\"x\"}}");
    cr_assert_eq(r.status, INBOX_UNPROCESSABLE);
    expect("error|BOOKING_CREATED", "SELECT status, payload->>'triggerEvent' FROM webhook_logs");
    r = deliver("a=1&b=2");
    cr_assert_eq(r.status, INBOX_NOT_JSON);
    expect("\"a=1&b=2\"", "SELECT payload FROM webhook_logs WHERE trigger_event IS NULL");
}

Test(apply, law_9_a_failed_delivery_that_comes_again_is_tried_again_not_taken_for_a_copy)
{
    static const char body[] =
        "{\"triggerEvent\":\"BOOKING_CREATED\",\"createdAt\":\"2026-11-22T09:00:00Z\",\"payload\":{"
        "\"uid\":\"A\","
        "\"startTime\":\"2026-11-23T13:00:00Z\",\"endTime\":\"2026-11-23T14:00:00Z\"}}";
    deliver(body);
    testdb_exec(&t, "DELETE FROM calendar_events");
    testdb_exec(&t, "DELETE FROM bookings");
    testdb_exec(&t, "UPDATE webhook_logs SET status = 'error', error_message = 'older program'");
    struct inbox_result r = deliver(body);
    cr_assert_str_eq(r.action, "created");
    expect("success|-", "SELECT status, error_message FROM webhook_logs");
}

Test(apply, replaying_all_that_is_kept_rebuilds_the_same_appointments_with_their_ids)
{
    send("BOOKING_CREATED", "09:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"metadata\":{\"barkbookClientId\":\"c-jan\",\"barkbookPetId\":\"p-burek\"}");
    send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T10:00:00", "24T11:00:00",
         ",\"rescheduleUid\":\"A\"");
    send("BOOKING_CREATED", "10:30:00", "D", "23T10:00:00", "23T11:00:00", "");
    static const char all[] = "SELECT id, cal_com_event_id, start_time, status, client_id, pet_id"
                              " FROM calendar_events ORDER BY cal_com_event_id";
    char *before = testdb_ask(&t, "%s", all);
    testdb_exec(&t, "DELETE FROM calendar_events");
    char *ids = testdb_ask(&t, "SELECT id FROM webhook_logs ORDER BY id DESC");
    for (char *rest = NULL, *id = strtok_r(ids, ";", &rest); id != NULL;
         id = strtok_r(NULL, ";", &rest)) {
        struct inbox_result r = {0};
        struct err err = {0};
        cr_assert(inbox_replay_in(t.db, GRACE, id, now, &r, &err) >= 0, "%s", err.msg);
    }
    expect(before, all);
    free(before);
    free(ids);
}

Test(apply, links_that_run_in_a_circle_still_show_one_appointment)
{
    send("BOOKING_RESCHEDULED", "09:00:00", "A", "23T13:00:00", "23T14:00:00",
         ",\"rescheduleUid\":\"B\"");
    send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T10:00:00", "24T11:00:00",
         ",\"rescheduleUid\":\"A\"");
    expect("B|scheduled", "SELECT cal_com_event_id, status FROM calendar_events");
}

Test(apply, every_table_that_points_at_an_appointment_is_moved_by_a_merge)
{
    /* appointment_merge.c moves these; a new table with an event_id must be added there and here.
     */
    expect("appointment_aliases;event_changes;event_pets;messages;pet_visits",
           "SELECT m.name FROM sqlite_schema m, pragma_foreign_key_list(m.name) f"
           " WHERE m.type = 'table' AND f.\"table\" = 'calendar_events' ORDER BY m.name");
}
