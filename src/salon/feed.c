/*
 * feed.c: see feed.h.
 */
#include "salon/feed.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/feed.sql.def"
#undef X

#define TOKEN_BYTES 32

static int hash_of(const char *token, char out[static 2 * SHA256_LEN + 1], struct err *err)
{
    uint8_t digest[SHA256_LEN];
    int rc = secret_sha256(token, strlen(token), digest, err);
    if (rc >= 0) {
        secret_hex(digest, sizeof digest, out);
    }
    return rc;
}

int feed_open_job(struct db *db, void *arg, struct err *err)
{
    struct feed_open *f = arg;
    uint8_t random[TOKEN_BYTES];
    char token[FEED_TOKEN_LEN];
    char hash[2 * SHA256_LEN + 1];
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = secret_random(random, sizeof random, err);
    if (rc >= 0) {
        secret_base64url(random, sizeof random, token);
        rc = hash_of(token, hash, err);
    }
    if (rc >= 0) {
        rc = db_stmt(db, SQL_FEED_OPEN, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":staff", f->staff_id);
    db_bind_text(st, ":hash", hash);
    db_bind_time(st, ":now", f->now);
    rc = db_run(db, st, NULL, err);
    if (rc >= 0) {
        memcpy(f->token, token, sizeof token);
    }
    secret_wipe(token, sizeof token);
    return rc;
}

int feed_close_job(struct db *db, void *arg, struct err *err)
{
    const struct feed_close *f = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_FEED_CLOSE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":staff", f->staff_id);
    return db_run(db, st, NULL, err);
}

int feed_seen_job(struct db *db, void *arg, struct err *err)
{
    const struct feed_seen *f = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_FEED_SEEN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":staff", f->staff_id);
    db_bind_time(st, ":now", f->now);
    return db_run(db, st, NULL, err);
}

static int read_one(struct db *db, const char *sql, const char *key, struct feed *out,
                    struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":key", key);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    const char *title = db_text(st, 2);
    *out = (struct feed){.created_at = db_time(st, 3), .last_seen_at = db_time(st, 4)};
    (void)snprintf(out->staff_id, sizeof out->staff_id, "%s", db_text(st, 0));
    (void)snprintf(out->salon_id, sizeof out->salon_id, "%s", db_text(st, 1));
    (void)snprintf(out->title, sizeof out->title, "%s",
                   title == NULL || title[0] == '\0' ? "BarkBook" : title);
    return 1;
}

int feed_find(struct db *db, const char *token, struct feed *out, struct err *err)
{
    char hash[2 * SHA256_LEN + 1];
    int rc = hash_of(token, hash, err);
    return rc < 0 ? rc : read_one(db, SQL_FEED_FIND, hash, out, err);
}

int feed_of(struct db *db, const char *staff_id, struct feed *out, struct err *err)
{
    return read_one(db, SQL_FEED_OF, staff_id, out, err);
}
