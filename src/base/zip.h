/*
 * zip.h: writes a ZIP archive piece by piece, files stored as they are: what is put in is small, or
 * pictures that do not shrink. After PKWARE's APPNOTE 6.3; names are UTF-8. No Zip64: at most 4 GB
 * and 65,535 files.
 */
#ifndef BARKBOOK_BASE_ZIP_H
#define BARKBOOK_BASE_ZIP_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Gets the bytes of the archive in order; negative stops. */
typedef int zip_sink(void *arg, const void *data, size_t n, struct err *err);

struct zip {
    zip_sink *sink;
    void *arg;
    struct buf directory; /* owned */
    uint64_t written;
    uint32_t files;
    uint16_t time; /* of all files, as MS-DOS has it */
    uint16_t date;
};

/* now (ms): the files' time, in the salon's zone. */
void zip_init(struct zip *z, int64_t now, zip_sink *sink, void *arg);
void zip_done(struct zip *z);
DEFINE_CLEANUP_REF(struct zip, zip_done);

/* One file, whole. ERR_TOO_LARGE past what the format holds. */
MUST_USE int zip_add(struct zip *z, const char *name, const void *data, size_t n, struct err *err);
/* The directory at the end, without which it is no archive. */
MUST_USE int zip_end(struct zip *z, struct err *err);

#endif
