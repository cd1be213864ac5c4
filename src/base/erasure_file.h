/*
 * erasure_file.h: which clients were erased, in a file beside the backups, so that a backup made
 * before can be restored without bringing them back. Ids and times only: nothing personal. The file
 * only grows. No state; appending is one write, so processes may do it at the same time.
 */
#ifndef BARKBOOK_BASE_ERASURE_FILE_H
#define BARKBOOK_BASE_ERASURE_FILE_H

#include <stdint.h>

#include "base/err.h"

#define ERASURE_FILE "erasures" /* in data_dir/backups, and in every folder of backups */

/* On disk before it returns. Append before the erasure is committed: one too many in the file does
 * no harm, one too few would. */
MUST_USE int erasure_file_append(const char *data_dir, const char *client_id, int64_t now,
                                 struct err *err);

/* Calls fn for each client id in folder/erasures, oldest first; none when there is no such file.
 * Lines that are not understood are skipped: a torn last line must not keep a backup from being
 * restored. A negative fn ends it. */
typedef int erasure_fn(void *arg, const char *client_id, struct err *err);
MUST_USE int erasure_file_each(const char *folder, erasure_fn *fn, void *arg, struct err *err);

/* Appends to to/erasures what it lacks of from/erasures. */
MUST_USE int erasure_file_merge(const char *from, const char *to, struct err *err);

#endif
