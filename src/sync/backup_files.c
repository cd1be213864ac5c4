/*
 * backup_files.c: see backup_files.h. No state.
 */
#include "sync/backup_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 8 /* of folders below photos/ */

int backup_path(const char *dir, const char *name, char out[static BACKUP_PATH_LEN],
                struct err *err)
{
    char whole[BACKUP_PATH_LEN];
    int n = snprintf(whole, sizeof whole, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof whole) {
        return err_set(err, ERR_IO, "the path %.80s… is too long", dir);
    }
    memcpy(out, whole, (size_t)n + 1);
    return 0;
}

int backup_make_folder(const char *path, struct err *err)
{
    char part[BACKUP_PATH_LEN];
    int n = snprintf(part, sizeof part, "%s/", path);
    if (n < 0 || (size_t)n >= sizeof part) {
        return err_set(err, ERR_IO, "the path %.80s… is too long", path);
    }
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            return err_set(err, ERR_IO, "cannot make the folder %s: %m", part);
        }
        *slash = '/';
    }
    return 0;
}

int backup_sync_folder(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && fsync(fd) == 0 ? 0 : err_set(err, ERR_IO, "cannot write %s: %m", path);
    if (fd >= 0) {
        (void)close(fd);
    }
    return rc;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    (void)remove(path); /* what stays is seen by whoever looks for it */
    return 0;
}

void backup_remove_tree(const char *path)
{
    (void)nftw(path, remove_one, DEPTH_MAX, FTW_DEPTH | FTW_PHYS);
}

int backup_hash(const char *path, const atomic_int *stop, char hex[static SHA256_TEXT_LEN],
                int64_t *bytes, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot read %s: %m", path);
    }
    int rc = secret_file_sha256(fd, -1, stop, hex, bytes, err);
    (void)close(fd);
    return err_prefix(err, rc, "%s", path);
}

int backup_copy(const char *from, const char *to, const atomic_int *stop,
                char hex[static SHA256_TEXT_LEN], int64_t *bytes, struct err *err)
{
    char temporary[BACKUP_PATH_LEN];
    int n = snprintf(temporary, sizeof temporary, "%s.partial", to);
    if (n < 0 || (size_t)n >= sizeof temporary) {
        return err_set(err, ERR_IO, "the path %.80s… is too long", to);
    }
    int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0) {
        return err_set(err, ERR_IO, "cannot read %s: %m", from);
    }
    int target = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (target < 0) {
        int rc = err_set(err, ERR_IO, "cannot make %s: %m", temporary);
        (void)close(source);
        return rc;
    }
    int rc = secret_file_sha256(source, target, stop, hex, bytes, err);
    if (rc == 0 && fsync(target) != 0) {
        rc = err_set(err, ERR_IO, "writing failed: %m");
    }
    (void)close(source);
    (void)close(target);
    if (rc == 0 && rename(temporary, to) != 0) {
        rc = err_set(err, ERR_IO, "cannot rename: %m");
    }
    if (rc < 0) {
        (void)unlink(temporary);
    }
    return err_prefix(err, rc, "%s", to);
}

struct list {
    char **paths;
    size_t count, room;
};

static int list_add(struct list *l, const char *path, struct err *err)
{
    if (l->count + 1 >= l->room) {
        size_t room = l->room == 0 ? 64 : 2 * l->room;
        char **grown = realloc(l->paths, room * sizeof *grown);
        if (grown == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        l->paths = grown;
        l->room = room;
    }
    l->paths[l->count] = strdup(path);
    if (l->paths[l->count] == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    l->paths[++l->count] = NULL;
    return 0;
}

/* relative: "" or "ab/". */
static int walk(const char *root, const char *relative, int depth, struct list *l, struct err *err)
{
    char path[BACKUP_PATH_LEN];
    int rc = backup_path(root, relative, path, err);
    if (rc < 0) {
        return rc;
    }
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return errno == ENOENT ? 0 : err_set(err, ERR_IO, "cannot read %s: %m", path);
    }
    for (const struct dirent *e = readdir(folder); e != NULL && rc >= 0; e = readdir(folder)) {
        char child[BACKUP_PATH_LEN];
        char whole[BACKUP_PATH_LEN];
        struct stat st;
        if (e->d_name[0] == '.') {
            continue;
        }
        int n = snprintf(child, sizeof child, "%s%s", relative, e->d_name);
        if (n < 0 || (size_t)n + 2 >= sizeof child) {
            continue;
        }
        rc = backup_path(root, child, whole, err);
        if (rc < 0 || lstat(whole, &st) != 0) {
            continue; /* gone meanwhile */
        }
        if (S_ISREG(st.st_mode)) {
            rc = list_add(l, child, err);
        } else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX) {
            child[n] = '/';
            child[n + 1] = '\0';
            rc = walk(root, child, depth + 1, l, err);
        }
    }
    (void)closedir(folder);
    return rc;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int backup_list(const char *root, char ***out, size_t *count, struct err *err)
{
    struct list l = {0};
    int rc = walk(root, "", 0, &l, err);
    if (rc < 0) {
        backup_list_free(l.paths);
        return rc;
    }
    if (l.count > 1) {
        qsort(l.paths, l.count, sizeof *l.paths, by_text);
    }
    *out = l.paths;
    *count = l.count;
    return 0;
}

void backup_list_free(char **list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        free(list[i]);
    }
    free((void *)list);
}

bool backup_name_hash(const char *relative, char hex[static SHA256_TEXT_LEN])
{
    const char *slash = strrchr(relative, '/');
    const char *name = slash != NULL ? slash + 1 : relative;
    size_t n = strspn(name, "0123456789abcdef");
    static const char *const ends[] = {"", ".jpg", ".jpeg", ".png", ".webp"};
    bool plain = false;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        plain = plain || strcmp(name + n, ends[i]) == 0;
    }
    if (!plain) {
        return false;
    }
    size_t missing = SHA256_TEXT_LEN - 1 - n;
    if (n > SHA256_TEXT_LEN - 1 ||
        (missing > 0 && (slash == NULL || missing != 2 || slash - relative < 2))) {
        return false;
    }
    if (missing > 0) {
        if (strspn(slash - 2, "0123456789abcdef") < 2) {
            return false;
        }
        memcpy(hex, slash - 2, 2);
    }
    memcpy(hex + missing, name, n);
    hex[SHA256_TEXT_LEN - 1] = '\0';
    return true;
}
