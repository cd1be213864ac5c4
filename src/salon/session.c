/*
 * session.c: see session.h. No state. The token itself is never stored, logged or put into a
 * message.
 */
#include "salon/session.h"

#include <stdio.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/session.sql.def"
#undef X

#define TOKEN_BYTES    32
#define USER_AGENT_MAX 200

bool session_token_hash(const char *token, char out[static SESSION_HASH_LEN])
{
    if (token == NULL || strlen(token) != SESSION_TOKEN_LEN - 1) {
        return false;
    }
    uint8_t hash[SHA256_LEN];
    if (secret_sha256(token, SESSION_TOKEN_LEN - 1, hash, NULL) < 0) {
        return false;
    }
    secret_hex(hash, sizeof hash, out);
    return true;
}

static int delete_one(struct db *db, const char *hash, const char *staff_id, int64_t *ended,
                      struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SESSION_END, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_text(st, ":staff", staff_id);
    return db_run(db, st, ended, err);
}

static int insert(struct db *db, const struct session_open *o, const char *hash, struct err *err)
{
    char agent[USER_AGENT_MAX + 1];
    (void)snprintf(agent, sizeof agent, "%s", o->user_agent != NULL ? o->user_agent : "");
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SESSION_OPEN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_text(st, ":staff", o->staff_id);
    db_bind_time(st, ":now", o->now);
    db_bind_time(st, ":expires", o->now + SESSION_MAX);
    db_bind_text(st, ":address", o->address);
    db_bind_text(st, ":agent", agent[0] != '\0' ? agent : NULL);
    db_bind_int(st, ":by_pin", o->by_pin ? 1 : 0);
    return db_run(db, st, NULL, err);
}

int session_open_job(struct db *db, void *arg, struct err *err)
{
    struct session_open *o = arg;
    struct staff who;
    int rc = staff_get(db, o->staff_id, &who, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such account");
    }
    if (rc > 0 && who.disabled) {
        return err_set(err, ERR_FORBIDDEN, "this account is disabled");
    }
    uint8_t secret[TOKEN_BYTES];
    char token[SESSION_TOKEN_LEN];
    char hash[SESSION_HASH_LEN];
    if (rc > 0) {
        rc = secret_random(secret, sizeof secret, err);
    }
    if (rc < 0) {
        return rc;
    }
    secret_base64url(secret, sizeof secret, token);
    secret_wipe(secret, sizeof secret);
    if (!session_token_hash(token, hash)) {
        return err_set(err, ERR_INTERNAL, "the session's token could not be hashed");
    }
    char old[SESSION_HASH_LEN];
    if (session_token_hash(o->replaces, old)) {
        rc = delete_one(db, old, NULL, NULL, err);
    }
    if (rc == 0) {
        rc = insert(db, o, hash, err);
    }
    if (rc == 0) {
        memcpy(o->token, token, sizeof token);
    }
    secret_wipe(token, sizeof token);
    return rc;
}

static int read_session(struct db *db, const char *hash, int64_t now, struct session *out,
                        char staff_id[static UUID_TEXT_LEN], struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SESSION_FIND, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_time(st, ":now", now);
    db_bind_time(st, ":idle", now - SESSION_IDLE);
    rc = db_step(db, st, err);
    if (rc > 0) {
        const char *id = db_text(st, 0);
        (void)snprintf(staff_id, UUID_TEXT_LEN, "%s", id != NULL ? id : "");
        (void)snprintf(out->token_hash, sizeof out->token_hash, "%s", hash);
        out->created_at = db_time(st, 1);
        out->last_seen_at = db_time(st, 2);
        out->expires_at = db_time(st, 3);
        out->by_pin = db_int(st, 4) != 0;
    }
    return rc;
}

int session_find(struct db *db, const char *token, int64_t now, struct session *out,
                 struct err *err)
{
    char hash[SESSION_HASH_LEN];
    if (!session_token_hash(token, hash)) {
        return 0;
    }
    struct session found;
    char staff_id[UUID_TEXT_LEN];
    int rc = read_session(db, hash, now, &found, staff_id, err);
    if (rc > 0) {
        rc = staff_get(db, staff_id, &found.staff, err);
    }
    if (rc > 0 && found.staff.disabled) {
        rc = 0;
    }
    if (rc > 0) {
        *out = found;
    }
    return rc;
}

bool session_needs_touch(const struct session *s, int64_t now)
{
    return now - s->last_seen_at >= SESSION_TOUCH;
}

int session_touch_job(struct db *db, void *arg, struct err *err)
{
    const struct session_touch *t = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SESSION_TOUCH, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", t->token_hash);
    db_bind_time(st, ":now", t->now);
    return db_run(db, st, NULL, err);
}

int session_end_job(struct db *db, void *arg, struct err *err)
{
    const struct session_end *e = arg;
    int64_t ended = 0;
    int rc = 0;
    if (e->token_hash != NULL) {
        rc = delete_one(db, e->token_hash, e->staff_id, &ended, err);
        return rc < 0 ? rc : (int)ended;
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = db_stmt(db, SQL_SESSION_END_ALL, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":staff", e->staff_id);
    db_bind_text(st, ":but", e->but);
    rc = db_run(db, st, &ended, err);
    return rc < 0 ? rc : (int)ended;
}

int session_list(struct db *db, const char *staff_id, int64_t now, session_each_fn *each, void *arg,
                 struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SESSION_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":staff", staff_id);
    db_bind_time(st, ":now", now);
    db_bind_time(st, ":idle", now - SESSION_IDLE);
    while ((rc = db_step(db, st, err)) > 0) {
        struct session_line line = {.token_hash = db_text(st, 0),
                                    .address = db_text(st, 1),
                                    .user_agent = db_text(st, 2),
                                    .created_at = db_time(st, 3),
                                    .last_seen_at = db_time(st, 4),
                                    .by_pin = db_int(st, 5) != 0};
        rc = each(&line, arg, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

int session_prune_job(struct db *db, void *arg, struct err *err)
{
    const struct session_prune *p = arg;
    int64_t ended = 0;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SESSION_PRUNE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":now", p->now);
    db_bind_time(st, ":idle", p->now - SESSION_IDLE);
    rc = db_run(db, st, &ended, err);
    return rc < 0 ? rc : (int)ended;
}
