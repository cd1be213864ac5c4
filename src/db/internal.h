/*
 * internal.h: what the files of this folder share and nobody else may see.
 */
#ifndef BARKBOOK_DB_INTERNAL_H
#define BARKBOOK_DB_INTERNAL_H

#include "db/db.h"
#include "db/migrate.h"
#include "db/writer.h"

#define DB_BUSY_TIMEOUT_MS 10000 /* how long a connection waits for a lock of another process */

struct db_statement {
    const char *sql; /* the key: the address of the text */
    sqlite3_stmt *st;
};

struct db {
    sqlite3 *handle;
    enum db_mode mode;
    bool in_transaction;             /* between transaction_begin and its end */
    struct db_statement *statements; /* open addressing; capacity is a power of two */
    size_t statement_cap;
    size_t statement_count;
};

void statements_done(struct db *db); /* finalizes them all */

/* Memory ran out where a function had no way to say so (a binding, a column's text). Remembered per
 * thread, so that the next step of that thread fails instead of working on a NULL that is none. */
void starved_clear(void);
bool starved_take(void); /* true once after it happened */

/* Maps a result code of SQLite; see db_fail for the meaning of each. */
enum err_code db_code(int rc);

/* The parts of db_transaction, for the writer, which runs many jobs in one. */
MUST_USE int transaction_begin(struct db *db, struct err *err);
MUST_USE int transaction_commit(struct db *db, struct err *err); /* on failure it is rolled back */
void transaction_rollback(struct db *db);
bool transaction_lost(
    const struct db *db); /* SQLite rolled it back by itself: full disk, I/O, memory */

/* Calls fn and makes sure that a negative result has a message. */
int job_call(struct db *db, writer_fn *fn, void *arg, struct err *err);

/* db_migrate with any list of migrations, so that failing ones can be tested too. */
MUST_USE int migrations_apply(struct db *db, const struct migration *list, int count,
                              const char *backup_dir, struct err *err);

#endif
