/*
 * json_check.h: is this exactly one JSON document? Private to json.c.
 *
 * cJSON takes much that RFC 8259 does not (01, 1., raw control bytes, bytes after the end), SQLite
 * does not; what we store must be readable by both. So the text is checked first.
 */
#ifndef BARKBOOK_BASE_JSON_CHECK_H
#define BARKBOOK_BASE_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* 0 when text is one document nested at most depth_max deep, else ERR_INVALID with the offset.
 * *unreadable tells whether there is a \u0000 or half a surrogate pair, legal JSON for which C
 * strings and UTF-8 have no place: json_check_patch makes each a \ufffd, in place and of the same
 * length. */
MUST_USE int json_check(const char *text, size_t n, int depth_max, bool *unreadable,
                        struct err *err);
void json_check_patch(char *text, size_t n);

#endif
