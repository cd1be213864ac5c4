/*
 * secret.c: see secret.h. Thin over mbedTLS 2.28: nobody else includes it but secret_pbkdf2.c.
 * Error messages never contain what was hashed.
 */
#include "base/secret.h"

#include <errno.h>
#include <mbedtls/md.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define SALT_LEN              16
#define PASSWORD_PREFIX       "pbkdf2-sha256$"
#define PBKDF2_ITERATIONS_MAX 100000000U /* a minute or so: what is more is a damaged row */

int secret_random(void *out, size_t n, struct err *err)
{
    unsigned char *p = out;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            return err_set(err, ERR_IO, "no random numbers from the kernel: %s", strerror(errno));
        }
        p += got;
        n -= (size_t)got;
    }
    return 0;
}

/* A hash that mbedTLS was built without comes as a NULL info, which it refuses as bad input. */
static int failed(int rc, struct err *err)
{
    enum err_code code = rc == MBEDTLS_ERR_MD_ALLOC_FAILED ? ERR_NOMEM : ERR_INTERNAL;
    return err_set(err, code, "mbedTLS could not compute a hash (error -0x%04x)", (unsigned)-rc);
}

int secret_sha256(const void *data, size_t n, uint8_t out[static SHA256_LEN], struct err *err)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    int rc = mbedtls_md(info, data, n, out);
    return rc == 0 ? 0 : failed(rc, err);
}

static int hmac(mbedtls_md_type_t type, const void *key, size_t key_len, const void *data, size_t n,
                uint8_t *out, struct err *err)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(type);
    int rc = mbedtls_md_hmac(info, key, key_len, data, n, out);
    return rc == 0 ? 0 : failed(rc, err);
}

int secret_hmac_sha256(const void *key, size_t key_len, const void *data, size_t n,
                       uint8_t out[static SHA256_LEN], struct err *err)
{
    return hmac(MBEDTLS_MD_SHA256, key, key_len, data, n, out, err);
}

int secret_hmac_sha1(const void *key, size_t key_len, const void *data, size_t n,
                     uint8_t out[static SHA1_LEN], struct err *err)
{
    return hmac(MBEDTLS_MD_SHA1, key, key_len, data, n, out, err);
}

bool secret_equal(const void *a, const void *b, size_t n)
{
    /* volatile: every byte is read, whatever the ones before said. */
    const volatile unsigned char *x = a;
    const volatile unsigned char *y = b;
    unsigned char difference = 0;
    for (size_t i = 0; i < n; i++) {
        difference |= (unsigned char)(x[i] ^ y[i]);
    }
    return difference == 0;
}

void secret_wipe(void *p, size_t n)
{
    if (p != NULL && n > 0) {
        explicit_bzero(p, n);
    }
}

void secret_hex(const void *data, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = data;
    for (size_t i = 0; i < n; i++) {
        *out++ = digits[p[i] >> 4];
        *out++ = digits[p[i] & 15U];
    }
    *out = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool secret_unhex(const char *text, size_t text_len, uint8_t *out, size_t n)
{
    if (text_len % 2 != 0 || text_len / 2 != n) {
        return false;
    }
    for (size_t i = 0; i < text_len; i++) {
        if (hex_value(text[i]) < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = (uint8_t)(hex_value(text[2 * i]) * 16 + hex_value(text[2 * i + 1]));
    }
    return true;
}

static void base64(const void *data, size_t n, const char *last_two, bool pad, char *out)
{
    static const char common[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const unsigned char *p = data;
    for (size_t i = 0; i < n; i += 3) {
        size_t have = n - i < 3 ? n - i : 3;
        unsigned bits = (unsigned)p[i] << 16;
        bits |= have > 1 ? (unsigned)p[i + 1] << 8 : 0U;
        bits |= have > 2 ? (unsigned)p[i + 2] : 0U;
        for (size_t k = 0; k < 4; k++) {
            unsigned six = (bits >> (18 - 6 * k)) & 63U;
            if (k <= have) {
                *out++ = six < 62 ? common[six] : last_two[six - 62];
            } else if (pad) {
                *out++ = '=';
            }
        }
    }
    *out = '\0';
}

void secret_base64url(const void *data, size_t n, char *out)
{
    base64(data, n, "-_", false, out);
}

void secret_base64(const void *data, size_t n, char *out)
{
    base64(data, n, "+/", true, out);
}

int secret_password_hash(const char *password, char out[static SECRET_PASSWORD_LEN],
                         struct err *err)
{
    uint8_t salt[SALT_LEN];
    uint8_t hash[SHA256_LEN];
    int rc = secret_random(salt, sizeof salt, err);
    if (rc < 0) {
        return rc;
    }
    rc = secret_pbkdf2_sha256(password, salt, sizeof salt, SECRET_PBKDF2_ITERATIONS, hash, err);
    if (rc < 0) {
        return rc;
    }
    char salt_hex[2 * SALT_LEN + 1];
    char hash_hex[2 * SHA256_LEN + 1];
    secret_hex(salt, sizeof salt, salt_hex);
    secret_hex(hash, sizeof hash, hash_hex);
    (void)snprintf(out, SECRET_PASSWORD_LEN, PASSWORD_PREFIX "%u$%s$%s", SECRET_PBKDF2_ITERATIONS,
                   salt_hex, hash_hex);
    secret_wipe(hash, sizeof hash);
    secret_wipe(hash_hex, sizeof hash_hex);
    return 0;
}

/* Splits what secret_password_hash wrote. Fewer iterations than ours are refused: such a row was
 * not written by us. */
static bool read_stored(const char *stored, unsigned *iterations, uint8_t salt[static SALT_LEN],
                        uint8_t hash[static SHA256_LEN])
{
    size_t prefix = strlen(PASSWORD_PREFIX);
    if (strncmp(stored, PASSWORD_PREFIX, prefix) != 0 || stored[prefix] < '1' ||
        stored[prefix] > '9') {
        return false;
    }
    char *end;
    errno = 0;
    unsigned long count = strtoul(stored + prefix, &end, 10);
    if (errno != 0 || *end != '$' || count < SECRET_PBKDF2_ITERATIONS ||
        count > PBKDF2_ITERATIONS_MAX) {
        return false;
    }
    const char *salt_text = end + 1;
    const char *salt_end = strchr(salt_text, '$');
    if (salt_end == NULL ||
        !secret_unhex(salt_text, (size_t)(salt_end - salt_text), salt, SALT_LEN) ||
        !secret_unhex(salt_end + 1, strlen(salt_end + 1), hash, SHA256_LEN)) {
        return false;
    }
    *iterations = (unsigned)count;
    return true;
}

int secret_password_check(const char *password, const char *stored, struct err *err)
{
    unsigned iterations;
    uint8_t salt[SALT_LEN];
    uint8_t want[SHA256_LEN];
    uint8_t got[SHA256_LEN] = {0};
    if (!read_stored(stored, &iterations, salt, want)) {
        return err_set(err, ERR_DB,
                       "the stored password is damaged: set a new one with barkbook user passwd");
    }
    int rc = secret_pbkdf2_sha256(password, salt, sizeof salt, iterations, got, err);
    if (rc == 0) {
        rc = secret_equal(want, got, sizeof want) ? 1 : 0;
    }
    secret_wipe(want, sizeof want);
    secret_wipe(got, sizeof got);
    return rc;
}
