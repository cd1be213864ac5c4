/*
 * secret_file.c: one pass over a file by a small buffer. No state.
 */
#include "base/secret_file.h"

#include <errno.h>
#include <mbedtls/md.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)256 * 1024)

static int write_all(int to, const unsigned char *data, size_t n, struct err *err)
{
    while (n > 0) {
        ssize_t wrote = write(to, data, n);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote < 0) {
            return err_set(err, ERR_IO, "writing failed: %m");
        }
        data += wrote;
        n -= (size_t)wrote;
    }
    return 0;
}

static int pass(int from, int to, const atomic_int *stop, mbedtls_md_context_t *hash,
                unsigned char *piece, int64_t *total, struct err *err)
{
    for (;;) {
        if (stop != NULL && atomic_load(stop) != 0) {
            return err_set(err, ERR_STOPPED, "stopped");
        }
        ssize_t n = read(from, piece, PIECE);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set(err, ERR_IO, "reading failed: %m");
        }
        if (n == 0) {
            return 0;
        }
        if (mbedtls_md_update(hash, piece, (size_t)n) != 0) {
            return err_set(err, ERR_INTERNAL, "SHA-256 failed");
        }
        int rc = to >= 0 ? write_all(to, piece, (size_t)n, err) : 0;
        if (rc < 0) {
            return rc;
        }
        *total += n;
    }
}

int secret_file_sha256(int from, int to, const atomic_int *stop, char hex[static SHA256_TEXT_LEN],
                       int64_t *bytes, struct err *err)
{
    unsigned char *piece = malloc(PIECE);
    if (piece == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    mbedtls_md_context_t hash;
    mbedtls_md_init(&hash);
    unsigned char digest[SHA256_LEN];
    int64_t total = 0;
    bool ready = mbedtls_md_setup(&hash, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 0) == 0 &&
                 mbedtls_md_starts(&hash) == 0;
    int rc = ready ? 0 : err_set(err, ERR_NOMEM, "SHA-256 cannot start");
    if (rc == 0) {
        rc = pass(from, to, stop, &hash, piece, &total, err);
    }
    if (rc == 0 && mbedtls_md_finish(&hash, digest) != 0) {
        rc = err_set(err, ERR_INTERNAL, "SHA-256 failed");
    }
    mbedtls_md_free(&hash);
    free(piece);
    if (rc == 0) {
        secret_hex(digest, sizeof digest, hex);
        *bytes = total;
    }
    return rc;
}
