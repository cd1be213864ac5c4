/*
 * doctor_calcom.c: the key, Cal.com's clock against ours, and the webhook subscription. Reads only.
 */
#include "sync/doctor_work.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "base/secret.h"
#include "sync/connection.h"
#include "sync/subscription.h"

#define PATIENCE  (8 * CLOCK_SECOND)
#define TRIES     2
#define SKEW_WARN (30 * CLOCK_SECOND)
#define SKEW_BAD  (5 * CLOCK_MINUTE)

static void check_clock(int64_t theirs, int64_t now, struct doctor_report *r)
{
    if (theirs == 0) {
        return;
    }
    int64_t skew = now - theirs;
    int64_t off = skew < 0 ? -skew : skew;
    if (off <= SKEW_WARN) {
        doctor_text(doctor_add(r, "clock", HEALTH_OK, "ok"), "agrees with Cal.com's");
        return;
    }
    struct doctor_line *line =
        doctor_add(r, "clock", off > SKEW_BAD ? HEALTH_BAD : HEALTH_WARN, "wrong");
    doctor_text(line, "this computer's clock is %lld s %s Cal.com's", (long long)(off / 1000),
                skew > 0 ? "ahead of" : "behind");
    doctor_cure(line, "switch on setting the time from the network: timedatectl set-ntp true");
}

static void say_key(struct doctor_report *r, int rc, const struct calcom_me *me,
                    const struct connection *c, const struct err *err)
{
    if (rc < 0) {
        const bool passes = err->code == ERR_REMOTE_RETRY || err->code == ERR_STOPPED;
        struct doctor_line *line =
            doctor_add(r, "key", HEALTH_BAD, passes ? "unreachable" : "refused");
        doctor_text(line, "%s", err->msg);
        doctor_cure(line, passes ? "check the internet here; status.cal.com tells of their troubles"
                                 : "make a new key in Cal.com, Settings, API keys, and set it as "
                                   "calcom.api_key");
        return;
    }
    const bool other = c->username != NULL && strcmp(c->username, me->username) != 0;
    struct doctor_line *line =
        doctor_add(r, "key", other ? HEALTH_WARN : HEALTH_OK, other ? "other_user" : "ok");
    doctor_text(line, "belongs to %s", me->username[0] != '\0' ? me->username : "an account");
    if (other) {
        doctor_cure(line, "calcom.username says %s: set the key of that account, or its name",
                    c->username);
    }
}

static int read_secret(const struct config *config, char out[static WEBHOOK_SECRET_LEN],
                       struct err *err)
{
    if (config->calcom.webhook_secret == NULL) {
        return data_dir_webhook_secret(config->server.data_dir, out, err);
    }
    int n = snprintf(out, WEBHOOK_SECRET_LEN, "%s", config->calcom.webhook_secret);
    return n < WEBHOOK_SECRET_LEN ? 0 : err_set(err, ERR_CONFIG, "the webhook secret is too long");
}

static void say_subscription(struct doctor_report *r, enum subscription_state s, const char *url,
                             const char *missing)
{
    static const struct {
        enum health_level level;
        const char *text, *cure;
    } words[] = {
        [SUBSCRIPTION_RIGHT] = {HEALTH_OK, "sends all we understand to us", ""},
        [SUBSCRIPTION_NONE] = {HEALTH_BAD, "Cal.com has no webhook for this address",
                               "run: barkbook webhooks register"},
        [SUBSCRIPTION_OFF] = {HEALTH_BAD, "Cal.com's webhook is switched off",
                              "run: barkbook webhooks register"},
        [SUBSCRIPTION_SECRET] = {HEALTH_BAD, "Cal.com signs with another secret, or with none",
                                 "run: barkbook webhooks register"},
        [SUBSCRIPTION_TRIGGERS] = {HEALTH_WARN, "some triggers are not ticked",
                                   "run: barkbook webhooks register"},
        [SUBSCRIPTION_TEMPLATE] = {HEALTH_BAD,
                                   "Cal.com's webhook has a payload template of its own",
                                   "run: barkbook webhooks register"},
        [SUBSCRIPTION_TWICE] = {HEALTH_WARN, "several webhooks send the same to us",
                                "delete all but one in Cal.com; no harm is done meanwhile"},
    };
    struct doctor_line *line = doctor_add(r, "subscription", words[s].level, subscription_word(s));
    doctor_text(line, "%s: %s%s%s", url, words[s].text, missing[0] != '\0' ? ": " : "", missing);
    doctor_cure(line, "%s", words[s].cure);
}

static void check_subscription(const struct doctor_options *o, struct calcom *client,
                               struct doctor_report *r)
{
    CLEANUP(calcom_webhooks_done) struct calcom_webhooks all = {0};
    char secret[WEBHOOK_SECRET_LEN];
    char url[600];
    char missing[300];
    struct err err = {0};
    if (o->config->server.public_url == NULL) {
        return;
    }
    int n = snprintf(url, sizeof url, "%s" SUBSCRIPTION_PATH, o->config->server.public_url);
    int rc = n > 0 && (size_t)n < sizeof url
                 ? 0
                 : err_set(&err, ERR_CONFIG, "server.public_url is too long");
    if (rc == 0) {
        rc = read_secret(o->config, secret, &err);
    }
    if (rc == 0) {
        rc = calcom_webhooks(client, secret, &all, &err);
    }
    secret_wipe(secret, sizeof secret);
    if (rc < 0) {
        struct doctor_line *line = doctor_add(r, "subscription", HEALTH_WARN, "unknown");
        doctor_text(line, "%s", err.msg);
        doctor_cure(line, "look in Cal.com, Settings, Developer, Webhooks");
        return;
    }
    say_subscription(r, subscription_judge(&all, url, missing, sizeof missing), url, missing);
}

void doctor_calcom(const struct doctor_options *o, struct doctor_report *r)
{
    CLEANUP(connection_done) struct connection c = {0};
    CLEANUP(calcom_free) struct calcom *client = NULL;
    struct calcom_me me = {0};
    struct err err = {0};
    int rc = 0;
    if (o->db != NULL) {
        rc = connection_load(o->config, o->db, &c, &err);
    } else if (o->config->calcom.api_key != NULL) {
        c.api_key = strdup(o->config->calcom.api_key);
    }
    if (rc == 0 && c.api_key == NULL) {
        struct doctor_line *line = doctor_add(r, "key", HEALTH_WARN, "none");
        doctor_text(line, "there is no Cal.com key: deliveries are received, but never compared");
        doctor_cure(line, "make one in Cal.com, Settings, API keys, and set it as calcom.api_key");
        return;
    }
    const struct calcom_options options = {.patience_ms = PATIENCE,
                                           .tries = TRIES,
                                           .stop = o->stop};
    if (rc == 0) {
        rc = connection_open(o->config, &c, &options, &client, &err);
    }
    if (rc == 0) {
        rc = calcom_me(client, &me, &err);
    }
    say_key(r, rc, &me, &c, &err);
    if (rc == 0) {
        check_clock(me.date, clock_now_ms(), r);
        check_subscription(o, client, r);
    }
}
