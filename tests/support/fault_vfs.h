/*
 * fault_vfs.h: a disk that fails on demand: SQLite's own unix VFS with switches in front of it.
 */
#ifndef BARKBOOK_TESTS_FAULT_VFS_H
#define BARKBOOK_TESTS_FAULT_VFS_H

#include <stdatomic.h>

struct fault_vfs {
    atomic_int full;        /* writes find no space */
    atomic_int sync_broken; /* syncs report an I/O error */
    atomic_llong limit; /* writes that end past this byte of any file find no space; 0: no limit */
    atomic_int syncs;   /* done so far */
};

/* Makes the failing disk the default one of this process. Call once, before the first connection.
 */
struct fault_vfs *fault_vfs_install(void);

#endif
