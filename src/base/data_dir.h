/*
 * data_dir.h: the folder that holds everything the salon owns: barkbook.db, photos/, secrets/,
 * backups/. Mode 0700, secrets 0600. Only names and the files of secrets/ are known here. No state;
 * the process' working folder must not change.
 */
#ifndef BARKBOOK_BASE_DATA_DIR_H
#define BARKBOOK_BASE_DATA_DIR_H

#include <stddef.h>

#include "base/err.h"

#define DATA_DIR_PATH_LEN 4096

/* Makes the folder, its parents and its rooms where they are missing. ERR_IO says which and why. */
MUST_USE int data_dir_prepare(const char *dir, struct err *err);

/* "dir/name" in out; ERR_CONFIG when that is too long for a path. */
MUST_USE int data_dir_path(const char *dir, const char *name, char out[static DATA_DIR_PATH_LEN],
                           struct err *err);
#define DATA_DIR_DATABASE "barkbook.db"
#define DATA_DIR_PHOTOS   "photos"
#define DATA_DIR_BACKUPS  "backups"
#define DATA_DIR_SECRETS  "secrets"
#define DATA_DIR_WEBHOOK  "secrets/webhook"

/* The webhook secret kept in the folder, without the line end: ERR_CONFIG when there is none (or an
 * empty one), naming the file. The caller wipes it. A configured one (calcom.webhook_secret) wins
 * over it: that is the caller's business. */
#define WEBHOOK_SECRET_LEN 512
MUST_USE int data_dir_webhook_secret(const char *dir, char out[static WEBHOOK_SECRET_LEN],
                                     struct err *err);

/* The same, but makes one of 32 random bytes (64 hex digits) when there is none. It is on disk,
 * whole, before this returns; of two processes that make one at the same time both get the same. */
MUST_USE int data_dir_webhook_secret_make(const char *dir, char out[static WEBHOOK_SECRET_LEN],
                                          struct err *err);

/* Holds the folder for one service until the descriptor *fd is closed or the process ends, however
 * it ends. ERR_BUSY when another process does. */
MUST_USE int data_dir_lock(const char *dir, int *fd, struct err *err);

#endif
