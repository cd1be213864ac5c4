/*
 * db.h: SQLite connections, pragmas, and statements prepared once per connection.
 *
 * A connection belongs to one thread at a time: the writer's to the writer thread, readers are lent
 * by the pool. SQL text stands in a .sql.def beside its module: X(SQL_NAME, "text"), or, for a
 * statement that may read a whole big table, X_SCAN(SQL_NAME, "why it may", "text"), for which the
 * module also says #define X_SCAN(name, reason, sql) X(name, sql). A test prepares them all.
 * Every result of SQLite is checked and turned into an error with SQLite's own words: locked is
 * ERR_BUSY; disk full, I/O, read-only and cannot open are ERR_IO; out of memory is ERR_NOMEM; a
 * UNIQUE, primary key or foreign key constraint is ERR_CONFLICT (taken or gone meanwhile);
 * everything else is ERR_DB. When memory runs out in a function that cannot say so (a binding, a
 * column), the next step on that thread fails instead of working on a NULL that is none.
 */
#ifndef BARKBOOK_DB_DB_H
#define BARKBOOK_DB_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define DB_APPLICATION_ID 0x42726b42 /* "BrkB" */

struct db; /* one connection */

enum db_mode {
    DB_WRITE, /* read and write, WAL, synchronous=FULL, busy_timeout 10 s, secure_delete on */
    DB_READ,  /* query_only, same file */
};

/* The file must exist unless create. Does not migrate. A damaged or foreign file is refused with
 * what to do about it. */
MUST_USE int db_open(const char *path, enum db_mode mode, bool create, struct db **out,
                     struct err *err);
void db_close(struct db *db); /* accepts NULL; finalizes statements */
DEFINE_CLEANUP(struct db *, db_close);

sqlite3 *db_handle(struct db *db);

/* A statement, by its text: prepared on first use on this connection and kept (the text's address
 * is the key, so pass string literals). It comes reset and with cleared bindings. Give it back with
 * db_reset (CLEANUP(db_reset) sqlite3_stmt *st = NULL;): an un-reset SELECT blocks checkpoints. */
MUST_USE int db_stmt(struct db *db, const char *sql, sqlite3_stmt **out, struct err *err);
void db_reset(sqlite3_stmt *st); /* accepts NULL */
DEFINE_CLEANUP(sqlite3_stmt *, db_reset);

/* Binding by name (":uid"); NULL text binds NULL. Text is not copied: it must live until the step.
 * A misspelt name is our bug (assert). */
void db_bind_text(sqlite3_stmt *st, const char *name, const char *value);
void db_bind_blob(sqlite3_stmt *st, const char *name, const void *data, size_t n);
void db_bind_text_n(sqlite3_stmt *st, const char *name, const char *value, size_t n);
void db_bind_int(sqlite3_stmt *st, const char *name, int64_t value);
void db_bind_null(sqlite3_stmt *st, const char *name);
void db_bind_time(sqlite3_stmt *st, const char *name,
                  int64_t ms); /* as TEXT, copied; 0 or less: NULL */

/* 1 a row, 0 done, negative failed. */
MUST_USE int db_step(struct db *db, sqlite3_stmt *st, struct err *err);
/* Steps a statement that returns no row; the number of changed rows in *changed (may be NULL). */
MUST_USE int db_run(struct db *db, sqlite3_stmt *st, int64_t *changed, struct err *err);
/* Runs fixed SQL without parameters (pragmas, BEGIN, migrations). */
MUST_USE int db_exec(struct db *db, const char *sql, struct err *err);

/* Columns. Text is borrowed until the next step or reset; NULL when SQL NULL. */
const char *db_text(sqlite3_stmt *st, int col);
int64_t db_int(sqlite3_stmt *st, int col);
bool db_is_null(sqlite3_stmt *st, int col);
int64_t db_time(sqlite3_stmt *st, int col); /* TEXT -> ms; 0 when NULL */
/* strdup of a text column: NULL for SQL NULL; *ok (may be shared) set false when memory ran out. */
char *db_text_dup(sqlite3_stmt *st, int col, bool *ok);

/* Turns the connection's last SQLite error into err. */
int db_fail(struct db *db, const char *what, struct err *err);

/* A pool of n read-only connections. Thread-safe (its own lock). */
struct db_pool;
MUST_USE int db_pool_new(const char *path, int n, struct db_pool **out, struct err *err);
void db_pool_free(struct db_pool *p); /* waits until all are back */
DEFINE_CLEANUP(struct db_pool *, db_pool_free);
MUST_USE int db_pool_take(struct db_pool *p, struct db **out,
                          struct err *err);          /* waits at most 5 s: ERR_BUSY */
void db_pool_give(struct db_pool *p, struct db *db); /* accepts NULL db */

/* Changes whenever another connection committed. */
MUST_USE int db_data_version(struct db *db, int64_t *out, struct err *err);

#endif
