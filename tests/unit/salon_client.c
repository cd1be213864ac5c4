/*
 * salon_client.c: clients' cards: what is refused and where, two people at one card, consents,
 * lists, and whose cards they are.
 */
#include "salon/client.h"

#include <criterion/criterion.h>

#include "cards.h"
#include "salon/consent.h"

static struct testdb t;

static void setup(void)
{
    cards_open(&t);
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(salon_client, .init = setup, .fini = teardown);

static void load(const char *id, struct client *out)
{
    struct err err = {0};
    cr_assert_eq(client_load(t.db, &ola, id, out, &err), 1, "%s", err.msg);
}

Test(salon_client, a_card_keeps_what_it_was_made_with)
{
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    char id[UUID_TEXT_LEN];
    in.name = "  Zofia ";
    in.surname = "Łapka";
    in.phone = "600-100-200";
    in.email = "Zofia@Example.pl";
    in.address = "ul. Psia 7\n30-001 Kraków";
    in.notes = "<script>alert(1)</script>";
    in.gdpr_consent = CARD_ON;
    cr_assert_eq(client_add(t.db, &ola, NULL, &in, id, &err), 0, "%s", err.msg);
    CLEANUP(client_done) struct client c = {0};
    load(id, &c);
    cr_expect_str_eq(c.name, "Zofia");
    cr_expect_str_eq(c.surname, "Łapka");
    cr_expect_str_eq(c.phone, "+48600100200");
    cr_expect_str_eq(c.email, "Zofia@Example.pl");
    cr_expect_str_eq(c.address, "ul. Psia 7\n30-001 Kraków");
    cr_expect_str_eq(c.notes, "<script>alert(1)</script>");
    cr_expect_eq(c.gdpr_consent_at, CARDS_NOW);
    cr_expect_eq(c.sms_consent_at, 0);
    cr_expect_str_eq(c.salon_id, "salon-1");
    cr_expect_eq(c.revision, 1);
}

Test(salon_client, what_cannot_be_right_is_refused_with_the_field_it_stands_in)
{
    const struct {
        struct client_input in;
        const char *begins;
    } bad[] = {
        {{.surname = "Nowak"}, "name: "},
        {{.name = " "}, "name: "},
        {{.name = "a\x01z"}, "name: "},
        {{.name = "Jan\nNowak"}, "name: "},
        {{.name = "Jan", .phone = "12"}, "phone: "},
        {{.name = "Jan", .phone = "zadzwoń"}, "phone: "},
        {{.name = "Jan", .email = "jan"}, "email: "},
        {{.name = "Jan", .email = "jan @x.pl"}, "email: "},
        {{.name = "Jan",
          .surname = "012345678901234567890123456789012345678901234567890123456789"
                     "012345678901234567890"},
         "surname: "},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct client_input in = bad[i].in;
        struct err err = {0};
        char id[UUID_TEXT_LEN];
        in.gdpr_consent = in.sms_consent = in.photo_consent = in.archived = CARD_LEAVE;
        cr_expect_eq(client_add(t.db, &ola, NULL, &in, id, &err), -ERR_INVALID, "number %zu", i);
        cr_expect_eq(strncmp(err.msg, bad[i].begins, strlen(bad[i].begins)), 0, "%s", err.msg);
    }
    char *count = testdb_ask(&t, "SELECT count(*) FROM clients");
    cr_expect_str_eq(count, "0");
    free(count);
}

Test(salon_client, an_edit_changes_what_it_names_and_clears_what_it_empties)
{
    const char *id = cards_client(&t, "Jan", "Nowak", "600100200", "jan@example.pl");
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    in.surname = "Nowak-Lis";
    in.email = "";
    cr_assert_eq(client_update(t.db, &ola, id, 1, &in, &err), 0, "%s", err.msg);
    CLEANUP(client_done) struct client c = {0};
    load(id, &c);
    cr_expect_str_eq(c.name, "Jan");
    cr_expect_str_eq(c.surname, "Nowak-Lis");
    cr_expect_str_eq(c.phone, "+48600100200");
    cr_expect_null(c.email);
    cr_expect_eq(c.revision, 2);
}

Test(salon_client, of_two_edits_of_the_same_card_the_second_is_told_and_overwrites_nothing)
{
    const char *id = cards_client(&t, "Jan", "Nowak", NULL, NULL);
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    in.notes = "pierwsza";
    cr_assert_eq(client_update(t.db, &ola, id, 1, &in, &err), 0, "%s", err.msg);
    in.notes = "druga";
    cr_expect_eq(client_update(t.db, &ola, id, 1, &in, &err), -ERR_CONFLICT);
    CLEANUP(client_done) struct client c = {0};
    load(id, &c);
    cr_expect_str_eq(c.notes, "pierwsza");
    cr_expect_eq(client_update(t.db, &ola, id, c.revision, &in, &err), 0, "%s", err.msg);
}

Test(salon_client, an_edit_that_changes_nothing_leaves_the_revision)
{
    const char *id = cards_client(&t, "Jan", "Nowak", "600100200", NULL);
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    in.phone = "+48 600 100 200";
    cr_assert_eq(client_update(t.db, &ola, id, 1, &in, &err), 0, "%s", err.msg);
    CLEANUP(client_done) struct client c = {0};
    load(id, &c);
    cr_expect_eq(c.revision, 1);
}

Test(salon_client, linking_learns_when_phone_or_email_change_and_not_when_notes_do)
{
    const char *id = cards_client(&t, "Jan", "Nowak", "600100200", NULL);
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    testdb_exec(&t, "UPDATE clients SET contact_at = NULL");
    in.notes = "pies boi się suszarki";
    cr_assert_eq(client_update(t.db, &ola, id, 1, &in, &err), 0, "%s", err.msg);
    char *at = testdb_ask(&t, "SELECT contact_at FROM clients");
    cr_expect_str_eq(at, "-");
    free(at);
    in.phone = "600100201";
    cr_assert_eq(client_update(t.db, &ola, id, 2, &in, &err), 0, "%s", err.msg);
    at = testdb_ask(&t, "SELECT contact_at FROM clients");
    cr_expect_str_eq(at, "2026-11-22T12:00:00.000Z");
    free(at);
}

static int write_consent(void *arg, const struct consent_line *line, struct err *err)
{
    (void)err;
    (void)fprintf(arg, "%s%s by %s;", line->given ? "+" : "-", line->kind,
                  line->by == NULL ? "nobody" : line->by);
    return 0;
}

Test(salon_client, consents_have_a_date_and_every_change_of_them_a_line)
{
    const char *id = cards_client(&t, "Jan", "Nowak", NULL, NULL);
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    in.sms_consent = CARD_ON;
    in.photo_consent = CARD_OFF;
    cr_assert_eq(client_update(t.db, &ola, id, 1, &in, &err), 0, "%s", err.msg);
    struct actor later = ola;
    later.now += CLOCK_DAY;
    cr_assert_eq(client_update(t.db, &later, id, 2, &in, &err), 0, "%s", err.msg);
    CLEANUP(client_done) struct client c = {0};
    load(id, &c);
    cr_expect_eq(c.sms_consent_at, CARDS_NOW, "saying it again does not move its date");
    in.sms_consent = CARD_OFF;
    cr_assert_eq(client_update(t.db, &later, id, 2, &in, &err), 0, "%s", err.msg);
    char *lines = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&lines, &size);
    cr_assert_eq(consent_each(t.db, id, write_consent, out, &err), 0, "%s", err.msg);
    (void)fclose(out);
    cr_expect_str_eq(lines, "-sms by Ola;+sms by Ola;");
    free(lines);
}

Test(salon_client, another_salons_card_is_not_there)
{
    const char *id = cards_client(&t, "Jan", "Nowak", NULL, NULL);
    struct client_input in = CLIENT_INPUT_EMPTY;
    struct err err = {0};
    CLEANUP(client_done) struct client c = {0};
    cr_expect_eq(client_load(t.db, &stranger, id, &c, &err), 0);
    cr_expect_eq(client_update(t.db, &stranger, id, 1, &in, &err), -ERR_NOT_FOUND);
    cr_expect_eq(client_load(t.db, &everybody, id, &c, &err), 1);
    char made[UUID_TEXT_LEN];
    in.name = "Ewa";
    cr_expect_eq(client_add(t.db, &stranger, "salon-1", &in, made, &err), -ERR_NOT_FOUND);
    cr_expect_eq(client_add(t.db, &everybody, "salon-2", &in, made, &err), 0);
    cr_expect_eq(client_load(t.db, &ola, made, &c, &err), 0);
}

static int write_name(void *arg, const struct client *c, struct err *err)
{
    (void)err;
    (void)fprintf(arg, "%s ", c->surname);
    return 0;
}

static void expect_page(const struct actor *who, const char *after, int limit, const char *names)
{
    struct err err = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_geq(client_list(t.db, who, false, after, limit, write_name, out, &err), 0, "%s",
                  err.msg);
    (void)fclose(out);
    cr_expect_str_eq(text, names);
    free(text);
}

Test(salon_client, lists_go_by_surname_as_poles_read_it_page_by_page)
{
    (void)cards_client(&t, "Jan", "Zięba", NULL, NULL);
    const char *lapka = cards_client(&t, "Ewa", "Łapka", NULL, NULL);
    (void)cards_client(&t, "Ola", "Mazur", NULL, NULL);
    (void)cards_client(&t, "Iga", "Lis", NULL, NULL);
    expect_page(&ola, NULL, 10, "Łapka Lis Mazur Zięba ");
    expect_page(&ola, NULL, 1, "Łapka ");
    expect_page(&ola, lapka, 2, "Lis Mazur ");
    expect_page(&stranger, NULL, 10, "");
}

Test(salon_client, no_shows_are_counted_by_the_desks_word_before_cal_coms)
{
    const char *id = cards_client(&t, "Jan", "Nowak", NULL, NULL);
    const char *const rows[] = {"'completed', NULL", "'completed', 'no_show'",
                                "'no_show', NULL",   "'no_show', 'picked_up'",
                                "'cancelled', NULL", "'scheduled', NULL",
                                "'completed', NULL"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char start[TIME_TEXT_LEN];
        time_format(CARDS_NOW + ((int64_t)i - 5) * CLOCK_DAY + CLOCK_HOUR, start);
        testdb_exec(&t,
                    "INSERT INTO calendar_events (id, client_id, start_time, end_time,"
                    " duration_minutes, status, desk_status) VALUES ('e%d', %Q, %Q, %Q, 60, %s)",
                    (int)i, id, start, start, rows[i]);
    }
    struct client_stats s;
    struct err err = {0};
    cr_assert_eq(client_stats(t.db, id, CARDS_NOW, &s, &err), 0, "%s", err.msg);
    cr_expect_eq(s.visits, 2);
    cr_expect_eq(s.no_shows, 2);
    cr_expect_str_eq(s.next_id, "e5");
    cr_expect_eq(s.next_start, CARDS_NOW + CLOCK_HOUR);
}
