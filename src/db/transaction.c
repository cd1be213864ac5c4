/*
 * transaction.c: transactions and savepoints. Owns the rule that after SQLite has rolled a
 * transaction back by itself (full disk, I/O error, out of memory) nothing more is done in its
 * name. Threads: as the connection.
 */
#include <assert.h>

#include "db/internal.h"

/* SQLite leaves the transaction open when COMMIT finds the file locked; this many more tries, each
 * as long as the busy time-out, before giving up. */
#define COMMIT_TRIES 3

static const char ROLLBACK[] = "ROLLBACK";

static int run_fixed(struct db *db, const char *sql, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    return db_step(db, st, err);
}

bool transaction_lost(const struct db *db)
{
    return db->in_transaction && sqlite3_get_autocommit(db->handle) != 0;
}

int transaction_begin(struct db *db, struct err *err)
{
    assert(!db->in_transaction);
    starved_clear();
    /* Prepared now, so that going back needs no memory when there is none. */
    CLEANUP(db_reset) sqlite3_stmt *rollback = NULL;
    int rc = db_stmt(db, ROLLBACK, &rollback, err);
    if (rc == 0) {
        rc = run_fixed(db, "BEGIN IMMEDIATE", err);
    }
    if (rc == 0) {
        db->in_transaction = true;
    }
    return rc;
}

void transaction_rollback(struct db *db)
{
    starved_clear();
    db->in_transaction = false;
    if (sqlite3_get_autocommit(db->handle) == 0) {
        /* A rollback that reports a failure has still ended the transaction. */
        struct err ignored;
        (void)run_fixed(db, ROLLBACK, &ignored);
    }
    assert(sqlite3_get_autocommit(db->handle) != 0);
}

int transaction_commit(struct db *db, struct err *err)
{
    int rc = run_fixed(db, "COMMIT", err);
    for (int i = 1; i < COMMIT_TRIES && err_code_of(rc) == ERR_BUSY; i++) {
        rc = run_fixed(db, "COMMIT", err);
    }
    if (rc < 0) {
        transaction_rollback(db);
        return rc;
    }
    db->in_transaction = false;
    return 0;
}

int job_call(struct db *db, writer_fn *fn, void *arg, struct err *err)
{
    struct err mine = {.code = ERR_NONE};
    int rc = fn(db, arg, &mine);
    if (rc >= 0 && starved_take()) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    if (rc >= 0 && transaction_lost(db)) {
        return err_set(err, ERR_DB, "the transaction was rolled back by an earlier failure");
    }
    if (rc < 0) {
        starved_clear();
        if (mine.code == ERR_NONE) {
            (void)err_set(&mine, err_code_of(rc), "a write failed without saying why");
        }
        if (err != NULL) {
            *err = mine;
        }
    }
    return rc;
}

int db_transaction(struct db *db, writer_fn *fn, void *arg, struct err *err)
{
    int rc = transaction_begin(db, err);
    if (rc < 0) {
        return rc;
    }
    int value = job_call(db, fn, arg, err);
    if (value < 0) {
        transaction_rollback(db);
        return value;
    }
    rc = transaction_commit(db, err);
    return rc < 0 ? rc : value;
}

int db_savepoint(struct db *db, writer_fn *fn, void *arg, bool *broken, struct err *err)
{
    *broken = false;
    int rc = run_fixed(db, "SAVEPOINT part", err);
    if (rc < 0) {
        *broken = true;
        return rc;
    }
    int value = job_call(db, fn, arg, err);
    if (value >= 0) {
        rc = run_fixed(db, "RELEASE part", err);
        if (rc < 0) {
            *broken = true;
            return rc;
        }
        return value;
    }
    /* Undoing needs no memory or disk of its own, but if it cannot be done, the part's changes are
     * still there and the whole must not be committed. */
    struct err ignored;
    if (transaction_lost(db) || run_fixed(db, "ROLLBACK TO part", &ignored) < 0 ||
        run_fixed(db, "RELEASE part", &ignored) < 0) {
        *broken = true;
    }
    return value;
}
