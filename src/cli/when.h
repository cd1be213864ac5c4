/*
 * when.h: moments as a person types them. Local text is the salon's wall clock.
 */
#ifndef BARKBOOK_CLI_WHEN_H
#define BARKBOOK_CLI_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* "2026-11-22" (its first moment; with end_of_day the first moment after it), "2026-11-22 14:00", a
 * full instant "2026-11-22T13:00:00Z", or an age: "90m", "24h", "7d" ago. what names it in
 * ERR_USAGE. */
MUST_USE int when_parse(const char *text, const char *what, bool end_of_day, int64_t now,
                        int64_t *out, struct err *err);

/* "2026-11-22 14:00:05", the salon's wall clock. */
#define WHEN_TEXT_LEN 32
void when_format(int64_t ms, char out[static WHEN_TEXT_LEN]);

#endif
