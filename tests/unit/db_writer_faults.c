/*
 * db_writer_faults.c: a disk that is full, too small or cannot sync, and jobs that lose their
 * transaction: nothing is reported as done that is not on disk, and a job fails alone.
 */
#include "db/writer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fault_vfs.h"
#include "temp_db.h"
#include "writer_group.h"

static struct writer *writer_of(const struct temp_db *t)
{
    struct writer *w = NULL;
    struct err err = {0};
    cr_assert_eq(writer_new(&(struct writer_options){.path = t->path}, &w, &err), 0, "%s", err.msg);
    return w;
}

Test(db_writer_faults, a_full_disk_fails_the_job_and_the_next_one_works_when_there_is_room)
{
    struct fault_vfs *disk = fault_vfs_install();
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    struct err err = {0};
    struct put a = {.key = "a", .value = "1"};
    struct put b = {.key = "b", .value = "1"};
    struct caller group[] = {{.fn = put_run, .arg = &a}, {.fn = put_run, .arg = &b}};
    atomic_store(&disk->full, 1);
    cr_expect_eq(writer_run(w, put_run, &a, &err), -ERR_IO);
    cr_expect_not_null(strstr(err.msg, "full"), "%s", err.msg);
    run_as_group(w, group, 2);
    cr_expect_eq(group[0].rc, -ERR_IO);
    cr_expect_eq(group[1].rc, -ERR_IO);
    cr_expect_not_null(strstr(group[1].err.msg, "full"), "%s", group[1].err.msg);
    cr_expect_not(put_is_there(&t, "a"));
    atomic_store(&disk->full, 0);
    cr_expect_eq(writer_run(w, put_run, &a, &err), 0, "%s", err.msg);
    cr_expect_eq(writer_run(w, put_run, &b, &err), 0, "%s", err.msg);
    cr_expect(put_is_there(&t, "a"));
    cr_expect(put_is_there(&t, "b"));
}

static int big_run(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_exec(db,
                   "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                   " INSERT INTO settings (key, value) SELECT 'big' || i, hex(randomblob(500)) "
                   "FROM n",
                   err);
}

static int limit_run(struct db *db, void *arg, struct err *err)
{
    return db_exec(db, arg, err);
}

static void expect_only_the_big_one_failed(struct temp_db *t, struct writer *w)
{
    struct put a = {.key = "a", .value = "1"};
    struct put b = {.key = "b", .value = "1"};
    struct caller group[] = {{.fn = put_run, .arg = &a},
                             {.fn = big_run},
                             {.fn = put_run, .arg = &b}};
    run_as_group(w, group, 3);
    cr_expect_eq(group[0].rc, 0, "%s", group[0].err.msg);
    cr_expect_eq(group[1].rc, -ERR_IO);
    cr_expect_not_null(strstr(group[1].err.msg, "full"), "%s", group[1].err.msg);
    cr_expect_eq(group[2].rc, 0, "%s", group[2].err.msg);
    cr_expect(put_is_there(t, "a"));
    cr_expect(put_is_there(t, "b"));
    cr_expect_not(put_is_there(t, "big1"));
}

Test(db_writer_faults, a_job_too_large_for_the_database_does_not_take_its_group_along)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    char limit[64];
    (void)snprintf(limit, sizeof limit, "PRAGMA max_page_count = %d",
                   (int)temp_db_int(t.db, "PRAGMA page_count") + 20);
    cr_assert_eq(writer_run(w, limit_run, limit, NULL), 0);
    expect_only_the_big_one_failed(&t, w);
}

Test(db_writer_faults, a_job_too_large_for_the_disk_at_commit_does_not_take_its_group_along)
{
    struct fault_vfs *disk = fault_vfs_install();
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    atomic_store(&disk->limit, 1 << 20);
    expect_only_the_big_one_failed(&t, w);
    atomic_store(&disk->limit, 0);
    struct err err = {0};
    cr_expect_eq(writer_run(w, big_run, NULL, &err), 0, "%s", err.msg);
    cr_expect(put_is_there(&t, "big2000"));
}

Test(db_writer_faults, nothing_is_reported_done_when_the_disk_cannot_promise_to_keep_it)
{
    struct fault_vfs *disk = fault_vfs_install();
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    struct err err = {0};
    struct put a = {.key = "a", .value = "1"};
    struct put b = {.key = "b", .value = "1"};
    struct put bad = {.key = "c", .value = "1", .result = -ERR_INVALID};
    struct caller group[] = {{.fn = put_run, .arg = &a},
                             {.fn = put_run, .arg = &bad},
                             {.fn = put_run, .arg = &b}};
    atomic_store(&disk->sync_broken, 1);
    run_as_group(w, group, 3);
    cr_expect_eq(group[0].rc, -ERR_IO);
    cr_expect_eq(group[1].rc, -ERR_INVALID, "it had its own reason");
    cr_expect_eq(group[2].rc, -ERR_IO);
    cr_expect_eq(writer_run(w, put_run, &a, &err), -ERR_IO);
    cr_expect_not(put_is_there(&t, "a"));
    cr_expect_not(put_is_there(&t, "b"));
    atomic_store(&disk->sync_broken, 0);
    cr_expect_eq(writer_run(w, put_run, &a, &err), 0, "%s", err.msg);
    cr_expect(put_is_there(&t, "a"));
}

/* A job that carries on after SQLite has ended its transaction must not write outside of any. */
static int stubborn_run(struct db *db, void *arg, struct err *err)
{
    struct put *p = arg;
    int rc = db_exec(db, "ROLLBACK", err); /* what a full disk can do at any statement */
    if (rc < 0) {
        return rc;
    }
    struct err ignored;
    (void)put_run(db, p, &ignored);
    return 0;
}

Test(db_writer_faults, a_job_whose_transaction_was_lost_is_not_reported_done_and_writes_nothing)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    struct put a = {.key = "a", .value = "1"};
    struct put lost = {.key = "lost", .value = "1"};
    struct put b = {.key = "b", .value = "1"};
    struct caller group[] = {{.fn = put_run, .arg = &a},
                             {.fn = stubborn_run, .arg = &lost},
                             {.fn = put_run, .arg = &b}};
    struct err err = {0};
    cr_expect_eq(writer_run(w, stubborn_run, &lost, &err), -ERR_DB);
    run_as_group(w, group, 3);
    cr_expect_eq(group[0].rc, 0, "%s", group[0].err.msg);
    cr_expect_eq(group[1].rc, -ERR_DB);
    cr_expect_eq(group[2].rc, 0, "%s", group[2].err.msg);
    cr_expect(put_is_there(&t, "a"));
    cr_expect(put_is_there(&t, "b"));
    cr_expect_not(put_is_there(&t, "lost"));
}
