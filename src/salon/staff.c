/*
 * staff.c: see staff.h. No state. Never logs or returns a password or its hash in a message.
 */
#include "salon/staff.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/staff.sql.def"
#undef X

const char *staff_role_name(enum staff_role role)
{
    return role == STAFF_ROLE_OWNER ? "owner" : "staff";
}

bool staff_role_parse(const char *text, enum staff_role *out)
{
    if (strcmp(text, "owner") == 0) {
        *out = STAFF_ROLE_OWNER;
        return true;
    }
    if (strcmp(text, "staff") == 0) {
        *out = STAFF_ROLE_STAFF;
        return true;
    }
    return false;
}

static void copy(char *out, size_t out_len, const char *text)
{
    (void)snprintf(out, out_len, "%s", text != NULL ? text : "");
}

/* A column that could not be read leaves an empty role: then the person is staff, never an owner.
 */
static void read_row(sqlite3_stmt *st, struct staff *out)
{
    const char *role = db_text(st, 2);
    copy(out->id, sizeof out->id, db_text(st, 0));
    copy(out->name, sizeof out->name, db_text(st, 1));
    out->role = role != NULL && strcmp(role, "owner") == 0 ? STAFF_ROLE_OWNER : STAFF_ROLE_STAFF;
    copy(out->language, sizeof out->language, db_text(st, 3));
    copy(out->salon_id, sizeof out->salon_id, db_text(st, 4));
    out->disabled = !db_is_null(st, 5);
    out->created_at = db_time(st, 6);
    copy(out->password_hash, sizeof out->password_hash, db_text(st, 7));
}

/* Steps a statement about one account that was just bound. */
static int read_one(struct db *db, sqlite3_stmt *st, struct staff *out, struct err *err)
{
    int rc = db_step(db, st, err);
    if (rc > 0) {
        read_row(st, out);
    }
    return rc;
}

int staff_find(struct db *db, const char *name, struct staff *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_FIND, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":name", name);
    return read_one(db, st, out, err);
}

int staff_get(struct db *db, const char *id, struct staff *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    return read_one(db, st, out, err);
}

int staff_list(struct db *db, staff_each_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    while ((rc = db_step(db, st, err)) > 0) {
        struct staff s;
        read_row(st, &s);
        rc = each(&s, arg, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

int staff_owner_exists(struct db *db, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_OWNER_EXISTS, &st, err);
    if (rc < 0) {
        return rc;
    }
    rc = db_step(db, st, err);
    return rc > 0 ? (int)db_int(st, 0) : rc;
}

/* 1: somebody else is an owner and not disabled. */
static int other_owner_exists(struct db *db, const char *id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_OTHER_OWNERS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    return rc > 0 ? (int)db_int(st, 0) : rc;
}

int staff_password_matches(const struct staff *staff, const char *password, struct err *err)
{
    if (staff != NULL) {
        int rc = secret_password_check(password, staff->password_hash, err);
        return rc > 0 && staff->disabled ? 0 : rc;
    }
    uint8_t unused[SHA256_LEN];
    int rc = secret_pbkdf2_sha256(password, "no such account!", 16, SECRET_PBKDF2_ITERATIONS,
                                  unused, err);
    return rc < 0 ? rc : 0;
}

static int hash_password(const char *password, char out[static SECRET_PASSWORD_LEN],
                         struct err *err)
{
    if (password == NULL || !text_utf8_valid(password, strlen(password))) {
        return err_set(err, ERR_INVALID, "password: not UTF-8 text");
    }
    size_t chars = text_chars(password);
    if (chars < STAFF_PASSWORD_MIN || chars > STAFF_PASSWORD_MAX) {
        return err_set(err, ERR_INVALID, "password: %d to %d characters", STAFF_PASSWORD_MIN,
                       STAFF_PASSWORD_MAX);
    }
    return secret_password_hash(password, out, err);
}

int staff_draft_init(struct staff_draft *d, const char *name, const char *password,
                     enum staff_role role, const char *language, const char *salon_id, int64_t now,
                     struct err *err)
{
    struct staff_draft draft = {.role = role, .now = now};
    int rc =
        field_text("name", name, STAFF_NAME_MAX, true, false, draft.name, sizeof draft.name, err);
    if (rc == 0) {
        rc = field_language("language", language, draft.language, err);
    }
    if (rc == 0 && salon_id != NULL && salon_id[0] != '\0' && !uuid_valid(salon_id)) {
        rc = err_set(err, ERR_INVALID, "salon: not an id");
    }
    if (rc == 0) {
        copy(draft.salon_id, sizeof draft.salon_id, salon_id);
        rc = hash_password(password, draft.password_hash, err);
    }
    if (rc == 0) {
        *d = draft;
    }
    return rc;
}

int staff_create_job(struct db *db, void *arg, struct err *err)
{
    struct staff_draft *d = arg;
    char id[UUID_TEXT_LEN];
    int rc = uuid_v7(d->now, id, err);
    if (rc < 0) {
        return rc;
    }
    struct staff other;
    rc = staff_find(db, d->name, &other, err);
    if (rc > 0) {
        return err_set(err, ERR_CONFLICT, "name: there is already an account of that name");
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc == 0) {
        rc = db_stmt(db, SQL_STAFF_CREATE, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":salon", d->salon_id);
    db_bind_text(st, ":name", d->name);
    db_bind_text(st, ":role", staff_role_name(d->role));
    db_bind_text(st, ":hash", d->password_hash);
    db_bind_text(st, ":language", d->language);
    db_bind_time(st, ":now", d->now);
    rc = db_run(db, st, NULL, err);
    if (rc == 0) {
        memcpy(d->id, id, sizeof id);
    }
    return rc;
}

/* Runs an UPDATE that must meet the one account. */
static int update(struct db *db, sqlite3_stmt *st, const char *id, int64_t now, struct err *err)
{
    int64_t changed = 0;
    db_bind_text(st, ":id", id);
    db_bind_time(st, ":now", now);
    int rc = db_run(db, st, &changed, err);
    if (rc == 0 && changed == 0) {
        rc = err_set(err, ERR_NOT_FOUND, "there is no such account");
    }
    return rc;
}

static int sign_out(struct db *db, const char *id, const char *keep, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_SIGN_OUT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":keep", keep);
    return db_run(db, st, NULL, err);
}

static int drop_pins(struct db *db, const char *id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_PINS_DROP, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    return db_run(db, st, NULL, err);
}

int staff_password_init(struct staff_password *p, const char *id, const char *password, int64_t now,
                        struct err *err)
{
    struct staff_password made = {.now = now};
    copy(made.id, sizeof made.id, id);
    int rc = hash_password(password, made.password_hash, err);
    if (rc == 0) {
        *p = made;
    }
    return rc;
}

int staff_password_job(struct db *db, void *arg, struct err *err)
{
    const struct staff_password *p = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_STAFF_PASSWORD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":hash", p->password_hash);
    rc = update(db, st, p->id, p->now, err);
    if (rc >= 0) {
        rc = sign_out(db, p->id, p->keep_token_hash, err);
    }
    return rc < 0 ? rc : drop_pins(db, p->id, err);
}

/* The account must exist, and if it is to lose what an owner can do, another owner must remain. */
static int check_remaining(struct db *db, const char *id, bool loses, struct staff *who,
                           struct err *err)
{
    int rc = staff_get(db, id, who, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such account");
    }
    if (rc > 0 && loses && who->role == STAFF_ROLE_OWNER) {
        rc = other_owner_exists(db, id, err);
        if (rc == 0) {
            return err_set(err, ERR_CONFLICT,
                           "this is the only owner: make another one first, or nobody could manage "
                           "the accounts");
        }
    }
    return rc;
}

int staff_role_job(struct db *db, void *arg, struct err *err)
{
    const struct staff_role_change *c = arg;
    struct staff who = {0};
    int rc = check_remaining(db, c->id, c->role != STAFF_ROLE_OWNER, &who, err);
    if (rc < 0 || who.role == c->role) {
        return rc < 0 ? rc : 0;
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = db_stmt(db, SQL_STAFF_ROLE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":role", staff_role_name(c->role));
    return update(db, st, c->id, c->now, err);
}

int staff_disable_job(struct db *db, void *arg, struct err *err)
{
    const struct staff_disable *d = arg;
    struct staff who;
    int rc = check_remaining(db, d->id, d->disabled, &who, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc > 0) {
        rc = db_stmt(db, d->disabled ? SQL_STAFF_DISABLE : SQL_STAFF_ENABLE, &st, err);
    }
    if (rc == 0) {
        rc = update(db, st, d->id, d->now, err);
    }
    if (rc == 0 && d->disabled) {
        rc = sign_out(db, d->id, NULL, err);
    }
    if (rc == 0 && d->disabled) {
        rc = drop_pins(db, d->id, err);
    }
    return rc;
}

int staff_language_job(struct db *db, void *arg, struct err *err)
{
    const struct staff_language *l = arg;
    char language[FIELD_LANGUAGE_LEN];
    int rc = field_language("language", l->language, language, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc == 0) {
        rc = db_stmt(db, SQL_STAFF_LANGUAGE, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":language", language);
    return update(db, st, l->id, l->now, err);
}
