/*
 * seen.h: the bookings a run has read, each with the moment (updatedAt or start) it was read at.
 * One thread.
 *
 * A uid is kept as the first 64 bits of its SHA-256: 16 bytes each whatever its length, 1 MiB for
 * 50,000. Two uids that share them would be taken for one: one chance in 10^9 in a run of 100,000,
 * and the run of the next night would ask again.
 */
#ifndef BARKBOOK_SYNC_SEEN_H
#define BARKBOOK_SYNC_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/util.h"

struct seen_slot {
    int64_t key;
    uint64_t hash; /* of the uid; 0: empty */
};

struct seen {
    struct seen_slot *slots; /* open addressing; cap is a power of two */
    size_t cap;
    size_t count;
};

void seen_init(struct seen *s);
void seen_done(struct seen *s); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct seen, seen_done);

/* 1: news, noted (unknown uid, or known with another key); 0: read before; negative: ERR_NOMEM,
 * or ERR_TOO_LARGE past SEEN_MAX uids. */
#define SEEN_MAX ((size_t)1 << 20)
MUST_USE int seen_note(struct seen *s, const char *uid, int64_t key, struct err *err);

/* 1: read in this run, with whatever key; 0: not; negative as above. */
MUST_USE int seen_has(const struct seen *s, const char *uid, struct err *err);

#endif
