/*
 * base_secret.c: hashes against the published vectors, encodings, passwords.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

static void expect_hex(const uint8_t *got, size_t n, const char *want)
{
    char hex[2 * SHA256_LEN + 1];
    secret_hex(got, n, hex);
    cr_expect_str_eq(hex, want);
}

/* n times the byte b, as the RFCs give their keys. */
static char *repeated(int b, size_t n)
{
    char *s = malloc(n + 1);
    cr_assert_not_null(s);
    memset(s, b, n);
    s[n] = '\0';
    return s;
}

Test(base_secret, sha256_agrees_with_fips_180)
{
    static const struct {
        const char *text, *hash;
    } table[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        uint8_t hash[SHA256_LEN];
        struct err err;
        cr_assert_eq(secret_sha256(table[i].text, strlen(table[i].text), hash, &err), 0);
        expect_hex(hash, sizeof hash, table[i].hash);
    }
}

/* The keys and texts that RFC 4231 and RFC 2202 write as repeated bytes. */
struct hmac_case {
    int key_byte; /* -1: key is a text */
    size_t key_len;
    const char *key;
    int data_byte;
    size_t data_len;
    const char *data;
    const char *mac;
};

static void each_hmac(const struct hmac_case *c, size_t count, size_t mac_len)
{
    for (size_t i = 0; i < count; i++) {
        char *key = c[i].key != NULL ? strdup(c[i].key) : repeated(c[i].key_byte, c[i].key_len);
        char *data =
            c[i].data != NULL ? strdup(c[i].data) : repeated(c[i].data_byte, c[i].data_len);
        size_t key_len = c[i].key != NULL ? strlen(key) : c[i].key_len;
        size_t data_len = c[i].data != NULL ? strlen(data) : c[i].data_len;
        uint8_t mac[SHA256_LEN];
        struct err err;
        int rc = mac_len == SHA1_LEN ? secret_hmac_sha1(key, key_len, data, data_len, mac, &err)
                                     : secret_hmac_sha256(key, key_len, data, data_len, mac, &err);
        cr_assert_eq(rc, 0);
        expect_hex(mac, mac_len, c[i].mac);
        free(key);
        free(data);
    }
}

#define LONG_KEY "Test Using Larger Than Block-Size Key - Hash Key First"

Test(base_secret, hmac_sha256_agrees_with_rfc_4231)
{
    static const struct hmac_case table[] = {
        {0x0b, 20, NULL, 0, 0, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {0, 0, "Jefe", 0, 0, "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {0xaa, 20, NULL, 0xdd, 50, NULL,
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {0, 0,
         "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16"
         "\x17\x18\x19",
         0xcd, 50, NULL, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {0xaa, 131, NULL, 0, 0, LONG_KEY,
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {0xaa, 131, NULL, 0, 0,
         "This is a test using a larger than block-size key and a larger than block-size data. The "
         "key needs to be hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    each_hmac(table, ARRAY_LEN(table), SHA256_LEN);
}

Test(base_secret, hmac_sha1_agrees_with_rfc_2202)
{
    static const struct hmac_case table[] = {
        {0x0b, 20, NULL, 0, 0, "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"},
        {0, 0, "Jefe", 0, 0, "what do ya want for nothing?",
         "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
        {0xaa, 20, NULL, 0xdd, 50, NULL, "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
        {0x0c, 20, NULL, 0, 0, "Test With Truncation", "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"},
        {0xaa, 80, NULL, 0, 0, LONG_KEY, "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
    };
    each_hmac(table, ARRAY_LEN(table), SHA1_LEN);
}

#define A16  "aaaaaaaaaaaaaaaa"
#define A63  A16 A16 A16 "aaaaaaaaaaaaaaa"
#define A64  A16 A16 A16 A16
#define A65  A64 "a"
#define A200 A64 A64 A64 "aaaaaaaa"

Test(base_secret, pbkdf2_sha256_agrees_with_rfc_7914_and_the_usual_vectors)
{
    static const struct {
        const char *password, *salt;
        unsigned iterations;
        const char *hash;
    } table[] = {
        {"passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"},
        {"Password", "NaCl", 80000,
         "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"},
        {"password", "salt", 1, "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"},
        {"password", "salt", 2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"},
        {"password", "salt", 4096,
         "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"},
        {"passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096,
         "348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c4e2a1fb8dd53e1"},
        /* Around the length at which a key is hashed first. */
        {A63, "salt", 3, "04394a5cdf2c28055ddd18dc9163a8ce39037cada933a7ca9855f719378c254e"},
        {A64, "salt", 3, "f8a04d441cbf044fcfcc492ce74e7b1cef6fdeaf4526d687edbc819f0300855f"},
        {A65, "salt", 3, "4afd8eda1227ba57eff25d7df2a645bc0759ef0054192865b075c70a5c7a4a4e"},
        {A200, "salt", 3, "47ecc9a436fb7dd40a2b2a85ccd8d874bf4809175b1c6368287fa8a7a9738006"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        uint8_t hash[SHA256_LEN];
        struct err err;
        cr_assert_eq(secret_pbkdf2_sha256(table[i].password, table[i].salt, strlen(table[i].salt),
                                          table[i].iterations, hash, &err),
                     0);
        expect_hex(hash, sizeof hash, table[i].hash);
    }
}

Test(base_secret, random_bytes_differ_from_call_to_call)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    struct err err;
    cr_assert_eq(secret_random(a, sizeof a, &err), 0);
    cr_assert_eq(secret_random(b, sizeof b, &err), 0);
    cr_expect_not(secret_equal(a, b, sizeof a));
    /* More than getrandom gives at once. */
    size_t n = 40u << 20;
    uint8_t *many = calloc(1, n);
    cr_assert_not_null(many);
    cr_assert_eq(secret_random(many, n, &err), 0);
    static const uint8_t none[64] = {0};
    cr_expect_neq(memcmp(many + n - 64, none, 64), 0, "the end is filled too");
    free(many);
}

Test(base_secret, comparison_sees_a_difference_in_any_byte)
{
    uint8_t a[32];
    memset(a, 7, sizeof a);
    for (size_t i = 0; i < sizeof a; i++) {
        uint8_t b[32];
        memcpy(b, a, sizeof b);
        cr_expect(secret_equal(a, b, sizeof a));
        b[i] ^= 0x80;
        cr_expect_not(secret_equal(a, b, sizeof a));
    }
    cr_expect(secret_equal("", "x", 0));
}

Test(base_secret, wiped_memory_is_zero)
{
    char secret[] = "hunter2";
    secret_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++) {
        cr_expect_eq(secret[i], 0);
    }
    secret_wipe(NULL, 0);
}

Test(base_secret, hex_is_read_back_in_either_case_and_nothing_else)
{
    static const uint8_t bytes[] = {0x00, 0x7f, 0x80, 0xff, 0xa5};
    char hex[11];
    secret_hex(bytes, sizeof bytes, hex);
    cr_expect_str_eq(hex, "007f80ffa5");
    uint8_t back[5] = {0};
    cr_expect(secret_unhex("007F80ffA5", 10, back, sizeof back));
    cr_expect_arr_eq(back, bytes, sizeof bytes);
    static const char *const bad[] = {"",           "007f80ffa",  "007f80ffa50", "007f80ffa5ff",
                                      "007f80ffag", "0x7f80ffa5", " 07f80ffa5",  "007f80ff"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cr_expect_not(secret_unhex(bad[i], strlen(bad[i]), back, sizeof back), "%s", bad[i]);
    }
    cr_expect_arr_eq(back, bytes, sizeof bytes, "a refusal changes nothing");
    cr_expect(secret_unhex("", 0, back, 0));
}

Test(base_secret, base64_agrees_with_rfc_4648)
{
    static const struct {
        const char *text, *padded, *url;
    } table[] = {
        {"", "", ""},
        {"f", "Zg==", "Zg"},
        {"fo", "Zm8=", "Zm8"},
        {"foo", "Zm9v", "Zm9v"},
        {"foob", "Zm9vYg==", "Zm9vYg"},
        {"fooba", "Zm9vYmE=", "Zm9vYmE"},
        {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
        {"\xfb\xff\xfe", "+//+", "-__-"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char out[16];
        secret_base64(table[i].text, strlen(table[i].text), out);
        cr_expect_str_eq(out, table[i].padded);
        secret_base64url(table[i].text, strlen(table[i].text), out);
        cr_expect_str_eq(out, table[i].url);
    }
}

Test(base_secret, encodings_write_no_byte_more_than_they_promise)
{
    for (size_t n = 0; n < 50; n++) {
        uint8_t data[50];
        memset(data, 0xA7, sizeof data);
        /* On the heap in their exact size, for the address sanitizer. */
        char *hex = malloc(2 * n + 1);
        char *url = malloc((n * 4 + 2) / 3 + 1);
        char *b64 = malloc(4 * ((n + 2) / 3) + 1);
        cr_assert(hex != NULL && url != NULL && b64 != NULL);
        secret_hex(data, n, hex);
        secret_base64url(data, n, url);
        secret_base64(data, n, b64);
        cr_expect_eq(strlen(hex), 2 * n);
        cr_expect_eq(strlen(url), (n * 4 + 2) / 3);
        cr_expect_eq(strlen(b64), 4 * ((n + 2) / 3));
        free(hex);
        free(url);
        free(b64);
    }
}

Test(base_secret, a_password_is_known_again_and_a_near_one_is_not)
{
    char stored[SECRET_PASSWORD_LEN];
    struct err err;
    cr_assert_eq(secret_password_hash("zażółć gęślą jaźń", stored, &err), 0);
    cr_expect_eq(strncmp(stored, "pbkdf2-sha256$600000$", 21), 0, "%s", stored);
    cr_expect_null(strstr(stored, "jaźń"));
    cr_expect_eq(secret_password_check("zażółć gęślą jaźń", stored, &err), 1);
    cr_expect_eq(secret_password_check("zażółć gęślą jazn", stored, &err), 0);
    cr_expect_eq(secret_password_check("", stored, &err), 0);
}

Test(base_secret, two_hashes_of_one_password_differ)
{
    char a[SECRET_PASSWORD_LEN];
    char b[SECRET_PASSWORD_LEN];
    struct err err;
    cr_assert_eq(secret_password_hash("same", a, &err), 0);
    cr_assert_eq(secret_password_hash("same", b, &err), 0);
    cr_expect_str_neq(a, b);
}

Test(base_secret, a_damaged_or_weakened_stored_password_fails_instead_of_matching)
{
#define HEX16 "00112233445566778899aabbccddeeff"
    static const char *const bad[] = {
        "",
        "secret",
        "pbkdf2-sha256$",
        "pbkdf2-sha256$600000",
        "pbkdf2-sha256$600000$" HEX16,
        "pbkdf2-sha256$600000$" HEX16 "$" HEX16,
        "pbkdf2-sha256$1$" HEX16 "$" HEX16 HEX16,
        "pbkdf2-sha256$-600000$" HEX16 "$" HEX16 HEX16,
        "pbkdf2-sha256$99999999999999999999$" HEX16 "$" HEX16 HEX16,
        "pbkdf2-sha256$4000000000$" HEX16 "$" HEX16 HEX16,
        "pbkdf2-sha512$600000$" HEX16 "$" HEX16 HEX16,
        "pbkdf2-sha256$600000$$" HEX16 HEX16,
        "pbkdf2-sha256$600000$" HEX16 "$" HEX16 HEX16 "00",
        "pbkdf2-sha256$600000$" HEX16 "$" HEX16 HEX16 "$",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};
        cr_expect_lt(secret_password_check("secret", bad[i], &err), 0, "%s", bad[i]);
        cr_expect_null(strstr(err.msg, HEX16), "the message keeps the hash to itself");
    }
}
