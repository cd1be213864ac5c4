/*
 * session.h: who is signed in. The cookie is 32 random bytes as URL-safe base64; the table has only
 * its SHA-256, so that a stolen database signs nobody in. A session ends SESSION_MAX after it
 * began, or SESSION_IDLE after it was last used, whichever is first.
 *
 * Functions called ..._job are writer_fn, their arg is the struct of the same name.
 */
#ifndef BARKBOOK_SALON_SESSION_H
#define BARKBOOK_SALON_SESSION_H

#include "base/clock.h"
#include "salon/staff.h"

#define SESSION_MAX   (30 * CLOCK_DAY)
#define SESSION_IDLE  (12 * CLOCK_HOUR)
#define SESSION_TOUCH CLOCK_MINUTE /* its last use is written at most this often */

#define SESSION_TOKEN_LEN 44                   /* 43 characters and NUL */
#define SESSION_HASH_LEN  (2 * SHA256_LEN + 1) /* hex and NUL */

struct session {
    char token_hash[SESSION_HASH_LEN];
    int64_t created_at;
    int64_t last_seen_at;
    int64_t expires_at; /* at the latest */
    bool by_pin;        /* opened on a shared tablet, not with the password */
    struct staff staff;
};

/* Signs in. The token of an earlier session of the same browser, if any, is ended with it. */
struct session_open {
    const char *staff_id;
    const char *address;    /* NULL: unknown */
    const char *user_agent; /* cut after 200 bytes; NULL: unknown */
    const char *replaces;   /* token, or NULL */
    bool by_pin;
    int64_t now;
    char token[SESSION_TOKEN_LEN]; /* out: for the cookie, and nowhere else */
};
writer_fn session_open_job; /* ERR_NOT_FOUND, ERR_FORBIDDEN when disabled meanwhile */

/* 1 signed in, 0 not: unknown, ended, or the account is disabled. token may be NULL or anything. */
MUST_USE int session_find(struct db *db, const char *token, int64_t now, struct session *out,
                          struct err *err);

/* The salon whose records this person may see; NULL: every salon's. */
static inline const char *session_salon(const struct session *s)
{
    return s->staff.salon_id[0] == '\0' ? NULL : s->staff.salon_id;
}

/* True when session_touch_job is due. */
bool session_needs_touch(const struct session *s, int64_t now);
struct session_touch {
    char token_hash[SESSION_HASH_LEN];
    int64_t now;
};
writer_fn session_touch_job;

/* Signs out one session of that account (staff_id NULL: whosever it is), or all but `but` when
 * token_hash is NULL. The number of sessions ended. */
struct session_end {
    const char *token_hash;
    const char *staff_id;
    const char *but; /* token hash, or NULL */
};
writer_fn session_end_job;

/* The hash a token is stored as; false when it has not the shape of one. */
MUST_USE bool session_token_hash(const char *token, char out[static SESSION_HASH_LEN]);

/* One line of the list of a person's sessions. */
struct session_line {
    const char *token_hash;
    const char *address;    /* NULL: unknown */
    const char *user_agent; /* NULL: unknown */
    int64_t created_at;
    int64_t last_seen_at;
    bool by_pin;
};
typedef int session_each_fn(const struct session_line *s, void *arg, struct err *err);
/* The sessions of an account that have not ended, latest use first. */
MUST_USE int session_list(struct db *db, const char *staff_id, int64_t now, session_each_fn *each,
                          void *arg, struct err *err);

/* Deletes the sessions that have ended; how many. */
struct session_prune {
    int64_t now;
};
writer_fn session_prune_job;

#endif
