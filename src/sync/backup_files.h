/*
 * backup_files.h: files and folders as a backup needs them: hashed while copied, on disk before it
 * says so. For backup*.c and restore.c only. No state.
 */
#ifndef BARKBOOK_SYNC_BACKUP_FILES_H
#define BARKBOOK_SYNC_BACKUP_FILES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/data_dir.h"
#include "base/secret_file.h"

#define BACKUP_PATH_LEN DATA_DIR_PATH_LEN

/* "dir/name"; ERR_IO when too long. */
MUST_USE int backup_path(const char *dir, const char *name, char out[static BACKUP_PATH_LEN],
                         struct err *err);

/* Makes a folder and its parents below (or with) root, mode 0700; those that are there are fine. */
MUST_USE int backup_make_folder(const char *path, struct err *err);
MUST_USE int backup_sync_folder(const char *path, struct err *err);
/* Removes it with all it holds, as far as possible; follows no link. */
void backup_remove_tree(const char *path);

/* Digest and size of a file. */
MUST_USE int backup_hash(const char *path, const atomic_int *stop, char hex[static SHA256_TEXT_LEN],
                         int64_t *bytes, struct err *err);
/* Copies to a new file of mode 0600 (by way of a name that is not taken for it), on disk when it
 * returns. Replaces what is there. */
MUST_USE int backup_copy(const char *from, const char *to, const atomic_int *stop,
                         char hex[static SHA256_TEXT_LEN], int64_t *bytes, struct err *err);

/* Every regular file below root whose name and folders do not begin with a dot, by its path from
 * root, sorted. *count of them; ended by NULL. A folder that is missing has none. */
MUST_USE int backup_list(const char *root, char ***out, size_t *count, struct err *err);
void backup_list_free(char **list); /* accepts NULL */

/* The SHA-256 that a photo's name tells ("ab/cd…" or "ab/abcd…"): 64 hex digits, or false. */
bool backup_name_hash(const char *relative, char hex[static SHA256_TEXT_LEN]);

#endif
