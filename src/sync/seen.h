/*
 * seen.h: the bookings a run has read, each with the moment (updatedAt or start) it was read at.
 * Exact, and small: about 40 bytes each, so that 50,000 fit in 2 MiB. One thread.
 */
#ifndef BARKBOOK_SYNC_SEEN_H
#define BARKBOOK_SYNC_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct seen_slot {
    int64_t key;
    uint32_t at; /* of the uid in names, plus 1; 0: empty */
    uint32_t hash;
};

struct seen {
    struct seen_slot *slots; /* open addressing; cap is a power of two */
    size_t cap;
    size_t count;
    struct buf names; /* the uids, one after another, each with its NUL */
};

void seen_init(struct seen *s);
void seen_done(struct seen *s); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct seen, seen_done);

/* 1: news, noted (unknown uid, or known with another key); 0: read before; negative: ERR_NOMEM. */
MUST_USE int seen_note(struct seen *s, const char *uid, int64_t key, struct err *err);

/* Read in this run, with whatever key. */
bool seen_has(const struct seen *s, const char *uid);

#endif
