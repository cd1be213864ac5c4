/*
 * fault_vfs.c: see fault_vfs.h. Every file is opened by the real VFS; only write and sync are ours.
 * One per process; the switches are atomic, so any thread may turn them.
 */
#include "fault_vfs.h"

#include <stdlib.h>
#include <string.h>

#include "db/db.h"

struct fault_file {
    sqlite3_file base;
    sqlite3_file *real; /* in the same allocation, behind this struct */
    int file;           /* enum disk_file; DISK_FILES: of no interest */
};

static struct fault_vfs switches;
static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct fault_file *)f)->real;
}

/* Passes the result of a step on, and tells the watcher of one that was done. */
static int told(sqlite3_file *f, int rc, enum disk_step step, const void *data, int n, int64_t at)
{
    const int file = ((struct fault_file *)f)->file;
    if (rc == SQLITE_OK && switches.watch != NULL && file != DISK_FILES) {
        switches.watch(switches.watch_arg, (enum disk_file)file, step, data, n, at);
    }
    return rc;
}

static int file_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}
static int file_read(sqlite3_file *f, void *data, int n, sqlite3_int64 at)
{
    return real_of(f)->pMethods->xRead(real_of(f), data, n, at);
}
static int file_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 at)
{
    long long limit = atomic_load(&switches.limit);
    if (atomic_load(&switches.full) != 0 || (limit > 0 && at + n > limit)) {
        return SQLITE_FULL;
    }
    return told(f, real_of(f)->pMethods->xWrite(real_of(f), data, n, at), DISK_WRITE, data, n, at);
}
static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return told(f, real_of(f)->pMethods->xTruncate(real_of(f), size), DISK_TRUNCATE, NULL, 0, size);
}
static int file_sync(sqlite3_file *f, int flags)
{
    if (atomic_load(&switches.sync_broken) != 0) {
        return SQLITE_IOERR_FSYNC;
    }
    (void)atomic_fetch_add(&switches.syncs, 1);
    return told(f, real_of(f)->pMethods->xSync(real_of(f), flags), DISK_SYNC, NULL, 0, 0);
}
static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}
static int file_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}
static int file_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}
static int file_check_lock(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}
static int file_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
static int file_sector_size(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}
static int file_device(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}
static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}
static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}
static void file_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}
static int file_shm_unmap(sqlite3_file *f, int delete)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_device,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *file, int flags,
                    int *out_flags)
{
    (void)self;
    struct fault_file *f = (struct fault_file *)file;
    f->real = (sqlite3_file *)(f + 1);
    int rc = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
    f->file = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? DISK_DATABASE
              : (flags & SQLITE_OPEN_WAL) != 0   ? DISK_WAL
                                                 : DISK_FILES;
    f->base.pMethods = f->real->pMethods == NULL ? NULL : &methods;
    return rc;
}

struct fault_vfs *fault_vfs_install(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    if (real_vfs == NULL) {
        abort();
    }
    vfs = *real_vfs;
    vfs.zName = "fault";
    vfs.pNext = NULL;
    vfs.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
    vfs.xOpen = vfs_open;
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) {
        abort();
    }
    return &switches;
}
