/*
 * salon_merge.c: two cards become one, with everything that hangs on them, and two again for a day.
 */
#include "salon/merge.h"

#include <criterion/criterion.h>

#include "cards.h"
#include "salon/search.h"

static struct testdb t;
static char kept[UUID_TEXT_LEN];
static char twin[UUID_TEXT_LEN];
static char burek[UUID_TEXT_LEN]; /* of kept */
static char azor[UUID_TEXT_LEN];  /* of twin */
static char luna[UUID_TEXT_LEN];  /* of both */

static void copy(char out[static UUID_TEXT_LEN], const char *id)
{
    (void)snprintf(out, UUID_TEXT_LEN, "%s", id);
}

static void setup(void)
{
    struct err err = {0};
    cards_open(&t);
    copy(kept, cards_client(&t, "Jan", "Kowalski", "600100200", NULL));
    copy(twin, cards_client(&t, "Janek", "Kowalski", "700100200", "jan@example.pl"));
    copy(burek, cards_pet(&t, kept, "Burek", "York"));
    copy(azor, cards_pet(&t, twin, "Azor", NULL));
    copy(luna, cards_pet(&t, kept, "Luna", NULL));
    cr_assert_eq(pet_owner_add(t.db, &ola, luna, twin, &err), 0, "%s", err.msg);
    testdb_exec(&t,
                "INSERT INTO calendar_events (id, client_id, pet_id, start_time, end_time,"
                " duration_minutes, status, link_source) VALUES"
                " ('e-kept', %Q, %Q, '2026-11-23T13:00:00.000Z', '2026-11-23T14:00:00.000Z', 60,"
                " 'scheduled', 'staff'),"
                " ('e-twin', %Q, %Q, '2026-11-24T13:00:00.000Z', '2026-11-24T14:00:00.000Z', 60,"
                " 'scheduled', 'staff')",
                kept, burek, twin, azor);
    testdb_exec(&t, "INSERT INTO event_pets VALUES ('e-kept', %Q), ('e-twin', %Q), ('e-twin', %Q)",
                burek, azor, luna);
    testdb_exec(&t,
                "INSERT INTO pet_visits (id, pet_id, event_id, visit_date, notes) VALUES"
                " ('v-azor', %Q, 'e-twin', '2026-11-24', 'gryzie'),"
                " ('v-burek', %Q, NULL, '2026-11-01', 'ostrze 7F')",
                azor, burek);
    testdb_exec(&t,
                "INSERT INTO consent_changes VALUES"
                " ('k1', %Q, 'gdpr', 1, NULL, '2026-11-01T00:00:00.000Z'),"
                " ('k2', %Q, 'sms', 1, NULL, '2026-11-01T00:00:00.000Z'),"
                " ('k3', %Q, 'sms', 0, NULL, '2026-11-02T00:00:00.000Z')",
                twin, kept, twin);
    testdb_exec(&t,
                "INSERT INTO messages (id, direction, kind, client_id, state, batch_id, created_at,"
                " updated_at) VALUES ('m1', 'out', 'manual', %Q, 'delivered', NULL, 'x', 'x'),"
                " ('m2', 'out', 'bulk', %Q, 'delivered', 'b', 'x', 'x'),"
                " ('m3', 'out', 'bulk', %Q, 'delivered', 'b', 'x', 'x')",
                twin, twin, kept);
    testdb_exec(&t, "UPDATE clients SET gdpr_consent_at = '2026-11-01T00:00:00.000Z' WHERE id = %Q",
                twin);
    testdb_exec(&t, "UPDATE clients SET sms_consent_at = '2026-11-01T00:00:00.000Z' WHERE id = %Q",
                kept);
    testdb_exec(&t, "UPDATE clients SET notes = 'płaci kartą' WHERE id = %Q", kept);
    testdb_exec(&t, "UPDATE clients SET notes = 'dzwonić po 15' WHERE id = %Q", twin);
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(salon_merge, .init = setup, .fini = teardown);

static void merge(enum merge_cards cards, const char *into, const char *from,
                  char id[static UUID_TEXT_LEN], struct merge_counts *n)
{
    struct err err = {0};
    cr_assert_eq(card_merge(t.db, &ola, cards, into, from, n, id, &err), 0, "%s", err.msg);
}

static void expect(const char *answer, const char *query, const char *id)
{
    char *got = testdb_ask(&t, query, id);
    cr_expect_str_eq(got, answer, "%s\n  gave %s\n  not  %s", query, got, answer);
    free(got);
}

/* Everything a person could see on the cards and what hangs on them. */
static char *snapshot(void)
{
    static const char *const queries[] = {
        "SELECT id, name, surname, phone_number, email, address, notes, gdpr_consent_at,"
        " sms_consent_at, photo_consent_at, archived_at, merged_into FROM clients ORDER BY id",
        "SELECT id, name, breed, birth_date, rabies_vaccinated_on, default_duration_minutes,"
        " deceased_at, health_issues, allergies, behaviour, preferences, notes, archived_at,"
        " merged_into FROM pets ORDER BY id",
        "SELECT * FROM client_pets ORDER BY client_id, pet_id",
        "SELECT id, client_id, pet_id FROM calendar_events ORDER BY id",
        "SELECT * FROM event_pets ORDER BY event_id, pet_id",
        "SELECT id, pet_id, event_id, notes FROM pet_visits ORDER BY id",
        "SELECT * FROM consent_changes ORDER BY id",
        "SELECT id, client_id, batch_id FROM messages ORDER BY id",
        "SELECT word, client_id FROM search_words JOIN search_cards ON number = card"
        " ORDER BY word, client_id",
    };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        char *answer = testdb_ask(&t, "%s", queries[i]);
        (void)fprintf(out, "%s\n", answer);
        free(answer);
    }
    (void)fclose(out);
    return text;
}

Test(salon_merge, everything_of_a_merged_client_moves_to_the_one_that_is_kept)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    cr_expect_eq(n.appointments, 1);
    cr_expect_eq(n.pets, 1, "Luna was theirs already");
    cr_expect_eq(n.visits, 1);
    expect("2", "SELECT count(*) FROM calendar_events WHERE client_id = %Q", kept);
    expect("3", "SELECT count(*) FROM client_pets WHERE client_id = %Q", kept);
    expect("0", "SELECT count(*) FROM client_pets WHERE client_id = %Q", twin);
    expect("Jan|+48600100200|jan@example.pl",
           "SELECT name, phone_number, email FROM clients WHERE id = %Q", kept);
    expect("płaci kartą\ndzwonić po 15", "SELECT notes FROM clients WHERE id = %Q", kept);
}

Test(salon_merge, of_consents_the_last_word_counts_on_whichever_card_it_was_said)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    expect("2026-11-01T00:00:00.000Z|-",
           "SELECT gdpr_consent_at, sms_consent_at FROM clients WHERE id = %Q", kept);
    expect("3", "SELECT count(*) FROM consent_changes WHERE client_id = %Q", kept);
    expect("m1;m3", "SELECT id FROM messages WHERE client_id = %Q ORDER BY id", kept);
}

Test(salon_merge, an_appointment_that_moved_says_so_in_its_history)
{
    char id[UUID_TEXT_LEN];
    char wanted[160];
    struct merge_counts n;
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    (void)snprintf(wanted, sizeof wanted, "e-twin|client_id|%s|%s|staff|s-ola", twin, kept);
    expect(wanted,
           "SELECT event_id, field, old_value, new_value, cause, cause_id FROM event_changes", "");
}

Test(salon_merge, the_merged_id_gives_the_card_that_was_kept_and_no_edit_of_it_is_taken)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    struct err err = {0};
    struct client_input in = CLIENT_INPUT_EMPTY;
    CLEANUP(client_done) struct client c = {0};
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    cr_assert_eq(client_load(t.db, &ola, twin, &c, &err), 1, "%s", err.msg);
    cr_expect_str_eq(c.id, kept);
    in.notes = "x";
    cr_expect_eq(client_update(t.db, &ola, twin, 1, &in, &err), -ERR_CONFLICT);
}

Test(salon_merge, search_finds_one_card_and_not_the_husk)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    struct err err = {0};
    struct search_result found[SEARCH_LIMIT_MAX];
    size_t count = 0;
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    cr_assert_eq(search_find(t.db, &ola, "kowalski", SEARCH_CLIENTS, found, SEARCH_LIMIT_MAX,
                             &count, &err),
                 0);
    cr_assert_eq(count, 1);
    cr_expect_str_eq(found[0].client_id, kept);
    cr_assert_eq(search_find(t.db, &ola, "azor", SEARCH_PETS, found, SEARCH_LIMIT_MAX, &count,
                             &err),
                 0);
    cr_assert_eq(count, 1);
    cr_expect_str_eq(found[0].client_id, kept);
}

Test(salon_merge, a_preview_counts_the_same_and_changes_nothing)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts seen;
    struct merge_counts n;
    struct err err = {0};
    char *before = snapshot();
    cr_assert_eq(merge_preview(t.db, &ola, MERGE_CLIENTS, kept, twin, &seen, &err), 0);
    char *after = snapshot();
    cr_expect_str_eq(before, after);
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    cr_expect_eq(memcmp(&seen, &n, sizeof n), 0);
    free(before);
    free(after);
}

Test(salon_merge, taking_a_merge_of_clients_back_leaves_everything_as_it_was)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    struct merge_undone undone;
    struct err err = {0};
    char *before = snapshot();
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    char *between = snapshot();
    cr_expect_neq(strcmp(before, between), 0);
    cr_assert_eq(card_merge_undo(t.db, &ola, id, &undone, &err), 0, "%s", err.msg);
    cr_expect_str_eq(undone.kept, kept);
    cr_expect_str_eq(undone.merged, twin);
    char *after = snapshot();
    cr_expect_str_eq(before, after);
    cr_expect_eq(card_merge_undo(t.db, &ola, id, &undone, &err), -ERR_CONFLICT, "only once");
    free(before);
    free(between);
    free(after);
}

Test(salon_merge, what_was_changed_by_hand_since_survives_the_undoing)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    struct merge_undone undone;
    struct err err = {0};
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    testdb_exec(&t, "UPDATE clients SET email = 'nowy@example.pl' WHERE id = %Q", kept);
    testdb_exec(&t, "UPDATE calendar_events SET client_id = NULL WHERE id = 'e-twin'");
    cr_assert_eq(card_merge_undo(t.db, &ola, id, &undone, &err), 0, "%s", err.msg);
    expect("nowy@example.pl|płaci kartą", "SELECT email, notes FROM clients WHERE id = %Q", kept);
    expect("-", "SELECT client_id FROM calendar_events WHERE id = 'e-twin'", "");
}

Test(salon_merge, after_a_day_a_merge_stays_and_is_forgotten)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    struct merge_undone undone;
    struct err err = {0};
    struct actor later = ola;
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    later.now += MERGE_UNDO + 1;
    cr_expect_eq(card_merge_undo(t.db, &later, id, &undone, &err), -ERR_CONFLICT);
    struct merge_prune prune = {.now = later.now};
    cr_assert_eq(merge_prune_job(t.db, &prune, &err), 1);
    cr_expect_eq(card_merge_undo(t.db, &later, id, &undone, &err), -ERR_NOT_FOUND);
    expect("0", "SELECT count(*) FROM card_merge_moves", "");
}

Test(salon_merge, merges_one_after_the_other_are_taken_back_in_the_opposite_order)
{
    char third[UUID_TEXT_LEN];
    char first[UUID_TEXT_LEN];
    char second[UUID_TEXT_LEN];
    struct merge_counts n;
    struct merge_undone undone;
    struct err err = {0};
    CLEANUP(client_done) struct client c = {0};
    copy(third, cards_client(&t, "Jan", "Kowalsky", NULL, NULL));
    char *before = snapshot();
    merge(MERGE_CLIENTS, kept, twin, first, &n);
    merge(MERGE_CLIENTS, third, kept, second, &n);
    cr_assert_eq(client_load(t.db, &ola, twin, &c, &err), 1);
    cr_expect_str_eq(c.id, third, "a husk never points at a husk");
    cr_expect_eq(card_merge_undo(t.db, &ola, first, &undone, &err), -ERR_CONFLICT);
    cr_assert_eq(card_merge_undo(t.db, &ola, second, &undone, &err), 0, "%s", err.msg);
    cr_assert_eq(card_merge_undo(t.db, &ola, first, &undone, &err), 0, "%s", err.msg);
    char *after = snapshot();
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
}

Test(salon_merge, everything_of_a_merged_pet_moves_and_no_warning_is_lost)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    testdb_exec(&t,
                "UPDATE pets SET allergies = 'kurczak', rabies_vaccinated_on = '2025-01-01'"
                " WHERE id = %Q",
                burek);
    testdb_exec(&t,
                "UPDATE pets SET allergies = 'pszenica', behaviour = 'gryzie', breed = 'Kundel',"
                " default_duration_minutes = 90, rabies_vaccinated_on = '2026-01-01' WHERE id = %Q",
                azor);
    merge(MERGE_PETS, burek, azor, id, &n);
    cr_expect_eq(n.appointments, 1);
    cr_expect_eq(n.visits, 1);
    cr_expect_eq(n.owners, 1);
    expect("York|kurczak\npszenica|gryzie|90|2026-01-01",
           "SELECT breed, allergies, behaviour, default_duration_minutes, rabies_vaccinated_on"
           " FROM pets WHERE id = %Q",
           burek);
    expect("2", "SELECT count(*) FROM calendar_events WHERE pet_id = %Q", burek);
    expect("2", "SELECT count(*) FROM event_pets WHERE pet_id = %Q", burek);
    expect("2", "SELECT count(*) FROM pet_visits WHERE pet_id = %Q", burek);
    expect("2", "SELECT count(*) FROM client_pets WHERE pet_id = %Q", burek);
    expect("0", "SELECT count(*) FROM client_pets WHERE pet_id = %Q", azor);
}

Test(salon_merge, taking_a_merge_of_pets_back_leaves_everything_as_it_was)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    struct merge_undone undone;
    struct err err = {0};
    testdb_exec(&t,
                "UPDATE pets SET allergies = 'pszenica', default_duration_minutes = 90"
                " WHERE id = %Q",
                azor);
    testdb_exec(&t, "INSERT INTO event_pets VALUES ('e-twin', %Q)", burek); /* both came */
    char *before = snapshot();
    merge(MERGE_PETS, burek, azor, id, &n);
    cr_assert_eq(card_merge_undo(t.db, &ola, id, &undone, &err), 0, "%s", err.msg);
    char *after = snapshot();
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
}

Test(salon_merge, cards_that_do_not_belong_together_are_not_merged)
{
    char id[UUID_TEXT_LEN];
    char other[UUID_TEXT_LEN];
    struct merge_counts n;
    struct err err = {0};
    struct client_input in = CLIENT_INPUT_EMPTY;
    in.name = "Obcy";
    cr_assert_eq(client_add(t.db, &stranger, NULL, &in, other, &err), 0, "%s", err.msg);
    char *before = snapshot();
    cr_expect_eq(card_merge(t.db, &ola, MERGE_CLIENTS, kept, kept, &n, id, &err),
                 -ERR_UNPROCESSABLE);
    cr_expect_eq(card_merge(t.db, &ola, MERGE_CLIENTS, kept, other, &n, id, &err), -ERR_NOT_FOUND);
    cr_expect_eq(card_merge(t.db, &ola, MERGE_CLIENTS, other, kept, &n, id, &err), -ERR_NOT_FOUND);
    cr_expect_eq(card_merge(t.db, &ola, MERGE_CLIENTS, kept, burek, &n, id, &err), -ERR_NOT_FOUND);
    cr_expect_eq(card_merge(t.db, &everybody, MERGE_CLIENTS, kept, other, &n, id, &err),
                 -ERR_UNPROCESSABLE);
    char *after = snapshot();
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
}

Test(salon_merge, another_salon_cannot_take_a_merge_back)
{
    char id[UUID_TEXT_LEN];
    struct merge_counts n;
    struct merge_undone undone;
    struct err err = {0};
    merge(MERGE_CLIENTS, kept, twin, id, &n);
    cr_expect_eq(card_merge_undo(t.db, &stranger, id, &undone, &err), -ERR_NOT_FOUND);
}

/* Whoever adds a table that points at a card must say what a merge does with it, in
 * merge_client.sql.def or merge_pet.sql.def, and then here. */
Test(salon_merge, every_table_that_points_at_a_card_is_known_to_merging)
{
    const char *query = "SELECT m.name || '.' || f.\"from\" FROM sqlite_schema m,"
                        " pragma_foreign_key_list(m.name) f"
                        " WHERE m.type = 'table' AND f.\"table\" = %Q ORDER BY 1";
    expect("calendar_events.client_id;client_pets.client_id;clients.merged_into;"
           "consent_changes.client_id;messages.client_id;search_cards.client_id",
           query, "clients");
    expect("calendar_events.pet_id;client_pets.pet_id;event_pets.pet_id;pet_visits.pet_id;"
           "pets.merged_into;search_cards.pet_id",
           query, "pets");
}
