/*
 * staff.h: the accounts of the people who sign in. Passwords are stored only as PBKDF2 hashes,
 * which take a good part of a second to compute: that is done by staff_draft_init and
 * staff_password_matches, which touch no database, and never inside a transaction. Callers let one
 * such computation run at a time.
 *
 * Functions called ..._job are writer_fn: for writer_run, or db_transaction where there is no
 * writer; their arg is the struct of the same name. The others only read.
 */
#ifndef BARKBOOK_SALON_STAFF_H
#define BARKBOOK_SALON_STAFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"
#include "base/uuid.h"
#include "db/writer.h"
#include "salon/field.h"

#define STAFF_NAME_MAX     60 /* code points */
#define STAFF_NAME_LEN     (4 * STAFF_NAME_MAX + 1)
#define STAFF_PASSWORD_MIN 8 /* code points */
#define STAFF_PASSWORD_MAX 200

enum staff_role { STAFF_ROLE_STAFF, STAFF_ROLE_OWNER };
const char *staff_role_name(enum staff_role role); /* "owner", "staff" */
MUST_USE bool staff_role_parse(const char *text, enum staff_role *out);

struct staff {
    char id[UUID_TEXT_LEN];
    char name[STAFF_NAME_LEN];
    enum staff_role role;
    char language[FIELD_LANGUAGE_LEN];
    char salon_id[UUID_TEXT_LEN]; /* "": every salon */
    bool disabled;
    int64_t created_at;
    char password_hash[SECRET_PASSWORD_LEN]; /* never shown, never logged */
};

/* 1 found, 0 there is none. Names differ by more than the case of ASCII letters. Disabled accounts
 * are found too. */
MUST_USE int staff_find(struct db *db, const char *name, struct staff *out, struct err *err);
MUST_USE int staff_get(struct db *db, const char *id, struct staff *out, struct err *err);

/* Calls each for every account, by name, until it returns negative (which is then returned). */
typedef int staff_each_fn(const struct staff *s, void *arg, struct err *err);
MUST_USE int staff_list(struct db *db, staff_each_fn *each, void *arg, struct err *err);

/* 1: an account of the owner's role exists, disabled or not. */
MUST_USE int staff_owner_exists(struct db *db, struct err *err);

/* 1 right, 0 wrong. staff NULL (no such name) or disabled: 0 after the same time, so that nobody
 * learns which names exist. */
MUST_USE int staff_password_matches(const struct staff *staff, const char *password,
                                    struct err *err);

/* What is needed to make an account: checked and hashed before any transaction begins. */
struct staff_draft {
    char name[STAFF_NAME_LEN];
    enum staff_role role;
    char language[FIELD_LANGUAGE_LEN];
    char salon_id[UUID_TEXT_LEN];
    char password_hash[SECRET_PASSWORD_LEN];
    int64_t now;
    char id[UUID_TEXT_LEN]; /* out: of the account, once the job is done */
};
/* Slow. language NULL: Polish. salon_id NULL: the owner's every salon; for staff the first salon.
 * ERR_INVALID names what is wrong with name or password. */
MUST_USE int staff_draft_init(struct staff_draft *d, const char *name, const char *password,
                              enum staff_role role, const char *language, const char *salon_id,
                              int64_t now, struct err *err);
/* ERR_CONFLICT: the name is taken. */
writer_fn staff_create_job;

/* A new password; signs the person out everywhere but in the session keep_token_hash (NULL:
 * everywhere), and drops the PINs. */
struct staff_password {
    char id[UUID_TEXT_LEN];
    char password_hash[SECRET_PASSWORD_LEN];
    const char *keep_token_hash;
    int64_t now;
};
MUST_USE int staff_password_init(struct staff_password *p, const char *id, const char *password,
                                 int64_t now, struct err *err); /* slow */
writer_fn staff_password_job;                                   /* ERR_NOT_FOUND */

/* Disabling signs the person out and drops the PINs. The last owner that is not disabled stays:
 * ERR_CONFLICT. */
struct staff_disable {
    const char *id;
    bool disabled; /* false: lets in again */
    int64_t now;
};
writer_fn staff_disable_job;

/* Takes effect with the next request. Who becomes staff belongs to the first salon from then on,
 * who becomes owner to every one. The last owner stays: ERR_CONFLICT. */
struct staff_role_change {
    const char *id;
    enum staff_role role;
    int64_t now;
};
writer_fn staff_role_job;

struct staff_language {
    const char *id;
    const char *language;
    int64_t now;
};
writer_fn staff_language_job;

#endif
