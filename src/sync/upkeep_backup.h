/*
 * upkeep_backup.h: one automatic backup, with everything that belongs to it. For upkeep.c only.
 */
#ifndef BARKBOOK_SYNC_UPKEEP_BACKUP_H
#define BARKBOOK_SYNC_UPKEEP_BACKUP_H

#include <stdatomic.h>

#include "base/config.h"
#include "db/writer.h"

/* Backs up to data_dir/backups, forgets old ones, copies to retention.backup_copy, runs
 * retention.backup_command; each part's outcome is written down. Failures are logged and do not
 * keep the other parts from being done. */
void upkeep_backup(const struct config *config, struct writer *writer, const atomic_int *stop);

/* Is a backup due: none that went well since the last half past three at night, and none tried for
 * an hour? */
MUST_USE int upkeep_backup_due(struct db *db, int64_t now, struct err *err);

#endif
