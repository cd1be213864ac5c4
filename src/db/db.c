/*
 * db.c: opens and closes connections: checks that the file is ours and sound, and sets what every
 * connection needs. Never migrates and never decides what to do about a failure.
 * Threads: a connection belongs to one thread at a time (SQLITE_OPEN_NOMUTEX); no state of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"

/* What a connection may keep in memory, in KiB; small because the box is. */
#define WRITER_CACHE "PRAGMA cache_size = -4096"
#define READER_CACHE "PRAGMA cache_size = -2048"

enum err_code db_code(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        return rc == SQLITE_IOERR_NOMEM ? ERR_NOMEM : ERR_IO;
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    case SQLITE_CONSTRAINT:
        /* What is taken or gone is news for the caller; a failed CHECK, NOT NULL or type is a value
         * that should have been refused before it came here. */
        switch (rc) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return ERR_CONFLICT;
        default:
            return ERR_DB;
        }
    default:
        return ERR_DB;
    }
}

int db_fail(struct db *db, const char *what, struct err *err)
{
    int rc = sqlite3_extended_errcode(db->handle);
    switch (rc & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(err, ERR_DB,
                       "%s: the database file is damaged (%s): stop BarkBook and restore the last "
                       "backup with 'barkbook restore'",
                       what, sqlite3_errmsg(db->handle));
    case SQLITE_FULL:
        return err_set(err, ERR_IO, "%s: the disk is full: free some space", what);
    default:
        return err_set(err, db_code(rc), "%s: %s", what, sqlite3_errmsg(db->handle));
    }
}

int db_exec(struct db *db, const char *sql, struct err *err)
{
    if (transaction_lost(db)) {
        return err_set(err, ERR_DB, "the transaction was rolled back by an earlier failure");
    }
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return db_fail(db, "database", err);
    }
    return 0;
}

sqlite3 *db_handle(struct db *db)
{
    return db->handle;
}

/* One integer of a pragma or query that is run once, so that it is not worth keeping. */
static int query_int(struct db *db, const char *sql, int64_t *out, struct err *err)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &st, NULL) != SQLITE_OK) {
        return db_fail(db, "database", err);
    }
    int rc = 0;
    if (sqlite3_step(st) == SQLITE_ROW) {
        *out = sqlite3_column_int64(st, 0);
    } else {
        rc = db_fail(db, "database", err);
    }
    sqlite3_finalize(st);
    return rc;
}

/* Ours, or still empty (then *fresh). Reading the schema also makes SQLite look at the file's
 * header, which is where a file that is no database shows. */
static int check_identity(struct db *db, const char *path, bool *fresh, struct err *err)
{
    int64_t objects = 0;
    int64_t id = 0;
    int rc = query_int(db, "SELECT count(*) FROM sqlite_schema", &objects, err);
    if (rc == 0) {
        rc = query_int(db, "PRAGMA application_id", &id, err);
    }
    if (rc < 0) {
        int code = sqlite3_errcode(db->handle);
        if (code == SQLITE_NOTADB) {
            return err_set(err, ERR_DB,
                           "%s is not a database, or its beginning is damaged: move it away and "
                           "restore a backup with 'barkbook restore'",
                           path);
        }
        return err_prefix(err, rc, "%s", path);
    }
    if (id != DB_APPLICATION_ID && (id != 0 || objects != 0)) {
        return err_set(err, ERR_DB,
                       "%s is a database of another program: choose another data folder, or move "
                       "that file away",
                       path);
    }
    *fresh = objects == 0;
    return 0;
}

/* Sets what SQLite stores in the file itself. Must come before the first table. */
static int prepare_fresh(struct db *db, struct err *err)
{
    /* Lets retention give pages back in small steps instead of one long VACUUM. */
    return db_exec(db, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL", err);
}

static int configure(struct db *db, struct err *err)
{
    /* Defensive: no way to write the schema tables by hand. No double-quoted text: a misspelt
     * column would silently be a string. */
    if (sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL) != SQLITE_OK ||
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL) != SQLITE_OK) {
        return db_fail(db, "database", err);
    }
    int rc = db_exec(db,
                     "PRAGMA trusted_schema = OFF;"
                     "PRAGMA temp_store = MEMORY;"
                     "PRAGMA foreign_keys = ON;"
                     "PRAGMA synchronous = FULL;"
                     "PRAGMA secure_delete = ON;"
                     "PRAGMA mmap_size = 0;"
                     "PRAGMA journal_size_limit = 16777216",
                     err);
    if (rc < 0) {
        return rc;
    }
    if (db->mode == DB_READ) {
        return db_exec(db, READER_CACHE "; PRAGMA query_only = ON", err);
    }
    return db_exec(db, WRITER_CACHE, err);
}

/* The mode is kept in the file, so that only the first connection ever changes it. */
static int enter_wal(struct db *db, const char *path, struct err *err)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode = WAL", -1, &st, NULL) != SQLITE_OK) {
        return db_fail(db, path, err);
    }
    int rc = 0;
    if (sqlite3_step(st) != SQLITE_ROW) {
        rc = db_fail(db, path, err);
    } else {
        const char *mode = (const char *)sqlite3_column_text(st, 0);
        if (mode == NULL || strcmp(mode, "wal") != 0) {
            rc = err_set(err, ERR_DB,
                         "%s: write-ahead logging is not possible here: keep the data folder on a "
                         "local disk, not on a network share",
                         path);
        }
    }
    sqlite3_finalize(st);
    return rc;
}

int db_open(const char *path, enum db_mode mode, bool create, struct db **out, struct err *err)
{
    CLEANUP(db_close) struct db *db = calloc(1, sizeof *db);
    if (db == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    db->mode = mode;
    /* Readers open for writing too: the first one to come must be able to recover the log of a
     * program that was killed. query_only keeps them from changing anything. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (create) {
        flags |= SQLITE_OPEN_CREATE;
    }
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK) {
        if (db->handle == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        enum err_code code = db_code(sqlite3_extended_errcode(db->handle));
        const char *why = strerrordesc_np(sqlite3_system_errno(db->handle));
        return err_set(err, code, "%s: cannot be opened: %s", path,
                       why != NULL ? why : sqlite3_errmsg(db->handle));
    }
    if (sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS) != SQLITE_OK) {
        return db_fail(db, path, err);
    }
    bool fresh = false;
    int rc = check_identity(db, path, &fresh, err);
    if (rc == 0 && fresh && mode == DB_WRITE) {
        rc = prepare_fresh(db, err);
    }
    if (rc == 0) {
        rc = enter_wal(db, path, err);
    }
    if (rc == 0) {
        rc = configure(db, err);
    }
    if (rc < 0) {
        return rc;
    }
    *out = db;
    db = NULL;
    return 0;
}

void db_close(struct db *db)
{
    if (db == NULL) {
        return;
    }
    statements_done(db);
    /* The second form closes later when a statement made elsewhere is still open; it cannot fail.
     */
    (void)sqlite3_close_v2(db->handle);
    free(db);
}
