/*
 * salon_first_run.c: the set-up link, the settings it is kept in, and the salon it names.
 */
#include "salon/first_run.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "salon/salon.h"
#include "salon/setting.h"
#include "temp_db.h"

#define NOW INT64_C(1795352400000)

static void make_link(struct temp_db *t, int64_t now, char token[static FIRST_RUN_TOKEN_LEN])
{
    struct err err = {0};
    struct first_run_link link = {.now = now};
    cr_assert_eq(db_transaction(t->db, first_run_link_job, &link, &err), 1, "%s", err.msg);
    memcpy(token, link.token, sizeof link.token);
}

static int check(struct temp_db *t, const char *token, int64_t now)
{
    struct err err = {0};
    return first_run_check(t->db, token, now, &err);
}

static int complete(struct temp_db *t, const char *token, const char *salon, int64_t now)
{
    struct err err = {0};
    struct staff_draft owner = {.name = "Ola",
                                .role = STAFF_ROLE_OWNER,
                                .language = "pl",
                                .password_hash = "none",
                                .now = now};
    struct first_run_complete c = {.token = token,
                                   .owner = &owner,
                                   .salon_name = salon,
                                   .now = now};
    return db_transaction(t->db, first_run_complete_job, &c, &err);
}

Test(salon_first_run, the_link_makes_the_owner_and_names_the_salon_once)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    char token[FIRST_RUN_TOKEN_LEN];
    struct err err = {0};
    cr_expect_eq(first_run_needed(t.db, &err), 1);
    make_link(&t, NOW, token);
    cr_expect_eq(check(&t, token, NOW + 1), 0);
    cr_expect_eq(complete(&t, token, "Salon Łapka", NOW + 1), 0);
    cr_expect_eq(first_run_needed(t.db, &err), 0);
    struct staff s;
    cr_assert_eq(staff_find(t.db, "Ola", &s, &err), 1);
    cr_expect_eq(s.role, STAFF_ROLE_OWNER);
    struct salon salon;
    cr_assert_eq(salon_get(t.db, NULL, &salon, &err), 1);
    cr_expect_str_eq(salon.name, "Salon Łapka");
    cr_expect_eq(complete(&t, token, "Mine now", NOW + 2), -ERR_CONFLICT);
    cr_expect_eq(check(&t, token, NOW + 2), -ERR_CONFLICT);
    struct first_run_link again = {.now = NOW + 3};
    cr_expect_eq(db_transaction(t.db, first_run_link_job, &again, &err), 0, "no more links");
    cr_expect_str_eq(again.token, "");
}

Test(salon_first_run, only_the_last_link_works_and_only_for_a_day)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    char first[FIRST_RUN_TOKEN_LEN];
    char second[FIRST_RUN_TOKEN_LEN];
    cr_expect_eq(check(&t, "anything", NOW), -ERR_FORBIDDEN, "before any link was made");
    make_link(&t, NOW, first);
    make_link(&t, NOW + 1, second);
    cr_expect_str_neq(first, second);
    cr_expect_eq(check(&t, first, NOW + 2), -ERR_FORBIDDEN);
    cr_expect_eq(check(&t, second, NOW + FIRST_RUN_VALID), 0);
    cr_expect_eq(check(&t, second, NOW + 1 + FIRST_RUN_VALID), -ERR_FORBIDDEN);
    cr_expect_eq(complete(&t, second, "Late", NOW + 1 + FIRST_RUN_VALID), -ERR_FORBIDDEN);
    cr_expect_eq(check(&t, NULL, NOW + 2), -ERR_FORBIDDEN);
    cr_expect_eq(check(&t, "", NOW + 2), -ERR_FORBIDDEN);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM staff"), 0);
}

Test(salon_first_run, the_links_token_is_not_in_the_database)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    char token[FIRST_RUN_TOKEN_LEN];
    char sql[128];
    make_link(&t, NOW, token);
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM settings WHERE value LIKE '%%%.8s%%'",
                   token);
    cr_expect_eq(temp_db_int(t.db, sql), 0);
}

Test(salon_first_run, a_set_up_that_fails_leaves_no_owner_and_the_link_alive)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    char token[FIRST_RUN_TOKEN_LEN];
    make_link(&t, NOW, token);
    cr_expect_eq(complete(&t, token, "bad\x01name", NOW), -ERR_INVALID);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM staff"), 0);
    cr_expect_eq(complete(&t, token, "", NOW), 0, "the salon may be named later");
}

Test(salon_first_run, an_owner_made_at_the_shell_ends_it_too)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    char token[FIRST_RUN_TOKEN_LEN];
    make_link(&t, NOW, token);
    temp_db_exec(t.db, "INSERT INTO staff (id, name, role, password_hash, disabled_at)"
                       " VALUES ('1', 'Jan', 'owner', '', 'x')");
    cr_expect_eq(check(&t, token, NOW), -ERR_CONFLICT, "even a disabled one");
}

Test(salon_setting, a_setting_is_kept_changed_and_unset)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct err err = {0};
    char *value = NULL;
    cr_expect_eq(setting_get(t.db, "hours", &value, &err), 0);
    cr_expect_null(value);
    struct setting_change c = {.key = "hours", .value = "9-17", .now = NOW};
    cr_assert_eq(db_transaction(t.db, setting_change_job, &c, &err), 0);
    c.value = "8-16";
    cr_assert_eq(db_transaction(t.db, setting_change_job, &c, &err), 0);
    cr_assert_eq(setting_get(t.db, "hours", &value, &err), 1);
    cr_expect_str_eq(value, "8-16");
    free(value);
    value = NULL;
    c.value = NULL;
    cr_assert_eq(db_transaction(t.db, setting_change_job, &c, &err), 0);
    cr_expect_eq(setting_get(t.db, "hours", &value, &err), 0);
}

Test(salon_setting, the_installation_keeps_its_id)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct err err = {0};
    struct setting_instance first = {.now = NOW};
    struct setting_instance later = {.now = NOW + CLOCK_DAY};
    cr_assert_eq(db_transaction(t.db, setting_instance_job, &first, &err), 0);
    cr_assert_eq(db_transaction(t.db, setting_instance_job, &later, &err), 0);
    cr_expect(uuid_valid(first.id));
    cr_expect_str_eq(first.id, later.id);
}

Test(salon_salon, only_what_is_given_changes_and_the_rest_stays)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct err err = {0};
    struct salon s;
    struct salon_change c = {.name = "Łapka",
                             .address = "Długa 1\n00-001 Warszawa",
                             .nip = "526-025-02-74",
                             .now = NOW};
    cr_assert_eq(db_transaction(t.db, salon_change_job, &c, &err), 0, "%s", err.msg);
    c = (struct salon_change){.cal_com_username = "lapka", .address = "", .now = NOW};
    cr_assert_eq(db_transaction(t.db, salon_change_job, &c, &err), 0);
    cr_assert_eq(salon_get(t.db, NULL, &s, &err), 1);
    cr_expect_str_eq(s.name, "Łapka");
    cr_expect_str_eq(s.address, "");
    cr_expect_str_eq(s.nip, "5260250274");
    cr_expect_str_eq(s.cal_com_username, "lapka");
    cr_expect_eq(temp_db_int(t.db, "SELECT address IS NULL FROM salons"), 1);
    struct salon same;
    cr_assert_eq(salon_get(t.db, s.id, &same, &err), 1);
    cr_expect_str_eq(same.name, "Łapka");
}

Test(salon_salon, a_name_that_is_empty_or_a_salon_that_is_not_there_is_refused)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct err err = {0};
    struct salon s;
    struct salon_change c = {.name = " ", .now = NOW};
    cr_expect_eq(db_transaction(t.db, salon_change_job, &c, &err), -ERR_INVALID);
    c = (struct salon_change){.nip = "123", .now = NOW};
    cr_expect_eq(db_transaction(t.db, salon_change_job, &c, &err), -ERR_INVALID);
    c = (struct salon_change){.id = "none", .name = "x", .now = NOW};
    cr_expect_eq(db_transaction(t.db, salon_change_job, &c, &err), -ERR_NOT_FOUND);
    cr_expect_eq(salon_get(t.db, "none", &s, &err), 0);
}
