/*
 * secret.h: hashes, random bytes and comparisons, all by mbedTLS. No state; thread-safe.
 */
#ifndef BARKBOOK_BASE_SECRET_H
#define BARKBOOK_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SHA256_LEN 32
#define SHA1_LEN   20

MUST_USE int secret_random(void *out, size_t n, struct err *err); /* getrandom(2) */
MUST_USE int secret_sha256(const void *data, size_t n, uint8_t out[static SHA256_LEN],
                           struct err *err);
MUST_USE int secret_hmac_sha256(const void *key, size_t key_len, const void *data, size_t n,
                                uint8_t out[static SHA256_LEN], struct err *err);
MUST_USE int secret_hmac_sha1(const void *key, size_t key_len, const void *data, size_t n,
                              uint8_t out[static SHA1_LEN], struct err *err);
MUST_USE int secret_pbkdf2_sha256(const char *password, const void *salt, size_t salt_len,
                                  unsigned iterations, uint8_t out[static SHA256_LEN],
                                  struct err *err);

/* Takes the same time wherever the first difference is. */
bool secret_equal(const void *a, const void *b, size_t n);
/* Overwrites memory in a way the compiler keeps. */
void secret_wipe(void *p, size_t n);

/* out needs 2n+1 bytes; lower case. */
void secret_hex(const void *data, size_t n, char *out);
/* Exactly n bytes from 2n hex digits of either case; false otherwise. */
MUST_USE bool secret_unhex(const char *text, size_t text_len, uint8_t *out, size_t n);
/* URL-safe base64 without padding; out needs (n*4+2)/3+1 bytes. */
void secret_base64url(const void *data, size_t n, char *out);
/* Standard base64 with padding; out needs 4*((n+2)/3)+1 bytes. */
void secret_base64(const void *data, size_t n, char *out);

/* "pbkdf2-sha256$600000$<salt>$<hash>" in out; and its check. secret_password_check returns 1
 * match, 0 no match, negative failure. At least SECRET_PBKDF2_ITERATIONS. Slow on purpose: callers
 * let one computation run at a time. */
#define SECRET_PBKDF2_ITERATIONS 600000
#define SECRET_PASSWORD_LEN      160
MUST_USE int secret_password_hash(const char *password, char out[static SECRET_PASSWORD_LEN],
                                  struct err *err);
MUST_USE int secret_password_check(const char *password, const char *stored, struct err *err);

#endif
