/*
 * photo_file.c: see photo_file.h. The only file that touches photos/ and uploads/.
 */
#include "salon/photo_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/data_dir.h"

#define UPLOADS     "uploads"
#define PHOTO_MAX   ((size_t)64 << 20)
#define MARKER_SOI  0xd8
#define MARKER_SOS  0xda
#define MARKER_APP1 0xe1

static void fd_close(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

/* As in util.h, for a descriptor. */
#define OWNED_FD __attribute__((cleanup(fd_close))) int

static int failed(const char *what, struct err *err)
{
    return err_set(err, ERR_IO, "photos: %s: %s", what, strerror(errno));
}

bool photo_upload_valid(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n <= 80 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

bool photo_name_valid(const char *sha256)
{
    return strlen(sha256) == 2 * SHA256_LEN && strspn(sha256, "0123456789abcdef") == 2 * SHA256_LEN;
}

/* A folder below the data folder, made when missing. */
static int open_folder(const char *dir, const char *name, int *out, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, name, path, err);
    if (rc < 0) {
        return rc;
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return failed("cannot make a folder", err);
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return failed("cannot open a folder", err);
    }
    *out = fd;
    return 0;
}

int photo_part_size(const char *dir, const char *name, int64_t *out, struct err *err)
{
    OWNED_FD folder = -1;
    struct stat st;
    int rc = open_folder(dir, UPLOADS, &folder, err);
    if (rc < 0) {
        return rc;
    }
    *out = fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? (int64_t)st.st_size : 0;
    return 0;
}

static int write_all(int fd, const void *data, size_t n, int64_t offset)
{
    const char *p = data;
    while (n > 0) {
        ssize_t put = pwrite(fd, p, n, offset);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return -1;
        }
        p += put;
        n -= (size_t)put;
        offset += put;
    }
    return 0;
}

int photo_part_add(const char *dir, const char *name, int64_t offset, const void *data, size_t n,
                   int64_t *received, struct err *err)
{
    OWNED_FD folder = -1;
    OWNED_FD fd = -1;
    struct stat st;
    int rc = open_folder(dir, UPLOADS, &folder, err);
    if (rc < 0) {
        return rc;
    }
    fd = openat(folder, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0 || fstat(fd, &st) != 0) {
        return failed("cannot open an upload", err);
    }
    if ((int64_t)st.st_size != offset) {
        *received = (int64_t)st.st_size;
        return 1;
    }
    if (write_all(fd, data, n, offset) != 0) {
        int saved = errno;
        (void)!ftruncate(fd, (off_t)offset);
        errno = saved;
        return failed("cannot write", err);
    }
    *received = offset + (int64_t)n;
    return 0;
}

int photo_check_jpeg(const unsigned char *data, size_t n, struct err *err)
{
    if (n < 4 || data[0] != 0xff || data[1] != MARKER_SOI) {
        return err_set(err, ERR_UNPROCESSABLE, "this is not a JPEG picture");
    }
    size_t at = 2;
    while (at + 4 <= n && data[at] == 0xff) {
        unsigned marker = data[at + 1];
        if (marker == MARKER_SOS) {
            return data[n - 2] == 0xff && data[n - 1] == 0xd9
                       ? 0
                       : err_set(err, ERR_UNPROCESSABLE, "the picture is cut off");
        }
        if (marker == MARKER_APP1) {
            return err_set(err, ERR_UNPROCESSABLE,
                           "the picture still says where and when it was taken");
        }
        at += 2 + ((size_t)data[at + 2] << 8 | data[at + 3]);
    }
    return err_set(err, ERR_UNPROCESSABLE, "this is not a JPEG picture");
}

static int read_all(int fd, struct buf *out, struct err *err)
{
    char step[16384];
    for (;;) {
        ssize_t got = read(fd, step, sizeof step);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failed("cannot read", err);
        }
        if (got == 0) {
            return out->failed ? err_set(err, ERR_NOMEM, "out of memory") : 0;
        }
        buf_add(out, step, (size_t)got);
    }
}

/* Durable in its place: the file's bytes first, then its name, then the name of its folder. */
static int move_in(const char *dir, int uploads, const char *name, int fd, const char *sha256,
                   struct err *err)
{
    OWNED_FD photos = -1;
    OWNED_FD room = -1;
    char first[3] = {sha256[0], sha256[1], '\0'};
    int rc = open_folder(dir, DATA_DIR_PHOTOS, &photos, err);
    if (rc < 0) {
        return rc;
    }
    if (mkdirat(photos, first, 0700) != 0 && errno != EEXIST) {
        return failed("cannot make a folder", err);
    }
    room = openat(photos, first, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (room < 0 || fsync(fd) != 0 || renameat(uploads, name, room, sha256 + 2) != 0 ||
        fsync(room) != 0 || fsync(photos) != 0) {
        return failed("cannot keep a picture", err);
    }
    return 0;
}

int photo_part_finish(const char *dir, const char *name, char out[static PHOTO_NAME_LEN],
                      struct err *err)
{
    OWNED_FD folder = -1;
    OWNED_FD fd = -1;
    CLEANUP(buf_done) struct buf bytes;
    uint8_t digest[SHA256_LEN];
    char sha256[PHOTO_NAME_LEN];
    buf_init(&bytes, PHOTO_MAX);
    int rc = open_folder(dir, UPLOADS, &folder, err);
    if (rc < 0) {
        return rc;
    }
    fd = openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        return failed("cannot open an upload", err);
    }
    rc = read_all(fd, &bytes, err);
    if (rc >= 0) {
        rc = photo_check_jpeg((const unsigned char *)bytes.data, bytes.len, err);
        if (rc < 0) {
            (void)unlinkat(folder, name, 0);
        }
    }
    if (rc >= 0) {
        rc = secret_sha256(bytes.data, bytes.len, digest, err);
    }
    if (rc < 0) {
        return rc;
    }
    secret_hex(digest, sizeof digest, sha256);
    rc = move_in(dir, folder, name, fd, sha256, err);
    if (rc >= 0) {
        memcpy(out, sha256, sizeof sha256);
    }
    return rc;
}

/* -1 when there is none. */
static int open_photo(int photos, const char *sha256)
{
    char path[PHOTO_NAME_LEN + 2];
    (void)snprintf(path, sizeof path, "%.2s/%s", sha256, sha256 + 2);
    return openat(photos, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

int photo_file_keep(const char *dir, const char *sha256, struct err *err)
{
    OWNED_FD photos = -1;
    OWNED_FD fd = -1;
    int rc = open_folder(dir, DATA_DIR_PHOTOS, &photos, err);
    if (rc < 0 || !photo_name_valid(sha256)) {
        return rc < 0 ? rc : 0;
    }
    fd = open_photo(photos, sha256);
    if (fd < 0 || futimens(fd, NULL) != 0) {
        return errno == ENOENT ? 0 : failed("cannot open a picture", err);
    }
    return 1;
}

int photo_file_read(const char *dir, const char *sha256, struct buf *out, struct err *err)
{
    OWNED_FD photos = -1;
    OWNED_FD fd = -1;
    int rc = open_folder(dir, DATA_DIR_PHOTOS, &photos, err);
    if (rc < 0 || !photo_name_valid(sha256)) {
        return rc < 0 ? rc : 0;
    }
    fd = open_photo(photos, sha256);
    if (fd < 0) {
        return errno == ENOENT ? 0 : failed("cannot open a picture", err);
    }
    rc = read_all(fd, out, err);
    return rc < 0 ? rc : 1;
}

struct sweep {
    int64_t now;
    photo_used_fn *used; /* NULL: age alone decides */
    void *arg;
    int removed;
};

/* One folder; prefix is what its files' names lack of a content's name. */
static int sweep_folder(int parent, const char *name, const char *prefix, struct sweep *s,
                        struct err *err)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (d == NULL) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return failed("cannot open a folder", err);
    }
    int rc = 0;
    for (const struct dirent *e = readdir(d); e != NULL && rc >= 0; e = readdir(d)) {
        char whole[PHOTO_NAME_LEN + 256];
        struct stat st;
        if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode) || (int64_t)st.st_mtime * 1000 > s->now - PHOTO_ORPHAN) {
            continue;
        }
        (void)snprintf(whole, sizeof whole, "%s%s", prefix, e->d_name);
        rc = s->used == NULL ? 0 : photo_name_valid(whole) ? s->used(s->arg, whole, err) : 1;
        if (rc == 0 && unlinkat(dirfd(d), e->d_name, 0) == 0) {
            s->removed++;
        }
    }
    (void)closedir(d);
    return rc < 0 ? rc : 0;
}

int photo_collect(const char *dir, int64_t now, photo_used_fn *used, void *arg, struct err *err)
{
    static const char digits[] = "0123456789abcdef";
    OWNED_FD photos = -1;
    OWNED_FD uploads = -1;
    struct sweep rooms = {.now = now, .used = used, .arg = arg};
    struct sweep parts = {.now = now};
    int rc = open_folder(dir, DATA_DIR_PHOTOS, &photos, err);
    if (rc >= 0) {
        rc = open_folder(dir, UPLOADS, &uploads, err);
    }
    for (unsigned i = 0; i < 256 && rc >= 0; i++) {
        const char room[3] = {digits[i / 16], digits[i % 16], '\0'};
        if (faccessat(photos, room, F_OK, 0) == 0) {
            rc = sweep_folder(photos, room, room, &rooms, err);
        }
    }
    if (rc >= 0) {
        rc = sweep_folder(uploads, ".", "", &parts, err);
    }
    return rc < 0 ? rc : rooms.removed + parts.removed;
}
