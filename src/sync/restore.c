/*
 * restore.c: see restore.h. The database is prepared beside its place (brought to this version,
 * erasures applied, everybody signed out) and moved in only when it is whole.
 *
 * Moving takes several renames, and a power cut between two of them must not leave a folder that
 * looks new, or a database with another one's log. So a mark is set before the first and removed
 * after the last; while it is there nothing opens the folder, and a second restore does it again.
 */
#include "sync/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/erasure_file.h"
#include "base/log.h"
#include "db/migrate.h"
#include "db/writer.h"
#include "salon/setting.h"
#include "sync/erase.h"
#include "sync/reconcile_lock.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "sync/restore.sql.def"
#undef X_SCAN
#undef X

#define STAGE "restore.partial" /* where it is prepared */
#define MARK  "restore.pending"

struct work {
    const char *data_dir;
    int64_t now;
    struct backup_found found;
    char stage[BACKUP_PATH_LEN];
    struct restore_result result;
};

int restore_pending(const char *data_dir, struct err *err)
{
    char mark[BACKUP_PATH_LEN];
    int rc = backup_path(data_dir, MARK, mark, err);
    if (rc == 0 && access(mark, F_OK) == 0) {
        rc = err_set(err, ERR_DB,
                     "restoring a backup to %s was cut short: run 'barkbook restore' again",
                     data_dir);
    }
    return rc;
}

static int set_mark(const char *data_dir, bool set, struct err *err)
{
    char mark[BACKUP_PATH_LEN];
    int rc = backup_path(data_dir, MARK, mark, err);
    if (rc < 0) {
        return rc;
    }
    if (set) {
        int fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0) {
            return err_set(err, ERR_IO, "cannot make %s: %m", mark);
        }
        (void)close(fd);
    } else if (unlink(mark) != 0 && errno != ENOENT) {
        return err_set(err, ERR_IO, "cannot remove %s: %m", mark);
    }
    return backup_sync_folder(data_dir, err);
}

struct eraser {
    struct db *db;
    int64_t now;
    int64_t erased;
};

/* Sessions of then may have been ended since, for a reason. */
static int sign_out(struct db *db, void *arg, struct err *err)
{
    const struct work *w = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    char when[TIME_TEXT_LEN];
    int rc = db_stmt(db, SQL_RESTORE_SIGN_OUT, &st, err);
    if (rc == 0) {
        rc = db_run(db, st, NULL, err);
    }
    time_format(w->now, when);
    return rc < 0 ? rc : setting_set(db, "restored_at", when, w->now, err);
}

static int erase_one(void *arg, const char *client_id, struct err *err)
{
    struct eraser *e = arg;
    const struct actor who = {.now = e->now};
    struct erase_client once_more = {.who = &who, .client_id = client_id};
    int rc = db_transaction(e->db, erase_client_job, &once_more, err);
    if (rc < 0 && err->code == ERR_NOT_FOUND) {
        return 0; /* made after the backup */
    }
    e->erased += rc < 0 ? 0 : 1;
    return rc;
}

static int by_hash(const void *a, const void *b)
{
    return strcmp(((const struct backup_file *)a)->sha256, ((const struct backup_file *)b)->sha256);
}

static int photos_left(struct db *db, struct backup_files *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RESTORE_PHOTOS, &st, err);
    while (rc >= 0) {
        rc = db_step(db, st, err);
        if (rc <= 0) {
            break;
        }
        const char *hash = db_text(st, 0);
        rc = hash != NULL ? backup_files_add(out, "", 0, hash, err) : 0;
    }
    if (rc == 0 && out->count > 1) {
        qsort(out->list, out->count, sizeof *out->list, by_hash);
    }
    return rc;
}

/* Photos that only the erased had are not to be brought back: their entries of the manifest are
 * emptied. A file whose name is no hash (made from a photo) goes too; it can be made again. */
static int drop_erased_photos(struct work *w, struct db *db, struct err *err)
{
    CLEANUP(backup_manifest_done) struct backup_manifest left = {0};
    int rc = photos_left(db, &left.photos, err);
    for (size_t i = 0; rc == 0 && i < w->found.manifest.photos.count; i++) {
        struct backup_file *photo = &w->found.manifest.photos.list[i];
        struct backup_file key = {0};
        bool kept = left.photos.count > 0 && backup_name_hash(photo->path, key.sha256) &&
                    bsearch(&key, left.photos.list, left.photos.count, sizeof key, by_hash) != NULL;
        if (!kept) {
            photo->path[0] = '\0';
        }
    }
    return rc;
}

static int erase_again(struct work *w, struct db *db, struct err *err)
{
    char own[BACKUP_PATH_LEN];
    struct eraser e = {.db = db, .now = w->now};
    int rc = backup_path(w->data_dir, DATA_DIR_BACKUPS, own, err);
    if (rc == 0) {
        rc = erasure_file_merge(w->found.above, own, err);
    }
    if (rc == 0) {
        rc = erasure_file_each(own, erase_one, &e, err);
    }
    w->result.erased = e.erased;
    return rc < 0 || e.erased == 0 ? rc : drop_erased_photos(w, db, err);
}

/* The copy becomes a database of this version in one file. */
static int prepare_database(struct work *w, struct err *err)
{
    char path[BACKUP_PATH_LEN];
    char hex[SHA256_TEXT_LEN];
    int64_t bytes = 0;
    CLEANUP(db_close) struct db *db = NULL;
    int rc = backup_path(w->stage, DATA_DIR_DATABASE, path, err);
    if (rc == 0) {
        rc = backup_copy(w->found.database, path, NULL, hex, &bytes, err);
    }
    if (rc == 0) {
        rc = db_open(path, DB_WRITE, false, &db, err);
    }
    if (rc == 0) {
        rc = db_migrate(db, NULL, err);
    }
    if (rc == 0) {
        rc = db_transaction(db, sign_out, w, err);
    }
    if (rc == 0) {
        rc = erase_again(w, db, err);
    }
    if (rc == 0) {
        rc = db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", err);
    }
    return rc;
}

static int prepare_secrets(struct work *w, struct err *err)
{
    char folder[BACKUP_PATH_LEN];
    int rc = backup_path(w->stage, DATA_DIR_SECRETS, folder, err);
    if (rc == 0) {
        rc = backup_make_folder(folder, err);
    }
    const size_t n = sizeof DATA_DIR_SECRETS - 1;
    for (size_t i = 0; rc == 0 && i < w->found.manifest.files.count; i++) {
        const char *name = w->found.manifest.files.list[i].path;
        char from[BACKUP_PATH_LEN];
        char to[BACKUP_PATH_LEN];
        char hex[SHA256_TEXT_LEN];
        int64_t bytes = 0;
        if (strncmp(name, DATA_DIR_SECRETS, n) != 0 || name[n] != '/') {
            continue;
        }
        rc = backup_path(w->found.folder, name, from, err);
        if (rc == 0) {
            rc = backup_path(w->stage, name, to, err);
        }
        if (rc == 0) {
            rc = backup_copy(from, to, NULL, hex, &bytes, err);
        }
    }
    return rc;
}

/* Photos have the name of their content: one that is there and whole need not be replaced. */
static int restore_photos(struct work *w, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < w->found.manifest.photos.count; i++) {
        const struct backup_file *photo = &w->found.manifest.photos.list[i];
        if (photo->path[0] == '\0') {
            continue; /* of somebody who was erased */
        }
        char from[BACKUP_PATH_LEN];
        char root[BACKUP_PATH_LEN];
        char to[BACKUP_PATH_LEN];
        char hex[SHA256_TEXT_LEN] = "";
        int64_t bytes = 0;
        rc = backup_path(w->found.photos, photo->path, from, err);
        if (rc == 0) {
            rc = backup_path(w->data_dir, DATA_DIR_PHOTOS, root, err);
        }
        if (rc == 0) {
            rc = backup_path(root, photo->path, to, err);
        }
        if (rc < 0 ||
            (backup_hash(to, NULL, hex, &bytes, NULL) == 0 && strcmp(hex, photo->sha256) == 0)) {
            continue;
        }
        char *slash = strrchr(to, '/');
        *slash = '\0';
        rc = backup_make_folder(to, err);
        *slash = '/';
        if (rc == 0) {
            rc = backup_copy(from, to, NULL, hex, &bytes, err);
        }
        w->result.photos++;
    }
    return rc;
}

/* Moves data_dir/name to the kept folder, if it is there. */
static int put_aside(const struct work *w, const char *name, bool *any, struct err *err)
{
    char from[BACKUP_PATH_LEN];
    char to[BACKUP_PATH_LEN];
    int rc = backup_path(w->data_dir, name, from, err);
    if (rc == 0) {
        rc = backup_path(w->result.kept, name, to, err);
    }
    if (rc < 0 || access(from, F_OK) != 0) {
        return rc;
    }
    *any = true;
    return rename(from, to) == 0 ? 0 : err_set(err, ERR_IO, "cannot move %s to %s: %m", from, to);
}

static int move_in(const struct work *w, const char *name, struct err *err)
{
    char from[BACKUP_PATH_LEN];
    char to[BACKUP_PATH_LEN];
    int rc = backup_path(w->stage, name, from, err);
    if (rc == 0) {
        rc = backup_path(w->data_dir, name, to, err);
    }
    if (rc < 0) {
        return rc;
    }
    return rename(from, to) == 0 ? 0 : err_set(err, ERR_IO, "cannot move %s to %s: %m", from, to);
}

/* A folder of its own for what is replaced: replaced-20261122T130000Z. */
static int make_kept(struct work *w, struct err *err)
{
    for (int64_t at = w->now;; at += CLOCK_SECOND) {
        char when[TIME_TEXT_LEN];
        char name[BACKUP_NAME_LEN];
        time_format(at, when);
        (void)snprintf(name, sizeof name, "replaced-%.4s%.2s%.2sT%.2s%.2s%.2sZ", when, when + 5,
                       when + 8, when + 11, when + 14, when + 17);
        int rc = backup_path(w->data_dir, name, w->result.kept, err);
        if (rc < 0 || mkdir(w->result.kept, 0700) == 0) {
            return rc;
        }
        if (errno != EEXIST) {
            return err_set(err, ERR_IO, "cannot make %s: %m", w->result.kept);
        }
    }
}

static int swap(struct work *w, struct err *err)
{
    static const char *const old[] = {DATA_DIR_DATABASE, DATA_DIR_DATABASE "-wal",
                                      DATA_DIR_DATABASE "-shm", DATA_DIR_DATABASE "-journal"};
    bool any = false;
    bool secrets = w->found.manifest.files.count > 1;
    int rc = set_mark(w->data_dir, true, err);
    if (rc == 0) {
        rc = make_kept(w, err);
    }
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(old); i++) {
        rc = put_aside(w, old[i], &any, err);
    }
    if (rc == 0 && secrets) {
        rc = put_aside(w, DATA_DIR_SECRETS, &any, err);
    }
    if (rc == 0) {
        rc = backup_sync_folder(w->result.kept, err);
    }
    if (rc == 0 && secrets) {
        rc = move_in(w, DATA_DIR_SECRETS, err);
    }
    if (rc == 0) {
        rc = move_in(w, DATA_DIR_DATABASE, err);
    }
    if (rc == 0) {
        rc = backup_sync_folder(w->data_dir, err);
    }
    if (rc == 0 && !any) {
        (void)rmdir(w->result.kept);
        w->result.kept[0] = '\0';
    }
    return rc < 0 ? rc : set_mark(w->data_dir, false, err);
}

static int restore(struct work *w, const char *backup, struct err *err)
{
    int rc = backup_find(backup, &w->found, err);
    if (rc == 0) {
        rc = backup_verify(&w->found, NULL, NULL, err);
    }
    if (rc == 0) {
        rc = backup_path(w->data_dir, STAGE, w->stage, err);
    }
    if (rc < 0) {
        return rc;
    }
    backup_remove_tree(w->stage);
    rc = backup_make_folder(w->stage, err);
    if (rc == 0) {
        rc = prepare_database(w, err);
    }
    if (rc == 0) {
        rc = prepare_secrets(w, err);
    }
    if (rc == 0) {
        rc = restore_photos(w, err);
    }
    if (rc == 0) {
        rc = swap(w, err);
    }
    backup_remove_tree(w->stage);
    return rc;
}

int restore_run(const char *data_dir, const char *backup, int64_t now, struct restore_result *out,
                struct err *err)
{
    struct work w = {.data_dir = data_dir, .now = now};
    CLEANUP(reconcile_lock_give) struct reconcile_lock *runs = NULL;
    int lock = -1;
    int rc = data_dir_prepare(data_dir, err);
    if (rc == 0) {
        rc = data_dir_lock(data_dir, &lock, err);
    }
    if (rc == 0) {
        rc = reconcile_lock_take(data_dir, 0, NULL, &runs, err);
    }
    if (rc == 0) {
        rc = restore(&w, backup, err);
    }
    if (rc == 0) {
        w.result.made_at = w.found.manifest.made_at;
        (void)snprintf(w.result.from, sizeof w.result.from, "%s",
                       w.found.folder[0] != '\0' ? w.found.folder : w.found.database);
        *out = w.result;
    }
    backup_found_done(&w.found);
    if (lock >= 0) {
        (void)close(lock);
    }
    return rc;
}
