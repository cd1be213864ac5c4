/*
 * db_pool.c: read connections are lent to one thread at a time and come back usable.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "temp_db.h"

Test(db_pool, as_many_as_agreed_are_lent_and_the_next_one_is_refused_in_time)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(db_pool_free) struct db_pool *pool = NULL;
    struct err err = {0};
    cr_assert_eq(db_pool_new(t.path, 2, &pool, &err), 0);
    struct db *a = NULL;
    struct db *b = NULL;
    struct db *c = NULL;
    cr_assert_eq(db_pool_take(pool, &a, &err), 0);
    cr_assert_eq(db_pool_take(pool, &b, &err), 0);
    cr_expect_neq(a, b);
    cr_expect_eq(db_pool_take(pool, &c, &err), -ERR_BUSY);
    cr_expect_null(c);
    db_pool_give(pool, a);
    cr_assert_eq(db_pool_take(pool, &c, &err), 0);
    cr_expect_eq(a, c);
    db_pool_give(pool, b);
    db_pool_give(pool, c);
    db_pool_give(pool, NULL);
}

struct waiter {
    struct db_pool *pool;
    int rc;
    struct db *got;
};

static void *wait_for_one(void *arg)
{
    struct waiter *w = arg;
    struct err err;
    w->rc = db_pool_take(w->pool, &w->got, &err);
    return NULL;
}

Test(db_pool, whoever_waits_gets_the_connection_that_is_given_back)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(db_pool_free) struct db_pool *pool = NULL;
    struct err err = {0};
    cr_assert_eq(db_pool_new(t.path, 1, &pool, &err), 0);
    struct db *mine = NULL;
    cr_assert_eq(db_pool_take(pool, &mine, &err), 0);
    struct waiter w = {.pool = pool};
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, wait_for_one, &w), 0);
    db_pool_give(pool, mine);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    cr_expect_eq(w.rc, 0);
    cr_expect_eq(w.got, mine);
    db_pool_give(pool, w.got);
}

Test(db_pool, a_reader_given_back_in_the_middle_of_its_rows_holds_no_old_snapshot)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(db_pool_free) struct db_pool *pool = NULL;
    struct err err = {0};
    cr_assert_eq(db_pool_new(t.path, 1, &pool, &err), 0);
    struct db *db = NULL;
    sqlite3_stmt *st = NULL;
    cr_assert_eq(db_pool_take(pool, &db, &err), 0);
    cr_assert_eq(db_exec(db, "BEGIN", &err), 0);
    cr_assert_eq(db_stmt(db, "SELECT name FROM sqlite_schema", &st, &err), 0);
    cr_assert_eq(db_step(db, st, &err), 1);
    db_pool_give(pool, db);
    temp_db_exec(t.db, "INSERT INTO settings (key, value) VALUES ('a', '1')");
    /* 0: not blocked by anybody. */
    cr_expect_eq(temp_db_int(t.db, "PRAGMA wal_checkpoint(RESTART)"), 0);
    cr_assert_eq(db_pool_take(pool, &db, &err), 0);
    cr_expect_eq(temp_db_int(db, "SELECT count(*) FROM settings WHERE key = 'a'"), 1);
    db_pool_give(pool, db);
}

Test(db_pool, a_file_that_cannot_be_read_is_noticed_at_the_start)
{
    struct db_pool *pool = NULL;
    struct err err = {0};
    cr_expect_eq(db_pool_new("/nonexistent/barkbook.db", 4, &pool, &err), -ERR_IO);
    cr_expect_null(pool);
}
