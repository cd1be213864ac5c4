/*
 * db_open.c: which files are taken as ours, and what a connection is set to.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/migrate.h"
#include "temp_db.h"

static void write_file(const char *path, const char *mode, long at, const void *data, size_t n)
{
    FILE *f = fopen(path, mode);
    cr_assert_not_null(f);
    cr_assert_eq(fseek(f, at, SEEK_SET), 0);
    cr_assert_eq(fwrite(data, 1, n, f), n);
    cr_assert_eq(fclose(f), 0);
}

Test(db_open, a_new_database_is_durable_and_checks_its_references)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    char *mode = temp_db_text(t.db, "PRAGMA journal_mode");
    cr_expect_str_eq(mode, "wal");
    free(mode);
    cr_expect_eq(temp_db_int(t.db, "PRAGMA synchronous"), 2); /* FULL */
    cr_expect_eq(temp_db_int(t.db, "PRAGMA foreign_keys"), 1);
    cr_expect_eq(temp_db_int(t.db, "PRAGMA secure_delete"), 1);
    cr_expect_eq(temp_db_int(t.db, "PRAGMA trusted_schema"), 0);
    cr_expect_eq(temp_db_int(t.db, "PRAGMA temp_store"), 2); /* memory */
    cr_expect_eq(temp_db_int(t.db, "PRAGMA busy_timeout"), 10000);
    cr_expect_eq(temp_db_int(t.db, "PRAGMA auto_vacuum"), 2); /* incremental */
    cr_expect_eq(temp_db_int(t.db, "PRAGMA application_id"), DB_APPLICATION_ID);
}

Test(db_open, a_missing_file_is_made_only_when_asked)
{
    char dir[TEMP_PATH_LEN];
    char path[TEMP_PATH_LEN];
    temp_dir_make(dir);
    temp_path(dir, "none.db", path);
    struct db *db = NULL;
    struct err err = {0};
    cr_expect_eq(db_open(path, DB_WRITE, false, &db, &err), -ERR_IO);
    cr_expect_null(db);
    cr_expect_not_null(strstr(err.msg, "none.db"));
    cr_expect_not_null(strstr(err.msg, "No such file"), "%s", err.msg);
    cr_expect_neq(access(path, F_OK), 0);
    cr_expect_eq(db_open(path, DB_WRITE, true, &db, &err), 0);
    db_close(db);
    temp_dir_remove(dir);
}

Test(db_open, a_file_that_is_no_database_is_refused_and_left_alone)
{
    char dir[TEMP_PATH_LEN];
    char path[TEMP_PATH_LEN];
    temp_dir_make(dir);
    temp_path(dir, "notes.db", path);
    char text[4096];
    memset(text, 'x', sizeof text);
    write_file(path, "w", 0, text, sizeof text);
    struct db *db = NULL;
    struct err err = {0};
    cr_expect_eq(db_open(path, DB_WRITE, true, &db, &err), -ERR_DB);
    cr_expect_null(db);
    cr_expect_not_null(strstr(err.msg, "restore"), "%s", err.msg);
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_size, (off_t)sizeof text);
    temp_dir_remove(dir);
}

Test(db_open, a_damaged_database_is_refused_with_what_to_do)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    db_close(t.db);
    t.db = NULL;
    /* The first page's tree, behind the header that makes it a database. */
    char junk[3900];
    memset(junk, 0xee, sizeof junk);
    write_file(t.path, "r+", 100, junk, sizeof junk);
    struct err err = {0};
    cr_expect_eq(db_open(t.path, DB_WRITE, false, &t.db, &err), -ERR_DB);
    cr_expect_null(t.db);
    cr_expect_not_null(strstr(err.msg, "damaged"), "%s", err.msg);
    cr_expect_not_null(strstr(err.msg, "restore"), "%s", err.msg);
}

Test(db_open, a_database_of_another_program_is_refused)
{
    char dir[TEMP_PATH_LEN];
    char path[TEMP_PATH_LEN];
    temp_dir_make(dir);
    const char *made_by_others[] = {"CREATE TABLE t (x)", "PRAGMA application_id = 17"};
    for (size_t i = 0; i < ARRAY_LEN(made_by_others); i++) {
        temp_path(dir, i == 0 ? "table.db" : "id.db", path);
        sqlite3 *other = NULL;
        cr_assert_eq(sqlite3_open(path, &other), SQLITE_OK);
        cr_assert_eq(sqlite3_exec(other, made_by_others[i], NULL, NULL, NULL), SQLITE_OK);
        cr_assert_eq(sqlite3_close(other), SQLITE_OK);
        struct db *db = NULL;
        struct err err = {0};
        cr_expect_eq(db_open(path, DB_WRITE, true, &db, &err), -ERR_DB);
        cr_expect_not_null(strstr(err.msg, "another program"), "%s", err.msg);
    }
    temp_dir_remove(dir);
}

Test(db_open, a_reader_sees_what_was_committed_and_cannot_write)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    temp_db_exec(t.db, "INSERT INTO settings (key, value) VALUES ('a', '1')");
    CLEANUP(db_close) struct db *reader = NULL;
    struct err err = {0};
    cr_assert_eq(db_open(t.path, DB_READ, false, &reader, &err), 0);
    cr_expect_eq(temp_db_int(reader, "SELECT count(*) FROM settings WHERE key = 'a'"), 1);
    cr_expect_eq(db_exec(reader, "DELETE FROM settings", &err), -ERR_IO);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM settings WHERE key = 'a'"), 1);
}

Test(db_open, the_first_reader_after_a_crash_recovers_the_log)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    temp_db_exec(t.db, "INSERT INTO settings (key, value) VALUES ('a', '1')");
    /* What a killed process leaves behind: the file and its log, copied while both are in use. */
    char copy[TEMP_PATH_LEN];
    char command[5 * TEMP_PATH_LEN];
    temp_path(t.dir, "crashed.db", copy);
    (void)snprintf(command, sizeof command, "cp '%s' '%s' && cp '%s-wal' '%s-wal'", t.path, copy,
                   t.path, copy);
    cr_assert_eq(system(command), 0); /* NOLINT(cert-env33-c): a fixed command on our own folder */
    CLEANUP(db_close) struct db *reader = NULL;
    struct err err = {0};
    cr_assert_eq(db_open(copy, DB_READ, false, &reader, &err), 0, "%s", err.msg);
    cr_expect_eq(temp_db_int(reader, "SELECT count(*) FROM settings WHERE key = 'a'"), 1);
}
