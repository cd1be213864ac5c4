/*
 * backup_manifest.h: what a backup holds, as its manifest.json says: each file with its size and
 * SHA-256. For backup*.c and restore.c only.
 */
#ifndef BARKBOOK_SYNC_BACKUP_MANIFEST_H
#define BARKBOOK_SYNC_BACKUP_MANIFEST_H

#include "base/secret_file.h"
#include "base/uuid.h"

#define BACKUP_MANIFEST "manifest.json"
#define BACKUP_FORMAT   1

struct backup_file {
    char *path; /* owned; from the backup's folder, of a photo from photos/ */
    int64_t bytes;
    char sha256[SHA256_TEXT_LEN];
};

struct backup_files {
    struct backup_file *list;
    size_t count, room;
};

struct backup_manifest {
    int64_t made_at;
    char program[32]; /* the version that made it */
    char instance[UUID_TEXT_LEN];
    int schema;
    struct backup_files files;  /* the database first */
    struct backup_files photos; /* kept beside the backups, shared by all of them */
};

void backup_manifest_done(struct backup_manifest *m); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct backup_manifest, backup_manifest_done);

MUST_USE int backup_files_add(struct backup_files *f, const char *path, int64_t bytes,
                              const char *sha256, struct err *err);

/* Writes folder/manifest.json, on disk when it returns. */
MUST_USE int backup_manifest_write(const struct backup_manifest *m, const char *folder,
                                   struct err *err);
/* ERR_NOT_FOUND when there is none; ERR_DB when it cannot be a manifest; a path in it that leads
 * out of its folder is refused. */
MUST_USE int backup_manifest_read(const char *folder, struct backup_manifest *out, struct err *err);

#endif
