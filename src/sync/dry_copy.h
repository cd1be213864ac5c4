/*
 * dry_copy.h: a private copy of the database, to try something out in and throw away. What is done
 * to it is done by the same code and leaves no trace: a rehearsal that differs from the play in
 * nothing else.
 */
#ifndef BARKBOOK_SYNC_DRY_COPY_H
#define BARKBOOK_SYNC_DRY_COPY_H

#include "db/db.h"

struct dry_copy {
    struct db *db;
    char *dir; /* owned; the folder it lives in, inside the data folder */
};

/* A snapshot of from. Copies that a killed program left are removed first: the caller holds a lock
 * that keeps others from making one meanwhile. */
MUST_USE int dry_copy_make(const char *data_dir, struct db *from, struct dry_copy *out,
                           struct err *err);
void dry_copy_done(struct dry_copy *c); /* safe on a zeroed one; removes the files */
DEFINE_CLEANUP_REF(struct dry_copy, dry_copy_done);

#endif
