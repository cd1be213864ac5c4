/*
 * db_writer.c: what a caller of the writer may rely on: a job reported as done is on disk and
 * visible, a failed one left nothing, and neither disturbs the jobs that shared its commit.
 */
#include "db/writer.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

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

static int nothing_run(struct db *db, void *arg, struct err *err)
{
    (void)db;
    (void)arg;
    (void)err;
    return 5;
}

Test(db_writer, what_a_job_wrote_is_visible_to_others_when_its_caller_returns)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    struct err err = {0};
    struct put p = {.key = "a", .value = "1", .result = 3};
    cr_expect_eq(writer_run(w, put_run, &p, &err), 3, "a positive outcome comes back as it is");
    cr_expect(put_is_there(&t, "a"));
}

Test(db_writer, a_failed_job_leaves_nothing_and_tells_why)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    struct err err = {0};
    struct put p = {.key = "a", .value = "1", .result = -ERR_UNPROCESSABLE};
    cr_expect_eq(writer_run(w, put_run, &p, &err), -ERR_UNPROCESSABLE);
    cr_expect_eq(err.code, ERR_UNPROCESSABLE);
    cr_expect_str_eq(err.msg, "the job says no");
    cr_expect_not(put_is_there(&t, "a"));
}

Test(db_writer, jobs_that_wait_share_one_commit_and_a_failing_one_does_not_disturb_the_others)
{
    enum { N = 9 };
    struct fault_vfs *disk = fault_vfs_install();
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    char keys[N][16];
    struct put puts[N];
    struct caller callers[N];
    for (int i = 0; i < N; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "k%d", i);
        puts[i] =
            (struct put){.key = keys[i], .value = "1", .result = i % 3 == 1 ? -ERR_INVALID : i};
        callers[i] = (struct caller){.fn = put_run, .arg = &puts[i]};
    }
    int before = atomic_load(&disk->syncs);
    run_as_group(w, callers, N);
    /* One commit is one sync of the log, or two when the log is begun anew. */
    cr_expect_leq(atomic_load(&disk->syncs) - before, 2);
    for (int i = 0; i < N; i++) {
        cr_expect_eq(callers[i].rc, puts[i].result);
        cr_expect_eq(put_is_there(&t, keys[i]), i % 3 != 1);
        cr_expect_eq(puts[i].ran, 1);
    }
}

Test(db_writer, a_full_queue_refuses_at_once_and_says_busy)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = NULL;
    struct err err = {0};
    struct writer_options o = {.path = t.path, .queue_max = 1};
    cr_assert_eq(writer_new(&o, &w, &err), 0);
    struct gate g;
    gate_close(&g, w);
    struct put waits = {.key = "a", .value = "1"};
    struct put refused = {.key = "b", .value = "1"};
    struct caller c = {.fn = put_run, .arg = &waits};
    caller_start(&c, w, 1);
    cr_expect_eq(writer_run(w, put_run, &refused, &err), -ERR_BUSY);
    cr_expect_eq(refused.ran, 0);
    gate_open(&g);
    caller_wait(&c);
    cr_expect_eq(c.rc, 0);
    cr_expect(put_is_there(&t, "a"));
    cr_expect_eq(writer_run(w, put_run, &refused, &err), 0, "there is room again");
}

static void *free_thread(void *arg)
{
    writer_free(arg);
    return NULL;
}

Test(db_writer, stopping_finishes_what_was_accepted_and_takes_nothing_new)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct writer *w = NULL;
    struct err err = {0};
    struct writer_options o = {.path = t.path, .queue_max = 1};
    cr_assert_eq(writer_new(&o, &w, &err), 0);
    struct gate g;
    gate_close(&g, w);
    struct put p = {.key = "a", .value = "1"};
    struct put late = {.key = "b", .value = "1"};
    struct caller c = {.fn = put_run, .arg = &p};
    caller_start(&c, w, 1);
    pthread_t stopper;
    cr_assert_eq(pthread_create(&stopper, NULL, free_thread, w), 0);
    /* The queue is full, so that the answer is busy until the writer is told to stop. */
    int rc = -ERR_BUSY;
    while (rc == -ERR_BUSY) {
        rc = writer_run(w, put_run, &late, &err);
    }
    cr_expect_eq(rc, -ERR_STOPPED);
    gate_open(&g);
    caller_wait(&c);
    cr_assert_eq(pthread_join(stopper, NULL), 0);
    cr_expect_eq(c.rc, 0);
    cr_expect(put_is_there(&t, "a"));
    cr_expect_not(put_is_there(&t, "b"));
}

static void count_commit(void *arg)
{
    int *n = arg;
    (*n)++;
}

Test(db_writer, commits_are_announced_only_when_they_changed_something)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = NULL;
    struct err err = {0};
    int n = 0;
    struct writer_options o = {.path = t.path, .committed = count_commit, .committed_arg = &n};
    cr_assert_eq(writer_new(&o, &w, &err), 0);
    struct put good = {.key = "a", .value = "1"};
    struct put bad = {.key = "b", .value = "1", .result = -ERR_INVALID};
    cr_expect_eq(writer_run(w, nothing_run, NULL, &err), 5);
    cr_expect_eq(n, 0);
    cr_expect_eq(writer_run(w, put_run, &bad, &err), -ERR_INVALID);
    cr_expect_eq(n, 0);
    cr_expect_eq(writer_run(w, put_run, &good, &err), 0);
    cr_expect_eq(n, 1, "before the caller returns, so that it can count on it");
    struct put failing = {.key = "c", .value = "1", .result = -ERR_INVALID};
    struct caller idle[] = {{.fn = nothing_run}, {.fn = put_run, .arg = &failing}};
    run_as_group(w, idle, 2);
    cr_expect_eq(n, 1);
    struct put d = {.key = "d", .value = "1"};
    struct put e = {.key = "e", .value = "1"};
    struct caller two[] = {{.fn = put_run, .arg = &d}, {.fn = put_run, .arg = &e}};
    run_as_group(w, two, 2);
    cr_expect_eq(n, 2, "once for the group");
}

/* One snapshot is always open: the next reader begins before the last one ends. */
struct relay {
    const char *path;
    atomic_bool over;
    atomic_long turns;
};

static void *read_in_relay(void *arg)
{
    struct relay *r = arg;
    const struct timespec a_slow_query = {.tv_nsec = 5000000};
    struct db *db[2] = {NULL, NULL};
    struct err err;
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(db_open(r->path, DB_READ, false, &db[i], &err), 0);
    }
    for (int turn = 0; !atomic_load(&r->over); turn++) {
        temp_db_exec(db[turn % 2], "BEGIN");
        (void)temp_db_int(db[turn % 2], "SELECT count(*) FROM salons");
        (void)nanosleep(&a_slow_query, NULL);
        if (turn > 0) {
            temp_db_exec(db[(turn + 1) % 2], "COMMIT");
        }
        (void)atomic_fetch_add(&r->turns, 1);
    }
    for (int i = 0; i < 2; i++) {
        db_close(db[i]);
    }
    return NULL;
}

static int pages_run(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_exec(db,
                   "REPLACE INTO settings (key, value)"
                   " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
                   " SELECT 'page' || i, hex(randomblob(1900)) FROM n",
                   err);
}

Test(db_writer, the_log_stays_short_although_there_is_always_a_reader)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    struct err err = {0};
    struct relay relay = {.path = t.path};
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, read_in_relay, &relay), 0);
    while (atomic_load(&relay.turns) < 2) {
        (void)sched_yield();
    }
    for (int i = 0; i < 400; i++) {
        cr_assert_eq(writer_run(w, pages_run, NULL, &err), 0, "%s", err.msg);
    }
    atomic_store(&relay.over, true);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    char log[TEMP_PATH_LEN];
    struct stat st;
    temp_path(t.dir, "barkbook.db-wal", log);
    cr_assert_eq(stat(log, &st), 0);
    /* 400 times 100 pages were written: 160 MB. */
    cr_expect_lt(st.st_size, 120 << 20, "%ld bytes", (long)st.st_size);
}

/* Part of a job: the outer one keeps its own row whatever happens to the inner one. */
static int parts_run(struct db *db, void *arg, struct err *err)
{
    struct put *parts = arg;
    int rc = put_run(db, &parts[0], err);
    if (rc < 0) {
        return rc;
    }
    bool broken = false;
    struct err why = {0};
    rc = db_savepoint(db, put_run, &parts[1], &broken, &why);
    cr_expect_eq(rc, parts[1].result);
    cr_expect_not(broken);
    return 0;
}

Test(db_writer, a_part_of_a_job_may_fail_without_taking_the_job_along)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    CLEANUP(writer_free) struct writer *w = writer_of(&t);
    struct err err = {0};
    struct put fails[] = {{.key = "a", .value = "1"},
                          {.key = "b", .value = "1", .result = -ERR_INVALID}};
    struct put works[] = {{.key = "c", .value = "1"}, {.key = "d", .value = "1", .result = 2}};
    cr_expect_eq(writer_run(w, parts_run, fails, &err), 0, "%s", err.msg);
    cr_expect_eq(writer_run(w, parts_run, works, &err), 0, "%s", err.msg);
    cr_expect(put_is_there(&t, "a"));
    cr_expect_not(put_is_there(&t, "b"));
    cr_expect(put_is_there(&t, "c"));
    cr_expect(put_is_there(&t, "d"));
}

Test(db_writer, without_the_thread_a_transaction_is_kept_or_undone_the_same_way)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    struct err err = {0};
    struct put good = {.key = "a", .value = "1", .result = 4};
    struct put bad = {.key = "b", .value = "1", .result = -ERR_INVALID};
    cr_expect_eq(db_transaction(t.db, put_run, &good, &err), 4);
    cr_expect_eq(db_transaction(t.db, put_run, &bad, &err), -ERR_INVALID);
    cr_expect(put_is_there(&t, "a"));
    cr_expect_not(put_is_there(&t, "b"));
}
