/*
 * secret_file.h: SHA-256 of what is too long to hold in memory, alone or while copying it. No
 * state; thread-safe.
 */
#ifndef BARKBOOK_BASE_SECRET_FILE_H
#define BARKBOOK_BASE_SECRET_FILE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/secret.h"

#define SHA256_TEXT_LEN (2 * SHA256_LEN + 1)

/* Reads `from` to its end, writes it to `to` as well unless that is -1. The digest as hex, and how
 * many bytes. *stop not 0 (or NULL: never) ends it with ERR_STOPPED. */
MUST_USE int secret_file_sha256(int from, int to, const atomic_int *stop,
                                char hex[static SHA256_TEXT_LEN], int64_t *bytes, struct err *err);

#endif
