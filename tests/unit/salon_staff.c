/*
 * salon_staff.c: accounts: who can be made, who gets in, who can be shut out.
 */
#include "salon/staff.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "salon/session.h"
#include "temp_db.h"

#define NOW INT64_C(1795352400000)

static void create(struct db *db, struct staff_draft *d, struct staff *out)
{
    struct err err = {0};
    cr_assert_eq(db_transaction(db, staff_create_job, d, &err), 0, "%s", err.msg);
    cr_assert_eq(staff_get(db, d->id, out, &err), 1);
}

/* Without the slow part, for tests that are not about the password. */
static void make(struct db *db, const char *name, enum staff_role role, struct staff *out)
{
    struct staff_draft d = {.role = role, .language = "pl", .password_hash = "none", .now = NOW};
    (void)snprintf(d.name, sizeof d.name, "%s", name);
    create(db, &d, out);
}

static void make_with_password(struct db *db, const char *name, struct staff *out)
{
    struct err err = {0};
    struct staff_draft d;
    cr_assert_eq(staff_draft_init(&d, name, "correct horse", STAFF_ROLE_OWNER, "en", NULL, NOW,
                                  &err),
                 0, "%s", err.msg);
    create(db, &d, out);
}

Test(salon_staff, an_account_is_found_by_name_in_either_case_with_what_it_was_made_with)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct staff made;
    struct staff s;
    struct err err = {0};
    make_with_password(t.db, "  Ola Nowak ", &made);
    cr_assert_eq(staff_find(t.db, "ola nowak", &s, &err), 1);
    cr_expect_str_eq(s.id, made.id);
    cr_expect_str_eq(s.name, "Ola Nowak");
    cr_expect_eq(s.role, STAFF_ROLE_OWNER);
    cr_expect_str_eq(s.language, "en");
    cr_expect_str_eq(s.salon_id, "", "the owner is of every salon");
    cr_expect_not(s.disabled);
    cr_expect_eq(s.created_at, NOW);
    cr_expect_eq(staff_find(t.db, "Jan", &s, &err), 0);
}

Test(salon_staff, staff_belongs_to_a_salon)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct staff s;
    make(t.db, "Ewa", STAFF_ROLE_STAFF, &s);
    char *salon = temp_db_text(t.db, "SELECT id FROM salons");
    cr_expect_str_eq(s.salon_id, salon);
    free(salon);
}

Test(salon_staff, the_password_is_checked_and_its_text_is_nowhere_in_the_database)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct staff s;
    struct err err = {0};
    make_with_password(t.db, "Ola", &s);
    cr_expect_eq(staff_password_matches(&s, "correct horse", &err), 1);
    cr_expect_eq(staff_password_matches(&s, "Correct horse", &err), 0);
    cr_expect_eq(staff_password_matches(NULL, "correct horse", &err), 0);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM staff WHERE password_hash LIKE '%horse%'"),
                 0);
    s.disabled = true;
    cr_expect_eq(staff_password_matches(&s, "correct horse", &err), 0);
}

Test(salon_staff, a_name_is_taken_once)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct staff s;
    struct staff_draft d;
    struct err err = {0};
    make(t.db, "Ola", STAFF_ROLE_OWNER, &s);
    cr_assert_eq(staff_draft_init(&d, "OLA", "another one", STAFF_ROLE_STAFF, NULL, NULL, NOW,
                                  &err),
                 0);
    cr_expect_eq(db_transaction(t.db, staff_create_job, &d, &err), -ERR_CONFLICT);
    cr_expect_not_null(strstr(err.msg, "already"), "%s", err.msg);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM staff"), 1);
}

Test(salon_staff, a_weak_password_or_a_bad_name_is_refused_before_anything_is_computed)
{
    struct staff_draft d;
    struct err err = {0};
    cr_expect_eq(staff_draft_init(&d, "Ola", "sevenżż", STAFF_ROLE_STAFF, NULL, NULL, NOW, &err),
                 -ERR_INVALID, "seven characters in nine bytes");
    cr_expect_not_null(strstr(err.msg, "password: 8"), "%s", err.msg);
    cr_expect_null(strstr(err.msg, "seven"), "the password must not be in the message");
    char lengthy[STAFF_PASSWORD_MAX + 2];
    memset(lengthy, 'x', sizeof lengthy);
    lengthy[sizeof lengthy - 1] = '\0';
    cr_expect_eq(staff_draft_init(&d, "Ola", lengthy, STAFF_ROLE_STAFF, NULL, NULL, NOW, &err),
                 -ERR_INVALID);
    cr_expect_eq(staff_draft_init(&d, " ", "good enough", STAFF_ROLE_STAFF, NULL, NULL, NOW, &err),
                 -ERR_INVALID);
    cr_expect_eq(staff_draft_init(&d, "Ola", "good enough", STAFF_ROLE_STAFF, "de", NULL, NOW,
                                  &err),
                 -ERR_INVALID);
    cr_expect_eq(staff_draft_init(&d, "Ola", "good enough", STAFF_ROLE_STAFF, NULL, "one", NOW,
                                  &err),
                 -ERR_INVALID);
}

static int64_t sessions(struct db *db)
{
    return temp_db_int(db, "SELECT count(*) FROM sessions");
}

static void sign_in(struct db *db, const struct staff *s, char hash[static SESSION_HASH_LEN])
{
    struct err err = {0};
    struct session_open o = {.staff_id = s->id, .now = NOW};
    cr_assert_eq(db_transaction(db, session_open_job, &o, &err), 0);
    cr_assert(session_token_hash(o.token, hash));
}

Test(salon_staff, a_new_password_replaces_the_old_and_ends_the_other_sessions)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct staff s;
    struct err err = {0};
    char here[SESSION_HASH_LEN];
    char elsewhere[SESSION_HASH_LEN];
    make_with_password(t.db, "Ola", &s);
    sign_in(t.db, &s, here);
    sign_in(t.db, &s, elsewhere);
    struct staff_password p;
    cr_assert_eq(staff_password_init(&p, s.id, "battery staple", NOW + 1, &err), 0);
    p.keep_token_hash = here;
    cr_assert_eq(db_transaction(t.db, staff_password_job, &p, &err), 0);
    cr_assert_eq(staff_get(t.db, s.id, &s, &err), 1);
    cr_expect_eq(staff_password_matches(&s, "battery staple", &err), 1);
    cr_expect_eq(staff_password_matches(&s, "correct horse", &err), 0);
    cr_expect_eq(sessions(t.db), 1);
    p.keep_token_hash = NULL;
    cr_assert_eq(db_transaction(t.db, staff_password_job, &p, &err), 0);
    cr_expect_eq(sessions(t.db), 0);
    p.id[0] = (char)(p.id[0] == '0' ? '1' : '0');
    cr_expect_eq(db_transaction(t.db, staff_password_job, &p, &err), -ERR_NOT_FOUND);
    cr_expect_eq(staff_password_init(&p, s.id, "short", NOW, &err), -ERR_INVALID);
}

Test(salon_staff, a_disabled_person_is_signed_out_and_can_be_let_in_again)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct staff s;
    struct err err = {0};
    char hash[SESSION_HASH_LEN];
    make(t.db, "Ewa", STAFF_ROLE_STAFF, &s);
    sign_in(t.db, &s, hash);
    struct staff_disable d = {.id = s.id, .disabled = true, .now = NOW + 1};
    cr_assert_eq(db_transaction(t.db, staff_disable_job, &d, &err), 0, "%s", err.msg);
    cr_assert_eq(staff_get(t.db, s.id, &s, &err), 1);
    cr_expect(s.disabled);
    cr_expect_eq(sessions(t.db), 0);
    struct session_open o = {.staff_id = s.id, .now = NOW + 2};
    cr_expect_eq(db_transaction(t.db, session_open_job, &o, &err), -ERR_FORBIDDEN);
    d.disabled = false;
    cr_assert_eq(db_transaction(t.db, staff_disable_job, &d, &err), 0);
    cr_expect_eq(db_transaction(t.db, session_open_job, &o, &err), 0);
    d.id = "nobody";
    cr_expect_eq(db_transaction(t.db, staff_disable_job, &d, &err), -ERR_NOT_FOUND);
}

Test(salon_staff, the_last_owner_cannot_be_disabled)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct staff first;
    struct staff second;
    struct err err = {0};
    make(t.db, "Ola", STAFF_ROLE_OWNER, &first);
    struct staff_disable d = {.id = first.id, .disabled = true, .now = NOW};
    cr_expect_eq(db_transaction(t.db, staff_disable_job, &d, &err), -ERR_CONFLICT);
    make(t.db, "Jan", STAFF_ROLE_OWNER, &second);
    cr_expect_eq(db_transaction(t.db, staff_disable_job, &d, &err), 0, "%s", err.msg);
    d.id = second.id;
    cr_expect_eq(db_transaction(t.db, staff_disable_job, &d, &err), -ERR_CONFLICT);
    cr_expect_eq(staff_owner_exists(t.db, &err), 1);
}

struct names {
    int n;
    char text[64];
};

static int add_name(const struct staff *s, void *arg, struct err *err)
{
    struct names *names = arg;
    (void)snprintf(names->text + strlen(names->text), sizeof names->text - strlen(names->text),
                   "%s ", s->name);
    names->n++;
    return names->n == 2 ? err_set(err, ERR_STOPPED, "enough") : 0;
}

Test(salon_staff, the_list_is_by_name_and_stops_when_told)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    temp_db_exec(t.db, "INSERT INTO staff (id, name, role, password_hash) VALUES"
                       " ('1', 'ola', 'owner', ''), ('2', 'Ewa', 'staff', ''), ('3', 'Jan', "
                       "'staff', '')");
    struct names names = {0};
    struct err err = {0};
    cr_expect_eq(staff_list(t.db, add_name, &names, &err), -ERR_STOPPED);
    cr_expect_str_eq(names.text, "Ewa Jan ");
}

Test(salon_staff, the_language_of_the_pages_is_each_persons_own)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct staff s;
    struct err err = {0};
    make(t.db, "Ola", STAFF_ROLE_OWNER, &s);
    struct staff_language l = {.id = s.id, .language = "pl", .now = NOW};
    cr_assert_eq(db_transaction(t.db, staff_language_job, &l, &err), 0);
    cr_assert_eq(staff_get(t.db, s.id, &s, &err), 1);
    cr_expect_str_eq(s.language, "pl");
    l.language = "xx";
    cr_expect_eq(db_transaction(t.db, staff_language_job, &l, &err), -ERR_INVALID);
    l = (struct staff_language){.id = "nobody", .language = "pl", .now = NOW};
    cr_expect_eq(db_transaction(t.db, staff_language_job, &l, &err), -ERR_NOT_FOUND);
}

Test(salon_staff, a_role_is_read_only_from_its_own_two_words)
{
    enum staff_role role = STAFF_ROLE_STAFF;
    cr_expect(staff_role_parse("owner", &role));
    cr_expect_eq(role, STAFF_ROLE_OWNER);
    cr_expect(staff_role_parse(staff_role_name(STAFF_ROLE_STAFF), &role));
    cr_expect_eq(role, STAFF_ROLE_STAFF);
    cr_expect_not(staff_role_parse("Owner", &role));
    cr_expect_not(staff_role_parse("", &role));
}
