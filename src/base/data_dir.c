/*
 * data_dir.c: makes the data folder and its webhook secret. Never prints a secret; never widens the
 * permissions of what is there. No state.
 */
#include "base/data_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

int data_dir_path(const char *dir, const char *name, char out[static DATA_DIR_PATH_LEN],
                  struct err *err)
{
    char whole[DATA_DIR_PATH_LEN];
    int n = snprintf(whole, sizeof whole, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof whole) {
        return err_set(err, ERR_CONFIG,
                       "the path of the data folder is too long: choose a shorter data_dir");
    }
    memcpy(out, whole, (size_t)n + 1);
    return 0;
}

static int make_one(const char *path, struct err *err)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST) {
        struct stat st;
        if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
            return err_set(err, ERR_IO,
                           "%s is not a folder: move it away or choose another data_dir", path);
        }
        return 0;
    }
    return err_set(err, ERR_IO, "cannot make the folder %s: %m", path);
}

int data_dir_prepare(const char *dir, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, "", path, err);
    if (rc < 0) {
        return rc;
    }
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        rc = make_one(path, err);
        if (rc < 0) {
            return rc;
        }
        *slash = '/';
    }
    static const char *const rooms[] = {DATA_DIR_PHOTOS, DATA_DIR_SECRETS, DATA_DIR_BACKUPS};
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
        rc = data_dir_path(dir, rooms[i], path, err);
        if (rc < 0) {
            return rc;
        }
        rc = make_one(path, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

/* 1 read, 0 there is no such file. */
static int read_secret(const char *path, char out[static WEBHOOK_SECRET_LEN], struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT
                   ? 0
                   : err_set(err, ERR_CONFIG, "cannot read the webhook secret %s: %m", path);
    }
    char text[WEBHOOK_SECRET_LEN];
    ssize_t n = read(fd, text, sizeof text);
    int saved = errno;
    (void)close(fd);
    errno = saved;
    if (n < 0) {
        return err_set(err, ERR_CONFIG, "cannot read the webhook secret %s: %m", path);
    }
    if ((size_t)n == sizeof text) {
        secret_wipe(text, sizeof text);
        return err_set(err, ERR_CONFIG, "the webhook secret %s is longer than %d bytes", path,
                       WEBHOOK_SECRET_LEN - 1);
    }
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL) {
        n--;
    }
    if (n == 0) {
        return err_set(err, ERR_CONFIG,
                       "the webhook secret %s is empty: delete the file and start again to get a "
                       "new one",
                       path);
    }
    memcpy(out, text, (size_t)n);
    out[n] = '\0';
    secret_wipe(text, sizeof text);
    return 1;
}

int data_dir_webhook_secret(const char *dir, char out[static WEBHOOK_SECRET_LEN], struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, DATA_DIR_WEBHOOK, path, err);
    if (rc < 0) {
        return rc;
    }
    rc = read_secret(path, out, err);
    if (rc == 0) {
        return err_set(err, ERR_CONFIG,
                       "there is no webhook secret at %s: start the service once, it makes one",
                       path);
    }
    return rc < 0 ? rc : 0;
}

/* Writes the text to a new file beside path, forces it to disk, and gives it its name unless that
 * is taken. */
static int publish(const char *path, const char *text, size_t n, struct err *err)
{
    char temporary[DATA_DIR_PATH_LEN];
    int length = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= sizeof temporary) {
        return err_set(err, ERR_CONFIG,
                       "the path of the data folder is too long: choose a shorter data_dir");
    }
    int fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot write beside %s: %m", path);
    }
    int rc = 0;
    ssize_t wrote = write(fd, text, n);
    if (wrote != (ssize_t)n || fsync(fd) != 0) {
        rc = err_set(err, ERR_IO, "cannot write %s: %m", path);
    } else if (link(temporary, path) != 0 && errno != EEXIST) {
        rc = err_set(err, ERR_IO, "cannot name %s: %m", path);
    }
    (void)close(fd);
    (void)unlink(temporary);
    return rc;
}

static int sync_folder(const char *dir, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, DATA_DIR_SECRETS, path, err);
    if (rc < 0) {
        return rc;
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        rc = err_set(err, ERR_IO, "cannot write the folder %s: %m", path);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return rc;
}

int data_dir_webhook_secret_make(const char *dir, char out[static WEBHOOK_SECRET_LEN],
                                 struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, DATA_DIR_WEBHOOK, path, err);
    if (rc < 0) {
        return rc;
    }
    rc = read_secret(path, out, err);
    if (rc != 0) {
        return rc < 0 ? rc : 0;
    }
    unsigned char random[32];
    char text[2 * sizeof random + 2];
    rc = secret_random(random, sizeof random, err);
    if (rc < 0) {
        return rc;
    }
    secret_hex(random, sizeof random, text);
    text[2 * sizeof random] = '\n';
    rc = publish(path, text, 2 * sizeof random + 1, err);
    if (rc == 0) {
        rc = sync_folder(dir, err);
    }
    secret_wipe(random, sizeof random);
    secret_wipe(text, sizeof text);
    return rc < 0 ? rc : data_dir_webhook_secret(dir, out, err);
}

int data_dir_lock(const char *dir, int *fd, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, "barkbook.lock", path, err);
    if (rc < 0) {
        return rc;
    }
    int made = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made < 0) {
        return err_set(err, ERR_IO, "cannot open %s: %m", path);
    }
    if (flock(made, LOCK_EX | LOCK_NB) != 0) {
        rc = errno == EWOULDBLOCK ? err_set(err, ERR_BUSY,
                                            "another barkbook already serves %s: stop it first, or "
                                            "choose another folder with "
                                            "--data-dir",
                                            dir)
                                  : err_set(err, ERR_IO, "cannot lock %s: %m", path);
        (void)close(made);
        return rc;
    }
    *fd = made;
    return 0;
}
