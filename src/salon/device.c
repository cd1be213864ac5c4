/*
 * device.c: see device.h. No state. It must never compare a PIN without counting the try.
 */
#include "salon/device.h"

#include <stdio.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/device.sql.def"
#undef X

#define TOKEN_BYTES 32

/* Too easily guessed by whoever stands before the tablet: one digit repeated, or a run. */
static bool pin_is_simple(const char *pin, size_t n)
{
    int step = pin[1] - pin[0];
    if (step < -1 || step > 1) {
        return false;
    }
    for (size_t i = 1; i < n; i++) {
        if (pin[i] - pin[i - 1] != step) {
            return false;
        }
    }
    return true;
}

static int check_pin(const char *pin, struct err *err)
{
    size_t n = pin == NULL ? 0 : strlen(pin);
    if (n < DEVICE_PIN_MIN || n > DEVICE_PIN_MAX || strspn(pin, "0123456789") != n) {
        return err_set(err, ERR_INVALID, "pin: %d to %d digits", DEVICE_PIN_MIN, DEVICE_PIN_MAX);
    }
    if (pin_is_simple(pin, n)) {
        return err_set(err, ERR_INVALID, "pin: too easy to guess");
    }
    return 0;
}

/* The device's token is the key, so that the table alone is no help in searching for a PIN. */
static int hash_pin(const char *token, const char *staff_id, const char *pin,
                    char out[static SESSION_HASH_LEN], struct err *err)
{
    char text[UUID_TEXT_LEN + DEVICE_PIN_MAX + 2];
    uint8_t mac[SHA256_LEN];
    int n = snprintf(text, sizeof text, "%s:%s", staff_id, pin);
    if (n < 0 || (size_t)n >= sizeof text) {
        return err_set(err, ERR_INVALID, "pin: not one that could be right");
    }
    int rc = secret_hmac_sha256(token, strlen(token), text, (size_t)n, mac, err);
    if (rc >= 0) {
        secret_hex(mac, sizeof mac, out);
    }
    secret_wipe(text, sizeof text);
    return rc;
}

int device_find(struct db *db, const char *token, char hash[static SESSION_HASH_LEN],
                struct err *err)
{
    char made[SESSION_HASH_LEN];
    if (!session_token_hash(token, made)) {
        return 0;
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DEVICE_FIND, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", made);
    rc = db_step(db, st, err);
    if (rc > 0) {
        memcpy(hash, made, sizeof made);
    }
    return rc;
}

static int touch(struct db *db, const char *hash, int64_t now, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DEVICE_TOUCH, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_time(st, ":now", now);
    return db_run(db, st, NULL, err);
}

static int create(struct db *db, const struct device_pin_set *p,
                  char token[static SESSION_TOKEN_LEN], char hash[static SESSION_HASH_LEN],
                  struct err *err)
{
    uint8_t secret[TOKEN_BYTES];
    char name[4 * DEVICE_NAME_MAX + 1];
    int rc = field_text("device", p->name, DEVICE_NAME_MAX, false, false, name, sizeof name, err);
    if (rc >= 0) {
        rc = secret_random(secret, sizeof secret, err);
    }
    if (rc < 0) {
        return rc;
    }
    secret_base64url(secret, sizeof secret, token);
    secret_wipe(secret, sizeof secret);
    if (!session_token_hash(token, hash)) {
        return err_set(err, ERR_INTERNAL, "the device's token could not be hashed");
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = db_stmt(db, SQL_DEVICE_CREATE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_text(st, ":name", name);
    db_bind_text(st, ":staff", p->staff_id);
    db_bind_time(st, ":now", p->now);
    return db_run(db, st, NULL, err);
}

static int store_pin(struct db *db, const char *hash, const char *staff_id, const char *pin_hash,
                     int64_t now, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DEVICE_PIN_SET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_text(st, ":staff", staff_id);
    db_bind_text(st, ":pin", pin_hash);
    db_bind_time(st, ":now", now);
    return db_run(db, st, NULL, err);
}

int device_pin_set_job(struct db *db, void *arg, struct err *err)
{
    struct device_pin_set *p = arg;
    char hash[SESSION_HASH_LEN];
    char pin_hash[SESSION_HASH_LEN];
    char made[SESSION_TOKEN_LEN] = "";
    int rc = check_pin(p->pin, err);
    if (rc < 0) {
        return rc;
    }
    int known = device_find(db, p->token, hash, err);
    rc = known < 0   ? known
         : known > 0 ? touch(db, hash, p->now, err)
                     : create(db, p, made, hash, err);
    if (rc >= 0) {
        rc = hash_pin(known > 0 ? p->token : made, p->staff_id, p->pin, pin_hash, err);
    }
    if (rc >= 0) {
        rc = store_pin(db, hash, p->staff_id, pin_hash, p->now, err);
    }
    if (rc >= 0) {
        memcpy(p->made, made, sizeof made);
    }
    secret_wipe(made, sizeof made);
    return rc;
}

/* 1 and what is stored, 0 there is none. */
static int read_pin(struct db *db, const char *hash, const char *staff_id,
                    char pin_hash[static SESSION_HASH_LEN], int *tries, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DEVICE_PIN_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_text(st, ":staff", staff_id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        const char *text = db_text(st, 0);
        (void)snprintf(pin_hash, SESSION_HASH_LEN, "%s", text == NULL ? "" : text);
        *tries = (int)db_int(st, 1);
    }
    return rc;
}

static int set_tries(struct db *db, const char *hash, const char *staff_id, int tries,
                     struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DEVICE_PIN_TRIES, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_text(st, ":staff", staff_id);
    db_bind_int(st, ":tries", tries);
    return db_run(db, st, NULL, err);
}

int device_pin_try_job(struct db *db, void *arg, struct err *err)
{
    struct device_pin_try *p = arg;
    char hash[SESSION_HASH_LEN];
    char stored[SESSION_HASH_LEN];
    char given[SESSION_HASH_LEN];
    int tries = 0;
    int rc = device_find(db, p->token, hash, err);
    if (rc > 0) {
        rc = read_pin(db, hash, p->staff_id, stored, &tries, err);
    }
    if (rc <= 0) {
        p->left = 0;
        return rc;
    }
    if (tries >= DEVICE_TRIES) {
        return err_set(err, ERR_RATE, "too many wrong PINs: sign in with the password");
    }
    bool possible = check_pin(p->pin, NULL) >= 0;
    if (possible && (rc = hash_pin(p->token, p->staff_id, p->pin, given, err)) < 0) {
        return rc;
    }
    bool right = possible && strlen(stored) == SESSION_HASH_LEN - 1 &&
                 secret_equal(stored, given, SESSION_HASH_LEN - 1);
    rc = set_tries(db, hash, p->staff_id, right ? 0 : tries + 1, err);
    if (rc >= 0 && right) {
        rc = touch(db, hash, p->now, err);
    }
    p->left = DEVICE_TRIES - tries - 1;
    return rc < 0 ? rc : right ? 1 : 0;
}

int device_pin_unlock_job(struct db *db, void *arg, struct err *err)
{
    const struct device_pin_unlock *p = arg;
    char hash[SESSION_HASH_LEN];
    int rc = device_find(db, p->token, hash, err);
    return rc <= 0 ? rc : set_tries(db, hash, p->staff_id, 0, err);
}

int device_pin_drop_job(struct db *db, void *arg, struct err *err)
{
    const struct device_pin_drop *p = arg;
    char hash[SESSION_HASH_LEN];
    int64_t dropped = 0;
    int rc = device_find(db, p->token, hash, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc > 0) {
        rc = db_stmt(db, SQL_DEVICE_PIN_DROP, &st, err);
    } else {
        return rc;
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    db_bind_text(st, ":staff", p->staff_id);
    rc = db_run(db, st, &dropped, err);
    return rc < 0 ? rc : (int)dropped;
}

int device_forget_job(struct db *db, void *arg, struct err *err)
{
    const struct device_forget *d = arg;
    int64_t gone = 0;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DEVICE_FORGET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", d->hash);
    rc = db_run(db, st, &gone, err);
    return rc >= 0 && gone == 0 ? err_set(err, ERR_NOT_FOUND, "there is no such device") : rc;
}

int device_people(struct db *db, const char *hash, device_person_fn *each, void *arg,
                  struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DEVICE_PEOPLE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", hash);
    while ((rc = db_step(db, st, err)) > 0) {
        int64_t tries = db_int(st, 2);
        struct device_person person = {
            .staff_id = db_text(st, 0),
            .name = db_text(st, 1),
            .tries_left = tries >= DEVICE_TRIES ? 0 : (int)(DEVICE_TRIES - tries),
        };
        rc = each(&person, arg, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

int device_list(struct db *db, device_each_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_DEVICE_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    while ((rc = db_step(db, st, err)) > 0) {
        struct device_line line = {.hash = db_text(st, 0),
                                   .name = db_text(st, 1),
                                   .created_by = db_text(st, 2),
                                   .created_at = db_time(st, 3),
                                   .last_seen_at = db_time(st, 4),
                                   .people = db_int(st, 5)};
        rc = each(&line, arg, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
