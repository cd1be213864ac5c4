/*
 * sync_rows.c: what becomes of an appointment's row: its history, its moments, merges, erasure, and
 * reads of the API.
 */
#include <criterion/criterion.h>

#include "scene.h"

TestSuite(rows, .init = scene_open, .fini = scene_close);

#define JAN ",\"attendees\":[{\"name\":\"Jan Nowak\",\"email\":\"jan@example.pl\"}]"

Test(rows, every_change_leaves_a_line_in_the_history_with_its_cause)
{
    struct inbox_result r =
        scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", ",\"title\":\"Kąpiel\"");
    scene_expect("", "SELECT field FROM event_changes");
    struct inbox_result later = scene_send("BOOKING_CREATED", "09:05:00", "A", "23T13:00",
                                           ",\"title\":\"Strzyżenie\",\"location\":\"Sopot\"");
    cr_assert_str_eq(later.event_id, r.event_id);
    cr_assert_str_eq(later.action, "updated");
    scene_expect("location|-|Sopot|delivery|1;title|Kąpiel|Strzyżenie|delivery|1",
                 "SELECT field, old_value, new_value, cause, cause_id IN (SELECT id FROM "
                 "webhook_logs)"
                 " FROM event_changes ORDER BY field");
}

Test(rows, what_changes_only_behind_what_is_shown_moves_no_date)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", JAN ",\"title\":\"Dawniej\"");
    (void)scene_send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T13:00",
                     JAN ",\"rescheduleUid\":\"A\",\"title\":\"Teraz\"");
    scene_do("UPDATE calendar_events SET updated_at = 'before', synced_at = 'before', "
             "link_evidence = 'before'");
    struct inbox_result r = scene_send("BOOKING_CREATED", "09:31:00", "A", "23T13:00",
                                       JAN ",\"title\":\"Jeszcze dawniej\"");
    cr_assert_str_eq(r.action, "unchanged");
    scene_expect("before|before|Teraz|1", "SELECT updated_at, synced_at, title, link_evidence <> "
                                          "'before' FROM calendar_events");
}

Test(rows, a_visit_whose_time_is_over_when_something_else_arrives_is_completed_by_the_clock)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "22T13:00", JAN);
    scene_do("UPDATE calendar_events SET synced_at = 'before'");
    scene_now += 3 * CLOCK_HOUR;
    (void)scene_send("BOOKING_CREATED", "09:00:01", "A", "22T13:00", JAN);
    scene_expect("completed|before", "SELECT status, synced_at FROM calendar_events");
    scene_expect("status|scheduled|completed|clock|-",
                 "SELECT field, old_value, new_value, cause, cause_id FROM event_changes");
}

Test(rows, a_read_of_a_visit_that_only_time_completed_finds_nothing)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "22T13:00", JAN);
    scene_now += 3 * CLOCK_HOUR;
    struct apply_result r = scene_read("accepted", "09:00:00", "A", "22T13:00", JAN);
    cr_assert(r.by_clock_only);
    cr_assert_str_eq(r.fields, "status");
}

Test(rows, law_3_the_same_read_again_changes_nothing)
{
    (void)scene_read("accepted", "09:00:00", "A", "23T13:00", JAN ",\"title\":\"Kąpiel\"");
    scene_do("UPDATE calendar_events SET updated_at = 'before', synced_at = 'before'");
    scene_now += CLOCK_HOUR;
    struct apply_result r =
        scene_read("accepted", "09:00:00", "A", "23T13:00", JAN ",\"title\":\"Kąpiel\"");
    cr_assert_eq(r.action, APPLY_DUPLICATE);
    scene_expect("before|before", "SELECT updated_at, synced_at FROM calendar_events");
}

Test(rows, law_2_a_read_corrects_what_a_lost_delivery_left_wrong)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", JAN);
    struct apply_result r = scene_read("cancelled", "10:00:00", "A", "23T13:00",
                                       ",\"cancellationReason\":\"Pies chory\"");
    cr_assert_eq(r.action, APPLY_CANCELLED);
    scene_expect("cancelled|Pies chory", "SELECT status, cancel_reason FROM calendar_events");
    scene_expect("reconcile|run",
                 "SELECT cause, cause_id FROM event_changes WHERE field = 'status'");
}

Test(rows, a_booking_that_was_reopened_shows_no_reason_of_its_cancellation)
{
    (void)scene_send("BOOKING_CANCELLED", "09:00:00", "A", "23T13:00",
                     JAN
                     ",\"cancellationReason\":\"Pies chory\",\"cancelledBy\":\"jan@example.pl\"");
    scene_expect("cancelled|Pies chory", "SELECT status, cancel_reason FROM calendar_events");
    (void)scene_read("accepted", "11:00:00", "A", "23T13:00", JAN);
    scene_expect("scheduled|-|-",
                 "SELECT status, cancel_reason, cancelled_by FROM calendar_events");
}

Test(rows, law_4_a_read_that_may_be_behind_does_not_revive_a_cancelled_booking)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", JAN);
    (void)scene_send("BOOKING_CANCELLED", "11:55:00", "A", "23T13:00", JAN);
    (void)scene_read("accepted", "09:00:00", "A", "23T13:00", JAN);
    scene_expect("cancelled", "SELECT status FROM calendar_events");
    scene_now += 10 * CLOCK_MINUTE;
    (void)scene_read("accepted", "09:00:00", "A", "23T13:00", JAN);
    scene_expect("scheduled", "SELECT status FROM calendar_events");
}

Test(rows, a_booking_that_is_not_at_calcom_any_more_is_cancelled_and_says_why)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", JAN);
    struct apply_result r = scene_missed("A");
    cr_assert_eq(r.action, APPLY_CANCELLED);
    scene_expect("cancelled|not at Cal.com any more",
                 "SELECT status, cancel_reason FROM calendar_events");
}

Test(rows, law_5_the_oldest_id_survives_also_when_the_newer_booking_had_it)
{
    struct inbox_result b = scene_send("BOOKING_CREATED", "10:00:00", "B", "24T13:00", JAN);
    scene_now += CLOCK_MINUTE;
    struct inbox_result a = scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", JAN);
    cr_assert_str_neq(a.event_id, b.event_id);
    scene_now += CLOCK_MINUTE;
    struct inbox_result link = scene_send("BOOKING_RESCHEDULED", "10:00:01", "B", "24T13:00",
                                          JAN ",\"rescheduleUid\":\"A\"");
    cr_assert_str_eq(link.event_id, b.event_id);
    scene_expect("1", "SELECT COUNT(*) FROM calendar_events");
}

/* Two appointments, A on the 23rd (older) and B on the 24th, that turn out to be one. */
static void two_rows(void)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", JAN);
    scene_now += CLOCK_MINUTE;
    (void)scene_send("BOOKING_CREATED", "10:00:00", "B", "24T13:00", JAN);
    scene_do(
        "INSERT INTO staff (id, name, role, password_hash) VALUES ('s-ola', 'Ola', 'staff', 'x')");
}

static void merge(void)
{
    scene_now += CLOCK_MINUTE;
    (void)scene_send("BOOKING_RESCHEDULED", "10:00:01", "B", "24T13:00",
                     JAN ",\"rescheduleUid\":\"A\"");
    scene_expect("B", "SELECT cal_com_event_id FROM calendar_events");
}

static void staff_link(const char *uid, const char *client, const char *pet, const char *when)
{
    scene_do("UPDATE calendar_events SET client_id = %Q, pet_id = %Q, link_source = 'staff', "
             "link_reason = NULL,"
             " link_by = 's-ola', link_at = '2026-11-22T%sZ' WHERE cal_com_event_id = %Q",
             client, pet, when, uid);
    scene_do("DELETE FROM event_pets WHERE event_id = (SELECT id FROM calendar_events WHERE "
             "cal_com_event_id = %Q)",
             uid);
    scene_do("INSERT INTO event_pets SELECT id, %Q FROM calendar_events WHERE cal_com_event_id = "
             "%Q",
             pet, uid);
}

Test(rows, law_5_a_staff_link_of_the_row_that_is_merged_away_survives)
{
    two_rows();
    staff_link("B", "c-ewa", "p-luna", "12:00:30.000");
    merge();
    scene_expect("c-ewa|p-luna|staff|s-ola",
                 "SELECT client_id, pet_id, link_source, link_by FROM calendar_events");
    scene_expect("p-luna", "SELECT pet_id FROM event_pets");
}

Test(rows, law_5_of_two_staff_links_the_later_wins)
{
    two_rows();
    staff_link("A", "c-ewa", "p-luna", "12:00:30.000");
    staff_link("B", "c-ewa", "p-fafik", "12:00:20.000");
    merge();
    scene_expect("c-ewa|p-luna", "SELECT client_id, pet_id FROM calendar_events");
}

Test(rows, law_5_of_two_staff_links_the_later_wins_also_when_it_is_merged_away)
{
    two_rows();
    staff_link("A", "c-ewa", "p-luna", "12:00:20.000");
    staff_link("B", "c-ewa", "p-fafik", "12:00:30.000");
    merge();
    scene_expect("c-ewa|p-fafik", "SELECT client_id, pet_id FROM calendar_events");
    scene_expect("p-fafik", "SELECT pet_id FROM event_pets");
}

Test(rows, law_7_the_desks_word_of_the_row_that_is_merged_away_survives_for_its_start)
{
    two_rows();
    scene_do("UPDATE calendar_events SET desk_status = 'confirmed', desk_at = "
             "'2026-11-22T12:01:00.000Z', desk_by = 's-ola'"
             " WHERE cal_com_event_id = 'B'");
    merge();
    scene_expect("confirmed|s-ola", "SELECT desk_status, desk_by FROM calendar_events");
}

Test(rows, law_7_the_desks_word_about_a_start_that_is_no_more_goes_into_the_history)
{
    two_rows();
    scene_do("UPDATE calendar_events SET desk_status = 'confirmed', desk_at = "
             "'2026-11-22T12:01:00.000Z', desk_by = 's-ola'"
             " WHERE cal_com_event_id = 'A'");
    merge();
    scene_expect("-", "SELECT desk_status FROM calendar_events");
    scene_expect("confirmed|-",
                 "SELECT old_value, new_value FROM event_changes WHERE field = 'desk_status'");
}

Test(rows, law_5_history_and_aliases_of_the_row_that_is_merged_away_survive)
{
    two_rows();
    (void)scene_send("BOOKING_CREATED", "10:00:00.5", "B", "24T13:00",
                     JAN ",\"location\":\"Sopot\"");
    (void)scene_send("BOOKING_CREATED", "10:00:00.6", "B", "24T13:00",
                     JAN ",\"location\":\"Gdynia\"");
    scene_do("INSERT INTO appointment_aliases SELECT 'older', id, '2026-11-22T12:00:00.000Z' FROM "
             "calendar_events"
             " WHERE cal_com_event_id = 'B'");
    merge();
    scene_expect("1", "SELECT COUNT(*) FROM event_changes WHERE field = 'location' AND old_value = "
                      "'Sopot'");
    scene_expect("2|1", "SELECT COUNT(*), SUM(alias_id = 'older') FROM appointment_aliases a JOIN "
                        "calendar_events e"
                        " ON e.id = a.event_id");
}

/* As an erasure leaves it. */
static void erase(void)
{
    scene_do("UPDATE bookings SET erased = 1, attendee_name = NULL, attendee_email = NULL, title = "
             "NULL");
    scene_do("UPDATE calendar_events SET client_id = NULL, pet_id = NULL, link_source = NULL, "
             "link_reason = NULL,"
             " attendee_name = NULL, attendee_email = NULL, title = NULL");
    scene_do("DELETE FROM event_pets");
}

#define PERSONAL                                                                        \
    "SELECT client_id, pet_id, link_reason, attendee_name, attendee_email, title FROM " \
    "calendar_events"

Test(rows, an_erased_client_stays_erased_and_is_not_asked_to_be_linked)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", JAN ",\"title\":\"Burek\"");
    erase();
    (void)scene_send("BOOKING_CREATED", "09:05:00", "A", "23T15:00",
                     JAN ",\"title\":\"Burek\",\"metadata\":{\"barkbookClientId\":\"c-jan\"}");
    scene_expect("-|-|-|-|-|-", PERSONAL);
    scene_expect("2026-11-23T15:00:00.000Z", "SELECT start_time FROM calendar_events");
    (void)scene_send("BOOKING_CANCELLED", "09:10:00", "A", "23T15:00", JAN);
    scene_expect("cancelled", "SELECT status FROM calendar_events");
}

Test(rows, a_successor_of_an_erased_clients_booking_is_erased_too)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", JAN);
    erase();
    (void)scene_send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T13:00",
                     JAN ",\"title\":\"Burek\",\"rescheduleUid\":\"A\"");
    scene_expect("-|-|-|-|-|-", PERSONAL);
    scene_expect("B|2026-11-24T13:00:00.000Z",
                 "SELECT cal_com_event_id, start_time FROM calendar_events");
}

Test(rows, secrets_are_cut_out_of_what_is_kept)
{
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00",
                     ",\"oneTimePassword\":\"kwiat-7\",\"videoCallData\":{\"password\":\"kwiat-8\","
                     "\"url\":\"https://v.example\"}");
    scene_expect("***|***|https://v.example|0", "SELECT payload->>'$.payload.oneTimePassword', "
                                                "payload->>'$.payload.videoCallData.password',"
                                                " payload->>'$.payload.videoCallData.url', payload "
                                                "LIKE '%kwiat%' FROM webhook_logs");
}
