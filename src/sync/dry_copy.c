/*
 * dry_copy.c: SQLite's online backup into a folder of its own, mode 0700, removed afterwards. Never
 * touches the database it copies. One thread.
 */
#include "sync/dry_copy.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data_dir.h"

#define NAME ".dry-run-"

static void remove_copy(const char *dir)
{
    static const char *const files[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[DATA_DIR_PATH_LEN];
        int n = snprintf(path, sizeof path, "%s/%s%s", dir, DATA_DIR_DATABASE, files[i]);
        if (n > 0 && (size_t)n < sizeof path) {
            (void)unlink(path);
        }
    }
    (void)rmdir(dir);
}

static void remove_leftovers(const char *data_dir)
{
    char pattern[DATA_DIR_PATH_LEN];
    if (data_dir_path(data_dir, NAME "??????", pattern, NULL) < 0) {
        return;
    }
    glob_t found;
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            remove_copy(found.gl_pathv[i]);
        }
        globfree(&found);
    }
}

void dry_copy_done(struct dry_copy *c)
{
    db_close(c->db);
    if (c->dir != NULL) {
        remove_copy(c->dir);
        free(c->dir);
    }
    *c = (struct dry_copy){0};
}

/* The copy of everything, in one go, so that nothing changes in between. */
static int copy(struct db *from, const char *path, struct err *err)
{
    sqlite3 *to = NULL;
    int rc = 0;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
        rc = err_set(err, ERR_IO, "cannot make a copy of the database: %s",
                     to != NULL ? sqlite3_errmsg(to) : "out of memory");
    }
    if (rc == 0) {
        sqlite3_backup *b = sqlite3_backup_init(to, "main", db_handle(from), "main");
        int step = b != NULL ? sqlite3_backup_step(b, -1) : SQLITE_ERROR;
        if (sqlite3_backup_finish(b) != SQLITE_OK || step != SQLITE_DONE) {
            rc = err_set(err, ERR_IO, "cannot make a copy of the database to try it out: %s",
                         sqlite3_errmsg(to));
        }
    }
    (void)sqlite3_close(to);
    return rc;
}

int dry_copy_make(const char *data_dir, struct db *from, struct dry_copy *out, struct err *err)
{
    char dir[DATA_DIR_PATH_LEN];
    char path[DATA_DIR_PATH_LEN];
    remove_leftovers(data_dir);
    int rc = data_dir_path(data_dir, NAME "XXXXXX", dir, err);
    if (rc < 0) {
        return rc;
    }
    if (mkdtemp(dir) == NULL) {
        return err_set(err, ERR_IO, "cannot make a folder in %s: %m", data_dir);
    }
    struct dry_copy c = {.dir = strdup(dir)};
    if (c.dir == NULL) {
        (void)rmdir(dir);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    rc = data_dir_path(dir, DATA_DIR_DATABASE, path, err);
    if (rc >= 0) {
        rc = copy(from, path, err);
    }
    if (rc >= 0) {
        rc = db_open(path, DB_WRITE, false, &c.db, err);
    }
    if (rc >= 0) {
        /* If the power goes the copy is worthless anyway. */
        rc = db_exec(c.db, "PRAGMA synchronous = OFF", err);
    }
    if (rc < 0) {
        dry_copy_done(&c);
        return rc;
    }
    *out = c;
    return 0;
}
