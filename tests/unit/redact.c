/*
 * redact.c: secrets are cut out of what is kept, and nothing else is touched.
 */
#include "sync/redact.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "count.h"

static void becomes(const char *in, const char *want)
{
    CLEANUP(buf_done) struct buf out;
    buf_init(&out, 4096);
    redact_json(in, strlen(in), &out);
    cr_assert(!out.failed);
    cr_assert_str_eq(out.data != NULL ? out.data : "", want);
}

Test(redact, a_one_time_password_and_video_passwords_are_cut_out)
{
    becomes("{\"oneTimePassword\":\"otp-1\",\"uid\":\"u\"}",
            "{\"oneTimePassword\":\"***\",\"uid\":\"u\"}");
    becomes("{ \"videoCallData\" : { \"url\": \"https://x\", \"password\" : \"p\\\"w\" } }",
            "{ \"videoCallData\" : { \"url\": \"https://x\", \"password\" : \"***\" } }");
}

Test(redact, null_stays_null)
{
    becomes("{\"oneTimePassword\":null,\"password\" :\n null }",
            "{\"oneTimePassword\":null,\"password\" :\n null }");
}

Test(redact, keys_are_known_in_any_spelling)
{
    static const char *const secret[] = {
        "password",       "PASSWORD",       "hostPassword", "password_hash", "pass-word",
        "pass\\u0077ord", "\\u0050ASSWORD", "accessToken",  "access_token",  "refreshToken",
        "token",          "csrf-token",     "secret",       "clientSecret",  "SECRETS",
        "apiKey",         "api_key",        "x-api-key",    "privateKey",    "meetingPasscode",
    };
    for (size_t i = 0; i < ARRAY_LEN(secret); i++) {
        char in[100];
        char want[100];
        (void)snprintf(in, sizeof in, "[{\"%s\":\"s3\"}]", secret[i]);
        (void)snprintf(want, sizeof want, "[{\"%s\":\"***\"}]", secret[i]);
        becomes(in, want);
    }
}

Test(redact, other_keys_keep_their_values)
{
    static const char *const kept[] = {
        "uid",
        "pass",
        "passport",
        "word",
        "key",
        "tokenCount",
        "secre",
        "title",
        "\\u0070ass",
        "barkbookPetId",
        "accessibility",
        "",
        "\\\\password\\u00",
        "api",
    };
    for (size_t i = 0; i < ARRAY_LEN(kept) - 2; i++) {
        char in[100];
        (void)snprintf(in, sizeof in, "{\"%s\":\"s3\"}", kept[i]);
        becomes(in, in);
    }
}

Test(redact, a_value_of_any_kind_is_cut_out_whole)
{
    becomes("{\"password\":12.5e3,\"a\":1}", "{\"password\":\"***\",\"a\":1}");
    becomes("{\"password\":true}", "{\"password\":\"***\"}");
    becomes("{\"password\":\"\"}", "{\"password\":\"***\"}");
    becomes("{\"password\":[1,\"]\",{\"a\":\"}\"}] ,\"a\":[]}", "{\"password\":\"***\" ,\"a\":[]}");
    becomes("{\"password\":{\"value\":\"x\\\\\",\"b\":{}},\"a\":{}}",
            "{\"password\":\"***\",\"a\":{}}");
    becomes("{\"password\":\"a\",\"password\":\"b\"}",
            "{\"password\":\"***\",\"password\":\"***\"}");
}

Test(redact, a_password_that_is_only_spoken_of_stays)
{
    becomes("[\"password\", \"x\"]", "[\"password\", \"x\"]");
    becomes("{\"title\":\"password: x\",\"b\":\"\\\"password\\\":\\\"x\\\"\"}",
            "{\"title\":\"password: x\",\"b\":\"\\\"password\\\":\\\"x\\\"\"}");
    becomes("\"password\"", "\"password\"");
}

Test(redact, text_that_is_cut_short_is_read_no_further_than_it_goes)
{
    static const char whole[] =
        "{\"a\\u0041\\\\\":\"b\",\"pass\\u0077ord\":{\"x\":[\"y\\\"\"]},\"z\":null}";
    for (size_t n = 0; n < sizeof whole; n++) {
        char *copy = strndup(whole, n); /* its own block, so that a sanitizer sees a step too far */
        CLEANUP(buf_done) struct buf out;
        buf_init(&out, 4096);
        redact_json(copy, n, &out);
        cr_assert(!out.failed);
        free(copy);
    }
}

Test(redact, a_buffer_too_small_says_so)
{
    CLEANUP(buf_done) struct buf out;
    buf_init(&out, 10);
    redact_json("{\"password\":\"x\"}", 16, &out);
    cr_assert(out.failed);
}

/* A random document, and beside it what must become of it. */
struct pair {
    struct buf in;
    struct buf want;
    uint64_t random;
    int secrets; /* > 0: inside a value that is cut out, so that want stands still */
};

static unsigned dice(struct pair *p, unsigned sides)
{
    p->random ^= p->random << 13;
    p->random ^= p->random >> 7;
    p->random ^= p->random << 17;
    return (unsigned)(p->random >> 33) % sides;
}

static void put(struct pair *p, const char *s)
{
    buf_str(&p->in, s);
    if (p->secrets == 0) {
        buf_str(&p->want, s);
    }
}

static void put_space(struct pair *p)
{
    static const char *const space[] = {"", "", "", " ", "\n\t", "\r\n  "};
    put(p, space[dice(p, ARRAY_LEN(space))]);
}

static void put_string(struct pair *p)
{
    static const char *const bits[] =
        {"a", "ż", "\\\"", "\\\\",     "\\u0022",        "{", "}", "[",
         "]", ":", ",",    "password", "\\\"token\\\":", " "};
    put(p, "\"");
    for (unsigned n = dice(p, 5); n > 0; n--) {
        put(p, bits[dice(p, ARRAY_LEN(bits))]);
    }
    put(p, "\"");
}

static void put_value(struct pair *p, int depth);

static void put_member(struct pair *p, int depth)
{
    static const char *const plain[] = {"uid",     "title", "a b", "\\u007a",
                                        "passwor", "x\\\"", "",    "metadata"};
    static const char *const secret[] = {"password", "oneTimePassword", "acc\\u0065ssToken",
                                         "SECRET", "my token"};
    const bool cut = dice(p, 4) == 0;
    put(p, "\"");
    put(p, cut ? secret[dice(p, ARRAY_LEN(secret))] : plain[dice(p, ARRAY_LEN(plain))]);
    put(p, "\"");
    put_space(p);
    put(p, ":");
    put_space(p);
    if (cut && dice(p, 4) == 0) {
        put(p, "null");
    } else if (cut) {
        if (p->secrets == 0) {
            buf_str(&p->want, "\"***\"");
        }
        p->secrets++;
        put_value(p, depth);
        p->secrets--;
    } else {
        put_value(p, depth);
    }
}

static void put_value(struct pair *p, int depth)
{
    static const char *const scalars[] = {"1", "-2.5e-7", "true", "false", "null", "0"};
    const unsigned kind = dice(p, depth > 0 ? 6 : 3);
    if (kind == 0 || kind == 2) {
        put_string(p);
        return;
    }
    if (kind == 1) {
        put(p, scalars[dice(p, dice(p, 2) == 0 && p->secrets == 0 ? 6 : 4)]);
        return;
    }
    const bool object = kind > 3;
    put(p, object ? "{" : "[");
    put_space(p);
    for (unsigned n = dice(p, 4); n > 0; n--) {
        if (object) {
            put_member(p, depth - 1);
        } else {
            put_value(p, depth - 1);
        }
        put_space(p);
        put(p, n > 1 ? "," : "");
        put_space(p);
    }
    put(p, object ? "}" : "]");
}

Test(redact, any_document_keeps_every_byte_but_its_secrets_and_still_parses)
{
    const long rounds = test_count("documents redacted", 20000, 400000);
    for (long i = 0; i < rounds; i++) {
        struct pair p = {.random = (uint64_t)i * 0x9E3779B97F4A7C15u + 1};
        buf_init(&p.in, 1 << 20);
        buf_init(&p.want, 1 << 20);
        put_space(&p);
        put_value(&p, 5);
        put_space(&p);
        CLEANUP(buf_done) struct buf out;
        buf_init(&out, 1 << 20);
        redact_json(p.in.data, p.in.len, &out);
        cr_assert(!out.failed && !p.in.failed && !p.want.failed);
        cr_assert_str_eq(out.data, p.want.data, "seed %ld: %s", i, p.in.data);
        CLEANUP(json_free) cJSON *doc = NULL;
        struct err err;
        cr_assert_eq(json_parse(out.data, out.len, &doc, &err), 0, "seed %ld: %s", i, out.data);
        buf_done(&p.in);
        buf_done(&p.want);
    }
}
