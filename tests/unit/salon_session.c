/*
 * salon_session.c: who is signed in, until when, and that the database alone signs nobody in.
 */
#include "salon/session.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "temp_db.h"

#define NOW INT64_C(1795352400000)

static void make_people(struct temp_db *t)
{
    temp_db_make(t);
    temp_db_exec(t->db, "INSERT INTO staff (id, name, role, password_hash) VALUES"
                        " ('ola', 'Ola', 'owner', ''), ('ewa', 'Ewa', 'staff', '')");
}

static void sign_in(struct temp_db *t, const char *id, int64_t now,
                    char token[static SESSION_TOKEN_LEN])
{
    struct err err = {0};
    struct session_open o = {.staff_id = id,
                             .address = "10.0.0.7",
                             .user_agent = "Firefox",
                             .now = now};
    cr_assert_eq(db_transaction(t->db, session_open_job, &o, &err), 0, "%s", err.msg);
    memcpy(token, o.token, sizeof o.token);
}

static int find(struct temp_db *t, const char *token, int64_t now)
{
    struct session s;
    struct err err = {0};
    return session_find(t->db, token, now, &s, &err);
}

static void touch(struct temp_db *t, const char *token, int64_t now)
{
    struct err err = {0};
    struct session_touch touch = {.now = now};
    cr_assert(session_token_hash(token, touch.token_hash));
    cr_assert_eq(db_transaction(t->db, session_touch_job, &touch, &err), 0);
}

Test(salon_session, the_cookie_says_who_is_signed_in)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char ola[SESSION_TOKEN_LEN];
    char ewa[SESSION_TOKEN_LEN];
    sign_in(&t, "ola", NOW, ola);
    sign_in(&t, "ewa", NOW, ewa);
    cr_expect_eq(strlen(ola), 43, "256 bits");
    cr_expect_str_neq(ola, ewa);
    struct session s;
    struct err err = {0};
    cr_assert_eq(session_find(t.db, ewa, NOW + 1, &s, &err), 1);
    cr_expect_str_eq(s.staff.name, "Ewa");
    cr_expect_eq(s.staff.role, STAFF_ROLE_STAFF);
    cr_expect_eq(s.created_at, NOW);
    cr_expect_eq(s.expires_at, NOW + SESSION_MAX);
}

Test(salon_session, no_part_of_the_cookie_is_in_the_database)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char token[SESSION_TOKEN_LEN];
    char sql[256];
    sign_in(&t, "ola", NOW, token);
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM sessions WHERE token_hash || staff_id || created_at ||"
                   " address || user_agent LIKE '%%%.8s%%'",
                   token);
    cr_expect_eq(temp_db_int(t.db, sql), 0);
    char hash[SESSION_HASH_LEN];
    cr_assert(session_token_hash(token, hash));
    cr_expect_eq(find(&t, hash, NOW), 0, "what is stored is no cookie");
}

Test(salon_session, whatever_is_no_cookie_of_ours_signs_nobody_in)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char token[SESSION_TOKEN_LEN];
    sign_in(&t, "ola", NOW, token);
    cr_expect_eq(find(&t, NULL, NOW), 0);
    cr_expect_eq(find(&t, "", NOW), 0);
    cr_expect_eq(find(&t, "' OR 1 = 1 --", NOW), 0);
    cr_expect_eq(find(&t, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NOW), 0);
    char longer[SESSION_TOKEN_LEN + 1];
    (void)snprintf(longer, sizeof longer, "%sA", token);
    cr_expect_eq(find(&t, longer, NOW), 0);
    longer[SESSION_TOKEN_LEN - 2] = '\0';
    cr_expect_eq(find(&t, longer, NOW), 0);
}

Test(salon_session, twelve_hours_without_use_end_it_and_use_keeps_it)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char token[SESSION_TOKEN_LEN];
    sign_in(&t, "ola", NOW, token);
    cr_expect_eq(find(&t, token, NOW + SESSION_IDLE - 1), 1);
    cr_expect_eq(find(&t, token, NOW + SESSION_IDLE), 0);
    touch(&t, token, NOW + SESSION_IDLE - 1);
    cr_expect_eq(find(&t, token, NOW + SESSION_IDLE), 1);
}

Test(salon_session, thirty_days_end_it_however_much_it_was_used)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char token[SESSION_TOKEN_LEN];
    sign_in(&t, "ola", NOW, token);
    touch(&t, token, NOW + SESSION_MAX - 1);
    cr_expect_eq(find(&t, token, NOW + SESSION_MAX - 1), 1);
    cr_expect_eq(find(&t, token, NOW + SESSION_MAX), 0);
}

Test(salon_session, its_use_is_written_at_most_once_a_minute_and_never_goes_back)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char token[SESSION_TOKEN_LEN];
    struct session s;
    struct err err = {0};
    sign_in(&t, "ola", NOW, token);
    cr_assert_eq(session_find(t.db, token, NOW, &s, &err), 1);
    cr_expect_not(session_needs_touch(&s, NOW + SESSION_TOUCH - 1));
    cr_expect(session_needs_touch(&s, NOW + SESSION_TOUCH));
    touch(&t, token, NOW + SESSION_TOUCH);
    touch(&t, token, NOW);
    cr_assert_eq(session_find(t.db, token, NOW, &s, &err), 1);
    cr_expect_eq(s.last_seen_at, NOW + SESSION_TOUCH);
}

Test(salon_session, signing_in_again_ends_the_browsers_earlier_session)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char first[SESSION_TOKEN_LEN];
    struct err err = {0};
    sign_in(&t, "ola", NOW, first);
    struct session_open o = {.staff_id = "ewa", .replaces = first, .now = NOW + 1};
    cr_assert_eq(db_transaction(t.db, session_open_job, &o, &err), 0);
    cr_expect_eq(find(&t, first, NOW + 2), 0);
    cr_expect_eq(find(&t, o.token, NOW + 2), 1);
    o = (struct session_open){.staff_id = "nobody", .now = NOW};
    cr_expect_eq(db_transaction(t.db, session_open_job, &o, &err), -ERR_NOT_FOUND);
}

Test(salon_session, a_person_can_end_her_own_sessions_and_nobody_elses)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char a[SESSION_TOKEN_LEN];
    char b[SESSION_TOKEN_LEN];
    char c[SESSION_TOKEN_LEN];
    char other[SESSION_TOKEN_LEN];
    char hash_a[SESSION_HASH_LEN];
    char hash_other[SESSION_HASH_LEN];
    struct err err = {0};
    sign_in(&t, "ola", NOW, a);
    sign_in(&t, "ola", NOW, b);
    sign_in(&t, "ola", NOW, c);
    sign_in(&t, "ewa", NOW, other);
    cr_assert(session_token_hash(a, hash_a));
    cr_assert(session_token_hash(other, hash_other));
    struct session_end not_hers = {.token_hash = hash_other, .staff_id = "ola"};
    cr_expect_eq(db_transaction(t.db, session_end_job, &not_hers, &err), 0);
    cr_expect_eq(find(&t, other, NOW), 1);
    struct session_end all_but_this = {.staff_id = "ola", .but = hash_a};
    cr_expect_eq(db_transaction(t.db, session_end_job, &all_but_this, &err), 2);
    cr_expect_eq(find(&t, a, NOW), 1);
    cr_expect_eq(find(&t, b, NOW), 0);
    cr_expect_eq(find(&t, c, NOW), 0);
    struct session_end this = {.token_hash = hash_a};
    cr_expect_eq(db_transaction(t.db, session_end_job, &this, &err), 1);
    cr_expect_eq(find(&t, a, NOW), 0);
    cr_expect_eq(find(&t, other, NOW), 1);
}

struct seen {
    int n;
    char first_agent[300];
};

static int note(const struct session_line *s, void *arg, struct err *err)
{
    (void)err;
    struct seen *seen = arg;
    if (seen->n++ == 0) {
        (void)snprintf(seen->first_agent, sizeof seen->first_agent, "%s", s->user_agent);
    }
    return 0;
}

Test(salon_session, the_list_has_the_sessions_that_are_open_latest_first)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char token[SESSION_TOKEN_LEN];
    struct err err = {0};
    sign_in(&t, "ola", NOW - SESSION_IDLE, token);
    sign_in(&t, "ola", NOW, token);
    sign_in(&t, "ewa", NOW, token);
    char agent[300];
    memset(agent, 'x', sizeof agent);
    agent[sizeof agent - 1] = '\0';
    struct session_open o = {.staff_id = "ola", .user_agent = agent, .now = NOW + 1};
    cr_assert_eq(db_transaction(t.db, session_open_job, &o, &err), 0);
    struct seen seen = {0};
    cr_assert_eq(session_list(t.db, "ola", NOW + 1, note, &seen, &err), 0);
    cr_expect_eq(seen.n, 2);
    cr_expect_eq(strlen(seen.first_agent), 200, "a browser's name is cut");
}

Test(salon_session, what_has_ended_is_deleted_and_the_rest_stays)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char idle[SESSION_TOKEN_LEN];
    char open[SESSION_TOKEN_LEN];
    struct err err = {0};
    sign_in(&t, "ola", NOW - SESSION_IDLE, idle);
    sign_in(&t, "ola", NOW, open);
    struct session_prune p = {.now = NOW};
    cr_expect_eq(db_transaction(t.db, session_prune_job, &p, &err), 1);
    cr_expect_eq(find(&t, open, NOW), 1);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM sessions"), 1);
}

Test(salon_session, a_disabled_account_is_signed_out_at_once)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    make_people(&t);
    char token[SESSION_TOKEN_LEN];
    sign_in(&t, "ewa", NOW, token);
    temp_db_exec(t.db,
                 "UPDATE staff SET disabled_at = '2026-11-22T13:00:00.000Z' WHERE id = 'ewa'");
    cr_expect_eq(find(&t, token, NOW), 0);
}
