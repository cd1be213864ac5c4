/*
 * db_kill.c: a process that writes through the writer is killed at a random moment, again and
 * again. Every job whose caller was told "done" is there, no job is there by half, and the file is
 * sound.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"
#include "count.h"
#include "db/writer.h"
#include "tap.h"
#include "temp_db.h"

#define THREADS 8

static const char INSERT[] = "INSERT INTO settings (key, value) VALUES (:key, :value)";

static _Noreturn void give_up(const char *what)
{
    perror(what);
    abort();
}

/* What is written, and once it is done sent through the pipe; small enough to be sent whole. */
struct record {
    int32_t round;
    int32_t thread;
    int64_t number;
};

static int insert(struct db *db, char side, const struct record *r, struct err *err)
{
    char key[64];
    (void)snprintf(key, sizeof key, "%c%d-%d-%lld", side, (int)r->round, (int)r->thread,
                   (long long)r->number);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, INSERT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":key", key);
    db_bind_text(st, ":value", "x");
    return db_run(db, st, NULL, err);
}

static int record_run(struct db *db, void *arg, struct err *err)
{
    const struct record *r = arg;
    int rc = insert(db, 'a', r, err);
    return rc < 0 ? rc : insert(db, 'b', r, err);
}

struct worker {
    struct writer *writer;
    struct record record;
    int pipe;
};

static void *work(void *arg)
{
    struct worker *w = arg;
    struct err err;
    for (;; w->record.number++) {
        if (writer_run(w->writer, record_run, &w->record, &err) < 0) {
            (void)fprintf(stderr, "# job: %s\n", err.msg);
            _exit(1);
        }
        if (write(w->pipe, &w->record, sizeof w->record) != (ssize_t)sizeof w->record) {
            _exit(1);
        }
    }
    return NULL;
}

/* The process that is killed. */
static _Noreturn void child(const char *path, int round, int pipe)
{
    struct writer *writer = NULL;
    struct err err;
    if (writer_new(&(struct writer_options){.path = path}, &writer, &err) < 0) {
        (void)fprintf(stderr, "# writer: %s\n", err.msg);
        _exit(1);
    }
    static struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        workers[i] = (struct worker){.writer = writer,
                                     .record = {.round = round, .thread = i},
                                     .pipe = pipe};
        if (pthread_create(&thread, NULL, work, &workers[i]) != 0) {
            _exit(1);
        }
    }
    for (;;) {
        (void)pause();
    }
}

struct result {
    long acknowledged;
    long lost;
    long torn;
    bool sound;
    bool died_early;
};

/* The last number each thread was told is done; -1: none. */
static void collect(int pipe, int64_t last[static THREADS], struct result *out)
{
    struct record r;
    for (;;) {
        ssize_t n = read(pipe, &r, sizeof r);
        if (n == 0) {
            return;
        }
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n != (ssize_t)sizeof r) {
            give_up("pipe");
        }
        last[r.thread] = r.number;
        out->acknowledged++;
    }
}

static void check(const char *path, int round, const int64_t last[static THREADS],
                  struct result *out)
{
    struct db *db = NULL;
    struct err err;
    if (db_open(path, DB_WRITE, false, &db, &err) < 0) {
        (void)printf("# %s\n", err.msg);
        out->sound = false;
        return;
    }
    char *sound = temp_db_text(db, "PRAGMA integrity_check");
    out->sound = out->sound && strcmp(sound, "ok") == 0;
    free(sound);
    for (int i = 0; i < THREADS; i++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM settings WHERE key GLOB 'a%d-%d-*'",
                       round, i);
        int64_t there = temp_db_int(db, sql);
        out->lost += there < last[i] + 1 ? (long)(last[i] + 1 - there) : 0;
    }
    out->torn +=
        (long)temp_db_int(db, "SELECT count(*) FROM settings a WHERE key GLOB 'a*' AND NOT EXISTS"
                              " (SELECT 1 FROM settings b WHERE b.key = 'b' || substr(a.key, 2))");
    db_close(db);
}

/* Lets the child work until it has been told of something, and then a little longer. */
static void wait_before_killing(int pipe)
{
    uint16_t pause_us = 0;
    struct err err;
    if (secret_random(&pause_us, sizeof pause_us, &err) < 0) {
        give_up(err.msg);
    }
    struct pollfd ready = {.fd = pipe, .events = POLLIN};
    (void)poll(&ready, 1, 30000);
    struct timespec t = {.tv_nsec = (pause_us % 40000) * 1000L};
    (void)nanosleep(&t, NULL);
}

static void play(const char *path, int round, struct result *out)
{
    int ends[2];
    if (pipe(ends) != 0) {
        give_up("pipe");
    }
    pid_t pid = fork();
    if (pid < 0) {
        give_up("fork");
    }
    if (pid == 0) {
        (void)close(ends[0]);
        child(path, round, ends[1]);
    }
    (void)close(ends[1]);
    wait_before_killing(ends[0]);
    int64_t last[THREADS];
    for (int i = 0; i < THREADS; i++) {
        last[i] = -1;
    }
    (void)kill(pid, SIGKILL);
    collect(ends[0], last, out);
    (void)close(ends[0]);
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
        out->died_early = true;
    }
    check(path, round, last, out);
}

int main(void)
{
    struct tap tap = {0};
    struct temp_db t = {0};
    struct result result = {.sound = true};
    long rounds = test_count("kills of a writing process", 20, 200);
    temp_db_make(&t);
    db_close(t.db); /* the child must be the only one that has it open */
    t.db = NULL;
    for (int round = 0; round < rounds; round++) {
        play(t.path, round, &result);
    }
    (void)printf("# %ld kills, %ld jobs acknowledged, %ld lost, %ld by half\n", rounds,
                 result.acknowledged, result.lost, result.torn);
    tap_ok(&tap, !result.died_early && result.acknowledged > rounds,
           "the process wrote until it was killed");
    tap_ok(&tap, result.lost == 0, "no acknowledged job is lost");
    tap_ok(&tap, result.torn == 0, "no job is there by half");
    tap_ok(&tap, result.sound, "the database is sound after each kill");
    temp_db_done(&t);
    return tap_done(&tap);
}
