/*
 * twilio_form.c: what Twilio posts to us, and its signature. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "remote/twilio.h"

#define PARAMS_MAX 128

void twilio_form_done(struct twilio_form *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->list[i].name);
        free(f->list[i].value);
    }
    free(f->list);
    *f = (struct twilio_form){0};
}

const char *twilio_form_get(const struct twilio_form *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++) {
        if (strcmp(f->list[i].name, name) == 0) {
            return f->list[i].value;
        }
    }
    return NULL;
}

/* The decoded copy of n bytes; NULL: not decodable, or no memory (*failed). */
static char *decode(const char *s, size_t n, bool *failed)
{
    char *out = malloc(n + 1);
    size_t len = 0;
    if (out == NULL) {
        *failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            uint8_t byte = 0;
            if (i + 2 >= n || !secret_unhex(s + i + 1, 2, &byte, 1)) {
                free(out);
                return NULL;
            }
            c = (char)byte;
            i += 2;
        }
        out[len++] = c;
    }
    out[len] = '\0';
    if (memchr(out, '\0', len) != NULL || !text_utf8_valid(out, len)) {
        free(out);
        return NULL;
    }
    return out;
}

static int by_name(const void *a, const void *b)
{
    const struct twilio_param *x = a;
    const struct twilio_param *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : strcmp(x->value, y->value);
}

static int read_params(const char *body, size_t n, struct twilio_form *f, struct err *err)
{
    for (size_t at = 0; at < n;) {
        const char *part = body + at;
        const char *end = memchr(part, '&', n - at);
        const size_t len = end != NULL ? (size_t)(end - part) : n - at;
        const char *equals = memchr(part, '=', len);
        const size_t name_len = equals != NULL ? (size_t)(equals - part) : len;
        at += len + 1;
        if (len == 0) {
            continue;
        }
        if (f->count == PARAMS_MAX) {
            return err_set(err, ERR_INVALID, "the form has too many fields");
        }
        bool failed = false;
        char *name = decode(part, name_len, &failed);
        char *value = equals != NULL ? decode(equals + 1, len - name_len - 1, &failed)
                                     : decode("", 0, &failed);
        if (name == NULL || value == NULL) {
            free(name);
            free(value);
            return failed ? err_set(err, ERR_NOMEM, "out of memory")
                          : err_set(err, ERR_INVALID, "the form cannot be decoded");
        }
        f->list[f->count++] = (struct twilio_param){.name = name, .value = value};
    }
    return 0;
}

int twilio_form_parse(const char *body, size_t n, struct twilio_form *out, struct err *err)
{
    *out = (struct twilio_form){.list = calloc(PARAMS_MAX, sizeof *out->list)};
    if (out->list == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = read_params(body, n, out, err);
    if (rc < 0) {
        twilio_form_done(out);
        return rc;
    }
    qsort(out->list, out->count, sizeof *out->list, by_name);
    return 0;
}

int twilio_signature(const char *auth_token, const char *url, const struct twilio_form *f,
                     char out[static TWILIO_SIGNATURE_LEN], struct err *err)
{
    CLEANUP(buf_done) struct buf text;
    uint8_t mac[SHA1_LEN];
    buf_init(&text, (size_t)1 << 20);
    buf_str(&text, url);
    for (size_t i = 0; i < f->count; i++) {
        buf_str(&text, f->list[i].name);
        buf_str(&text, f->list[i].value);
    }
    if (text.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = secret_hmac_sha1(auth_token, strlen(auth_token), text.data, text.len, mac, err);
    if (rc >= 0) {
        secret_base64(mac, sizeof mac, out);
    }
    return rc;
}
