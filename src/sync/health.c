/*
 * health.c: a handful of indexed questions, asked with each page. Reads only.
 */
#include "sync/health.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "sync/health.sql.def"
#undef X_SCAN
#undef X

/* A run is expected every interval; three in a row without one is not chance. */
#define RUNS_MISSED 3

#define BACKUP_OLD  (2 * CLOCK_DAY)
#define BACKUP_LOST (7 * CLOCK_DAY)
#define SKEW_WARN   (2 * CLOCK_MINUTE)
#define SKEW_BAD    (15 * CLOCK_MINUTE)

const char *health_level_name(enum health_level l)
{
    static const char *const names[] =
        {[HEALTH_OK] = "ok", [HEALTH_WARN] = "warn", [HEALTH_BAD] = "bad"};
    return names[l];
}

static void add(struct health *h, const char *code, enum health_level level, int64_t count)
{
    if (h->message_count == HEALTH_MESSAGES_MAX) {
        return;
    }
    h->messages[h->message_count++] =
        (struct health_message){.code = code, .level = level, .count = count};
    h->level = level > h->level ? level : h->level;
}

/* First column of a one-row question: a number, a moment (when `time`), or what `text` holds. */
static int ask(struct db *db, const char *sql, int64_t since, bool time, int64_t *out,
               char text[static 16], struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    if (sqlite3_bind_parameter_index(st, ":since") > 0) {
        db_bind_time(st, ":since", since);
    }
    text[0] = '\0';
    *out = 0;
    rc = db_step(db, st, err);
    if (rc > 0) {
        *out = time ? db_time(st, 0) : db_int(st, 0);
        const char *value = db_text(st, 0);
        (void)snprintf(text, 16, "%.15s", value == NULL ? "" : value);
    }
    return rc < 0 ? rc : 0;
}

static void judge_runs(const struct health_context *ctx, const char *last_run, struct health *h)
{
    bool old =
        h->verified_at > 0 && ctx->now - h->verified_at > RUNS_MISSED * ctx->reconcile_every_ms;
    if (!ctx->has_key) {
        add(h, "no_key", HEALTH_WARN, 0);
    } else if (strcmp(last_run, "failed") == 0) {
        add(h, "reconcile_failed", old || h->verified_at == 0 ? HEALTH_BAD : HEALTH_WARN, 0);
    } else if (strcmp(last_run, "stopped") == 0) {
        add(h, "reconcile_stopped", old ? HEALTH_BAD : HEALTH_WARN, 0);
    } else if (h->verified_at == 0) {
        add(h, "never_verified", HEALTH_WARN, 0);
    } else if (old) {
        add(h, "reconcile_old", HEALTH_BAD, 0);
    }
}

/* What upkeep found wrong. A word that this program does not know is another version's. */
static int judge_upkeep(struct db *db, struct health *h, struct err *err)
{
    static const char *const known[] = {"alarm_failed",       "backup_command_failed",
                                        "backup_copy_failed", "backup_failed",
                                        "database_damaged",   "disk_full",
                                        "disk_low",           "sms_failing",
                                        "tunnel_down",        "tunnel_wrong"};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_HEALTH_UPKEEP, &st, err);
    while (rc >= 0) {
        rc = db_step(db, st, err);
        if (rc <= 0) {
            return rc;
        }
        const char *outcome = db_text(st, 0);
        const char *status = db_text(st, 1);
        for (size_t i = 0; outcome != NULL && status != NULL && i < ARRAY_LEN(known); i++) {
            if (strcmp(known[i], outcome) == 0) {
                bool bad = strcmp(status, health_level_name(HEALTH_BAD)) == 0;
                add(h, known[i], bad ? HEALTH_BAD : HEALTH_WARN, db_int(st, 2));
            }
        }
    }
    return rc;
}

static int judge_box(struct db *db, const struct health_context *ctx, struct health *h,
                     struct err *err)
{
    char text[16];
    int64_t backup = 0;
    int64_t skew = 0;
    int rc = judge_upkeep(db, h, err);
    if (rc >= 0) {
        rc = ask(db, SQL_HEALTH_BACKUP, 0, true, &backup, text, err);
    }
    if (rc >= 0) {
        rc = ask(db, SQL_HEALTH_SKEW, 0, false, &skew, text, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (backup > 0 && ctx->now - backup > BACKUP_OLD) {
        add(h, "backup_old", ctx->now - backup > BACKUP_LOST ? HEALTH_BAD : HEALTH_WARN,
            (ctx->now - backup) / CLOCK_DAY);
    }
    skew = skew < 0 ? -skew : skew;
    if (skew > SKEW_WARN) {
        add(h, "clock_wrong", skew > SKEW_BAD ? HEALTH_BAD : HEALTH_WARN, skew / CLOCK_MINUTE);
    }
    return 0;
}

int health_read(struct db *db, const struct health_context *ctx, struct health *out,
                struct err *err)
{
    struct health h = {0};
    int64_t since = ctx->now - CLOCK_DAY;
    int64_t errors = 0;
    int64_t missed = 0;
    int64_t unused = 0;
    char text[16];
    char last_run[16];
    int rc = ask(db, SQL_HEALTH_LAST_DELIVERY, since, true, &h.last_webhook_at, text, err);
    if (rc >= 0) {
        rc = ask(db, SQL_HEALTH_ERRORS, since, false, &errors, text, err);
    }
    if (rc >= 0) {
        rc = ask(db, SQL_HEALTH_VERIFIED, since, true, &h.verified_at, text, err);
    }
    if (rc >= 0) {
        rc = ask(db, SQL_HEALTH_MISSED, since, false, &missed, text, err);
    }
    if (rc >= 0) {
        rc = ask(db, SQL_HEALTH_LAST_RUN, since, false, &unused, last_run, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (ctx->polls) {
        judge_runs(ctx, last_run, &h);
        if (h.last_webhook_at == 0) {
            add(&h, "webhook_never", HEALTH_WARN, 0);
        }
    }
    if (missed > 0) {
        /* Deliveries that come nevertheless mean that some were lost; none at all, that the way is
         * cut. */
        bool silent = h.last_webhook_at < since;
        add(&h, silent ? "webhook_silent" : "webhook_missed", silent ? HEALTH_BAD : HEALTH_WARN,
            missed);
    }
    if (errors > 0) {
        add(&h, "webhook_errors", HEALTH_WARN, errors);
    }
    if (ctx->polls) {
        rc = judge_box(db, ctx, &h, err);
        if (rc < 0) {
            return rc;
        }
    }
    *out = h;
    return 0;
}
