/*
 * salon_pet.c: pets' cards: what is refused and where, two people at one card, and several owners.
 */
#include "salon/pet.h"

#include <criterion/criterion.h>

#include "cards.h"

static struct testdb t;
static const char *jan;

static void setup(void)
{
    cards_open(&t);
    jan = cards_client(&t, "Jan", "Nowak", NULL, NULL);
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(salon_pet, .init = setup, .fini = teardown);

static void load(const char *id, struct pet *out)
{
    struct err err = {0};
    cr_assert_eq(pet_load(t.db, &ola, id, out, &err), 1, "%s", err.msg);
}

Test(salon_pet, a_card_keeps_what_it_was_made_with)
{
    struct pet_input in = PET_INPUT_EMPTY;
    struct err err = {0};
    char id[UUID_TEXT_LEN];
    in.name = "Burek";
    in.breed = "Sznaucer";
    in.birth_date = "2021-05-01";
    in.allergies = "kurczak";
    in.behaviour = "gryzie przy łapach";
    in.rabies_vaccinated_on = "2026-11-22"; /* today */
    in.default_duration_minutes = 90;
    cr_assert_eq(pet_add(t.db, &ola, jan, &in, id, &err), 0, "%s", err.msg);
    CLEANUP(pet_done) struct pet p = {0};
    load(id, &p);
    cr_expect_str_eq(p.name, "Burek");
    cr_expect_str_eq(p.type, "dog");
    cr_expect_str_eq(p.birth_date, "2021-05-01");
    cr_expect_str_eq(p.allergies, "kurczak");
    cr_expect_str_eq(p.behaviour, "gryzie przy łapach");
    cr_expect_eq(p.default_duration_minutes, 90);
    cr_expect_str_eq(p.salon_id, "salon-1");
    cr_expect_eq(pet_is_of(t.db, id, jan, &err), 1);
}

Test(salon_pet, what_cannot_be_right_is_refused_with_the_field_it_stands_in)
{
    const struct {
        struct pet_input in;
        const char *begins;
    } bad[] = {
        {{.breed = "York"}, "name: "},
        {{.name = "Burek", .type = "horse"}, "type: "},
        {{.name = "Burek", .birth_date = "2026-11-23"}, "birth_date: "},
        {{.name = "Burek", .birth_date = "2026-02-30"}, "birth_date: "},
        {{.name = "Burek", .birth_date = "wczoraj"}, "birth_date: "},
        {{.name = "Burek", .rabies_vaccinated_on = "2027-01-01"}, "rabies_vaccinated_on: "},
        {{.name = "Burek", .default_duration_minutes = 2}, "default_duration_minutes: "},
        {{.name = "Burek", .default_duration_minutes = 5000}, "default_duration_minutes: "},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct pet_input in = bad[i].in;
        struct err err = {0};
        char id[UUID_TEXT_LEN];
        in.deceased = in.archived = CARD_LEAVE;
        cr_expect_eq(pet_add(t.db, &ola, jan, &in, id, &err), -ERR_INVALID, "number %zu", i);
        cr_expect_eq(strncmp(err.msg, bad[i].begins, strlen(bad[i].begins)), 0, "%s", err.msg);
    }
}

Test(salon_pet, today_is_the_salons_today)
{
    struct pet_input in = PET_INPUT_EMPTY;
    struct actor late = ola;
    struct err err = {0};
    char id[UUID_TEXT_LEN];
    cr_assert(time_parse("2026-11-22T23:30:00Z", &late.now)); /* half past midnight in Warsaw */
    in.name = "Burek";
    in.birth_date = "2026-11-23";
    cr_expect_eq(pet_add(t.db, &late, jan, &in, id, &err), 0, "%s", err.msg);
}

Test(salon_pet, of_two_edits_of_the_same_card_the_second_is_told_and_overwrites_nothing)
{
    const char *id = cards_pet(&t, jan, "Burek", NULL);
    struct pet_input in = PET_INPUT_EMPTY;
    struct err err = {0};
    in.allergies = "kurczak";
    in.default_duration_minutes = 60;
    in.deceased = CARD_ON;
    cr_assert_eq(pet_update(t.db, &ola, id, 1, &in, &err), 0, "%s", err.msg);
    in.allergies = "";
    cr_expect_eq(pet_update(t.db, &ola, id, 1, &in, &err), -ERR_CONFLICT);
    CLEANUP(pet_done) struct pet p = {0};
    load(id, &p);
    cr_expect_str_eq(p.allergies, "kurczak");
    cr_expect_eq(p.default_duration_minutes, 60);
    cr_expect_eq(p.deceased_at, CARDS_NOW);
    cr_expect_eq(p.revision, 2);
}

Test(salon_pet, several_people_may_own_it_and_somebody_always_does)
{
    const char *id = cards_pet(&t, jan, "Burek", NULL);
    const char *ewa = cards_client(&t, "Ewa", "Lis", NULL, NULL);
    struct err err = {0};
    cr_assert_eq(pet_owner_add(t.db, &ola, id, ewa, &err), 0, "%s", err.msg);
    cr_assert_eq(pet_owner_add(t.db, &ola, id, ewa, &err), 0, "again does nothing");
    cr_expect_eq(pet_is_of(t.db, id, ewa, &err), 1);
    cr_assert_eq(pet_owner_remove(t.db, &ola, id, jan, &err), 0, "%s", err.msg);
    cr_expect_eq(pet_is_of(t.db, id, jan, &err), 0);
    cr_expect_eq(pet_owner_remove(t.db, &ola, id, jan, &err), -ERR_NOT_FOUND);
    cr_expect_eq(pet_owner_remove(t.db, &ola, id, ewa, &err), -ERR_UNPROCESSABLE);
    cr_expect_eq(pet_is_of(t.db, id, ewa, &err), 1);
}

Test(salon_pet, linking_learns_when_a_pet_changes_hands)
{
    const char *id = cards_pet(&t, jan, "Burek", NULL);
    const char *ewa = cards_client(&t, "Ewa", "Lis", NULL, NULL);
    struct actor later = ola;
    struct err err = {0};
    later.now += CLOCK_DAY;
    cr_assert_eq(pet_owner_add(t.db, &later, id, ewa, &err), 0, "%s", err.msg);
    char *at = testdb_ask(&t, "SELECT contact_at FROM clients WHERE id = %Q", ewa);
    cr_expect_str_eq(at, "2026-11-23T12:00:00.000Z");
    free(at);
}

Test(salon_pet, another_salon_neither_sees_nor_takes_it)
{
    const char *id = cards_pet(&t, jan, "Burek", NULL);
    struct pet_input in = PET_INPUT_EMPTY;
    struct client_input person = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    CLEANUP(pet_done) struct pet p = {0};
    char other[UUID_TEXT_LEN];
    char made[UUID_TEXT_LEN];
    cr_expect_eq(pet_load(t.db, &stranger, id, &p, &err), 0);
    cr_expect_eq(pet_update(t.db, &stranger, id, 1, &in, &err), -ERR_NOT_FOUND);
    in.name = "Azor";
    cr_expect_eq(pet_add(t.db, &stranger, jan, &in, made, &err), -ERR_NOT_FOUND);
    person.name = "Obcy";
    cr_assert_eq(client_add(t.db, &stranger, NULL, &person, other, &err), 0, "%s", err.msg);
    cr_expect_eq(pet_owner_add(t.db, &ola, id, other, &err), -ERR_NOT_FOUND);
    cr_expect_eq(pet_owner_add(t.db, &stranger, id, other, &err), -ERR_NOT_FOUND);
    cr_expect_eq(pet_owner_add(t.db, &everybody, id, other, &err), -ERR_UNPROCESSABLE);
}
