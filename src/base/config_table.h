/*
 * config_table.h: every configuration key, as a row. Private to config*.c.
 */
#ifndef BARKBOOK_BASE_CONFIG_TABLE_H
#define BARKBOOK_BASE_CONFIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct config_key;

/* Checks text and writes it to field, whose type is the validator's: char * (a copy the config
 * owns), int64_t or double. ERR_CONFIG says what is wrong, without the value of a secret. */
typedef int config_parse_fn(const struct config_key *key, const char *text, void *field,
                            struct err *err);

struct config_key {
    const char *section;
    const char *key;
    const char *help;
    const char *fallback; /* as it would be written in the file; NULL: none */
    size_t offset;        /* of the field in struct config */
    config_parse_fn *parse;
    bool secret; /* also read from the file named by <key>_file; never printed */
    bool owned;  /* the field is a char * to free */
    int64_t min, max;
};

extern const struct config_key config_table[];
extern const size_t config_table_len; /* at most 64, see set_keys */

/* The row of a key, or NULL. With "_file" at the end of a secret's key *is_file is true. */
const struct config_key *config_find(const char *section, const char *key, bool *is_file);

/* ERR_CONFIG: no such key, did you mean this one? */
int config_unknown(const char *section, const char *key, struct err *err);

#endif
