/*
 * sync_link.c: law 6, rule by rule: whose appointment it is, and that a link only gets better.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "scene.h"

TestSuite(link, .init = scene_open, .fini = scene_close);

#define NOBODY ",\"attendees\":[{\"name\":\"Gość\"}]"
#define JAN    ",\"attendees\":[{\"name\":\"Jan Nowak\",\"email\":\"jan@example.pl\"}]"
#define EWA    ",\"attendees\":[{\"name\":\"Ewa Lis\",\"email\":\"ewa@example.pl\"}]"
#define OTHER  ",\"attendees\":[{\"name\":\"Ktoś\",\"email\":\"ktos@example.pl\"}]"
#define LINKS  "SELECT client_id, pet_id, link_source, link_reason FROM calendar_events"

static void created(const char *who, const char *more)
{
    char all[1024];
    (void)snprintf(all, sizeof all, "%s%s", who, more);
    (void)scene_send("BOOKING_CREATED", "09:00:00", "A", "23T13:00", all);
}

static void moved(const char *more)
{
    (void)scene_send("BOOKING_RESCHEDULED", "10:00:00", "B", "24T13:00", more);
}

Test(link, the_pet_of_a_client_who_has_one_is_linked)
{
    created(JAN, "");
    scene_expect("c-jan|p-burek|contact|-", LINKS);
}

Test(link, a_client_with_several_pets_of_which_none_is_named_leaves_the_pet_open)
{
    created(EWA, "");
    scene_expect("c-ewa|-|contact|pet_open", LINKS);
}

Test(link, a_phone_alone_finds_the_client)
{
    created(NOBODY, ",\"smsReminderNumber\":\"600 100 300\",\"additionalNotes\":\"Fafik\"");
    scene_expect("c-ewa|p-fafik|contact|-", LINKS);
}

Test(link, nobody_knows_a_stranger)
{
    created(OTHER, "");
    scene_expect("-|-|-|no_match", LINKS);
}

Test(link, a_contact_that_fits_several_clients_links_none)
{
    scene_do("INSERT INTO clients (id, salon_id, name, email) VALUES ('c-jan2', 'salon-1', 'Jan', "
             "'jan@example.pl')");
    created(JAN, "");
    scene_expect("-|-|-|ambiguous", LINKS);
}

Test(link, metadata_that_names_an_unknown_client_links_nothing_and_says_why)
{
    created(JAN, ",\"metadata\":{\"barkbookClientId\":\"c-nikt\"}");
    scene_expect("-|-|-|unknown_client", LINKS);
}

Test(link, metadata_that_names_an_unknown_pet_links_nothing_and_says_why)
{
    created(JAN, ",\"metadata\":{\"barkbookClientId\":\"c-jan\",\"barkbookPetId\":\"p-nikt\"}");
    scene_expect("-|-|-|unknown_pet", LINKS);
}

Test(link, metadata_that_names_only_a_pet_names_its_only_owner)
{
    created(NOBODY, ",\"metadata\":{\"barkbookPetId\":\"p-burek\"}");
    scene_expect("c-jan|p-burek|metadata|-", LINKS);
}

Test(link, of_a_pets_several_owners_the_one_whom_the_contact_fits_is_meant)
{
    scene_do("INSERT INTO client_pets VALUES ('c-ewa', 'p-burek')");
    created(EWA, ",\"metadata\":{\"barkbookPetId\":\"p-burek\"}");
    scene_expect("c-ewa|p-burek|metadata|-", LINKS);
    created(NOBODY, "");
}

Test(link, a_pet_of_several_owners_without_a_contact_is_nobodys)
{
    scene_do("INSERT INTO client_pets VALUES ('c-ewa', 'p-burek')");
    created(NOBODY, ",\"metadata\":{\"barkbookPetId\":\"p-burek\"}");
    scene_expect("-|-|-|ambiguous", LINKS);
}

Test(link, several_pets_are_all_linked_and_the_first_named_is_the_first)
{
    scene_do("INSERT INTO pets (id, salon_id, name) VALUES ('p-azor', 'salon-1', 'Azor')");
    scene_do("INSERT INTO client_pets VALUES ('c-ewa', 'p-azor')");
    created(EWA, ",\"metadata\":{\"barkbookClientId\":\"c-ewa\",\"barkbookPetId\":\"p-luna, "
                 "p-fafik,p-azor\"}");
    scene_expect("c-ewa|p-luna|metadata|-", LINKS);
    scene_expect("p-azor;p-fafik;p-luna", "SELECT pet_id FROM event_pets ORDER BY pet_id");
}

Test(link, a_pet_named_twice_comes_once)
{
    created(EWA, ",\"metadata\":{\"barkbookPetId\":\"p-luna,p-luna\"}");
    (void)scene_send("BOOKING_CREATED", "09:00:01", "A", "23T13:00",
                     EWA
                     ",\"title\":\"Kąpiel\",\"metadata\":{\"barkbookPetId\":\"p-luna,p-luna\"}");
    scene_expect("p-luna", "SELECT pet_id FROM event_pets");
    scene_expect("title", "SELECT field FROM event_changes");
}

Test(link, pets_named_later_are_added)
{
    created(EWA, ",\"metadata\":{\"barkbookPetId\":\"p-luna\"}");
    (void)scene_send("BOOKING_CREATED", "09:05:00", "A", "23T13:00",
                     EWA ",\"metadata\":{\"barkbookPetId\":\"p-luna,p-fafik\"}");
    scene_expect("p-fafik;p-luna", "SELECT pet_id FROM event_pets ORDER BY pet_id");
    scene_expect("pets|p-luna|p-luna,p-fafik",
                 "SELECT field, old_value, new_value FROM event_changes");
}

Test(link, a_successor_without_metadata_inherits_the_link)
{
    created(NOBODY, ",\"metadata\":{\"barkbookClientId\":\"c-jan\",\"barkbookPetId\":\"p-burek\"}");
    moved(NOBODY ",\"rescheduleUid\":\"A\"");
    scene_expect("c-jan|p-burek|predecessor|-", LINKS);
}

Test(link, metadata_of_the_successor_wins_over_what_it_would_inherit)
{
    created(NOBODY, ",\"metadata\":{\"barkbookClientId\":\"c-jan\"}");
    moved(NOBODY ",\"rescheduleUid\":\"A\",\"metadata\":{\"barkbookPetId\":\"p-luna\"}");
    scene_expect("c-ewa|p-luna|metadata|-", LINKS);
}

Test(link, bad_metadata_is_not_made_good_by_the_contact)
{
    created(JAN, ",\"metadata\":{\"barkbookClientId\":\"c-jan\",\"barkbookPetId\":\"p-luna\"}");
    scene_expect("-|-|-|not_their_pet", LINKS);
}

Test(link, law_6_a_pet_that_was_linked_stays_when_the_card_says_otherwise_later)
{
    created(JAN, "");
    scene_do("INSERT INTO pets (id, salon_id, name) VALUES ('p-reks', 'salon-1', 'Reks')");
    scene_do("INSERT INTO client_pets VALUES ('c-jan', 'p-reks')");
    scene_do("UPDATE pets SET archived_at = '2026-11-22T11:00:00.000Z' WHERE id = 'p-burek'");
    (void)scene_send("BOOKING_CREATED", "09:05:00", "A", "23T15:00", JAN);
    scene_expect("c-jan|p-burek|contact|-", LINKS);
}

Test(link, law_6_a_client_who_was_linked_stays_when_nothing_new_is_said)
{
    created(EWA, "");
    scene_do("UPDATE clients SET email = 'nowy@example.pl' WHERE id = 'c-ewa'");
    (void)scene_send("BOOKING_CREATED", "09:05:00", "A", "23T15:00", EWA);
    scene_expect("c-ewa|-|contact|pet_open", LINKS);
}

Test(link, law_6_a_card_that_staff_edited_after_the_link_says_nothing_against_it)
{
    created(EWA, "");
    scene_do("UPDATE clients SET email = 'nowy@example.pl', contact_at = '2026-11-22T13:00:00.000Z'"
             " WHERE id = 'c-ewa'");
    (void)scene_send("BOOKING_CREATED", "09:05:00", "A", "23T13:00",
                     EWA ",\"title\":\"Nowe słowa\"");
    scene_expect("c-ewa|-|contact|pet_open", LINKS);
}

Test(link, law_6_a_pet_that_was_open_is_linked_once_it_is_named)
{
    created(EWA, "");
    (void)scene_send("BOOKING_CREATED", "09:05:00", "A", "23T13:00",
                     EWA ",\"additionalNotes\":\"Dla Luny? Luna.\"");
    scene_expect("c-ewa|p-luna|contact|-", LINKS);
}
