/*
 * webhook_reject.h: refused requests, counted: a row per minute, reason and address, at most
 * WEBHOOK_REJECT_ROWS of them, the oldest overwritten. Nothing of a request's content is kept.
 */
#ifndef BARKBOOK_SALON_WEBHOOK_REJECT_H
#define BARKBOOK_SALON_WEBHOOK_REJECT_H

#include <stddef.h>
#include <stdint.h>

#include "db/writer.h"

#define WEBHOOK_REJECT_ROWS 5000

struct webhook_reject {
    int64_t minute; /* ms, start of the minute */
    const char *reason;
    const char *address;
    int64_t count;
};

/* Adds these counts to what is there. A writer_fn; arg: struct webhook_reject_add. */
struct webhook_reject_add {
    const struct webhook_reject *rows;
    size_t count;
};
writer_fn webhook_reject_add_job;

/* Refusals since then. */
MUST_USE int webhook_reject_count(struct db *db, int64_t since, int64_t *out, struct err *err);

#endif
