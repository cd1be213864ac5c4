/*
 * writer.h: the one thread that writes. It takes every waiting job, runs each in a savepoint inside
 * one BEGIN IMMEDIATE transaction, commits once (synchronous=FULL), then wakes the callers: durable
 * group commit. No network call and no callback into HTTP inside a job.
 */
#ifndef BARKBOOK_DB_WRITER_H
#define BARKBOOK_DB_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "db/db.h"

struct writer;

/* Runs on the writer's thread, inside a savepoint. 0 or positive keeps its changes, negative rolls
 * them back; the value is what writer_run returns. It may be run a second time after a failed
 * commit of the group (then nothing of the first time is left), so it must not count on running
 * once. */
typedef int writer_fn(struct db *db, void *arg, struct err *err);

/* The change counter and who is told: called on the writer's thread after each commit that changed
 * something (never inside a transaction); must not block. */
typedef void writer_committed_fn(void *arg);

struct writer_options {
    const char *path;
    int queue_max; /* waiting jobs; more: ERR_BUSY. 0: 4096 */
    int group_max; /* jobs per commit. 0: 256; 1: commits each one (benchmark) */
    writer_committed_fn *committed;
    void *committed_arg;
};

MUST_USE int writer_new(const struct writer_options *o, struct writer **out, struct err *err);
/* Finishes what was accepted, then stops. Accepts NULL. */
void writer_free(struct writer *w);
DEFINE_CLEANUP(struct writer *, writer_free);

/* Runs fn durably and waits for the commit. When it returns >= 0 the changes are on disk. */
MUST_USE int writer_run(struct writer *w, writer_fn *fn, void *arg, struct err *err);

/* Jobs in the queue that no commit has taken up yet: a figure for /metrics. Any thread. */
int writer_waiting(struct writer *w);

/* For a process without a writer thread (the CLI): BEGIN IMMEDIATE, fn, COMMIT or ROLLBACK on db.
 */
MUST_USE int db_transaction(struct db *db, writer_fn *fn, void *arg, struct err *err);

/* A part of a job that may fail without taking the job along: SAVEPOINT, fn, RELEASE or ROLLBACK
 * TO. Returns fn's value; a failure of the savepoint itself comes in *broken = true. */
MUST_USE int db_savepoint(struct db *db, writer_fn *fn, void *arg, bool *broken, struct err *err);

#endif
