/*
 * calcom_text.c: see calcom_text.h. No state; thread-safe.
 */
#include "remote/calcom_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ANSWER_DEPTH_MAX 6 /* {label, value: [{value, optionValue}]} needs four */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Bytes of the control character at s, 0 when it is none. C1 controls take two bytes in UTF-8. */
static size_t control_len(const char *s)
{
    const unsigned char c = (unsigned char)s[0];
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
        return 1;
    }
    return c == 0xc2 && (unsigned char)s[1] >= 0x80 && (unsigned char)s[1] < 0xa0 ? 2 : 0;
}

char *calcom_text_clean(const char *raw, size_t max_chars, bool *ok)
{
    while (is_space(*raw)) {
        raw++;
    }
    char *out = malloc(strlen(raw) + 1);
    if (out == NULL) {
        *ok = false;
        return NULL;
    }
    size_t len = 0;
    size_t chars = 0;
    while (*raw != '\0') {
        const size_t control = control_len(raw);
        if (control > 0) {
            raw += control;
            continue;
        }
        const bool starts = ((unsigned char)*raw & 0xc0) != 0x80;
        if (starts && chars == max_chars) {
            break;
        }
        /* White space that only stripping brought to the front is trimmed too, so that cleaning
         * what was cleaned changes nothing. */
        if (len > 0 || !is_space(*raw)) {
            chars += starts ? 1 : 0;
            out[len++] = *raw;
        }
        raw++;
    }
    while (len > 0 && is_space(out[len - 1])) {
        len--;
    }
    out[len] = '\0';
    if (len == 0) {
        free(out);
        return NULL;
    }
    return out;
}

void calcom_text_lower(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'A' && *text <= 'Z') {
            *text = (char)(*text - 'A' + 'a');
        }
    }
}

bool calcom_text_is_url(const char *text)
{
    size_t scheme = strncasecmp(text, "https://", 8) == 0  ? 8
                    : strncasecmp(text, "http://", 7) == 0 ? 7
                                                           : 0;
    if (scheme == 0 || text[scheme] == '\0' || strchr("/?#", text[scheme]) != NULL) {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (is_space(*text)) {
            return false;
        }
    }
    return true;
}

static char *answer_text(const cJSON *answer, int depth, bool *ok);

/* "First Last" of an object that has either. */
static char *full_name(const cJSON *person, int depth, bool *ok)
{
    char *first = answer_text(json_get(person, "firstName"), depth, ok);
    char *last = answer_text(json_get(person, "lastName"), depth, ok);
    if (first == NULL || last == NULL) {
        return first != NULL ? first : last;
    }
    const size_t size = strlen(first) + strlen(last) + 2;
    char *name = malloc(size);
    if (name == NULL) {
        *ok = false;
    } else {
        (void)snprintf(name, size, "%s %s", first, last);
    }
    free(first);
    free(last);
    return name;
}

static char *answer_text(const cJSON *answer, int depth, bool *ok)
{
    if (answer == NULL || depth == 0) {
        return NULL;
    }
    if (cJSON_IsString(answer)) {
        return calcom_text_clean(answer->valuestring, SIZE_MAX, ok);
    }
    char *text = NULL;
    if (cJSON_IsNumber(answer)) {
        text = cJSON_PrintUnformatted(answer);
        *ok = *ok && text != NULL;
        return text;
    }
    if (cJSON_IsArray(answer)) {
        const cJSON *item = NULL;
        cJSON_ArrayForEach(item, answer)
        {
            text = answer_text(item, depth - 1, ok);
            if (text != NULL) {
                return text;
            }
        }
        return NULL;
    }
    text = answer_text(json_get(answer, "optionValue"), depth - 1, ok);
    if (text == NULL) {
        text = answer_text(json_get(answer, "value"), depth - 1, ok);
    }
    return text != NULL ? text : full_name(answer, depth - 1, ok);
}

char *calcom_text_response(const cJSON *answer, bool *ok)
{
    return answer_text(answer, ANSWER_DEPTH_MAX, ok);
}
