/*
 * cmd_user.c: the accounts of the people who sign in, from the shell. Works beside a running
 * service.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"
#include "cli/commands.h"
#include "cli/prompt.h"
#include "cli/when.h"
#include "db/writer.h"
#include "salon/staff.h"

static int find(struct db *db, const char *name, struct staff *out, struct err *err)
{
    int rc = staff_find(db, name, out, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no account %s: see barkbook user list", name);
    }
    return rc < 0 ? rc : 0;
}

int cmd_user_add(struct cli *c, struct err *err)
{
    enum staff_role role = STAFF_ROLE_STAFF;
    const char *wanted = cli_option(c, "--role");
    if (wanted != NULL && !staff_role_parse(wanted, &role)) {
        return err_set(err, ERR_USAGE, "--role %s: a role is owner or staff", wanted);
    }
    CLEANUP(db_close) struct db *db = NULL;
    int rc = cli_database(c, true, &db, err);
    if (rc < 0) {
        return rc;
    }
    struct staff existing;
    rc = staff_find(db, c->operand[0], &existing, err);
    if (rc > 0) {
        return err_set(err, ERR_CONFLICT,
                       "there is an account %s already: see barkbook user passwd", existing.name);
    }
    char password[PROMPT_PASSWORD_LEN] = "";
    if (rc == 0) {
        rc = prompt_password(cli_option(c, "--password-stdin") != NULL, password, err);
    }
    struct staff_draft draft = {0};
    if (rc == 0) {
        rc = staff_draft_init(&draft, c->operand[0], password, role, c->config->server.language,
                              NULL, clock_now_ms(), err);
    }
    secret_wipe(password, sizeof password);
    if (rc >= 0) {
        rc = db_transaction(db, staff_create_job, &draft, err);
    }
    if (rc >= 0) {
        (void)printf("%s can sign in as %s.\n", draft.name, staff_role_name(draft.role));
    }
    secret_wipe(&draft, sizeof draft);
    return rc < 0 ? rc : 0;
}

int cmd_user_passwd(struct cli *c, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    struct staff staff;
    int rc = cli_database(c, false, &db, err);
    if (rc == 0) {
        rc = find(db, c->operand[0], &staff, err);
    }
    if (rc < 0) {
        return rc;
    }
    char password[PROMPT_PASSWORD_LEN] = "";
    struct staff_password change = {0};
    rc = prompt_password(cli_option(c, "--password-stdin") != NULL, password, err);
    if (rc == 0) {
        rc = staff_password_init(&change, staff.id, password, clock_now_ms(), err);
    }
    secret_wipe(password, sizeof password);
    if (rc >= 0) {
        rc = db_transaction(db, staff_password_job, &change, err);
    }
    secret_wipe(&change, sizeof change);
    if (rc >= 0) {
        (void)printf("The password of %s is changed; sign-ins made with the old one have ended.\n",
                     staff.name);
    }
    return rc < 0 ? rc : 0;
}

int cmd_user_disable(struct cli *c, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    struct staff staff;
    int rc = cli_database(c, false, &db, err);
    if (rc == 0) {
        rc = find(db, c->operand[0], &staff, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct staff_disable change = {.id = staff.id,
                                   .disabled = cli_option(c, "--undo") == NULL,
                                   .now = clock_now_ms()};
    rc = db_transaction(db, staff_disable_job, &change, err);
    if (rc >= 0) {
        (void)printf(change.disabled ? "%s cannot sign in any more.\n" : "%s can sign in again.\n",
                     staff.name);
    }
    return rc < 0 ? rc : 0;
}

static int print_one(const struct staff *s, void *arg, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    if (w != NULL) {
        jw_object(w, NULL);
        jw_text(w, "id", s->id);
        jw_text(w, "name", s->name);
        jw_text(w, "role", staff_role_name(s->role));
        jw_text(w, "language", s->language);
        jw_bool(w, "disabled", s->disabled);
        jw_time(w, "created_at", s->created_at);
        jw_end_object(w);
        return 0;
    }
    char since[WHEN_TEXT_LEN];
    when_format(s->created_at, since);
    (void)printf("%-6s %s  %s%s\n", staff_role_name(s->role), since, s->name,
                 s->disabled ? " (disabled)" : "");
    return 0;
}

int cmd_user_list(struct cli *c, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    int rc = cli_database(c, false, &db, err);
    if (rc < 0) {
        return rc;
    }
    if (cli_option(c, "--json") == NULL) {
        return staff_list(db, print_one, NULL, err);
    }
    CLEANUP(buf_done) struct buf out;
    struct jw w;
    buf_init(&out, CLI_JSON_MAX);
    jw_init(&w, &out);
    jw_array(&w, NULL);
    rc = staff_list(db, print_one, &w, err);
    jw_end_array(&w);
    return rc < 0 ? rc : cli_print_json(&out, err);
}
