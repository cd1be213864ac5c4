/*
 * salon_history.c: what is and was with a client or a pet, page by page, and who belongs together.
 */
#include "salon/history.h"

#include <criterion/criterion.h>

#include "cards.h"
#include "salon/household.h"

static struct testdb t;
static char jan[UUID_TEXT_LEN];
static char burek[UUID_TEXT_LEN];

static void copy(char out[static UUID_TEXT_LEN], const char *id)
{
    (void)snprintf(out, UUID_TEXT_LEN, "%s", id);
}

static void setup(void)
{
    cards_open(&t);
    copy(jan, cards_client(&t, "Jan", "Kowalski", NULL, NULL));
    copy(burek, cards_pet(&t, jan, "Burek", NULL));
    testdb_exec(&t,
                "INSERT INTO calendar_events (id, client_id, pet_id, start_time, end_time,"
                " duration_minutes, status, desk_status) VALUES"
                " ('e-1', %Q, %Q, '2026-11-01T13:00:00.000Z', '2026-11-01T14:00:00.000Z', 60,"
                " 'completed', NULL),"
                " ('e-2', %Q, %Q, '2026-11-10T13:00:00.000Z', '2026-11-10T14:00:00.000Z', 60,"
                " 'cancelled', NULL),"
                " ('e-3', %Q, NULL, '2026-11-12T13:00:00.000Z', '2026-11-12T14:00:00.000Z', 60,"
                " 'completed', 'no_show'),"
                " ('e-4', %Q, %Q, '2026-12-01T13:00:00.000Z', '2026-12-01T14:00:00.000Z', 60,"
                " 'scheduled', NULL)",
                jan, burek, jan, burek, jan, jan, burek);
    testdb_exec(&t, "INSERT INTO event_pets VALUES ('e-1', %Q), ('e-4', %Q)", burek, burek);
    testdb_exec(&t,
                "INSERT INTO pet_visits (id, pet_id, event_id, visit_date, notes) VALUES"
                " ('v-1', %Q, 'e-1', '2026-11-01', 'ostrze 7F'),"
                " ('v-2', %Q, NULL, '2026-11-05', 'bez umówienia')",
                burek, burek);
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(salon_history, .init = setup, .fini = teardown);

struct page {
    FILE *out;
    struct history_place last;
};

static int write_line(void *arg, const struct history_line *line, struct err *err)
{
    (void)err;
    struct page *p = arg;
    (void)fprintf(p->out, "%s%s %s", ftell(p->out) > 0 ? "; " : "", line->id, line->status);
    if (line->desk_status != NULL) {
        (void)fprintf(p->out, "/%s", line->desk_status);
    }
    if (line->note != NULL) {
        (void)fprintf(p->out, " (%s)", line->note);
    }
    (void)snprintf(p->last.key, sizeof p->last.key, "%s", line->key);
    (void)snprintf(p->last.id, sizeof p->last.id, "%s", line->id);
    return 0;
}

static void expect(bool pet, const struct history_place *after, int limit, const char *wanted,
                   struct history_place *last)
{
    struct page p = {0};
    struct err err = {0};
    char *text = NULL;
    size_t size = 0;
    p.out = open_memstream(&text, &size);
    int rc = pet ? history_of_pet(t.db, burek, after, limit, write_line, &p, &err)
                 : history_of_client(t.db, jan, after, limit, write_line, &p, &err);
    cr_assert_geq(rc, 0, "%s", err.msg);
    (void)fclose(p.out);
    cr_expect_str_eq(text, wanted, "gave %s, not %s", text, wanted);
    free(text);
    if (last != NULL) {
        *last = p.last;
    }
}

Test(salon_history, a_clients_visits_are_newest_first_with_what_was_cancelled_or_missed)
{
    expect(false, NULL, 10,
           "e-4 scheduled; e-3 completed/no_show; e-2 cancelled; v-2 completed (bez umówienia);"
           " e-1 completed (ostrze 7F)",
           NULL);
}

Test(salon_history, a_pets_visits_are_those_it_was_booked_for)
{
    expect(true, NULL, 10,
           "e-4 scheduled; e-2 cancelled; v-2 completed (bez umówienia); e-1 completed (ostrze 7F)",
           NULL);
}

Test(salon_history, page_after_page_shows_every_line_once)
{
    struct history_place last;
    expect(false, NULL, 2, "e-4 scheduled; e-3 completed/no_show", &last);
    expect(false, &last, 2, "e-2 cancelled; v-2 completed (bez umówienia)", &last);
    expect(false, &last, 2, "e-1 completed (ostrze 7F)", &last);
    expect(false, &last, 2, "", NULL);
}

static int write_name(void *arg, const struct client *c, struct err *err)
{
    (void)err;
    (void)fprintf(arg, "%s ", c->name);
    return 0;
}

static int write_pet(void *arg, const struct pet_short *p, struct err *err)
{
    (void)err;
    (void)fprintf(arg, "%s ", p->name);
    return 0;
}

Test(salon_history, a_household_is_everybody_who_shares_a_pet_and_all_their_pets)
{
    struct err err = {0};
    const char *ewa = cards_client(&t, "Ewa", "Kowalska", NULL, NULL);
    const char *syn = cards_client(&t, "Adam", "Kowalski", NULL, NULL);
    const char *luna = cards_pet(&t, ewa, "Luna", NULL);
    (void)cards_pet(&t, cards_client(&t, "Obca", "Osoba", NULL, NULL), "Azor", NULL);
    cr_assert_eq(pet_owner_add(t.db, &ola, burek, ewa, &err), 0, "%s", err.msg);
    cr_assert_eq(pet_owner_add(t.db, &ola, luna, syn, &err), 0, "%s", err.msg);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(household_each_client(t.db, jan, write_name, out, &err), 0, "%s", err.msg);
    cr_assert_eq(household_each_pet(t.db, jan, write_pet, out, &err), 0, "%s", err.msg);
    (void)fclose(out);
    cr_expect_str_eq(text, "Jan Ewa Adam Burek Luna ");
    free(text);
}
