/*
 * day_cache.h: the days that were just asked for, as they were answered. A change at Cal.com makes
 * every open tablet and stream ask for the same day at once: one of them reads the database, the
 * others get its answer. Good for at most a second, and never across a commit of ours.
 */
#ifndef BARKBOOK_HTTP_DAY_CACHE_H
#define BARKBOOK_HTTP_DAY_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define DAY_KEY_LEN  64 /* who may see it and which day it is, with the NUL */
#define DAY_ETAG_LEN 40

/* Of an answer: what the data were when it was made. Read the version before the data. */
struct day_stamp {
    uint64_t version; /* live_version() */
    int64_t now;      /* ms */
};

struct day_cache;

MUST_USE int day_cache_new(struct day_cache **out, struct err *err);
void day_cache_free(struct day_cache *c); /* after the listeners; accepts NULL */

/* Adds the body kept for key to *body, and says its ETag, if it is still true. Any thread. */
bool day_cache_get(struct day_cache *c, const char *key, const struct day_stamp *at,
                   struct buf *body, char etag[static DAY_ETAG_LEN]);

/* Keeps a copy, in the place of the oldest; not at all when it is large or memory is short. */
void day_cache_put(struct day_cache *c, const char *key, const struct day_stamp *at,
                   const struct buf *body, const char *etag);

#endif
