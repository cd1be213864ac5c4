/*
 * sync_doubles.c: cards that staff found to be the same person's or animal's: the ids and contacts
 * of the double go on leading to the card that was kept.
 */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "sync/inbox.h"
#include "testdb.h"

#define GRACE (15 * CLOCK_MINUTE)

static struct testdb t;
static int64_t now;

/* Jan's old card, made when he had another address, was merged into his present one. */
static void setup(void)
{
    testdb_open(&t);
    cr_assert(time_parse("2026-11-22T12:00:00Z", &now));
    testdb_exec(&t, "UPDATE salons SET id = 'salon-1', name = 'Salon Łapka'");
    testdb_exec(&t,
                "INSERT INTO clients (id, salon_id, name, email, phone_number, merged_into) VALUES"
                " ('c-jan', 'salon-1', 'Jan', 'jan@example.pl', '+48600100200', NULL),"
                " ('c-old', 'salon-1', 'Janek', 'janek@old.example', '+48700100200', 'c-jan')");
    testdb_exec(&t,
                "INSERT INTO pets (id, salon_id, name, merged_into) VALUES"
                " ('p-burek', 'salon-1', 'Burek', NULL), ('p-old', 'salon-1', 'Burek', 'p-burek')");
    testdb_exec(&t, "INSERT INTO client_pets VALUES ('c-jan', 'p-burek')");
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(doubles, .init = setup, .fini = teardown);

static void expect(const char *answer, const char *query)
{
    char *got = testdb_ask(&t, "%s", query);
    cr_expect_str_eq(got, answer, "%s\n  gave %s\n  not  %s", query, got, answer);
    free(got);
}

/* A booking; attendee: members of the person, more: further members of payload. */
static void book(const char *uid, const char *attendee, const char *more)
{
    char body[4096];
    (void)snprintf(body, sizeof body,
                   "{\"triggerEvent\":\"BOOKING_CREATED\",\"createdAt\":\"2026-11-22T09:00:00Z\","
                   "\"payload\":{\"uid\":\"%s\",\"title\":\"Kąpiel\",\"startTime\":"
                   "\"2026-11-23T13:00:00Z\",\"endTime\":\"2026-11-23T14:00:00Z\","
                   "\"attendees\":[{\"name\":\"Ktoś\",%s}]%s}}",
                   uid, attendee, more);
    struct inbox_result r = {0};
    struct err err = {0};
    cr_assert(inbox_deliver_in(t.db, GRACE, body, strlen(body), now, &r, &err) >= 0, "%s", err.msg);
}

Test(doubles, metadata_of_a_merged_double_links_the_card_that_was_kept)
{
    book("A", "\"email\":\"jan@example.pl\"",
         ",\"metadata\":{\"barkbookClientId\":\"c-old\",\"barkbookPetId\":\"p-old\"}");
    expect("c-jan|p-burek|metadata", "SELECT client_id, pet_id, link_source FROM calendar_events");
    expect("p-burek", "SELECT pet_id FROM event_pets");
}

Test(doubles, a_merged_doubles_old_email_or_phone_still_finds_its_client)
{
    book("A", "\"email\":\"janek@old.example\"", "");
    book("B", "\"phoneNumber\":\"+48700100200\"", "");
    expect("c-jan|p-burek|contact;c-jan|p-burek|contact",
           "SELECT client_id, pet_id, link_source FROM calendar_events");
}

Test(doubles, a_client_and_a_double_with_the_same_phone_are_one_and_not_ambiguous)
{
    testdb_exec(&t, "UPDATE clients SET phone_number = '+48600100200', email = NULL"
                    " WHERE id IN ('c-old', 'c-jan')");
    book("A", "\"email\":\"x@example.pl\",\"phoneNumber\":\"+48600100200\"", "");
    expect("c-jan|contact", "SELECT client_id, link_source FROM calendar_events");
}

Test(doubles, a_double_that_knows_nothing_does_not_vouch_for_a_stranger)
{
    testdb_exec(&t, "UPDATE clients SET email = NULL, phone_number = NULL WHERE id = 'c-old'");
    book("A", "\"email\":\"obcy@example.pl\"", ",\"metadata\":{\"barkbookClientId\":\"c-old\"}");
    expect("-|contradicts", "SELECT client_id, link_reason FROM calendar_events");
}
