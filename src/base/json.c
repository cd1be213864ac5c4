/*
 * json.c: reading. See json.h; the writer is json_writer.c, the check of the grammar json_check.c.
 * No state; cJSON trees belong to whoever parsed them.
 */
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_check.h"
#include "base/text.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53: beyond it doubles skip whole numbers */

void json_free(cJSON *j)
{
    cJSON_Delete(j);
}

int json_parse(const char *text, size_t n, cJSON **out, struct err *err)
{
    bool unreadable;
    int rc = json_check(text, n, JSON_DEPTH_MAX, &unreadable, err);
    if (rc < 0) {
        return rc;
    }
    char *patched = NULL;
    if (unreadable) {
        patched = malloc(n);
        if (patched == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        memcpy(patched, text, n);
        json_check_patch(patched, n);
        text = patched;
    }
    const char *end = NULL;
    cJSON *j = cJSON_ParseWithLengthOpts(text, n, &end, 0);
    free(patched);
    if (j == NULL) {
        /* What cJSON refuses, json_check refused before: only memory is left. */
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = j;
    return 0;
}

const cJSON *json_get(const cJSON *j, const char *key)
{
    if (!cJSON_IsObject(j)) {
        return NULL;
    }
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(j, key);
    return cJSON_IsNull(member) ? NULL : member;
}

const char *json_text(const cJSON *j, const char *key)
{
    return cJSON_GetStringValue(json_get(j, key));
}

static bool is_exact(double n)
{
    return n >= -EXACT_MAX && n <= EXACT_MAX && n == floor(n);
}

char *json_scalar(const cJSON *j, const char *key)
{
    const cJSON *member = json_get(j, key);
    if (cJSON_IsString(member)) {
        return strdup(member->valuestring);
    }
    if (cJSON_IsBool(member)) {
        return strdup(cJSON_IsTrue(member) ? "true" : "false");
    }
    if (!cJSON_IsNumber(member)) {
        return NULL;
    }
    char text[40];
    if (is_exact(member->valuedouble)) {
        (void)snprintf(text, sizeof text, "%lld", (long long)member->valuedouble);
    } else {
        (void)snprintf(text, sizeof text, "%.17g", member->valuedouble);
    }
    return strdup(text);
}

static bool text_to_int(const char *s, int64_t *out)
{
    const char *first = s[0] == '-' ? s + 1 : s;
    if (first[0] < '0' || first[0] > '9') {
        return false; /* strtoll would skip white space */
    }
    char *end;
    errno = 0;
    long long value = strtoll(s, &end, 10);
    if (errno != 0 || *end != '\0') {
        return false;
    }
    *out = value;
    return true;
}

bool json_int(const cJSON *j, const char *key, int64_t *out)
{
    const cJSON *member = json_get(j, key);
    if (member == NULL) {
        return true;
    }
    if (cJSON_IsString(member)) {
        return text_to_int(member->valuestring, out);
    }
    if (!cJSON_IsNumber(member) || !is_exact(member->valuedouble)) {
        return false;
    }
    *out = (int64_t)member->valuedouble;
    return true;
}

bool json_bool(const cJSON *j, const char *key, bool *out)
{
    const cJSON *member = json_get(j, key);
    if (member == NULL) {
        return true;
    }
    if (!cJSON_IsBool(member)) {
        return false;
    }
    *out = cJSON_IsTrue(member);
    return true;
}

bool json_time(const cJSON *j, const char *key, int64_t *out)
{
    const cJSON *member = json_get(j, key);
    if (member == NULL) {
        return true;
    }
    return cJSON_IsString(member) && time_parse(member->valuestring, out);
}

/* White space of any alphabet that people paste around a name. */
static bool is_blank(uint32_t cp)
{
    return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0xA0 || cp == 0xFEFF ||
           (cp >= 0x2000 && cp <= 0x200B) || cp == 0x202F || cp == 0x3000;
}

/* From the first to the last code point that is not blank; counts them and finds control
 * characters. */
static void measure(const char *s, const char **from, size_t *bytes, size_t *chars, bool *control)
{
    size_t n = strlen(s);
    size_t count = 0;
    *from = s;
    *bytes = 0;
    *chars = 0;
    *control = false;
    bool started = false;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t step = text_decode(s + i, n - i, &cp);
        if (step == 0) {
            step = 1; /* not from json_parse, which lets none in */
            *control = true;
        }
        bool blank = is_blank(cp);
        if (!started && !blank) {
            started = true;
            *from = s + i;
        }
        if (started) {
            count++;
        }
        i += step;
        if (!blank) {
            *bytes = (size_t)(s + i - *from);
            *chars = count;
        }
        if ((cp < 0x20 && cp != '\n' && cp != '\t' && cp != '\r') || (cp >= 0x7F && cp <= 0x9F)) {
            *control = true;
        }
    }
}

int json_field_text(const cJSON *j, const char *key, size_t max_chars, bool required, char **out,
                    struct err *err)
{
    const cJSON *member = json_get(j, key);
    if (member != NULL && !cJSON_IsString(member)) {
        return err_set(err, ERR_INVALID, "%s: must be a text", key);
    }
    const char *from = "";
    size_t bytes = 0;
    size_t chars = 0;
    bool control = false;
    if (member != NULL) {
        measure(member->valuestring, &from, &bytes, &chars, &control);
    }
    if (bytes == 0) {
        if (required) {
            return err_set(err, ERR_INVALID, "%s: is needed", key);
        }
        *out = NULL;
        return 0;
    }
    if (control || memchr(from, '\r', bytes) != NULL) {
        return err_set(err, ERR_INVALID, "%s: contains control characters", key);
    }
    if (chars > max_chars) {
        return err_set(err, ERR_INVALID, "%s: longer than %zu characters", key, max_chars);
    }
    char *copy = strndup(from, bytes);
    if (copy == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = copy;
    return 0;
}

int json_field_int(const cJSON *j, const char *key, int64_t min, int64_t max, bool required,
                   int64_t *out, struct err *err)
{
    const cJSON *member = json_get(j, key);
    if (member == NULL) {
        return required ? err_set(err, ERR_INVALID, "%s: is needed", key) : 0;
    }
    int64_t value = 0;
    if (!json_int(j, key, &value)) {
        return err_set(err, ERR_INVALID, "%s: must be a whole number", key);
    }
    if (value < min || value > max) {
        return err_set(err, ERR_INVALID, "%s: must be from %lld to %lld", key, (long long)min,
                       (long long)max);
    }
    *out = value;
    return 0;
}

int json_field_bool(const cJSON *j, const char *key, bool required, bool *out, struct err *err)
{
    if (json_get(j, key) == NULL) {
        return required ? err_set(err, ERR_INVALID, "%s: is needed", key) : 0;
    }
    if (!json_bool(j, key, out)) {
        return err_set(err, ERR_INVALID, "%s: must be true or false", key);
    }
    return 0;
}
