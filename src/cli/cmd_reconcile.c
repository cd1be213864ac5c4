/*
 * cmd_reconcile.c: barkbook reconcile: one run, with or without a running service beside it.
 * Results go to stdout, progress and trouble to stderr. One thread; a signal only sets a flag.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/reconcile_print.h"
#include "cli/when.h"
#include "sync/connection.h"
#include "sync/dry_copy.h"
#include "sync/reconcile.h"
#include "sync/reconcile_lock.h"

static atomic_int stop; /* the signal handler can reach nothing else */

static void on_signal(int number)
{
    (void)number;
    /* The first ends it after the page under way, the second at once. */
    int before = FETCH_GO;
    if (!atomic_compare_exchange_strong(&stop, &before, FETCH_STOP_SOON)) {
        atomic_store(&stop, FETCH_STOP_NOW);
    }
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

struct run {
    struct cli *c;
    bool json, dry_run;
    int64_t patience_ms;
    struct reconcile_options o;
    struct progress progress;
};

static int usage(struct err *err, const char *option, const char *expected)
{
    return err_set(err, ERR_USAGE, "%s: %s: see barkbook reconcile --help", option, expected);
}

static int read_options(struct run *r, struct err *err)
{
    const int64_t now = clock_now_ms();
    r->json = cli_option(r->c, "--json") != NULL;
    r->dry_run = cli_option(r->c, "--dry-run") != NULL;
    r->o.cause = "cli";
    r->o.full = cli_option(r->c, "--full") != NULL;
    const char *since = cli_option(r->c, "--since");
    if (since != NULL) {
        int rc = when_parse(since, "--since", false, now, &r->o.since, err);
        if (rc < 0) {
            return rc;
        }
        if (r->o.since > now + RECONCILE_SWEEP_AFTER) {
            return usage(err, "--since", "expected a moment before the end of the window");
        }
    }
    const char *patience = cli_option(r->c, "--patience");
    if (patience != NULL) {
        char *end = NULL;
        errno = 0;
        const long seconds = strtol(patience, &end, 10);
        if (end == patience || *end != '\0' || errno != 0 || seconds < 1 || seconds > 86400) {
            return usage(err, "--patience", "expected seconds, 1 to 86400");
        }
        r->patience_ms = seconds * CLOCK_SECOND;
    }
    return 0;
}

/* How much of it is done, as far as anybody can know. */
static double part_done(const struct reconcile_report *r)
{
    if (r->sweep && r->swept_to < r->window_to) {
        return (double)(r->swept_to - r->window_from) / (double)(r->window_to - r->window_from);
    }
    if (r->remaining < 0) {
        return -1;
    }
    return r->seen + r->remaining == 0 ? 1 : (double)r->seen / (double)(r->seen + r->remaining);
}

static void on_progress(void *arg, const struct reconcile_report *report)
{
    struct run *r = arg;
    char what[80];
    (void)snprintf(what, sizeof what, "%lld pages, %lld bookings, %lld changes",
                   (long long)report->pages, (long long)report->seen,
                   (long long)reconcile_changes(report));
    progress_show(&r->progress, part_done(report), report->seen, what);
}

static void on_waiting(void *arg, const char *why, int64_t wait_ms)
{
    struct run *r = arg;
    char line[600];
    (void)snprintf(line, sizeof line, "barkbook: %s. Trying again in %lld s.", why,
                   (long long)((wait_ms + CLOCK_SECOND - 1) / CLOCK_SECOND));
    progress_say(&r->progress, line);
}

static int take_lock(struct run *r, struct reconcile_lock **out, struct err *err)
{
    const char *dir = r->c->config->server.data_dir;
    int rc = reconcile_lock_take(dir, 0, &stop, out, err);
    if (rc == 0 || err->code != ERR_BUSY) {
        return rc;
    }
    progress_say(&r->progress, "Waiting for another reconcile to finish…");
    return reconcile_lock_take(dir, RECONCILE_LOCK_WAIT, &stop, out, err);
}

static int print(struct run *r, struct db *db, const struct reconcile_report *report, int rc,
                 const struct err *failure, struct err *err)
{
    return r->json ? reconcile_print_json(db, report, r->dry_run, rc < 0 ? failure : NULL, err)
                   : reconcile_print_text(db, report, r->dry_run, clock_now_ms(), err);
}

/* With the lock held: the run and its report. */
static int reconcile_now(struct run *r, struct db *db, const struct connection *account,
                         struct calcom *client, struct err *err)
{
    CLEANUP(dry_copy_done) struct dry_copy copy = {0};
    if (r->dry_run) {
        int rc = dry_copy_make(r->c->config->server.data_dir, db, &copy, err);
        if (rc < 0) {
            return rc;
        }
        db = copy.db;
    }
    const struct reconcile_env env = {
        .store = reconcile_store_db(db),
        .calcom = client,
        .username = account->username,
        .complete_after_ms = r->c->config->calcom.complete_after_ms,
        .stop = &stop,
        .progress = on_progress,
        .arg = r,
    };
    struct reconcile_report report;
    struct err failure = {0};
    int rc = reconcile_run(&env, &r->o, &report, &failure);
    progress_end(&r->progress);
    int printed = print(r, db, &report, rc, &failure, err);
    if (rc >= 0) {
        return printed;
    }
    if (failure.code == ERR_REMOTE_RETRY) {
        return err_set(err, failure.code, "%s. Nothing is lost: run it again to go on",
                       failure.msg);
    }
    *err = failure;
    return rc;
}

int cmd_reconcile(struct cli *c, struct err *err)
{
    struct run r = {.c = c};
    CLEANUP(db_close) struct db *db = NULL;
    CLEANUP(connection_done) struct connection account = {0};
    CLEANUP(calcom_free) struct calcom *client = NULL;
    CLEANUP(reconcile_lock_give) struct reconcile_lock *lock = NULL;
    int rc = read_options(&r, err);
    if (rc < 0) {
        return rc;
    }
    progress_begin(&r.progress, r.json);
    catch_signals();
    const struct calcom_options o = {.patience_ms = r.patience_ms,
                                     .stop = &stop,
                                     .waiting = on_waiting,
                                     .waiting_arg = &r};
    rc = fetch_global_init(err);
    if (rc >= 0) {
        rc = cli_database(c, true, &db, err);
    }
    if (rc >= 0) {
        rc = connection_load(c->config, db, &account, err);
    }
    if (rc >= 0) {
        rc = connection_open(c->config, &account, &o, &client, err);
    }
    if (rc >= 0) {
        rc = take_lock(&r, &lock, err);
    }
    return rc < 0 ? rc : reconcile_now(&r, db, &account, client, err);
}
