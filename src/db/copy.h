/*
 * copy.h: a whole copy of a database that is being written to, and the check of such a copy.
 */
#ifndef BARKBOOK_DB_COPY_H
#define BARKBOOK_DB_COPY_H

#include <stdatomic.h>

#include "base/err.h"
#include "db/db.h"

/* Copies what the database holds at this moment into a new file (mode 0600), which is on disk and
 * in one piece before it returns. Writers are not held up: the copy reads one moment of the log
 * while they go on. `from` must not be inside a transaction. *stop not 0 (or NULL) ends it with
 * ERR_STOPPED. On failure no file is left. */
MUST_USE int db_copy(struct db *from, const char *path, const atomic_int *stop, struct err *err);

struct db_facts {
    int version; /* of the schema */
    int64_t bytes;
};

/* Opens the file for reading only and has SQLite read every page: structure, indexes, references.
 * quick: leaves the indexes' contents out. The file is not changed. ERR_DB says what is wrong. */
MUST_USE int db_check(const char *path, bool quick, const atomic_int *stop, struct db_facts *out,
                      struct err *err);

#endif
