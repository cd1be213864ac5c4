/*
 * uuid.h: ids. Version 7 (RFC 9562) so that inserts land at the right edge of their index.
 */
#ifndef BARKBOOK_BASE_UUID_H
#define BARKBOOK_BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define UUID_TEXT_LEN 37 /* 36 characters and NUL */

/* A new id for the moment now_ms. Within one process ids of one millisecond still ascend (a counter
 * in rand_a, guarded by its own lock). */
MUST_USE int uuid_v7(int64_t now_ms, char out[static UUID_TEXT_LEN], struct err *err);
bool uuid_valid(const char *text); /* any version, 8-4-4-4-12 hex, either case */

#endif
