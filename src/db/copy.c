/*
 * copy.c: SQLite's online backup, in pieces of one moment, and its integrity check. Never changes
 * the database it reads.
 * Threads: as the connection.
 */
#include "db/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/internal.h"

#define PIECE_PAGES 512    /* 2 MiB: how much is copied between two looks at *stop */
#define CHECK_OPS   100000 /* steps of SQLite's machine between two looks, during a check */

static int say(sqlite3 *handle, const char *what, struct err *err)
{
    int code = handle != NULL ? sqlite3_extended_errcode(handle) : SQLITE_NOMEM;
    if ((code & 0xff) == SQLITE_FULL) {
        return err_set(err, ERR_IO, "%s: the disk is full", what);
    }
    if ((code & 0xff) == SQLITE_INTERRUPT) {
        return err_set(err, ERR_STOPPED, "%s: stopped", what);
    }
    return err_set(err, db_code(code), "%s: %s", what,
                   handle != NULL ? sqlite3_errmsg(handle) : "out of memory");
}

static bool stopped(const atomic_int *stop)
{
    return stop != NULL && atomic_load(stop) != 0;
}

static int copy_pages(struct db *from, sqlite3 *to, const atomic_int *stop, struct err *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from->handle, "main");
    if (b == NULL) {
        return say(to, "copying the database", err);
    }
    int step = SQLITE_OK;
    while (step == SQLITE_OK && !stopped(stop)) {
        step = sqlite3_backup_step(b, PIECE_PAGES);
    }
    int end = sqlite3_backup_finish(b);
    if (step == SQLITE_OK) {
        return err_set(err, ERR_STOPPED, "copying the database: stopped");
    }
    return step == SQLITE_DONE && end == SQLITE_OK ? 0 : say(to, "copying the database", err);
}

/* Runs text that returns rows nobody wants. */
static int run(sqlite3 *handle, const char *sql, struct err *err)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : say(handle, "copying the database", err);
}

static int copy_moment(struct db *from, sqlite3 *to, const atomic_int *stop, struct err *err)
{
    /* The read transaction holds the moment: without it every commit of another connection would
     * make the copy begin anew, and under load it would never end. */
    int rc = db_exec(from, "BEGIN; SELECT count(*) FROM sqlite_schema", err);
    if (rc < 0) {
        return rc;
    }
    /* What a power cut leaves of a copy is thrown away, so only its end must be on disk. */
    rc = run(to, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF", err);
    if (rc == 0) {
        rc = copy_pages(from, to, stop, err);
    }
    struct err later = {0};
    int end = db_exec(from, "COMMIT", &later);
    if (rc == 0 && end < 0) {
        *err = later;
        rc = end;
    }
    /* One file from now on: a copy that says it has a log beside it could not be read from a
     * write-protected drive. */
    return rc < 0 ? rc : run(to, "PRAGMA journal_mode = DELETE", err);
}

int db_copy(struct db *from, const char *path, const atomic_int *stop, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot make %s: %m", path);
    }
    sqlite3 *to = NULL;
    int rc = 0;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL) !=
        SQLITE_OK) {
        rc = say(to, path, err);
    }
    if (rc == 0) {
        rc = copy_moment(from, to, stop, err);
    }
    if (sqlite3_close(to) != SQLITE_OK && rc == 0) {
        rc = err_set(err, ERR_INTERNAL, "%s cannot be closed", path);
    }
    if (rc == 0 && fsync(fd) != 0) {
        rc = err_set(err, ERR_IO, "cannot write %s: %m", path);
    }
    (void)close(fd);
    if (rc < 0) {
        (void)unlink(path);
    }
    return rc;
}

static int look_at_stop(void *arg)
{
    const atomic_int *stop = arg;
    return stopped(stop) ? 1 : 0;
}

/* First column of the first row as a number, and as text (cut) when wanted. */
static int first_row(sqlite3 *handle, const char *sql, const char *path, int64_t *number,
                     char text[static 200], struct err *err)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(handle, sql, -1, &st, NULL) != SQLITE_OK) {
        return say(handle, path, err);
    }
    int step = sqlite3_step(st);
    text[0] = '\0';
    *number = 0;
    if (step == SQLITE_ROW) {
        const char *value = (const char *)sqlite3_column_text(st, 0);
        *number = sqlite3_column_int64(st, 0);
        size_t n = value != NULL ? strnlen(value, 199) : 0;
        memcpy(text, value != NULL ? value : "", n);
        text[n] = '\0';
    }
    int rc = step == SQLITE_ROW || step == SQLITE_DONE ? (step == SQLITE_ROW ? 1 : 0)
                                                       : say(handle, path, err);
    sqlite3_finalize(st);
    return rc;
}

static int check(sqlite3 *handle, const char *path, bool quick, struct db_facts *out,
                 struct err *err)
{
    int64_t id = 0;
    int64_t version = 0;
    char text[200];
    int rc = first_row(handle, "PRAGMA application_id", path, &id, text, err);
    if (rc >= 0) {
        rc = first_row(handle, "PRAGMA user_version", path, &version, text, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (id != DB_APPLICATION_ID) {
        return err_set(err, ERR_DB, "%s is not a database of BarkBook", path);
    }
    rc = first_row(handle, quick ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)", path, &id,
                   text, err);
    if (rc >= 0 && strcmp(text, "ok") != 0) {
        return err_set(err, ERR_DB, "%s is damaged: %s", path, text);
    }
    if (rc >= 0) {
        rc = first_row(handle, "PRAGMA foreign_key_check", path, &id, text, err);
    }
    if (rc > 0) {
        return err_set(err, ERR_DB, "%s is damaged: a row of %s refers to nothing", path, text);
    }
    out->version = (int)version;
    return rc < 0 ? rc : 0;
}

int db_check(const char *path, bool quick, const atomic_int *stop, struct db_facts *out,
             struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return err_set(err, ERR_IO, "%s: %m", path);
    }
    sqlite3 *handle = NULL;
    struct db_facts facts = {.bytes = st.st_size};
    int rc = 0;
    if (sqlite3_open_v2(path, &handle,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        NULL) != SQLITE_OK) {
        rc = say(handle, path, err);
    }
    if (rc == 0) {
        (void)sqlite3_busy_timeout(handle, DB_BUSY_TIMEOUT_MS); /* fails only for a NULL handle */
        union {
            const atomic_int *in;
            void *out;
        } plain = {.in = stop};
        sqlite3_progress_handler(handle, CHECK_OPS, look_at_stop, plain.out);
        rc = check(handle, path, quick, &facts, err);
    }
    (void)sqlite3_close(handle); /* every statement is finalized */
    if (rc == 0) {
        *out = facts;
    }
    return rc;
}
