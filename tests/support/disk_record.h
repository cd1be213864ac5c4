/*
 * disk_record.h: what a disk was told, so that a power cut can be played at any moment of it. What
 * was written before a file's last sync is there; of what came later each 512-byte sector may or
 * may not have arrived, in any order, which is all that SQLite asks of a disk.
 */
#ifndef BARKBOOK_TESTS_DISK_RECORD_H
#define BARKBOOK_TESTS_DISK_RECORD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "fault_vfs.h"
#include "rng.h"

struct disk_op;

struct disk_image {
    unsigned char *bytes;
    size_t len;
};

struct disk_record {
    pthread_mutex_t lock; /* guards ops, count and ended while it is recorded */
    bool ended;
    struct disk_op *ops;
    size_t count, room;
    struct disk_image base; /* the database as it was, safely on the disk, before the first step */
};

/* database: of a file that nobody has open, without a write-ahead log. */
void disk_record_init(struct disk_record *r, const char *database);
void disk_record_done(struct disk_record *r);

/* For fault_vfs: arg is the record. */
void disk_record_watch(void *arg, enum disk_file file, enum disk_step step, const void *data, int n,
                       int64_t at);
/* Later steps are no part of it. Any thread. */
void disk_record_end(struct disk_record *r);
/* How many steps were taken so far: the place of an event between them. Any thread. */
size_t disk_record_place(struct disk_record *r);

/* A cut after the first `place` steps: writes DIR/cut.db and DIR/cut.db-wal. `liar` is a disk that
 * says it has synced and has not. */
void disk_record_cut(const struct disk_record *r, size_t place, struct rng *rng, bool liar,
                     const char *dir);

#endif
