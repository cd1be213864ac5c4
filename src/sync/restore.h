/*
 * restore.h: puts a backup in the place of the data folder's database, secrets and photos. What was
 * there is kept in a folder beside it.
 */
#ifndef BARKBOOK_SYNC_RESTORE_H
#define BARKBOOK_SYNC_RESTORE_H

#include "sync/backup.h"

struct restore_result {
    char from[BACKUP_PATH_LEN];
    char kept[BACKUP_PATH_LEN]; /* what was replaced; "" when there was nothing */
    int64_t made_at;            /* of the backup; 0: not known (a single file) */
    int64_t photos;             /* copied; those that were there already do not count */
    int64_t erased;             /* clients erased since the backup was made, and so once more */
};

/* Checks the backup from end to end first; a bad one changes nothing. ERR_BUSY while a service or a
 * reconcile uses the folder. Stopped half way, the data folder says so (restore_pending) until a
 * restore has gone through. */
MUST_USE int restore_run(const char *data_dir, const char *backup, int64_t now,
                         struct restore_result *out, struct err *err);

/* ERR_DB when a restore of this data folder was cut short: nothing may open it before another has
 * gone through. */
MUST_USE int restore_pending(const char *data_dir, struct err *err);

#endif
