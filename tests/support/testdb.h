/*
 * testdb.h: a fresh, migrated database in a folder of its own, and questions to it in one line.
 * Aborts on failure: a test cannot go on without it.
 */
#ifndef BARKBOOK_TESTS_TESTDB_H
#define BARKBOOK_TESTS_TESTDB_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/migrate.h"

struct testdb {
    struct db *db;
    char dir[64];
    char path[80];
};

static inline void testdb_check(int rc, const struct err *err, const char *what)
{
    if (rc < 0) {
        (void)fprintf(stderr, "%s: %s\n", what, err->msg);
        abort();
    }
}

static inline void testdb_open(struct testdb *t)
{
    struct err err = {0};
    (void)snprintf(t->dir, sizeof t->dir, "/tmp/barkbook-test-XXXXXX");
    if (mkdtemp(t->dir) == NULL) {
        abort();
    }
    (void)snprintf(t->path, sizeof t->path, "%s/barkbook.db", t->dir);
    testdb_check(db_open(t->path, DB_WRITE, true, &t->db, &err), &err, "open");
    testdb_check(db_migrate(t->db, NULL, &err), &err, "migrate");
    testdb_check(db_exec(t->db, "PRAGMA synchronous = OFF", &err), &err, "pragma");
}

static inline void testdb_close(struct testdb *t)
{
    db_close(t->db);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s%s", t->path, endings[i]);
        (void)unlink(path);
    }
    (void)rmdir(t->dir);
}

/* Runs SQL made from fmt (%Q quotes a text, as in SQLite's own printf). */
static inline void testdb_exec(struct testdb *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *sql = sqlite3_vmprintf(fmt, ap);
    va_end(ap);
    struct err err = {0};
    testdb_check(db_exec(t->db, sql, &err), &err, sql);
    sqlite3_free(sql);
}

/* The answer of a query as text: columns joined by |, rows by ; and NULL as "-". Owned by the
 * caller. */
static inline char *testdb_ask(struct testdb *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *sql = sqlite3_vmprintf(fmt, ap);
    va_end(ap);
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(db_handle(t->db), sql, -1, &st, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db_handle(t->db)));
        abort();
    }
    sqlite3_free(sql);
    char *answer = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&answer, &size);
    for (int row = 0; sqlite3_step(st) == SQLITE_ROW; row++) {
        for (int col = 0; col < sqlite3_column_count(st); col++) {
            const char *text = (const char *)sqlite3_column_text(st, col);
            (void)fprintf(out, "%s%s",
                          col > 0   ? "|"
                          : row > 0 ? ";"
                                    : "",
                          text == NULL ? "-" : text);
        }
    }
    (void)fclose(out);
    sqlite3_finalize(st);
    return answer;
}

#endif
