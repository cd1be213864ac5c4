/*
 * json.h: reading (cJSON) with errors that name the path, and a writer with a sticky error.
 *
 * cJSON keeps numbers as doubles: ids are read with json_id(), which takes strings, and numbers
 * only while they are exact. Nesting is bounded before cJSON recurses.
 */
#ifndef BARKBOOK_BASE_JSON_H
#define BARKBOOK_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define JSON_DEPTH_MAX 64

void json_free(cJSON *j); /* accepts NULL */
DEFINE_CLEANUP(cJSON *, json_free);

/* Parses exactly one document in n bytes: strictly RFC 8259, no trailing bytes but white space,
 * valid UTF-8, nesting at most JSON_DEPTH_MAX. \u0000 and half a surrogate pair are read as U+FFFD.
 * ERR_INVALID with the offset otherwise, ERR_NOMEM when so. */
MUST_USE int json_parse(const char *text, size_t n, cJSON **out, struct err *err);

/* Borrowed member of an object by exact (case-sensitive) key; NULL when absent, null or j is no
 * object. */
const cJSON *json_get(const cJSON *j, const char *key);

/* Borrowed text of a member; NULL when absent, null, or not a string. Empty strings come as "". */
const char *json_text(const cJSON *j, const char *key);

/* Text of a scalar member as a string the caller frees: strings as they are, numbers exact while
 * |n| <= 2^53 and whole (else %.17g), booleans "true"/"false". NULL when absent, null, object,
 * array, or out of memory. */
char *json_scalar(const cJSON *j, const char *key);

/* *out is left alone when absent or null. Returns false when present but not of that kind. */
MUST_USE bool json_int(const cJSON *j, const char *key,
                       int64_t *out); /* whole numbers, also "12" */
MUST_USE bool json_bool(const cJSON *j, const char *key, bool *out);
MUST_USE bool json_time(const cJSON *j, const char *key, int64_t *out);

/* For the API: required and bounded fields. path is what the message names ("name",
 * "pets[2].breed"). Text is trimmed at both ends, control characters refused but \n and \t; length
 * in code points. Absent, null or empty gives NULL in *out (caller frees); ERR_INVALID otherwise.
 */
MUST_USE int json_field_text(const cJSON *j, const char *key, size_t max_chars, bool required,
                             char **out, struct err *err);
MUST_USE int json_field_int(const cJSON *j, const char *key, int64_t min, int64_t max,
                            bool required, int64_t *out, struct err *err);
MUST_USE int json_field_bool(const cJSON *j, const char *key, bool required, bool *out,
                             struct err *err);

/* The writer. Commas are its own business. Keys are NULL inside arrays. Text that is not UTF-8 has
 * its bad bytes replaced by U+FFFD. NULL text writes null. */
struct jw {
    struct buf *out; /* borrowed; its failed flag is the sticky error */
    int depth;
    uint64_t comma; /* bit per depth: something was written there already */
};
void jw_init(struct jw *w, struct buf *out);
void jw_object(struct jw *w, const char *key);
void jw_array(struct jw *w, const char *key);
void jw_end_object(struct jw *w);
void jw_end_array(struct jw *w);
void jw_text(struct jw *w, const char *key, const char *value);
void jw_text_n(struct jw *w, const char *key, const char *value, size_t n);
void jw_int(struct jw *w, const char *key, int64_t value);
void jw_num(struct jw *w, const char *key, double value); /* null when not finite */
void jw_bool(struct jw *w, const char *key, bool value);
void jw_null(struct jw *w, const char *key);
void jw_time(struct jw *w, const char *key, int64_t ms); /* ISO text */
void jw_raw(struct jw *w, const char *key, const char *json, size_t n);

#endif
