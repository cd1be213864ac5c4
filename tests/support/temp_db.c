/*
 * temp_db.c: see temp_db.h. No state; each test has its own folder, so tests may run side by side.
 */
#include "temp_db.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/migrate.h"

static _Noreturn void give_up(const char *what, const char *why)
{
    (void)fprintf(stderr, "test set-up: %s: %s\n", what, why);
    abort();
}

void temp_path(const char *dir, const char *name, char out[static TEMP_PATH_LEN])
{
    int n = snprintf(out, TEMP_PATH_LEN, "%s/%s", dir, name);
    if (n < 0 || n >= TEMP_PATH_LEN) {
        give_up(name, "path too long");
    }
}

void temp_dir_make(char dir[static TEMP_PATH_LEN])
{
    const char *base = getenv("TMPDIR");
    temp_path(base != NULL ? base : "/tmp", "barkbook-test-XXXXXX", dir);
    if (mkdtemp(dir) == NULL) {
        give_up(dir, "no temporary folder");
    }
}

void temp_dir_remove(const char *dir)
{
    DIR *d = opendir(dir);
    if (d == NULL) {
        return;
    }
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            (void)unlinkat(dirfd(d), e->d_name, 0);
        }
    }
    (void)closedir(d);
    (void)rmdir(dir);
}

void temp_db_make(struct temp_db *t)
{
    struct err err;
    temp_dir_make(t->dir);
    temp_path(t->dir, "barkbook.db", t->path);
    if (db_open(t->path, DB_WRITE, true, &t->db, &err) < 0 || db_migrate(t->db, NULL, &err) < 0) {
        give_up(t->path, err.msg);
    }
}

void temp_db_done(struct temp_db *t)
{
    db_close(t->db);
    t->db = NULL;
    temp_dir_remove(t->dir);
}

void temp_db_exec(struct db *db, const char *sql)
{
    struct err err;
    if (db_exec(db, sql, &err) < 0) {
        give_up(sql, err.msg);
    }
}

/* Not through the statement cache, which is for literals. */
static sqlite3_stmt *first_row(struct db *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(db_handle(db), sql, -1, &st, NULL) != SQLITE_OK ||
        sqlite3_step(st) != SQLITE_ROW) {
        give_up(sql, sqlite3_errmsg(db_handle(db)));
    }
    return st;
}

int64_t temp_db_int(struct db *db, const char *sql)
{
    sqlite3_stmt *st = first_row(db, sql);
    int64_t n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

char *temp_db_text(struct db *db, const char *sql)
{
    sqlite3_stmt *st = first_row(db, sql);
    const char *text = (const char *)sqlite3_column_text(st, 0);
    char *copy = text == NULL ? NULL : strdup(text);
    sqlite3_finalize(st);
    return copy;
}
