/*
 * db_statement.c: statements are kept and come back clean; values survive the way in and out;
 * failures get the right error.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "temp_db.h"

static const char SET[] = "INSERT INTO settings (key, value) VALUES (:key, :value)";
static const char GET[] = "SELECT value FROM settings WHERE key = :key";

static int set(struct db *db, const char *key, const char *value, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":key", key);
    db_bind_text(st, ":value", value);
    return db_run(db, st, NULL, err);
}

Test(db_statement, a_statement_is_prepared_once_and_comes_back_without_its_old_values)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct err err = {0};
    cr_assert_eq(set(t.db, "a", "1", &err), 0);
    sqlite3_stmt *first = NULL;
    cr_assert_eq(db_stmt(t.db, GET, &first, &err), 0);
    db_bind_text(first, ":key", "a");
    cr_assert_eq(db_step(t.db, first, &err), 1);
    cr_expect_str_eq(db_text(first, 0), "1");
    db_reset(first);
    sqlite3_stmt *second = NULL;
    cr_assert_eq(db_stmt(t.db, GET, &second, &err), 0);
    cr_expect_eq(first, second);
    cr_expect_eq(db_step(t.db, second, &err), 0, "the key of the first time was still bound");
    db_reset(second);
}

Test(db_statement, hundreds_of_statements_are_told_apart)
{
    enum { N = 500 };
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    static char text[N][32];
    struct err err = {0};
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < N; i++) {
            (void)snprintf(text[i], sizeof text[i], "SELECT %d", i);
            CLEANUP(db_reset) sqlite3_stmt *st = NULL;
            cr_assert_eq(db_stmt(t.db, text[i], &st, &err), 0);
            cr_assert_eq(db_step(t.db, st, &err), 1);
            cr_assert_eq(db_int(st, 0), i);
        }
    }
}

Test(db_statement, a_misspelt_column_is_an_error_and_not_a_string)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct err err = {0};
    sqlite3_stmt *st = NULL;
    cr_expect_eq(db_stmt(t.db, "SELECT \"valeu\" FROM settings", &st, &err), -ERR_DB);
    cr_expect_not_null(strstr(err.msg, "valeu"));
}

Test(db_statement, values_come_out_as_they_went_in)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    static const char echo[] = "SELECT :text, :part, :int, :time, :never, :null, typeof(:blob)";
    struct err err = {0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    cr_assert_eq(db_stmt(t.db, echo, &st, &err), 0);
    db_bind_text(st, ":text", "Żółw");
    db_bind_text_n(st, ":part", "Burek", 3);
    db_bind_int(st, ":int", INT64_MIN);
    db_bind_time(st, ":time", INT64_C(1795352400123));
    db_bind_time(st, ":never", 0);
    db_bind_text(st, ":null", NULL);
    db_bind_blob(st, ":blob", "x", 1);
    cr_assert_eq(db_step(t.db, st, &err), 1);
    cr_expect_str_eq(db_text(st, 0), "Żółw");
    cr_expect_str_eq(db_text(st, 1), "Bur");
    cr_expect_eq(db_int(st, 2), INT64_MIN);
    cr_expect_str_eq(db_text(st, 3), "2026-11-22T13:00:00.123Z");
    cr_expect_eq(db_time(st, 3), INT64_C(1795352400123));
    cr_expect(db_is_null(st, 4));
    cr_expect_eq(db_time(st, 4), 0);
    cr_expect_null(db_text(st, 5));
    cr_expect_str_eq(db_text(st, 6), "blob");
    bool ok = true;
    char *copy = db_text_dup(st, 0, &ok);
    cr_expect_str_eq(copy, "Żółw");
    free(copy);
    cr_expect_null(db_text_dup(st, 5, &ok));
    cr_expect(ok, "SQL NULL is no failure");
}

Test(db_statement, the_number_of_changed_rows_is_told)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    temp_db_exec(t.db, "INSERT INTO settings (key, value) VALUES ('a', '1'), ('b', '1')");
    struct err err = {0};
    sqlite3_stmt *st = NULL;
    int64_t changed = -1;
    cr_assert_eq(db_stmt(t.db, "UPDATE settings SET value = '2' WHERE value = '1'", &st, &err), 0);
    cr_assert_eq(db_run(t.db, st, &changed, &err), 0);
    cr_expect_eq(changed, 2);
    db_reset(st);
    cr_assert_eq(db_run(t.db, st, &changed, &err), 0);
    cr_expect_eq(changed, 0);
    db_reset(st);
}

Test(db_statement, what_is_taken_or_gone_is_a_conflict_and_a_bad_value_is_not)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct err err = {0};
    cr_assert_eq(set(t.db, "a", "1", &err), 0);
    cr_expect_eq(set(t.db, "a", "2", &err), -ERR_CONFLICT);
    cr_expect_null(strstr(err.msg, "'a'"), "a message must not quote data: %s", err.msg);
    cr_expect_eq(db_exec(t.db, "INSERT INTO client_pets VALUES ('x', 'y')", &err), -ERR_CONFLICT);
    cr_expect_eq(set(t.db, "b", NULL, &err), -ERR_DB);
    cr_expect_eq(db_exec(t.db,
                         "INSERT INTO staff (id, name, role, password_hash)"
                         " VALUES ('1', 'x', 'king', '')",
                         &err),
                 -ERR_DB);
}

Test(db_statement, a_database_locked_by_somebody_else_is_busy)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(db_close) struct db *other = NULL;
    struct err err = {0};
    cr_assert_eq(db_open(t.path, DB_WRITE, false, &other, &err), 0);
    cr_assert_eq(sqlite3_busy_timeout(db_handle(other), 0), SQLITE_OK);
    temp_db_exec(t.db, "BEGIN IMMEDIATE");
    cr_expect_eq(set(other, "a", "1", &err), -ERR_BUSY);
    temp_db_exec(t.db, "COMMIT");
    cr_expect_eq(set(other, "a", "1", &err), 0);
}

Test(db_statement, the_data_version_moves_when_another_connection_commits)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(db_close) struct db *reader = NULL;
    struct err err = {0};
    int64_t before = 0;
    int64_t same = 0;
    int64_t after = 0;
    cr_assert_eq(db_open(t.path, DB_READ, false, &reader, &err), 0);
    cr_assert_eq(db_data_version(reader, &before, &err), 0);
    cr_assert_eq(db_data_version(reader, &same, &err), 0);
    cr_expect_eq(before, same);
    cr_assert_eq(set(t.db, "a", "1", &err), 0);
    cr_assert_eq(db_data_version(reader, &after, &err), 0);
    cr_expect_neq(before, after);
}

/* With no memory left, a value that could not be bound must not be stored as NULL. */
Test(db_statement, a_value_that_could_not_be_bound_fails_the_next_step)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    static const char touch[] = "UPDATE staff SET disabled_at = :at";
    struct err err = {0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    temp_db_exec(t.db, "INSERT INTO staff (id, name, role, password_hash, disabled_at)"
                       " VALUES ('1', 'Ola', 'owner', '', 'old')");
    /* Small allocations come from a reserve of the connection, which is taken away as well. */
    cr_assert_eq(sqlite3_db_config(db_handle(t.db), SQLITE_DBCONFIG_LOOKASIDE, NULL, 0, 0),
                 SQLITE_OK);
    cr_assert_eq(db_stmt(t.db, touch, &st, &err), 0);
    (void)sqlite3_hard_heap_limit64(1);
    db_bind_time(st, ":at", INT64_C(1795352400123));
    (void)sqlite3_hard_heap_limit64(0);
    cr_expect_eq(db_step(t.db, st, &err), -ERR_NOMEM);
    db_reset(st);
    cr_expect_eq(temp_db_int(t.db, "SELECT disabled_at = 'old' FROM staff"), 1);
    cr_assert_eq(db_stmt(t.db, touch, &st, &err), 0);
    db_bind_time(st, ":at", INT64_C(1795352400123));
    cr_expect_eq(db_run(t.db, st, NULL, &err), 0, "only the next step fails");
}
