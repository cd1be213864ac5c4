/*
 * reconcile_lock.c: flock(2) on a file that also says who holds it, for the message. The file
 * stays: removing it would let two processes lock two files of the same name.
 */
#include "sync/reconcile_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data_dir.h"

#define NAP_MS 100

struct reconcile_lock {
    int fd;
};

static int busy(int fd, struct err *err)
{
    char who[64] = "";
    ssize_t n = pread(fd, who, sizeof who - 1, 0);
    char *end = n > 0 ? strchr(who, '\n') : NULL;
    if (end == NULL) {
        return err_set(err, ERR_BUSY, "another reconcile is running: try again in a minute");
    }
    *end = '\0';
    return err_set(err, ERR_BUSY,
                   "another reconcile is running (%s): try again when it has finished", who);
}

/* Who we are, for whoever finds the file locked. Only words: nothing depends on it. */
static void sign(int fd)
{
    char who[64];
    char now[TIME_TEXT_LEN];
    time_format(clock_now_ms(), now);
    int n = snprintf(who, sizeof who, "process %ld, since %.19sZ\n", (long)getpid(), now);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, who, (size_t)n, 0) != n) {
        return;
    }
}

/* 0 locked, 1 held by another, negative failed. */
static int try_lock(int fd, struct err *err)
{
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return 1;
        }
        if (errno != EINTR) {
            return err_set(err, ERR_IO, "cannot lock %s: %m", RECONCILE_LOCK_FILE);
        }
    }
    return 0;
}

static int wait_for(int fd, int64_t wait_ms, const atomic_int *stop, struct err *err)
{
    const int64_t end = clock_mono_ms() + wait_ms;
    for (;;) {
        int rc = try_lock(fd, err);
        if (rc <= 0) {
            return rc;
        }
        if (clock_mono_ms() >= end) {
            return busy(fd, err);
        }
        if (stop != NULL && atomic_load(stop) != 0) {
            return err_set(err, ERR_STOPPED, "stopped while waiting for another reconcile");
        }
        struct timespec nap = {.tv_nsec = NAP_MS * 1000000L};
        (void)nanosleep(&nap, NULL);
    }
}

int reconcile_lock_take(const char *data_dir, int64_t wait_ms, const atomic_int *stop,
                        struct reconcile_lock **out, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(data_dir, RECONCILE_LOCK_FILE, path, err);
    if (rc < 0) {
        return rc;
    }
    struct reconcile_lock *l = malloc(sizeof *l);
    if (l == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    l->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->fd < 0) {
        free(l);
        return err_set(err, ERR_IO, "cannot open %s: %m", path);
    }
    rc = wait_for(l->fd, wait_ms, stop, err);
    if (rc < 0) {
        (void)close(l->fd);
        free(l);
        return rc;
    }
    sign(l->fd);
    *out = l;
    return 0;
}

void reconcile_lock_give(struct reconcile_lock *l)
{
    if (l != NULL) {
        (void)close(l->fd);
        free(l);
    }
}
