/*
 * backup.h: making backups, finding them, checking them, and forgetting old ones.
 *
 * A folder of backups holds
 *   barkbook-20261122T130000Z/    one backup: manifest.json, barkbook.db, secrets/, barkbook.conf
 *   photos/                       the photos of all of them, by their content, each once
 *   erasures                      whom to leave out when one is restored (base/erasure_file.h)
 * A backup appears under its name only when it is whole, checked and on disk.
 */
#ifndef BARKBOOK_SYNC_BACKUP_H
#define BARKBOOK_SYNC_BACKUP_H

#include <stdatomic.h>
#include <stdint.h>

#include "db/db.h"
#include "sync/backup_files.h"
#include "sync/backup_manifest.h"

#define BACKUP_NAME_LEN 64

struct backup_options {
    const char *data_dir;
    const char *to;          /* the folder of backups; made where it is missing */
    const char *config_file; /* copied too, so that a new machine can be set up alike; or NULL */
    int64_t now;
    const atomic_int *stop; /* not 0: end soon with ERR_STOPPED; or NULL */
};

struct backup_result {
    char path[BACKUP_PATH_LEN];
    int64_t bytes; /* of the database */
    int64_t photos, photos_new;
    int64_t photos_bytes;
};

/* db: a connection for reading, outside any transaction. ERR_BUSY when another backup goes to that
 * folder just now. What was written is checked before it gets its name. */
MUST_USE int backup_make(const struct backup_options *o, struct db *db, struct backup_result *out,
                         struct err *err);

/* Forgets all but the newest keep backups of the folder, photos that none of the others has, what a
 * power cut left half made, and all but the newest three copies made before an update. *dropped:
 * how many backups. */
MUST_USE int backup_rotate(const char *folder, int64_t keep, int64_t *dropped, struct err *err);

/* Names of the folder's backups, newest first, ended by NULL; free with backup_list_free. */
MUST_USE int backup_names(const char *folder, char ***out, size_t *count, struct err *err);
/* Their beginning and shape. */
bool backup_is_name(const char *name);

/* One backup that a person named: its own folder, or the newest in a folder of backups, or a single
 * database file (a copy made before an update). */
struct backup_found {
    char folder[BACKUP_PATH_LEN];    /* of the backup; "" for a single file */
    char database[BACKUP_PATH_LEN];  /* its database file */
    char photos[BACKUP_PATH_LEN];    /* where its photos are; "" for a single file */
    char above[BACKUP_PATH_LEN];     /* where erasures may be */
    struct backup_manifest manifest; /* empty for a single file */
};
void backup_found_done(struct backup_found *f);
DEFINE_CLEANUP_REF(struct backup_found, backup_found_done);

/* Says where it looked, and whether there are incomplete ones, when there is nothing. */
MUST_USE int backup_find(const char *path, struct backup_found *out, struct err *err);

/* Reads every byte of it: sizes, digests, and the database page by page. *facts may be NULL.
 * ERR_DB says what is damaged. */
struct backup_facts {
    int schema;
    int64_t bytes;
    int64_t photos;
};
MUST_USE int backup_verify(const struct backup_found *f, const atomic_int *stop,
                           struct backup_facts *facts, struct err *err);

#endif
