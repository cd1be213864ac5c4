/*
 * writer_group.h: jobs and callers for tests of the writer, and the gate that makes several jobs
 * share one commit for certain.
 */
#ifndef BARKBOOK_TESTS_WRITER_GROUP_H
#define BARKBOOK_TESTS_WRITER_GROUP_H

#include <pthread.h>
#include <semaphore.h>

#include "db/writer.h"
#include "temp_db.h"

/* A job that puts one row into settings. */
struct put {
    const char *key;
    const char *value;
    int result; /* what the job returns after writing; negative: it fails */
    int ran;    /* how often it was run */
};
int put_run(struct db *db, void *put, struct err *err);
bool put_is_there(struct temp_db *t, const char *key);

/* Holds the writer inside a job until opened. */
struct gate {
    sem_t entered;
    sem_t open;
    struct writer *w;
    pthread_t thread;
};
void gate_close(struct gate *g, struct writer *w); /* returns when the writer is inside */
void gate_open(struct gate *g);                    /* returns when the job is done */

/* A caller of writer_run on a thread of its own. */
struct caller {
    writer_fn *fn;
    void *arg;
    struct writer *w;
    int rc;
    struct err err;
    pthread_t thread;
};
/* Returns when its job is in the queue as number n. The writer must be held by a gate. */
void caller_start(struct caller *c, struct writer *w, int n);
void caller_wait(struct caller *c);

/* Queues the jobs of all callers, in order, while a gate is closed: one group, one commit. */
void run_as_group(struct writer *w, struct caller *callers, int n);

#endif
