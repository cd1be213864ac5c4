/*
 * secret_pbkdf2.c: PBKDF2 with HMAC-SHA-256 (RFC 8018), a block of output. mbedTLS has one too, but
 * it hashes the key's two pads anew in each of 600,000 rounds, which doubles the time. An attacker
 * would not do that, so it would protect nobody; here they are hashed once, and each round goes on
 * from there. Nothing that depends on the password is left on the stack.
 */
#include <mbedtls/sha256.h>
#include <string.h>

#include "base/secret.h"

#define BLOCK 64 /* of SHA-256, in bytes */

/* HMAC after the key: what every message begins with. */
struct keyed {
    mbedtls_sha256_context inner;
    mbedtls_sha256_context outer;
    mbedtls_sha256_context work;
};

static int start(mbedtls_sha256_context *sha, const uint8_t key[static BLOCK], uint8_t pad)
{
    uint8_t block[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        block[i] = key[i] ^ pad;
    }
    int rc = mbedtls_sha256_starts_ret(sha, 0);
    if (rc == 0) {
        rc = mbedtls_sha256_update_ret(sha, block, BLOCK);
    }
    secret_wipe(block, sizeof block);
    return rc;
}

static int keyed_init(struct keyed *k, const char *password)
{
    uint8_t key[BLOCK] = {0};
    size_t n = strlen(password);
    mbedtls_sha256_init(&k->inner);
    mbedtls_sha256_init(&k->outer);
    mbedtls_sha256_init(&k->work);
    int rc = 0;
    if (n > BLOCK) {
        rc = mbedtls_sha256_ret((const unsigned char *)password, n, key, 0);
    } else {
        memcpy(key, password, n);
    }
    if (rc == 0) {
        rc = start(&k->inner, key, 0x36);
    }
    if (rc == 0) {
        rc = start(&k->outer, key, 0x5c);
    }
    secret_wipe(key, sizeof key);
    return rc;
}

static void keyed_done(struct keyed *k)
{
    mbedtls_sha256_free(&k->inner);
    mbedtls_sha256_free(&k->outer);
    mbedtls_sha256_free(&k->work);
}

/* HMAC of two pieces, the second of which may be empty; out may be the first. */
static int keyed_hmac(struct keyed *k, const void *a, size_t a_len, const void *b, size_t b_len,
                      uint8_t out[static SHA256_LEN])
{
    mbedtls_sha256_clone(&k->work, &k->inner);
    int rc = mbedtls_sha256_update_ret(&k->work, a, a_len);
    if (rc == 0 && b_len > 0) {
        rc = mbedtls_sha256_update_ret(&k->work, b, b_len);
    }
    if (rc == 0) {
        rc = mbedtls_sha256_finish_ret(&k->work, out);
    }
    if (rc == 0) {
        mbedtls_sha256_clone(&k->work, &k->outer);
        rc = mbedtls_sha256_update_ret(&k->work, out, SHA256_LEN);
    }
    return rc == 0 ? mbedtls_sha256_finish_ret(&k->work, out) : rc;
}

int secret_pbkdf2_sha256(const char *password, const void *salt, size_t salt_len,
                         unsigned iterations, uint8_t out[static SHA256_LEN], struct err *err)
{
    static const uint8_t first_block[4] = {0, 0, 0, 1};
    struct keyed k;
    uint8_t round[SHA256_LEN];
    uint8_t sum[SHA256_LEN];
    int rc = keyed_init(&k, password);
    if (rc == 0) {
        rc = keyed_hmac(&k, salt, salt_len, first_block, sizeof first_block, round);
        memcpy(sum, round, sizeof sum);
    }
    for (unsigned i = 1; i < iterations && rc == 0; i++) {
        rc = keyed_hmac(&k, round, sizeof round, NULL, 0, round);
        for (size_t j = 0; j < sizeof sum; j++) {
            sum[j] ^= round[j];
        }
    }
    keyed_done(&k);
    if (rc == 0) {
        memcpy(out, sum, sizeof sum);
    }
    secret_wipe(round, sizeof round);
    secret_wipe(sum, sizeof sum);
    return rc == 0 ? 0
                   : err_set(err, ERR_INTERNAL, "mbedTLS could not compute a hash (error -0x%04x)",
                             (unsigned)-rc);
}
