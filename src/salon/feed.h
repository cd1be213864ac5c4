/*
 * feed.h: the private address of a person's calendar. It ends in 32 random bytes, of which the
 * table has only the SHA-256; whoever has the address reads the salon's appointments until it is
 * revoked.
 *
 * Functions called ..._job are writer_fn, their arg is the struct of the same name.
 */
#ifndef BARKBOOK_SALON_FEED_H
#define BARKBOOK_SALON_FEED_H

#include "base/uuid.h"
#include "db/writer.h"

#define FEED_TOKEN_LEN 44 /* 43 characters and NUL */

/* A new address; the one before ends with it. */
struct feed_open {
    const char *staff_id;
    int64_t now;
    char token[FEED_TOKEN_LEN]; /* out: shown once */
};
writer_fn feed_open_job;

struct feed_close {
    const char *staff_id;
};
writer_fn feed_close_job;

/* Whose feed it is and which salon's appointments are in it. */
struct feed {
    char staff_id[UUID_TEXT_LEN];
    char salon_id[UUID_TEXT_LEN]; /* "": every salon */
    char title[256];
    int64_t created_at;
    int64_t last_seen_at; /* 0: never */
};
/* 1 found, 0: no such address, revoked, or the account is disabled. */
MUST_USE int feed_find(struct db *db, const char *token, struct feed *out, struct err *err);
/* 1 the person has one, 0 not. */
MUST_USE int feed_of(struct db *db, const char *staff_id, struct feed *out, struct err *err);

/* A calendar has asked. */
struct feed_seen {
    const char *staff_id;
    int64_t now;
};
writer_fn feed_seen_job;

#endif
