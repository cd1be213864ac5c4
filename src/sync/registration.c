/*
 * registration.c: see registration.h. Asks Cal.com twice and changes it at most once. No state.
 */
#include "sync/registration.h"

#include <stdio.h>
#include <string.h>

#include "base/data_dir.h"
#include "base/secret.h"

const char *registration_text(enum subscription_state s)
{
    static const char *const words[] = {
        [SUBSCRIPTION_RIGHT] = "",
        [SUBSCRIPTION_NONE] = "Cal.com has no webhook for this address",
        [SUBSCRIPTION_OFF] = "the webhook is switched off",
        [SUBSCRIPTION_SECRET] = "the webhook signs with another secret, or with none",
        [SUBSCRIPTION_TRIGGERS] = "some triggers are not ticked",
        [SUBSCRIPTION_TEMPLATE] = "the webhook has a payload template of its own",
        [SUBSCRIPTION_TWICE] = "several webhooks send the same: delete all but one in Cal.com",
    };
    return words[s];
}

static int choose_url(const struct config *config, struct registration *r, struct err *err)
{
    const char *base = config->server.public_url;
    if (base == NULL) {
        return err_set(err, ERR_CONFIG,
                       "nobody knows where webhooks are to be sent: set public_url in [server] to "
                       "the tunnel's address");
    }
    if (strncmp(base, "https://", 8) != 0) {
        return err_set(err, ERR_CONFIG,
                       "Cal.com sends webhooks to https addresses only: correct public_url in "
                       "[server]");
    }
    int n = snprintf(r->url, sizeof r->url, "%s" SUBSCRIPTION_PATH, base);
    return n > 0 && (size_t)n < sizeof r->url
               ? 0
               : err_set(err, ERR_CONFIG, "public_url in [server] is too long");
}

static int read_secret(const struct config *config, char out[static WEBHOOK_SECRET_LEN],
                       struct err *err)
{
    if (config->calcom.webhook_secret == NULL) {
        return data_dir_webhook_secret_make(config->server.data_dir, out, err);
    }
    int n = snprintf(out, WEBHOOK_SECRET_LEN, "%s", config->calcom.webhook_secret);
    return n < WEBHOOK_SECRET_LEN ? 0 : err_set(err, ERR_CONFIG, "the webhook secret is too long");
}

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text);
    const size_t m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* The one that is to be repaired: the address as it is, an active one first. NULL: none. */
static const struct calcom_webhook *find_ours(const struct calcom_webhooks *all,
                                              struct registration *r)
{
    const struct calcom_webhook *ours = NULL;
    r->other[0] = '\0';
    for (size_t i = 0; i < all->count; i++) {
        const struct calcom_webhook *w = &all->list[i];
        if (strcmp(w->url, r->url) == 0) {
            ours = ours == NULL || (w->active && !ours->active) ? w : ours;
        } else if (w->active && ends_with(w->url, SUBSCRIPTION_PATH)) {
            (void)snprintf(r->other, sizeof r->other, "%s", w->url);
        }
    }
    return ours;
}

/* A server that keeps secrets to itself shows none after it was given ours. */
static enum subscription_state judge_again(const struct calcom_webhooks *all,
                                           struct registration *r)
{
    char missing[sizeof r->missing];
    enum subscription_state s = subscription_judge(all, r->url, missing, sizeof missing);
    const struct calcom_webhook *ours = find_ours(all, r);
    return s == SUBSCRIPTION_SECRET && ours != NULL && !ours->has_secret ? SUBSCRIPTION_RIGHT : s;
}

static int repair(struct calcom *c, const char *secret, const char *id, struct registration *r,
                  struct err *err)
{
    CLEANUP(calcom_webhooks_done) struct calcom_webhooks all = {0};
    const struct calcom_webhook_wish wish = {.url = r->url,
                                             .secret = secret,
                                             .triggers = subscription_triggers};
    int rc = calcom_webhook_save(c, id, &wish, err);
    if (rc < 0) {
        return rc;
    }
    r->changed = true;
    rc = calcom_webhooks(c, secret, &all, err);
    if (rc < 0) {
        return rc;
    }
    r->after = judge_again(&all, r);
    return 0;
}

static int run(struct calcom *c, const char *secret, bool dry_run, struct registration *r,
               struct err *err)
{
    CLEANUP(calcom_webhooks_done) struct calcom_webhooks all = {0};
    int rc = calcom_webhooks(c, secret, &all, err);
    if (rc < 0) {
        return rc;
    }
    r->before = subscription_judge(&all, r->url, r->missing, sizeof r->missing);
    r->after = r->before;
    const struct calcom_webhook *ours = find_ours(&all, r);
    /* Which of several is wanted is the owner's to say. */
    if (dry_run || r->before == SUBSCRIPTION_RIGHT || r->before == SUBSCRIPTION_TWICE) {
        return 0;
    }
    return repair(c, secret, ours != NULL ? ours->id : NULL, r, err);
}

int registration_run(struct calcom *c, const struct config *config, bool dry_run,
                     struct registration *out, struct err *err)
{
    char secret[WEBHOOK_SECRET_LEN];
    *out = (struct registration){.before = SUBSCRIPTION_NONE, .after = SUBSCRIPTION_NONE};
    int rc = choose_url(config, out, err);
    if (rc >= 0) {
        rc = read_secret(config, secret, err);
    }
    if (rc < 0) {
        return rc;
    }
    rc = run(c, secret, dry_run, out, err);
    secret_wipe(secret, sizeof secret);
    return rc;
}
