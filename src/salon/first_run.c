/*
 * first_run.c: see first_run.h. No state; the token itself is never stored, logged or put into a
 * message.
 */
#include "salon/first_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "salon/salon.h"
#include "salon/setting.h"

/* "<SHA-256 of the token, hex> <time it was made>" */
#define KEY_TOKEN   "first_run_token"
#define TOKEN_BYTES 32
#define HASH_LEN    (2 * SHA256_LEN + 1)
#define STORED_LEN  (HASH_LEN + TIME_TEXT_LEN)

int first_run_needed(struct db *db, struct err *err)
{
    int rc = staff_owner_exists(db, err);
    return rc < 0 ? rc : rc == 0;
}

static int hash_token(const char *token, char out[static HASH_LEN], struct err *err)
{
    uint8_t hash[SHA256_LEN];
    int rc = secret_sha256(token, strlen(token), hash, err);
    if (rc == 0) {
        secret_hex(hash, sizeof hash, out);
    }
    return rc;
}

int first_run_link_job(struct db *db, void *arg, struct err *err)
{
    struct first_run_link *link = arg;
    int rc = first_run_needed(db, err);
    if (rc <= 0) {
        return rc;
    }
    uint8_t secret[TOKEN_BYTES];
    rc = secret_random(secret, sizeof secret, err);
    if (rc < 0) {
        return rc;
    }
    char token[FIRST_RUN_TOKEN_LEN];
    secret_base64url(secret, sizeof secret, token);
    secret_wipe(secret, sizeof secret);
    char hash[HASH_LEN];
    rc = hash_token(token, hash, err);
    if (rc == 0) {
        char when[TIME_TEXT_LEN];
        char stored[STORED_LEN];
        time_format(link->now, when);
        (void)snprintf(stored, sizeof stored, "%s %s", hash, when);
        rc = setting_set(db, KEY_TOKEN, stored, link->now, err);
    }
    if (rc == 0) {
        memcpy(link->token, token, sizeof token);
    }
    secret_wipe(token, sizeof token);
    return rc < 0 ? rc : 1;
}

/* stored: what first_run_link_job wrote. A clock that was set back since does not make it last
 * longer than a day either way. */
static bool token_good(const char *stored, const char *token, int64_t now, struct err *err)
{
    char hash[HASH_LEN];
    int64_t made = 0;
    if (strlen(stored) != STORED_LEN - 1 || stored[HASH_LEN - 1] != ' ' ||
        !time_parse(stored + HASH_LEN, &made) || hash_token(token, hash, err) < 0) {
        return false;
    }
    return secret_equal(hash, stored, HASH_LEN - 1) && now < made + FIRST_RUN_VALID &&
           now > made - FIRST_RUN_VALID;
}

int first_run_check(struct db *db, const char *token, int64_t now, struct err *err)
{
    int rc = first_run_needed(db, err);
    if (rc < 0) {
        return rc;
    }
    if (rc == 0) {
        return err_set(err, ERR_CONFLICT, "BarkBook is set up already: sign in instead");
    }
    char *stored = NULL;
    rc = setting_get(db, KEY_TOKEN, &stored, err);
    if (rc < 0) {
        return rc;
    }
    bool good = stored != NULL && token != NULL && token_good(stored, token, now, NULL);
    free(stored);
    if (!good) {
        return err_set(err, ERR_FORBIDDEN,
                       "this set-up link is not valid, or older than a day: restart BarkBook and "
                       "take the new one from its log");
    }
    return 0;
}

int first_run_complete_job(struct db *db, void *arg, struct err *err)
{
    const struct first_run_complete *c = arg;
    int rc = first_run_check(db, c->token, c->now, err);
    if (rc < 0) {
        return rc;
    }
    if (c->owner->role != STAFF_ROLE_OWNER) {
        return err_set(err, ERR_INTERNAL, "the first account must be the owner's");
    }
    rc = staff_create_job(db, c->owner, err);
    if (rc == 0 && c->salon_name != NULL && c->salon_name[0] != '\0') {
        struct salon_change name = {.name = c->salon_name, .now = c->now};
        rc = salon_change_job(db, &name, err);
        if (rc < 0) {
            return err_prefix(err, rc, "salon");
        }
    }
    return rc < 0 ? rc : setting_set(db, KEY_TOKEN, NULL, c->now, err);
}
