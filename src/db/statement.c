/*
 * statement.c: statements prepared once per connection, binding by name, stepping, reading columns.
 * The table is keyed by the address of the SQL text, which is why only literals may be passed.
 * Threads: as the connection; the one thread-local word is explained at starved_clear in
 * internal.h.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "db/internal.h"

static _Thread_local bool starved;

void starved_clear(void)
{
    starved = false;
}

bool starved_take(void)
{
    bool was = starved;
    starved = false;
    return was;
}

static size_t slot_of(const struct db_statement *table, size_t cap, const char *sql)
{
    /* Literals lie close together: multiply to spread them. */
    uint64_t h = (uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15);
    size_t i = (size_t)(h >> 32) & (cap - 1);
    while (table[i].sql != NULL && table[i].sql != sql) {
        i = (i + 1) & (cap - 1);
    }
    return i;
}

/* Keeps at least half of the table empty, so that a search always ends soon. */
static int make_room(struct db *db, struct err *err)
{
    if (db->statement_cap > 0 && (db->statement_count + 1) * 2 <= db->statement_cap) {
        return 0;
    }
    size_t cap = db->statement_cap == 0 ? 64 : db->statement_cap * 2;
    struct db_statement *table = calloc(cap, sizeof *table);
    if (table == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < db->statement_cap; i++) {
        const struct db_statement *s = &db->statements[i];
        if (s->sql != NULL) {
            table[slot_of(table, cap, s->sql)] = *s;
        }
    }
    free(db->statements);
    db->statements = table;
    db->statement_cap = cap;
    return 0;
}

int db_stmt(struct db *db, const char *sql, sqlite3_stmt **out, struct err *err)
{
    int rc = make_room(db, err);
    if (rc < 0) {
        return rc;
    }
    struct db_statement *s = &db->statements[slot_of(db->statements, db->statement_cap, sql)];
    if (s->sql != NULL) {
        /* Text built at run time could come back at the same address with other words. */
        assert(strcmp(sqlite3_sql(s->st), sql) == 0);
        /* Asked for again while somebody still reads its rows. */
        assert(!sqlite3_stmt_busy(s->st));
        (void)sqlite3_reset(s->st); /* repeats the last failure, which was reported then */
        (void)sqlite3_clear_bindings(s->st);
        *out = s->st;
        return 0;
    }
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) !=
        SQLITE_OK) {
        return db_fail(db, "statement", err);
    }
    assert(st != NULL); /* NULL: the text was empty */
    s->sql = sql;
    s->st = st;
    db->statement_count++;
    *out = st;
    return 0;
}

void db_reset(sqlite3_stmt *st)
{
    if (st != NULL) {
        (void)sqlite3_reset(st); /* repeats the last failure, which was reported then */
        (void)sqlite3_clear_bindings(st);
    }
}

void statements_done(struct db *db)
{
    for (size_t i = 0; i < db->statement_cap; i++) {
        sqlite3_finalize(db->statements[i].st);
    }
    free(db->statements);
    db->statements = NULL;
    db->statement_cap = 0;
    db->statement_count = 0;
}

static int parameter(sqlite3_stmt *st, const char *name)
{
    int i = sqlite3_bind_parameter_index(st, name);
    assert(i > 0); /* no such parameter in this statement */
    return i;
}

static void bound(int rc)
{
    /* Anything else (range, misuse) is our bug. A text beyond SQLite's limit of a thousand million
     * bytes is refused at the door long before, and counts as too little memory here. */
    assert(rc == SQLITE_OK || rc == SQLITE_NOMEM || rc == SQLITE_TOOBIG);
    if (rc != SQLITE_OK) {
        starved = true;
    }
}

void db_bind_text(sqlite3_stmt *st, const char *name, const char *value)
{
    bound(sqlite3_bind_text(st, parameter(st, name), value, -1, SQLITE_STATIC));
}

void db_bind_text_n(sqlite3_stmt *st, const char *name, const char *value, size_t n)
{
    bound(sqlite3_bind_text64(st, parameter(st, name), value, n, SQLITE_STATIC, SQLITE_UTF8));
}

void db_bind_blob(sqlite3_stmt *st, const char *name, const void *data, size_t n)
{
    bound(sqlite3_bind_blob64(st, parameter(st, name), data, n, SQLITE_STATIC));
}

void db_bind_int(sqlite3_stmt *st, const char *name, int64_t value)
{
    bound(sqlite3_bind_int64(st, parameter(st, name), value));
}

void db_bind_null(sqlite3_stmt *st, const char *name)
{
    bound(sqlite3_bind_null(st, parameter(st, name)));
}

void db_bind_time(sqlite3_stmt *st, const char *name, int64_t ms)
{
    if (ms <= 0) {
        db_bind_null(st, name);
        return;
    }
    char text[TIME_TEXT_LEN];
    time_format(ms, text);
    bound(sqlite3_bind_text(st, parameter(st, name), text, -1, SQLITE_TRANSIENT));
}

int db_step(struct db *db, sqlite3_stmt *st, struct err *err)
{
    if (starved_take()) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    /* Once SQLite has rolled the transaction back by itself, a statement would be committed alone.
     */
    if (transaction_lost(db)) {
        return err_set(err, ERR_DB, "the transaction was rolled back by an earlier failure");
    }
    switch (sqlite3_step(st)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        return 0;
    default:
        return db_fail(db, "database", err);
    }
}

int db_run(struct db *db, sqlite3_stmt *st, int64_t *changed, struct err *err)
{
    int64_t before = sqlite3_total_changes64(db->handle);
    int rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    assert(rc == 0); /* a statement with rows (RETURNING) is stepped, not run */
    if (changed != NULL) {
        /* sqlite3_changes keeps the last value when a statement changes nothing at all (DDL). */
        *changed =
            sqlite3_total_changes64(db->handle) == before ? 0 : sqlite3_changes64(db->handle);
    }
    return 0;
}

static const char *text_of(sqlite3_stmt *st, int col)
{
    const char *text = (const char *)sqlite3_column_text(st, col);
    if (text == NULL && sqlite3_column_type(st, col) != SQLITE_NULL) {
        starved = true;
    }
    return text;
}

const char *db_text(sqlite3_stmt *st, int col)
{
    return text_of(st, col);
}

int64_t db_int(sqlite3_stmt *st, int col)
{
    return sqlite3_column_int64(st, col);
}

bool db_is_null(sqlite3_stmt *st, int col)
{
    return sqlite3_column_type(st, col) == SQLITE_NULL;
}

int64_t db_time(sqlite3_stmt *st, int col)
{
    const char *text = text_of(st, col);
    int64_t ms = 0;
    if (text == NULL || !time_parse(text, &ms)) {
        return 0;
    }
    return ms;
}

char *db_text_dup(sqlite3_stmt *st, int col, bool *ok)
{
    if (sqlite3_column_type(st, col) == SQLITE_NULL) {
        return NULL;
    }
    const char *text = (const char *)sqlite3_column_text(st, col);
    char *copy = text == NULL ? NULL : strdup(text);
    if (copy == NULL) {
        *ok = false;
    }
    return copy;
}

int db_data_version(struct db *db, int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, "PRAGMA data_version", &st, err);
    if (rc < 0) {
        return rc;
    }
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    *out = db_int(st, 0);
    return 0;
}
