/*
 * sync_staff_link.c: staff link and unlink appointments, cards that come later answer those that
 * wait, and sync leaves staff's word alone.
 */
#include "sync/staff_link.h"

#include <criterion/criterion.h>

#include "cards.h"
#include "salon/merge.h"
#include "salon/unlinked.h"
#include "sync/inbox.h"
#include "sync/relink.h"

#define GRACE (15 * CLOCK_MINUTE)

static struct testdb t;
static char jan[UUID_TEXT_LEN];
static char burek[UUID_TEXT_LEN];
static char azor[UUID_TEXT_LEN];

static void copy(char out[static UUID_TEXT_LEN], const char *id)
{
    (void)snprintf(out, UUID_TEXT_LEN, "%s", id);
}

static void setup(void)
{
    cards_open(&t);
    copy(jan, cards_client(&t, "Jan", "Kowalski", NULL, NULL));
    copy(burek, cards_pet(&t, jan, "Burek", NULL));
    copy(azor, cards_pet(&t, jan, "Azor", NULL));
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(staff_link, .init = setup, .fini = teardown);

/* A booking of somebody with that e-mail; its appointment's id, good until the next eight. */
static const char *book_at(const char *uid, const char *day, const char *email, const char *notes,
                           const char *sent)
{
    char body[2048];
    struct inbox_result r = {0};
    struct err err = {0};
    (void)snprintf(body, sizeof body,
                   "{\"triggerEvent\":\"BOOKING_CREATED\",\"createdAt\":\"%s\",\"payload\":"
                   "{\"uid\":\"%s\",\"title\":\"Kąpiel\",\"description\":\"%s\","
                   "\"startTime\":\"%sT13:00:00Z\",\"endTime\":\"%sT14:00:00Z\",\"organizer\":"
                   "{\"username\":\"psi-raj\"},"
                   "\"attendees\":[{\"name\":\"Jan Kowalski\",\"email\":\"%s\"}]}}",
                   sent, uid, notes, day, day, email);
    cr_assert(inbox_deliver_in(t.db, GRACE, body, strlen(body), CARDS_NOW, &r, &err) >= 0, "%s",
              err.msg);
    char *id = cards_id();
    copy(id, r.event_id);
    return id;
}

static const char *book(const char *uid, const char *day, const char *email)
{
    return book_at(uid, day, email, "", "2026-11-22T09:00:00Z");
}

static void link_to(const char *event, const char *client, const char *pet, bool others, int wanted)
{
    struct staff_link l = {.event_id = event,
                           .client_id = client,
                           .pets = {pet},
                           .pet_count = pet == NULL ? 0 : 1,
                           .also_same_attendee = others};
    struct err err = {0};
    cr_assert_eq(staff_link(t.db, &everybody, &l, &err), 0, "%s", err.msg);
    cr_expect_eq(l.others, wanted);
}

static void expect(const char *answer, const char *query, const char *id)
{
    char *got = testdb_ask(&t, query, id);
    cr_expect_str_eq(got, answer, "%s\n  gave %s\n  not  %s", query, got, answer);
    free(got);
}

#define LINK_OF                                                                              \
    "SELECT c.name, p.name, e.link_source, e.link_reason, e.salon_id FROM calendar_events e" \
    " LEFT JOIN clients c ON c.id = e.client_id LEFT JOIN pets p ON p.id = e.pet_id"         \
    " WHERE e.id = %Q"

Test(staff_link, staff_link_an_appointment_and_its_history_says_who)
{
    const char *event = book("A", "2026-11-23", "nowy@example.pl");
    struct staff_link l = {.event_id = event,
                           .client_id = jan,
                           .pets = {burek, azor},
                           .pet_count = 2};
    struct actor owner = {.staff_id = "s-ola", .now = CARDS_NOW};
    struct err err = {0};
    expect("-|-|-|no_match|-", LINK_OF, event);
    cr_assert_eq(staff_link(t.db, &owner, &l, &err), 0, "%s", err.msg);
    expect("Jan|Burek|staff|-|salon-1", LINK_OF, event);
    expect("2", "SELECT count(*) FROM event_pets WHERE event_id = %Q", event);
    expect("2026-11-22T12:00:00.000Z|s-ola",
           "SELECT link_at, link_by FROM calendar_events WHERE id = %Q", event);
    expect("client_id|staff|s-ola;pet_id|staff|s-ola",
           "SELECT field, cause, cause_id FROM event_changes WHERE event_id = %Q ORDER BY field",
           event);
}

Test(staff_link, later_bookings_do_not_change_what_staff_said)
{
    const char *event = book("A", "2026-11-23", "nowy@example.pl");
    link_to(event, jan, burek, false, 0);
    (void)cards_client(&t, "Inny", "Jan", NULL, "nowy@example.pl");
    (void)book_at("A", "2026-11-23", "nowy@example.pl", "zmiana", "2026-11-22T10:00:00Z");
    expect("Jan|Burek|staff|-|salon-1", LINK_OF, event);
}

Test(staff_link, a_client_without_a_pet_still_waits_for_the_pet)
{
    const char *event = book("A", "2026-11-23", "nowy@example.pl");
    link_to(event, jan, NULL, false, 0);
    expect("Jan|-|staff|pet_open|salon-1", LINK_OF, event);
}

Test(staff_link, the_same_attendees_other_appointments_are_linked_when_asked_for)
{
    const char *first = book("A", "2026-11-23", "nowy@example.pl");
    const char *named =
        book_at("B", "2026-11-24", "NOWY@example.pl", "dla Azora, AZOR", "2026-11-22T09:00:00Z");
    const char *open = book("C", "2026-11-25", "nowy@example.pl");
    const char *else_ = book("D", "2026-11-26", "inny@example.pl");
    const char *refused = book("E", "2026-11-27", "nowy@example.pl");
    struct err err = {0};
    cr_assert_eq(staff_unlink(t.db, &everybody, refused, &err), 0, "%s", err.msg);
    link_to(first, jan, burek, true, 2);
    expect("Jan|Azor|staff|-|salon-1", LINK_OF, named);
    expect("Jan|-|staff|pet_open|salon-1", LINK_OF, open);
    expect("-|-|-|no_match|-", LINK_OF, else_);
    expect("-|-|staff|staff_unlinked|-", LINK_OF, refused);
}

Test(staff_link, unlinking_is_staffs_word_too_until_they_take_it_back)
{
    struct err err = {0};
    const char *ewa = cards_client(&t, "Ewa", "Lis", NULL, "ewa@example.pl");
    (void)cards_pet(&t, ewa, "Luna", NULL);
    const char *event = book("A", "2026-11-23", "ewa@example.pl");
    expect("Ewa|Luna|contact|-|salon-1", LINK_OF, event);
    cr_assert_eq(staff_unlink(t.db, &ola, event, &err), 0, "%s", err.msg);
    (void)book_at("A", "2026-11-23", "ewa@example.pl", "zmiana", "2026-11-22T10:00:00Z");
    expect("-|-|staff|staff_unlinked|salon-1", LINK_OF, event);
    cr_assert_eq(staff_link_forget(t.db, &ola, GRACE, event, &err), 0, "%s", err.msg);
    expect("Ewa|Luna|contact|-|salon-1", LINK_OF, event);
}

Test(staff_link, a_pet_of_somebody_else_is_refused_and_nothing_changes)
{
    struct err err = {0};
    const char *ewa = cards_client(&t, "Ewa", "Lis", NULL, NULL);
    const char *event = book("A", "2026-11-23", "nowy@example.pl");
    struct staff_link l = {.event_id = event, .client_id = ewa, .pets = {burek}, .pet_count = 1};
    cr_expect_eq(staff_link(t.db, &everybody, &l, &err), -ERR_UNPROCESSABLE);
    l.client_id = "nobody";
    cr_expect_eq(staff_link(t.db, &everybody, &l, &err), -ERR_NOT_FOUND);
    expect("-|-|-|no_match|-", LINK_OF, event);
}

Test(staff_link, another_salon_neither_links_nor_is_linked_to)
{
    struct err err = {0};
    const char *ewa = cards_client(&t, "Ewa", "Lis", NULL, "ewa@example.pl");
    const char *event = book("A", "2026-11-23", "ewa@example.pl");
    struct staff_link l = {.event_id = event, .client_id = ewa};
    cr_expect_eq(staff_link(t.db, &stranger, &l, &err), -ERR_NOT_FOUND);
    cr_expect_eq(staff_unlink(t.db, &stranger, event, &err), -ERR_NOT_FOUND);
    /* One that belongs to nobody yet they may link, but only to a client of theirs. */
    l.event_id = book("B", "2026-11-24", "nowy@example.pl");
    cr_expect_eq(staff_link(t.db, &stranger, &l, &err), -ERR_NOT_FOUND);
}

Test(staff_link, the_card_may_take_the_contact_it_lacks_from_the_booking)
{
    struct err err = {0};
    const char *event = book("A", "2026-11-23", "nowy@example.pl");
    struct staff_link l = {.event_id = event, .client_id = jan, .take_contact = true};
    cr_assert_eq(staff_link(t.db, &everybody, &l, &err), 0, "%s", err.msg);
    expect("nowy@example.pl", "SELECT email FROM clients WHERE id = %Q", jan);
    l.event_id = book("B", "2026-11-24", "drugi@example.pl");
    cr_assert_eq(staff_link(t.db, &everybody, &l, &err), 0, "%s", err.msg);
    expect("nowy@example.pl", "SELECT email FROM clients WHERE id = %Q", jan);
}

Test(staff_link, a_new_card_answers_the_appointments_that_waited_for_it)
{
    struct err err = {0};
    const char *event = book("A", "2026-11-23", "ewa@example.pl");
    const char *other = book("B", "2026-11-23", "obca@example.pl");
    const char *ewa = cards_client(&t, "Ewa", "Lis", NULL, "Ewa@Example.pl");
    cr_expect_eq(relink_waiting(t.db, &ola, GRACE, ewa, &err), 1, "%s", err.msg);
    expect("Ewa|-|contact|pet_open|salon-1", LINK_OF, event);
    expect("-|-|-|no_match|-", LINK_OF, other);
    (void)cards_pet(&t, ewa, "Luna", NULL);
    cr_expect_eq(relink_waiting(t.db, &ola, GRACE, ewa, &err), 1, "%s", err.msg);
    expect("Ewa|Luna|contact|-|salon-1", LINK_OF, event);
    cr_expect_eq(relink_waiting(t.db, &ola, GRACE, ewa, &err), 0, "%s", err.msg);
}

Test(staff_link, two_doubles_that_become_one_end_the_doubt)
{
    struct err err = {0};
    struct merge_counts n;
    char merge[UUID_TEXT_LEN];
    const char *ewa = cards_client(&t, "Ewa", "Lis", NULL, "ewa@example.pl");
    const char *twin = cards_client(&t, "Ewka", "Lis", NULL, "ewa@example.pl");
    const char *event = book("A", "2026-11-23", "ewa@example.pl");
    expect("-|-|-|ambiguous|-", LINK_OF, event);
    cr_assert_eq(card_merge(t.db, &ola, MERGE_CLIENTS, ewa, twin, &n, merge, &err), 0, "%s",
                 err.msg);
    cr_expect_eq(relink_waiting(t.db, &ola, GRACE, ewa, &err), 1, "%s", err.msg);
    expect("Ewa|-|contact|pet_open|salon-1", LINK_OF, event);
}

static int write_uid(void *arg, const char *id, const struct unlinked_place *place, struct err *err)
{
    (void)err;
    (void)place;
    char *uid = testdb_ask(&t, "SELECT cal_com_event_id FROM calendar_events WHERE id = %Q", id);
    (void)fprintf(arg, "%s", uid);
    free(uid);
    return 0;
}

static int keep_place(void *arg, const char *id, const struct unlinked_place *place,
                      struct err *err)
{
    (void)err;
    (void)id;
    *(struct unlinked_place *)arg = *place;
    return 0;
}

static void expect_list(const struct actor *who, const struct unlinked_place *after, int limit,
                        const char *wanted)
{
    struct err err = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_geq(unlinked_list(t.db, who, after, limit, write_uid, out, &err), 0, "%s", err.msg);
    (void)fclose(out);
    cr_expect_str_eq(text, wanted);
    free(text);
}

Test(staff_link, the_list_has_what_comes_first_then_what_was_and_not_what_is_long_over)
{
    struct err err = {0};
    struct unlinked_place place;
    int64_t count = 0;
    (void)book("A", "2026-11-25", "x@example.pl");
    (void)book("B", "2026-11-23", "x@example.pl");
    (void)book("C", "2026-11-20", "x@example.pl");
    (void)book("D", "2026-11-21", "x@example.pl");
    (void)book("E", "2026-08-01", "x@example.pl");
    testdb_exec(&t, "UPDATE calendar_events SET status = 'cancelled' WHERE cal_com_event_id = 'A'");
    (void)book("F", "2026-11-26", "x@example.pl");
    expect_list(&ola, NULL, 10, "BFDC");
    expect_list(&ola, NULL, 3, "BFD");
    cr_assert_eq(unlinked_list(t.db, &ola, NULL, 3, keep_place, &place, &err), 3);
    expect_list(&ola, &place, 3, "C");
    cr_assert_eq(unlinked_list(t.db, &ola, NULL, 1, keep_place, &place, &err), 1);
    expect_list(&ola, &place, 10, "FDC");
    cr_assert_eq(unlinked_count(t.db, &ola, &count, &err), 0);
    cr_expect_eq(count, 4);
}
