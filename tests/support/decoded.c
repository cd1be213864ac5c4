/*
 * decoded.c: see decoded.h. A broken fixture or path is the test's own fault and stops it.
 */
#include "decoded.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void decoded_done(struct decoded *d)
{
    observation_done(&d->o);
}

static cJSON *load(const char *fixture)
{
    struct err err = {0};
    cJSON *doc = NULL;
    const char *dot = strrchr(fixture, '.');
    if (dot == NULL || strcmp(dot, ".json") != 0) {
        cr_assert_eq(json_parse(fixture, strlen(fixture), &doc, &err), 0, "%s: %s", fixture,
                     err.msg);
        return doc;
    }
    char path[512];
    (void)snprintf(path, sizeof path, "%s%s", fixture[0] == '/' ? "" : TEST_FIXTURES "/calcom/",
                   fixture);
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s: %m", path);
    static char text[256 * 1024];
    const size_t n = fread(text, 1, sizeof text, f);
    cr_assert(n < sizeof text && fclose(f) == 0);
    cr_assert_eq(json_parse(text, n, &doc, &err), 0, "%s: %s", path, err.msg);
    return doc;
}

static cJSON *step(cJSON *from, const char *name)
{
    return cJSON_IsArray(from) ? cJSON_GetArrayItem(from, (int)strtol(name, NULL, 10))
                               : cJSON_GetObjectItemCaseSensitive(from, name);
}

static void put(cJSON *parent, const char *name, const char *value)
{
    cJSON *old = step(parent, name);
    if (value == NULL) {
        cr_assert_not_null(old, "nothing to remove at %s", name);
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, old));
        return;
    }
    struct err err;
    cJSON *made = NULL;
    cr_assert_eq(json_parse(value, strlen(value), &made, &err), 0, "not JSON: %s", value);
    cJSON_bool done = 0;
    if (cJSON_IsArray(parent)) {
        done = old != NULL ? cJSON_ReplaceItemViaPointer(parent, old, made)
                           : cJSON_AddItemToArray(parent, made);
    } else {
        done = old != NULL ? cJSON_ReplaceItemInObjectCaseSensitive(parent, name, made)
                           : cJSON_AddItemToObject(parent, name, made);
    }
    cr_assert(done, "cannot put %s", name);
}

static void apply(cJSON *doc, const struct change *c)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s", c->path);
    char *rest = path;
    const char *name = strtok_r(rest, ".", &rest);
    for (const char *next; (next = strtok_r(rest, ".", &rest)) != NULL; name = next) {
        cJSON *inner = step(doc, name);
        if (inner == NULL) {
            put(doc, name, "{}");
            inner = step(doc, name);
        }
        doc = inner;
    }
    put(doc, name, c->value);
}

struct decoded deliver(const char *fixture, const struct change *changes, size_t n)
{
    cJSON *body = load(fixture);
    for (size_t i = 0; i < n; i++) {
        apply(body, &changes[i]);
    }
    struct decoded d = {0};
    d.rc = calcom_decode_delivery(body, RECEIVED_AT, &d.head, &d.o, &d.err);
    json_free(body);
    return d;
}

struct decoded read_row(const char *fixture, const struct change *changes, size_t n,
                        int64_t read_at)
{
    cJSON *doc = load(fixture);
    cJSON *row = cJSON_IsArray(step(doc, "data")) ? step(step(doc, "data"), "0") : doc;
    for (size_t i = 0; i < n; i++) {
        apply(row, &changes[i]);
    }
    struct decoded d = {0};
    d.rc = calcom_decode_row(row, read_at, &d.o, &d.err);
    json_free(doc);
    return d;
}

int64_t at(const char *iso)
{
    int64_t ms = 0;
    cr_assert(time_parse(iso, &ms), "not a time: %s", iso);
    return ms;
}

void says_at(int line, const struct decoded *d, enum fact fact, const char *want)
{
    const char *got = d->o.value[fact];
    cr_assert(d->rc >= 0, "line %d: refused: %s", line, d->err.msg);
    cr_assert((want == NULL) == (got == NULL) && (want == NULL || strcmp(want, got) == 0),
              "line %d: said \"%s\" instead of \"%s\"", line, got != NULL ? got : "(nothing)",
              want != NULL ? want : "(nothing)");
}

void refused_at(int line, const struct decoded *d, const char *message)
{
    cr_assert_eq(d->rc, -(int)ERR_UNPROCESSABLE, "line %d: answered %d", line, d->rc);
    cr_assert_str_eq(d->err.msg, message, "line %d: said \"%s\"", line, d->err.msg);
    cr_assert_null(d->o.uid, "line %d: something was left in the output", line);
}
