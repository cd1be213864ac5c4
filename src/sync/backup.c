/*
 * backup.c: makes one backup. It grows in a folder whose name begins with a dot, is read back, and
 * only then named; whatever stops it half way leaves the folder of backups as it was. Never writes
 * to what it copies.
 * Threads: none of its own; a lock file keeps two from one folder.
 */
#include "sync/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/erasure_file.h"
#include "base/log.h"
#include "db/copy.h"
#include "db/migrate.h"
#include "salon/setting.h"

#define ROOM_TO_SPARE (INT64_C(16) * 1024 * 1024)
#define LOCK          ".lock"
#define GROWING       ".growing"

struct work {
    const struct backup_options *o;
    struct db *db;
    char folder[BACKUP_PATH_LEN]; /* where it grows */
    char photos[BACKUP_PATH_LEN]; /* of all backups there */
    struct backup_manifest manifest;
    struct backup_result result;
};

static int lock_folder(const char *folder, int *fd, struct err *err)
{
    char path[BACKUP_PATH_LEN];
    int rc = backup_path(folder, LOCK, path, err);
    if (rc < 0) {
        return rc;
    }
    int made = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made < 0) {
        return err_set(err, ERR_IO, "cannot write in %s: %m", folder);
    }
    if (flock(made, LOCK_EX | LOCK_NB) != 0) {
        rc = errno == EWOULDBLOCK
                 ? err_set(err, ERR_BUSY,
                           "another backup is being made in %s: try again when it has finished",
                           folder)
                 : err_set(err, ERR_IO, "cannot lock %s: %m", path);
        (void)close(made);
        return rc;
    }
    *fd = made;
    return 0;
}

/* Better said before than after an hour of copying. */
static int check_room(const struct work *w, struct err *err)
{
    char path[BACKUP_PATH_LEN];
    struct stat db;
    struct statvfs fs;
    int rc = backup_path(w->o->data_dir, DATA_DIR_DATABASE, path, err);
    if (rc < 0 || stat(path, &db) != 0 || statvfs(w->o->to, &fs) != 0) {
        return rc; /* then the copy will say what is wrong */
    }
    int64_t room = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
    if (room < db.st_size + ROOM_TO_SPARE) {
        return err_set(err, ERR_IO,
                       "there is not enough room in %s: %lld MB are needed and %lld MB are free",
                       w->o->to, (long long)((db.st_size + ROOM_TO_SPARE) >> 20),
                       (long long)(room >> 20));
    }
    return 0;
}

static int add_file(struct work *w, const char *from, const char *name, struct err *err)
{
    char to[BACKUP_PATH_LEN];
    char hex[SHA256_TEXT_LEN];
    int64_t bytes = 0;
    int rc = backup_path(w->folder, name, to, err);
    if (rc == 0) {
        rc = backup_copy(from, to, w->o->stop, hex, &bytes, err);
    }
    return rc < 0 ? rc : backup_files_add(&w->manifest.files, name, bytes, hex, err);
}

static int add_database(struct work *w, struct err *err)
{
    char path[BACKUP_PATH_LEN];
    char hex[SHA256_TEXT_LEN];
    struct db_facts facts = {0};
    int64_t bytes = 0;
    int rc = backup_path(w->folder, DATA_DIR_DATABASE, path, err);
    if (rc == 0) {
        rc = db_copy(w->db, path, w->o->stop, err);
    }
    if (rc == 0) {
        rc = db_check(path, false, w->o->stop, &facts, err);
    }
    if (rc == 0) {
        rc = backup_hash(path, w->o->stop, hex, &bytes, err);
    }
    if (rc < 0) {
        return rc;
    }
    w->manifest.schema = facts.version;
    w->result.bytes = bytes;
    return backup_files_add(&w->manifest.files, DATA_DIR_DATABASE, bytes, hex, err);
}

static int add_secrets(struct work *w, struct err *err)
{
    char root[BACKUP_PATH_LEN];
    char folder[BACKUP_PATH_LEN];
    char **names = NULL;
    size_t count = 0;
    int rc = backup_path(w->o->data_dir, DATA_DIR_SECRETS, root, err);
    if (rc == 0) {
        rc = backup_path(w->folder, DATA_DIR_SECRETS, folder, err);
    }
    if (rc == 0) {
        rc = backup_make_folder(folder, err);
    }
    if (rc == 0) {
        rc = backup_list(root, &names, &count, err);
    }
    for (size_t i = 0; rc == 0 && i < count; i++) {
        char from[BACKUP_PATH_LEN];
        char name[BACKUP_PATH_LEN];
        if (strchr(names[i], '/') != NULL) {
            continue;
        }
        rc = backup_path(root, names[i], from, err);
        if (rc == 0) {
            rc = backup_path(DATA_DIR_SECRETS, names[i], name, err);
        }
        if (rc == 0) {
            rc = add_file(w, from, name, err);
        }
    }
    backup_list_free(names);
    return rc < 0 ? rc : backup_sync_folder(folder, err);
}

/* A photo's content never changes, so that a second name for it is as good as a copy, where the
 * file system allows it. 1: it is new there. */
static int store_photo(struct work *w, const char *from, const char *to, int64_t bytes,
                       char hex[static SHA256_TEXT_LEN], struct err *err)
{
    struct stat there;
    if (lstat(to, &there) == 0 && S_ISREG(there.st_mode) && there.st_size == bytes) {
        return 0;
    }
    char folder[BACKUP_PATH_LEN];
    (void)snprintf(folder, sizeof folder, "%s", to);
    char *slash = strrchr(folder, '/');
    *slash = '\0';
    int rc = backup_make_folder(folder, err);
    if (rc < 0) {
        return rc;
    }
    if (link(from, to) == 0) {
        return 1;
    }
    char copied[SHA256_TEXT_LEN];
    rc = backup_copy(from, to, w->o->stop, copied, &bytes, err);
    if (rc < 0) {
        return rc;
    }
    if (strcmp(copied, hex) != 0) {
        log_warn("photo_damaged", "file=%s hint=\"its content is not what its name says\"", to);
        memcpy(hex, copied, SHA256_TEXT_LEN);
    }
    rc = backup_sync_folder(folder, err);
    return rc < 0 ? rc : 1;
}

static int add_photo(struct work *w, const char *root, const char *name, struct err *err)
{
    char from[BACKUP_PATH_LEN];
    char to[BACKUP_PATH_LEN];
    char hex[SHA256_TEXT_LEN];
    struct stat st;
    int64_t bytes = 0;
    int rc = backup_path(root, name, from, err);
    if (rc == 0) {
        rc = backup_path(w->photos, name, to, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (stat(from, &st) != 0) {
        return errno == ENOENT ? 0 : err_set(err, ERR_IO, "cannot read %s: %m", from);
    }
    if (!backup_name_hash(name, hex)) {
        rc = backup_hash(from, w->o->stop, hex, &bytes, err);
    }
    if (rc == 0) {
        rc = store_photo(w, from, to, st.st_size, hex, err);
    }
    if (rc < 0) {
        return rc;
    }
    w->result.photos++;
    w->result.photos_new += rc;
    w->result.photos_bytes += st.st_size;
    return backup_files_add(&w->manifest.photos, name, st.st_size, hex, err);
}

static int add_photos(struct work *w, struct err *err)
{
    char root[BACKUP_PATH_LEN];
    char **names = NULL;
    size_t count = 0;
    int rc = backup_path(w->o->data_dir, DATA_DIR_PHOTOS, root, err);
    if (rc == 0) {
        rc = backup_list(root, &names, &count, err);
    }
    for (size_t i = 0; rc == 0 && i < count; i++) {
        rc = w->o->stop != NULL && atomic_load(w->o->stop) != 0
                 ? err_set(err, ERR_STOPPED, "the backup was stopped")
                 : add_photo(w, root, names[i], err);
    }
    backup_list_free(names);
    return rc;
}

/* Its own, or of the one that made the database. */
static int know_instance(struct work *w, struct err *err)
{
    char *id = NULL;
    int rc = setting_get(w->db, SETTING_INSTANCE, &id, err);
    if (rc > 0) {
        (void)snprintf(w->manifest.instance, sizeof w->manifest.instance, "%s", id);
        free(id);
    }
    return rc < 0 ? rc : 0;
}

static int fill(struct work *w, struct err *err)
{
    /* The photos after the database: one that is added meanwhile is then at worst one too many. */
    int rc = add_database(w, err);
    if (rc == 0) {
        rc = add_secrets(w, err);
    }
    if (rc == 0 && w->o->config_file != NULL && w->o->config_file[0] != '\0') {
        rc = add_file(w, w->o->config_file, "barkbook.conf", err);
    }
    if (rc == 0) {
        rc = add_photos(w, err);
    }
    if (rc == 0) {
        rc = backup_manifest_write(&w->manifest, w->folder, err);
    }
    return rc < 0 ? rc : backup_sync_folder(w->folder, err);
}

/* barkbook-20261122T130000Z, or the next second's that is free. */
static int give_name(struct work *w, struct err *err)
{
    for (int64_t at = w->o->now;; at += CLOCK_SECOND) {
        char when[TIME_TEXT_LEN];
        char name[BACKUP_NAME_LEN];
        time_format(at, when);
        (void)snprintf(name, sizeof name, "barkbook-%.4s%.2s%.2sT%.2s%.2s%.2sZ", when, when + 5,
                       when + 8, when + 11, when + 14, when + 17);
        int rc = backup_path(w->o->to, name, w->result.path, err);
        if (rc < 0) {
            return rc;
        }
        struct stat st;
        if (lstat(w->result.path, &st) == 0) {
            continue;
        }
        if (rename(w->folder, w->result.path) != 0) {
            return err_set(err, ERR_IO, "cannot name %s: %m", w->result.path);
        }
        return backup_sync_folder(w->o->to, err);
    }
}

static int make(struct work *w, struct err *err)
{
    int rc = check_room(w, err);
    if (rc == 0) {
        rc = backup_path(w->o->to, GROWING, w->folder, err);
    }
    if (rc == 0) {
        rc = backup_path(w->o->to, DATA_DIR_PHOTOS, w->photos, err);
    }
    if (rc < 0) {
        return rc;
    }
    backup_remove_tree(w->folder); /* of one that was cut short */
    rc = backup_make_folder(w->folder, err);
    if (rc == 0) {
        rc = backup_make_folder(w->photos, err);
    }
    if (rc == 0) {
        rc = know_instance(w, err);
    }
    if (rc == 0) {
        rc = fill(w, err);
    }
    if (rc == 0) {
        char erasures[BACKUP_PATH_LEN];
        rc = backup_path(w->o->data_dir, DATA_DIR_BACKUPS, erasures, err);
        if (rc == 0) {
            rc = erasure_file_merge(erasures, w->o->to, err);
        }
    }
    if (rc == 0) {
        rc = give_name(w, err);
    }
    if (rc < 0) {
        backup_remove_tree(w->folder);
    }
    return rc;
}

int backup_make(const struct backup_options *o, struct db *db, struct backup_result *out,
                struct err *err)
{
    struct work w = {.o = o, .db = db, .manifest = {.made_at = o->now}};
    (void)snprintf(w.manifest.program, sizeof w.manifest.program, "%s", BARKBOOK_VERSION);
    int lock = -1;
    int rc = backup_make_folder(o->to, err);
    if (rc == 0) {
        rc = lock_folder(o->to, &lock, err);
    }
    if (rc == 0) {
        rc = make(&w, err);
    }
    if (rc == 0) {
        *out = w.result;
    }
    if (lock >= 0) {
        (void)close(lock);
    }
    backup_manifest_done(&w.manifest);
    return rc;
}
