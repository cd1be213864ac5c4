/*
 * photo_file.h: the files of photos. A finished one lies under photos/ by the SHA-256 of its
 * content (photos/ab/cd…) and never changes; one that is still coming lies in uploads/, and is good
 * for nothing but to be gone on with. Knows no rows: whoever writes one does so after the file is
 * durable, and what no row names is collected.
 *
 * dir is the data folder. Thread-safe: a part is locked while it is written.
 */
#ifndef BARKBOOK_SALON_PHOTO_FILE_H
#define BARKBOOK_SALON_PHOTO_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"

#define PHOTO_NAME_LEN (2 * SHA256_LEN + 1)    /* hex and NUL */
#define PHOTO_ORPHAN   (24 * INT64_C(3600000)) /* so long nothing is collected, ms */

/* Letters, digits and dashes, at most 80: the name of an upload. */
bool photo_upload_valid(const char *name);
bool photo_name_valid(const char *sha256);

/* How many bytes of an upload have come. */
MUST_USE int photo_part_size(const char *dir, const char *name, int64_t *out, struct err *err);

/* Adds bytes at offset, which must be where the part ends: 1 when it is not (received says where).
 * received: what has come then. */
MUST_USE int photo_part_add(const char *dir, const char *name, int64_t offset, const void *data,
                            size_t n, int64_t *received, struct err *err);

/* All of it has come: checks that it is a JPEG picture without EXIF data, and moves it, durable, to
 * its place; its name in out. ERR_UNPROCESSABLE (the part is thrown away) says why not. */
MUST_USE int photo_part_finish(const char *dir, const char *name, char out[static PHOTO_NAME_LEN],
                               struct err *err);

/* 1 it is there (and is not collected for another day), 0 not. */
MUST_USE int photo_file_keep(const char *dir, const char *sha256, struct err *err);
/* 1 read, 0 there is none. */
MUST_USE int photo_file_read(const char *dir, const char *sha256, struct buf *out, struct err *err);

/* Removes files older than a day that used() says nobody names (0), and forgotten parts. How many.
 */
typedef int photo_used_fn(void *arg, const char *sha256, struct err *err);
MUST_USE int photo_collect(const char *dir, int64_t now, photo_used_fn *used, void *arg,
                           struct err *err);

/* A JPEG picture that says nothing but what it shows: no APP1 (EXIF, XMP: place, time, camera). 0,
 * or ERR_UNPROCESSABLE with the reason. Pure. */
MUST_USE int photo_check_jpeg(const unsigned char *data, size_t n, struct err *err);

#endif
