/*
 * salon_search.c: what is typed into the search finds the card it means, and nothing of another
 * salon.
 */
#include "salon/search.h"

#include <criterion/criterion.h>

#include "cards.h"

static struct testdb t;
static const char *lapka; /* Zofia Łapka, with Żółw the dog and Mruczek the cat */
static const char *zolw;
static const char *mruczek;
static const char *jan; /* Jan Kowalski, with Burek */
static const char *burek;

static void setup(void)
{
    cards_open(&t);
    lapka = cards_client(&t, "Zofia", "Łapka", "600 100 200", "zofia.lapka@example.pl");
    zolw = cards_pet(&t, lapka, "Żółw", "York");
    mruczek = cards_pet(&t, lapka, "Mruczek", NULL);
    jan = cards_client(&t, "Jan", "Kowalski", "+49 170 1234567", NULL);
    burek = cards_pet(&t, jan, "Burek", "Owczarek podhalański");
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(salon_search, .init = setup, .fini = teardown);

/* "client id" or "pet id" of each result, separated by spaces; the caller frees. */
static char *find(const struct actor *who, const char *typed)
{
    struct search_result found[SEARCH_LIMIT_MAX];
    size_t count = 0;
    struct err err = {0};
    char *text = NULL;
    size_t size = 0;
    cr_assert_eq(search_find(t.db, who, typed, SEARCH_CLIENTS | SEARCH_PETS, found,
                             SEARCH_LIMIT_MAX, &count, &err),
                 0, "%s", err.msg);
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < count; i++) {
        const char *id = found[i].pet_id[0] != '\0' ? found[i].pet_id : found[i].client_id;
        (void)fprintf(out, "%s%s", i > 0 ? " " : "", id);
    }
    (void)fclose(out);
    return text;
}

static void expect(const char *typed, const char *ids)
{
    char *found = find(&ola, typed);
    cr_expect_str_eq(found, ids, "%s found %s", typed, found);
    free(found);
}

Test(salon_search, polish_letters_are_folded_both_ways)
{
    expect("zolw", zolw);
    expect("Żółw", zolw);
    expect("ŻÓŁW", zolw);
    expect("lapka", lapka);
    expect("Łapka", lapka);
    expect("podhalanski", burek);
}

Test(salon_search, every_word_may_be_just_begun_and_stand_in_any_order)
{
    expect("kow", jan);
    expect("kow ja", jan);
    expect("ja kow", jan);
    expect("  zof   łap ", lapka);
    expect("kowalskim", "");
    expect("owal", "");
    expect("jan łapka", "");
}

Test(salon_search, a_pet_is_found_with_the_name_of_its_client)
{
    expect("burek kowalski", burek);
    expect("zofia mrucz", mruczek);
    expect("burek łapka", "");
}

Test(salon_search, two_pets_of_one_client_find_the_client)
{
    expect("żółw mruczek", lapka);
}

Test(salon_search, the_last_digits_of_a_phone_are_enough_and_so_are_the_first)
{
    expect("200", lapka);
    expect("100200", lapka);
    expect("100 200", lapka);
    expect("600 100", lapka);
    expect("600100200", lapka);
    expect("+48 600 100 200", lapka);
    expect("0048600100200", lapka);
    expect("+48 600", lapka);
    expect("4567", jan);
    expect("+49170", jan);
    expect("201", "");
    expect("zofia 200", lapka);
    expect("jan 200", "");
}

Test(salon_search, an_email_is_found_by_what_stands_before_its_at)
{
    expect("zofia.lapka@example.pl", lapka);
    expect("example", "");
}

Test(salon_search, nothing_to_look_for_finds_nothing)
{
    expect("", "");
    expect("   ", "");
    expect("%_*\"'", "");
    expect("\xff\xfe", "");
}

Test(salon_search, whole_words_come_before_begun_ones_and_names_before_breeds)
{
    const char *york = cards_client(&t, "Adam", "York", NULL, NULL);
    const char *yorkowa = cards_client(&t, "Ewa", "Yorkowa", NULL, NULL);
    char *found = find(&ola, "york");
    char wanted[160];
    (void)snprintf(wanted, sizeof wanted, "%s %s %s", york, yorkowa, zolw);
    cr_expect_str_eq(found, wanted);
    free(found);
}

Test(salon_search, of_equals_the_one_who_comes_is_first)
{
    const char *other = cards_client(&t, "Jan", "Kowalski", NULL, NULL);
    char wanted[80];
    (void)snprintf(wanted, sizeof wanted, "%s %s", other, jan);
    expect("jan kowalski", wanted); /* the newer card, as long as nobody comes */
    testdb_exec(&t,
                "INSERT INTO calendar_events (id, client_id, start_time, end_time,"
                " duration_minutes, status) VALUES ('e', %Q, '2026-11-23T13:00:00.000Z',"
                " '2026-11-23T14:00:00.000Z', 60, 'scheduled')",
                jan);
    (void)snprintf(wanted, sizeof wanted, "%s %s", jan, other);
    expect("jan kowalski", wanted);
}

Test(salon_search, another_salon_finds_nothing_and_whoever_has_none_finds_all)
{
    char *found = find(&stranger, "burek");
    cr_expect_str_eq(found, "");
    free(found);
    found = find(&everybody, "burek");
    cr_expect_str_eq(found, burek);
    free(found);
}

Test(salon_search, archived_cards_come_last)
{
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    in.archived = CARD_ON;
    cr_assert_eq(client_update(t.db, &ola, jan, 1, &in, &err), 0, "%s", err.msg);
    const char *begun = cards_client(&t, "Ewa", "Kowalskiewicz", NULL, NULL);
    char wanted[80];
    (void)snprintf(wanted, sizeof wanted, "%s %s", begun, jan);
    expect("kowalski", wanted);
}

Test(salon_search, a_card_changed_by_other_means_is_found_once_the_list_is_worked_off)
{
    struct err err = {0};
    testdb_exec(&t,
                "INSERT INTO clients (id, salon_id, name) VALUES ('c-hand', 'salon-1', 'Ręczna')");
    testdb_exec(&t,
                "INSERT INTO pets (id, salon_id, name) VALUES ('p-none', 'salon-1', 'Bezpański')");
    testdb_exec(&t, "UPDATE pets SET name = 'Azor' WHERE id = %Q", burek);
    expect("reczna", "");
    cr_assert_eq(search_refresh(t.db, 100, &err), 4, "%s", err.msg);
    cr_assert_eq(search_refresh(t.db, 100, &err), 0);
    expect("reczna", "c-hand");
    expect("bezpanski", "p-none");
    expect("azor", burek);
    expect("burek", "");
}

Test(salon_search, a_deleted_client_leaves_no_word_behind)
{
    struct err err = {0};
    testdb_exec(&t, "DELETE FROM clients WHERE id = %Q", jan);
    char *left = testdb_ask(&t, "SELECT count(*) FROM search_words WHERE word = 'kowalski'");
    cr_expect_str_eq(left, "0");
    free(left);
    expect("kowalski", "");
    cr_assert_geq(search_refresh(t.db, 100, &err), 0);
    expect("burek", burek); /* it has no owner now, and is still found */
}

Test(salon_search, a_pet_of_two_owners_is_found_once)
{
    struct err err = {0};
    cr_assert_eq(pet_owner_add(t.db, &ola, burek, lapka, &err), 0, "%s", err.msg);
    expect("burek", burek);
    expect("burek zofia", burek);
}

Test(salon_search, rebuilding_changes_no_answer)
{
    struct err err = {0};
    char *before = testdb_ask(&t, "SELECT word, card FROM search_words ORDER BY word, card");
    cr_assert_eq(search_rebuild(t.db, &err), 0, "%s", err.msg);
    cr_assert_eq(search_refresh(t.db, 100, &err), 2);
    char *after = testdb_ask(&t, "SELECT word, card FROM search_words ORDER BY word, card");
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
}

Test(salon_search, a_household_that_no_form_would_make_is_indexed_all_the_same)
{
    struct err err = {0};
    testdb_exec(&t,
                "UPDATE clients SET name = printf('%%.*c', 100000, 'a'), surname ="
                " printf('%%.*c', 100000, 'ż') WHERE id = %Q",
                jan);
    testdb_exec(&t, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
                    " INSERT INTO pets (id, salon_id, name, breed) SELECT 'p' || i, 'salon-1',"
                    " printf('%%.*c', 2000, 'b') || i, printf('%%.*c', 2000, 'c') FROM n");
    testdb_exec(&t, "INSERT INTO client_pets SELECT %Q, id FROM pets WHERE id LIKE 'p%%'", jan);
    cr_assert_gt(search_refresh(t.db, 1000, &err), 0, "%s", err.msg);
    expect("aaaa", jan);
}

Test(salon_search, a_rare_word_finds_its_card_among_thousands_with_the_common_one)
{
    struct err err = {0};
    testdb_exec(&t, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8200)"
                    " INSERT INTO clients (id, salon_id, name, surname) SELECT 'c' || i, 'salon-1',"
                    " 'Anna', iif(i = 17, 'Rzadka', 'Pospolita') FROM n");
    cr_assert_gt(search_refresh(t.db, 10000, &err), 8000, "%s", err.msg);
    expect("anna rzadka", "c17");
    expect("rza an", "c17");
    char *common = find(&ola, "anna pospolita");
    cr_expect_gt(strlen(common), 50, "two common words together find many");
    free(common);
    expect("anna kowalski", "");
}
