/*
 * db_memory.c: memory runs out at every place in turn, ours and SQLite's: a connection opens or
 * says why not, and a transaction is done whole or not at all, with no value lost on the way.
 *
 * Linked with --wrap, so that allocations of our own code pass by here; SQLite is given its own
 * allocator.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "db/writer.h"
#include "scarce.h"
#include "temp_db.h"

#define NOW INT64_C(1795352400000)

static sqlite3_mem_methods real_memory;

static void *sqlite_malloc(int n)
{
    return fails() ? NULL : real_memory.xMalloc(n);
}

static void *sqlite_realloc(void *p, int n)
{
    return fails() ? NULL : real_memory.xRealloc(p, n);
}

/* Before SQLite's first use in this process. Without the reserve that small allocations come from.
 */
static void watch_sqlite(void)
{
    cr_assert_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory), SQLITE_OK);
    static sqlite3_mem_methods watched;
    watched = real_memory;
    watched.xMalloc = sqlite_malloc;
    watched.xRealloc = sqlite_realloc;
    cr_assert_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &watched), SQLITE_OK);
    cr_assert_eq(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

static int rename_run(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    static const char sql[] = "UPDATE staff SET name = :name, disabled_at = :at WHERE id = '1'";
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":name", "Ola");
    db_bind_time(st, ":at", NOW);
    return db_run(db, st, NULL, err);
}

/* Reads, changes a part in a savepoint, and writes what it read: what most jobs do. */
static int job_run(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    static const char read[] = "SELECT value || '' FROM settings WHERE key = 'source'";
    static const char write[] = "INSERT INTO settings (key, value) VALUES ('copy', :value)";
    bool broken = false;
    int rc = db_savepoint(db, rename_run, NULL, &broken, err);
    if (rc < 0) {
        return rc;
    }
    CLEANUP(db_reset) sqlite3_stmt *in = NULL;
    CLEANUP(db_reset) sqlite3_stmt *out = NULL;
    rc = db_stmt(db, read, &in, err);
    if (rc == 0) {
        rc = db_step(db, in, err);
    }
    if (rc >= 0) {
        rc = db_stmt(db, write, &out, err);
    }
    if (rc < 0) {
        return rc;
    }
    const char *value = db_text(in, 0);
    db_bind_text(out, ":value", value != NULL ? value : "lost");
    return db_run(db, out, NULL, err);
}

#define DONE                                                                                   \
    "SELECT (SELECT count(*) FROM settings WHERE key = 'copy' AND value = 'worth keeping') ||" \
    " (SELECT count(*) FROM staff WHERE name = 'Ola' AND disabled_at = "                       \
    "'2026-11-22T13:00:00.000Z')"
#define BACK \
    "DELETE FROM settings WHERE key = 'copy'; UPDATE staff SET name = 'Ewa', disabled_at = NULL"

static void expect_whole_or_nothing(bool only_once)
{
    watch_sqlite();
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    temp_db_exec(t.db, "INSERT INTO settings (key, value) VALUES ('source', 'worth keeping');"
                       "INSERT INTO staff (id, name, role, password_hash) VALUES ('1', 'Ewa', "
                       "'owner', '')");
    int rc = -1;
    long n = 0;
    for (; rc < 0; n++) {
        cr_assert_lt(n, 100000);
        struct db *db = NULL;
        struct err err = {0};
        cr_assert_eq(db_open(t.path, DB_WRITE, false, &db, &err), 0);
        once = only_once;
        left = n;
        rc = db_transaction(db, job_run, NULL, &err);
        bool failed = left == 0 || (only_once && left == LONG_MAX);
        left = LONG_MAX;
        cr_assert(rc >= 0 || failed, "allocation %ld: %s", n, err.msg);
        cr_assert(rc >= 0 || err.code == ERR_NOMEM, "allocation %ld: %s", n, err.msg);
        char *done = temp_db_text(t.db, DONE);
        cr_assert_str_eq(done, rc < 0 ? "00" : "11", "allocation %ld", n);
        free(done);
        temp_db_exec(t.db, BACK);
        cr_assert_eq(db_transaction(db, job_run, NULL, &err), 0,
                     "with memory again the same connection works: %s", err.msg);
        temp_db_exec(t.db, BACK);
        db_close(db);
        if (only_once && failed) {
            rc = -1; /* SQLite can do without some of it: go on until there is nothing left to fail
                      */
        }
    }
    cr_assert_gt(n, 50, "the allocations were not seen");
}

Test(db_memory, a_transaction_that_runs_out_of_memory_for_good_is_undone_whole)
{
    expect_whole_or_nothing(false);
}

Test(db_memory, a_transaction_that_misses_a_single_allocation_is_done_or_undone_whole)
{
    expect_whole_or_nothing(true);
}

Test(db_memory, a_connection_that_finds_no_memory_is_refused_as_that)
{
    watch_sqlite();
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    int rc = -1;
    long n = 0;
    for (; rc < 0; n++) {
        struct db *db = NULL;
        struct err err = {0};
        once = false;
        left = n;
        rc = db_open(t.path, DB_WRITE, false, &db, &err);
        left = LONG_MAX;
        cr_assert(rc >= 0 || err.code == ERR_NOMEM, "allocation %ld: %s", n, err.msg);
        cr_assert(rc >= 0 || db == NULL);
        db_close(db);
    }
    cr_assert_gt(n, 20, "the allocations were not seen");
}

Test(db_memory, a_writer_or_a_pool_that_finds_no_memory_is_refused_as_that)
{
    watch_sqlite();
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct writer_options o = {.path = t.path};
    int rc = -1;
    for (long n = 0; rc < 0; n++) {
        struct writer *w = NULL;
        struct err err = {0};
        once = false;
        left = n;
        rc = writer_new(&o, &w, &err);
        left = LONG_MAX;
        cr_assert(rc >= 0 || err.code == ERR_NOMEM, "allocation %ld: %s", n, err.msg);
        writer_free(w);
    }
    rc = -1;
    for (long n = 0; rc < 0; n++) {
        struct db_pool *p = NULL;
        struct err err = {0};
        left = n;
        rc = db_pool_new(t.path, 2, &p, &err);
        left = LONG_MAX;
        cr_assert(rc >= 0 || err.code == ERR_NOMEM, "allocation %ld: %s", n, err.msg);
        db_pool_free(p);
    }
}
