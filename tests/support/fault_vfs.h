/*
 * fault_vfs.h: a disk that fails on demand, or that can be watched: SQLite's own unix VFS with
 * switches in front of it.
 */
#ifndef BARKBOOK_TESTS_FAULT_VFS_H
#define BARKBOOK_TESTS_FAULT_VFS_H

#include <stdatomic.h>
#include <stdint.h>

enum disk_file { DISK_DATABASE, DISK_WAL, DISK_FILES };

/* Told of every change of the two files, in the order in which they are made; called on whatever
 * thread makes it. data is NULL for a truncation to at; n is 0 for a sync. */
enum disk_step { DISK_WRITE, DISK_TRUNCATE, DISK_SYNC };
typedef void disk_watch_fn(void *arg, enum disk_file file, enum disk_step step, const void *data,
                           int n, int64_t at);

struct fault_vfs {
    atomic_int full;        /* writes find no space */
    atomic_int sync_broken; /* syncs report an I/O error */
    atomic_llong limit; /* writes that end past this byte of any file find no space; 0: no limit */
    atomic_int syncs;   /* done so far */
    disk_watch_fn *watch; /* NULL: nobody. Set before the first connection */
    void *watch_arg;
};

/* Makes the failing disk the default one of this process. Call once, before the first connection.
 */
struct fault_vfs *fault_vfs_install(void);

#endif
