/*
 * cmd_webhooks_register.c: makes or repairs Cal.com's webhook subscription, and says first what
 * differs. Works with or without a running service. The secret is never printed.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "cli/commands.h"
#include "remote/fetch.h"
#include "sync/connection.h"
#include "sync/registration.h"

static int print_json(const struct registration *r, bool dry_run, struct err *err)
{
    CLEANUP(buf_done) struct buf out;
    struct jw w;
    buf_init(&out, CLI_JSON_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "url", r->url);
    jw_text(&w, "before", subscription_word(r->before));
    jw_text(&w, "missing_triggers", r->missing[0] != '\0' ? r->missing : NULL);
    jw_text(&w, "other_url", r->other[0] != '\0' ? r->other : NULL);
    jw_bool(&w, "dry_run", dry_run);
    jw_bool(&w, "changed", r->changed);
    jw_text(&w, "after", subscription_word(r->after));
    jw_end_object(&w);
    return cli_print_json(&out, err);
}

static void print_text(const struct registration *r, bool dry_run)
{
    (void)printf("Address: %s\n", r->url);
    if (r->before == SUBSCRIPTION_RIGHT) {
        (void)printf("The subscription is as it should be. Nothing was changed.\n");
    } else {
        (void)printf("Differs: %s%s%s.\n", registration_text(r->before),
                     r->missing[0] != '\0' ? ": " : "", r->missing);
        if (dry_run) {
            (void)printf("Nothing was changed (--dry-run).\n");
        } else if (r->changed) {
            (void)printf("%s.\n", r->after == SUBSCRIPTION_RIGHT
                                      ? r->before == SUBSCRIPTION_NONE ? "Made it" : "Repaired it"
                                      : registration_text(r->after));
        }
    }
    if (r->other[0] != '\0') {
        (void)printf("Cal.com also sends to %s: if that is an old address of this salon, delete it "
                     "there.\n",
                     r->other);
    }
}

static int connect_calcom(struct cli *c, struct calcom **out, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    CLEANUP(connection_done) struct connection with = {0};
    int rc = fetch_global_init(err);
    if (rc >= 0) {
        rc = cli_database(c, true, &db, err);
    }
    if (rc >= 0) {
        rc = connection_load(c->config, db, &with, err);
    }
    const struct calcom_options options = {.patience_ms = 30 * CLOCK_SECOND};
    return rc < 0 ? rc : connection_open(c->config, &with, &options, out, err);
}

int cmd_webhooks_register(struct cli *c, struct err *err)
{
    CLEANUP(calcom_free) struct calcom *client = NULL;
    struct registration r;
    const bool dry_run = cli_option(c, "--dry-run") != NULL;
    int rc = connect_calcom(c, &client, err);
    if (rc >= 0) {
        rc = registration_run(client, c->config, dry_run, &r, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (cli_option(c, "--json") != NULL) {
        rc = print_json(&r, dry_run, err);
        if (rc < 0) {
            return rc;
        }
    } else {
        print_text(&r, dry_run);
    }
    const bool good = r.after == SUBSCRIPTION_RIGHT || r.after == SUBSCRIPTION_TWICE;
    return dry_run || good ? 0 : 1;
}
