/*
 * writer_group.c: see writer_group.h. Whatever goes wrong with threads here ends the process.
 */
#include "writer_group.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

static void must(int rc)
{
    if (rc != 0) {
        (void)fprintf(stderr, "test set-up: threads: %d\n", rc);
        abort();
    }
}

static void wait_for(sem_t *s)
{
    while (sem_wait(s) != 0) {
        must(errno == EINTR ? 0 : errno);
    }
}

int put_run(struct db *db, void *arg, struct err *err)
{
    static const char SET[] = "INSERT INTO settings (key, value) VALUES (:key, :value)";
    struct put *p = arg;
    p->ran++;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":key", p->key);
    db_bind_text(st, ":value", p->value);
    rc = db_run(db, st, NULL, err);
    if (rc < 0) {
        return rc;
    }
    return p->result < 0 ? err_set(err, err_code_of(p->result), "the job says no") : p->result;
}

bool put_is_there(struct temp_db *t, const char *key)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM settings WHERE key = '%s'", key);
    return temp_db_int(t->db, sql) == 1;
}

static int gate_run(struct db *db, void *arg, struct err *err)
{
    (void)db;
    (void)err;
    struct gate *g = arg;
    must(sem_post(&g->entered));
    wait_for(&g->open);
    return 0;
}

static void *gate_thread(void *arg)
{
    struct gate *g = arg;
    struct err err;
    must(writer_run(g->w, gate_run, g, &err));
    return NULL;
}

void gate_close(struct gate *g, struct writer *w)
{
    g->w = w;
    must(sem_init(&g->entered, 0, 0));
    must(sem_init(&g->open, 0, 0));
    must(pthread_create(&g->thread, NULL, gate_thread, g));
    wait_for(&g->entered);
}

void gate_open(struct gate *g)
{
    must(sem_post(&g->open));
    must(pthread_join(g->thread, NULL));
}

static void *caller_thread(void *arg)
{
    struct caller *c = arg;
    c->rc = writer_run(c->w, c->fn, c->arg, &c->err);
    return NULL;
}

void caller_start(struct caller *c, struct writer *w, int n)
{
    c->w = w;
    must(pthread_create(&c->thread, NULL, caller_thread, c));
    while (writer_waiting(w) < n) {
        (void)sched_yield();
    }
}

void caller_wait(struct caller *c)
{
    must(pthread_join(c->thread, NULL));
}

void run_as_group(struct writer *w, struct caller *callers, int n)
{
    struct gate g;
    gate_close(&g, w);
    for (int i = 0; i < n; i++) {
        caller_start(&callers[i], w, i + 1);
    }
    gate_open(&g);
    for (int i = 0; i < n; i++) {
        caller_wait(&callers[i]);
    }
}
