/*
 * backup_rotate.c: which backups a folder holds, and forgetting old ones. Removes nothing whose
 * name is not ours. No state.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "sync/backup.h"

#define NAME_START   "barkbook-"
#define UPDATE_START "before-migration-"
#define UPDATE_KEEP  3

bool backup_is_name(const char *name)
{
    /* barkbook-20261122T130000Z */
    static const char shape[] = NAME_START "dddddddd"
                                           "T"
                                           "dddddd"
                                           "Z";
    if (strlen(name) != sizeof shape - 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool digit = i >= sizeof NAME_START - 1 && shape[i] == 'd';
        if (digit ? name[i] < '0' || name[i] > '9' : name[i] != shape[i]) {
            return false;
        }
    }
    return true;
}

static bool is_update_copy(const char *name)
{
    return strncmp(name, UPDATE_START, sizeof UPDATE_START - 1) == 0;
}

static int newest_first(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*b)->d_name, (*a)->d_name);
}

static int only_backups(const struct dirent *e)
{
    return backup_is_name(e->d_name);
}

static int only_update_copies(const struct dirent *e)
{
    return is_update_copy(e->d_name);
}

static int scan(const char *folder, int (*which)(const struct dirent *), char ***out, size_t *count,
                struct err *err)
{
    struct dirent **found = NULL;
    int n = scandir(folder, &found, which, newest_first);
    if (n < 0 && errno != ENOENT) {
        return err_set(err, ERR_IO, "cannot read %s: %m", folder);
    }
    char **names = calloc((size_t)(n > 0 ? n : 0) + 1, sizeof *names);
    bool ok = names != NULL;
    for (int i = 0; i < n; i++) {
        if (ok) {
            names[i] = strdup(found[i]->d_name);
            ok = names[i] != NULL;
        }
        free(found[i]);
    }
    free((void *)found);
    if (!ok) {
        backup_list_free(names);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = names;
    *count = n > 0 ? (size_t)n : 0;
    return 0;
}

int backup_names(const char *folder, char ***out, size_t *count, struct err *err)
{
    return scan(folder, only_backups, out, count, err);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct backup_file *)a)->path, ((const struct backup_file *)b)->path);
}

/* Photos that the backups which are left have, sorted. */
static int photos_in_use(const char *folder, struct backup_files *out, struct err *err)
{
    char **names = NULL;
    size_t count = 0;
    int rc = backup_names(folder, &names, &count, err);
    for (size_t i = 0; rc >= 0 && i < count; i++) {
        CLEANUP(backup_manifest_done) struct backup_manifest m = {0};
        char path[BACKUP_PATH_LEN];
        rc = backup_path(folder, names[i], path, err);
        if (rc == 0) {
            rc = backup_manifest_read(path, &m, err);
        }
        for (size_t k = 0; rc == 0 && k < m.photos.count; k++) {
            rc = backup_files_add(out, m.photos.list[k].path, 0, m.photos.list[k].sha256, err);
        }
    }
    backup_list_free(names);
    if (rc == 0 && out->count > 1) {
        qsort(out->list, out->count, sizeof *out->list, by_path);
    }
    return rc;
}

static int drop_photos(const char *folder, struct err *err)
{
    CLEANUP(backup_manifest_done) struct backup_manifest used = {0};
    char root[BACKUP_PATH_LEN];
    char **names = NULL;
    size_t count = 0;
    int rc = backup_path(folder, DATA_DIR_PHOTOS, root, err);
    if (rc == 0) {
        rc = photos_in_use(folder, &used.photos, err);
    }
    if (rc == 0) {
        rc = backup_list(root, &names, &count, err);
    }
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct backup_file key = {.path = names[i]};
        char path[BACKUP_PATH_LEN];
        bool kept = used.photos.count > 0 &&
                    bsearch(&key, used.photos.list, used.photos.count, sizeof key, by_path) != NULL;
        if (!kept && backup_path(root, names[i], path, err) == 0) {
            (void)unlink(path);
        }
    }
    backup_list_free(names);
    return rc;
}

static int drop_update_copies(const char *folder, struct err *err)
{
    char **names = NULL;
    size_t count = 0;
    int rc = scan(folder, only_update_copies, &names, &count, err);
    for (size_t i = UPDATE_KEEP; rc == 0 && i < count; i++) {
        char path[BACKUP_PATH_LEN];
        if (backup_path(folder, names[i], path, err) == 0) {
            (void)unlink(path);
        }
    }
    backup_list_free(names);
    return rc;
}

int backup_rotate(const char *folder, int64_t keep, int64_t *dropped, struct err *err)
{
    char **names = NULL;
    size_t count = 0;
    int64_t gone = 0;
    int rc = backup_names(folder, &names, &count, err);
    for (size_t i = keep > 0 ? (size_t)keep : 1; rc == 0 && i < count; i++) {
        char path[BACKUP_PATH_LEN];
        char going[BACKUP_PATH_LEN];
        rc = backup_path(folder, names[i], path, err);
        if (rc == 0) {
            rc = backup_path(folder, ".going", going, err);
        }
        if (rc < 0) {
            break;
        }
        /* Renamed first: a power cut must not leave half a backup under a good name. */
        backup_remove_tree(going);
        if (rename(path, going) != 0) {
            rc = err_set(err, ERR_IO, "cannot remove %s: %m", path);
            break;
        }
        backup_remove_tree(going);
        gone++;
        log_info("backup_dropped", "path=%s", path);
    }
    backup_list_free(names);
    if (rc == 0 && gone > 0) {
        rc = drop_photos(folder, err);
    }
    if (rc == 0) {
        rc = drop_update_copies(folder, err);
    }
    *dropped = gone;
    return rc;
}
