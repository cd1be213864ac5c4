/*
 * db_writer_race.c: sixteen threads write through the writer while others read through the pool.
 * Every answer is true, readers never see half a job, and the thread sanitizer, with which this is
 * built, sees no race.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "db/writer.h"
#include "tap.h"
#include "temp_db.h"

#define WRITERS 16
#define READERS 4

static const char INSERT[] = "INSERT INTO settings (key, value) VALUES (:key, :value)";
static const char COUNT[] = "SELECT (SELECT count(*) FROM settings WHERE key GLOB 'a*'),"
                            " (SELECT count(*) FROM settings WHERE key GLOB 'b*')";

struct scene {
    struct writer *writer;
    struct db_pool *pool;
    long jobs; /* per thread */
    atomic_long lies;
    atomic_long torn;
    atomic_long commits;
    atomic_bool over;
};

struct pair {
    int thread;
    long number;
    bool fail;
};

static int insert(struct db *db, const char *key, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, INSERT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":key", key);
    db_bind_text(st, ":value", "x");
    return db_run(db, st, NULL, err);
}

/* Two rows that belong together; a job that fails does so after the first. */
static int pair_run(struct db *db, void *arg, struct err *err)
{
    const struct pair *p = arg;
    char key[64];
    (void)snprintf(key, sizeof key, "a%d-%ld", p->thread, p->number);
    int rc = insert(db, key, err);
    if (rc == 0 && p->fail) {
        return err_set(err, ERR_INVALID, "on purpose");
    }
    key[0] = 'b';
    return rc < 0 ? rc : insert(db, key, err);
}

struct worker {
    struct scene *scene;
    int number;
    pthread_t thread;
};

static void *write_all(void *arg)
{
    const struct worker *w = arg;
    for (long i = 0; i < w->scene->jobs; i++) {
        struct pair p = {.thread = w->number, .number = i, .fail = i % 5 == 0};
        struct err err = {0};
        int rc = writer_run(w->scene->writer, pair_run, &p, &err);
        if (rc != (p.fail ? -ERR_INVALID : 0) || (p.fail && strcmp(err.msg, "on purpose") != 0)) {
            (void)fprintf(stderr, "job %d-%ld: %d %s\n", w->number, i, rc, err.msg);
            (void)atomic_fetch_add(&w->scene->lies, 1);
        }
    }
    return NULL;
}

static void read_once(struct scene *s)
{
    struct db *db = NULL;
    struct err err = {0};
    int rc = db_pool_take(s->pool, &db, &err);
    if (rc == 0) {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        rc = db_stmt(db, COUNT, &st, &err);
        if (rc == 0) {
            rc = db_step(db, st, &err);
        }
        if (rc > 0 && db_int(st, 0) != db_int(st, 1)) {
            (void)atomic_fetch_add(&s->torn, 1);
        }
    }
    db_pool_give(s->pool, db);
    if (rc < 0) {
        (void)fprintf(stderr, "reader: %s\n", err.msg);
        (void)atomic_fetch_add(&s->torn, 1);
    }
}

static void *read_on(void *arg)
{
    const struct worker *w = arg;
    while (!atomic_load(&w->scene->over)) {
        read_once(w->scene);
    }
    return NULL;
}

static void count_commit(void *arg)
{
    struct scene *s = arg;
    (void)atomic_fetch_add(&s->commits, 1);
}

static void must(int rc, const char *what)
{
    if (rc != 0) {
        (void)fprintf(stderr, "%s: %d\n", what, rc);
        abort();
    }
}

static void play(struct scene *s)
{
    struct worker writers[WRITERS];
    struct worker readers[READERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct worker){.scene = s, .number = i};
        must(pthread_create(&writers[i].thread, NULL, write_all, &writers[i]), "thread");
    }
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct worker){.scene = s, .number = i};
        must(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), "thread");
    }
    for (int i = 0; i < WRITERS; i++) {
        must(pthread_join(writers[i].thread, NULL), "join");
    }
    atomic_store(&s->over, true);
    for (int i = 0; i < READERS; i++) {
        must(pthread_join(readers[i].thread, NULL), "join");
    }
}

int main(void)
{
    struct tap tap = {0};
    struct temp_db t = {0};
    struct err err = {0};
    struct scene s = {.jobs = test_count("jobs of each of 16 threads", 500, 5000)};
    temp_db_make(&t);
    struct writer_options o = {.path = t.path, .committed = count_commit, .committed_arg = &s};
    /* Fewer connections than readers, so that they also wait for each other. */
    must(writer_new(&o, &s.writer, &err), err.msg);
    must(db_pool_new(t.path, READERS - 1, &s.pool, &err), err.msg);
    play(&s);
    long good = WRITERS * (s.jobs - (s.jobs + 4) / 5);
    tap_ok(&tap, atomic_load(&s.lies) == 0, "every caller gets its own job's result");
    tap_ok(&tap, atomic_load(&s.torn) == 0, "a reader never sees half a job");
    tap_ok(&tap, temp_db_int(t.db, COUNT) == good, "what was done is there, what failed is not");
    tap_ok(&tap, atomic_load(&s.commits) > 0 && atomic_load(&s.commits) < good,
           "jobs that wait share commits");
    db_pool_free(s.pool);
    writer_free(s.writer);
    char *sound = temp_db_text(t.db, "PRAGMA integrity_check");
    tap_ok(&tap, strcmp(sound, "ok") == 0, "the database is sound");
    free(sound);
    temp_db_done(&t);
    return tap_done(&tap);
}
