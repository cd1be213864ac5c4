/*
 * salon_match.c: whose card a description may mean, and what speaks for it.
 */
#include "salon/match.h"

#include <criterion/criterion.h>

#include "cards.h"
#include "salon/merge.h"

static struct testdb t;
static char jan[UUID_TEXT_LEN]; /* Jan Kowalski with Burek */
static char burek[UUID_TEXT_LEN];
static char ewa[UUID_TEXT_LEN]; /* Ewa Kowalska with Łatka and Reks */
static char latka[UUID_TEXT_LEN];

static void copy(char out[static UUID_TEXT_LEN], const char *id)
{
    (void)snprintf(out, UUID_TEXT_LEN, "%s", id);
}

static void setup(void)
{
    cards_open(&t);
    copy(jan, cards_client(&t, "Jan", "Kowalski", "600100200", "jan@example.pl"));
    copy(burek, cards_pet(&t, jan, "Burek", NULL));
    copy(ewa, cards_client(&t, "Ewa", "Kowalska", "600100300", NULL));
    copy(latka, cards_pet(&t, ewa, "Łatka", NULL));
    (void)cards_pet(&t, ewa, "Reks", NULL);
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(salon_match, .init = setup, .fini = teardown);

/* "jan:phone,name ewa:pet"; the caller frees. */
static char *find(const struct actor *who, struct match_hint hint)
{
    static const char *const words[] = {"phone", "email", "name", "pet"};
    struct match found[MATCH_MAX];
    size_t count = 0;
    struct err err = {0};
    char *text = NULL;
    size_t size = 0;
    cr_assert_eq(match_find(t.db, who, &hint, found, &count, &err), 0, "%s", err.msg);
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < count; i++) {
        const char *name = strcmp(found[i].client_id, jan) == 0   ? "jan"
                           : strcmp(found[i].client_id, ewa) == 0 ? "ewa"
                                                                  : "other";
        (void)fprintf(out, "%s%s", i > 0 ? " " : "", name);
        const char *gap = ":";
        for (size_t k = 0; k < ARRAY_LEN(words); k++) {
            if ((found[i].why & (1U << k)) != 0) {
                (void)fprintf(out, "%s%s", gap, words[k]);
                gap = ",";
            }
        }
    }
    (void)fclose(out);
    return text;
}

static void expect(struct match_hint hint, const char *wanted)
{
    char *found = find(&ola, hint);
    cr_expect_str_eq(found, wanted, "found %s, not %s", found, wanted);
    free(found);
}

Test(salon_match, the_same_phone_or_email_is_found_however_it_is_written)
{
    expect((struct match_hint){.phone = "600-100-200"}, "jan:phone");
    expect((struct match_hint){.email = "JAN@Example.PL"}, "jan:email");
    expect((struct match_hint){.phone = "+48600100200", .email = "jan@example.pl"},
           "jan:phone,email");
    expect((struct match_hint){.phone = "600100999", .email = "x@example.pl"}, "");
    expect((struct match_hint){.phone = "nie ma"}, "");
}

Test(salon_match, the_same_name_is_found_in_any_order_folded_and_as_a_pet_name)
{
    expect((struct match_hint){.name = "jan kowalski"}, "jan:name");
    expect((struct match_hint){.name = "KOWALSKI Janek"}, "jan:name");
    expect((struct match_hint){.name = "Piotr Kowalski"}, "");
    expect((struct match_hint){.name = "Jan"}, "");
    expect((struct match_hint){.name = ""}, "");
}

Test(salon_match, a_surname_with_a_named_pet_is_found)
{
    expect((struct match_hint){.name = "Adam Kowalska", .notes = "strzyżenie łatki, LATKA"},
           "ewa:name,pet");
    expect((struct match_hint){.name = "Adam Kowalska", .notes = "strzyżenie"}, "");
}

Test(salon_match, a_rare_pet_name_says_who_it_is_and_a_common_one_does_not)
{
    expect((struct match_hint){.name = "Piotr Lis", .notes = "kąpiel, Burek"}, "jan:pet");
    for (int i = 0; i < 4; i++) {
        (void)cards_pet(&t, cards_client(&t, "Adam", "Lis", NULL, NULL), "Burek", NULL);
    }
    expect((struct match_hint){.name = "Piotr Nowy", .notes = "kąpiel, Burek"}, "");
}

Test(salon_match, the_salons_name_in_a_title_is_no_pet)
{
    (void)cards_pet(&t, jan, "Łapka", NULL); /* the salon is called Łapka too */
    expect((struct match_hint){.name = "Piotr Nowy", .title = "Kąpiel — Salon Łapka i Piotr Nowy"},
           "");
    expect((struct match_hint){.name = "Piotr Nowy", .title = "Kąpiel — Burek"}, "jan:pet");
}

Test(salon_match, what_speaks_most_for_it_comes_first)
{
    expect((struct match_hint){.name = "Ewa Kowalska", .phone = "600100200", .notes = "Reks"},
           "jan:phone ewa:name,pet");
}

Test(salon_match, the_pets_that_are_named_are_told)
{
    struct match found[MATCH_MAX];
    size_t count = 0;
    struct err err = {0};
    struct match_hint hint = {.phone = "600100300", .notes = "Łatka do kąpieli"};
    cr_assert_eq(match_find(t.db, &ola, &hint, found, &count, &err), 0);
    cr_assert_eq(count, 1);
    cr_assert_eq(found[0].pet_count, 1);
    cr_expect_str_eq(found[0].pets[0], latka);
}

Test(salon_match, a_merged_doubles_phone_leads_to_the_card_that_was_kept)
{
    struct merge_counts n;
    struct err err = {0};
    char id[UUID_TEXT_LEN];
    cr_assert_eq(card_merge(t.db, &ola, MERGE_CLIENTS, ewa, jan, &n, id, &err), 0, "%s", err.msg);
    expect((struct match_hint){.phone = "600100200"}, "ewa:phone");
}

Test(salon_match, another_salons_cards_are_not_suggested)
{
    struct match_hint hint = {.name = "Jan Kowalski",
                              .phone = "600100200",
                              .email = "jan@example.pl",
                              .notes = "Burek"};
    char *found = find(&stranger, hint);
    cr_expect_str_eq(found, "");
    free(found);
}
