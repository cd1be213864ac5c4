/*
 * field.h: text that came from outside, checked and trimmed before it is stored. Pure.
 */
#ifndef BARKBOOK_SALON_FIELD_H
#define BARKBOOK_SALON_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Copies value without white space at its ends into out (out_len bytes; 4 * max_chars + 1 always
 * suffice). Must be UTF-8 without control characters (lines: \n and \t may be in it) and at most
 * max_chars code points. NULL and empty give "" unless required. ERR_INVALID begins with `name`. */
MUST_USE int field_text(const char *name, const char *value, size_t max_chars, bool required,
                        bool lines, char *out, size_t out_len, struct err *err);

/* Polish tax number: ten digits with a check digit, written with or without dashes, spaces or "PL".
 * NULL and empty give "". */
#define FIELD_NIP_LEN 11
MUST_USE int field_nip(const char *name, const char *value, char out[static FIELD_NIP_LEN],
                       struct err *err);

/* "pl" or "en"; NULL and empty give "pl". */
#define FIELD_LANGUAGE_LEN 3
MUST_USE int field_language(const char *name, const char *value,
                            char out[static FIELD_LANGUAGE_LEN], struct err *err);

#endif
