/*
 * doctor.c: the box itself: configuration, database, backups, disk, tunnel. Reads only. No state.
 */
#include "sync/doctor_work.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "base/secret.h"
#include "db/copy.h"
#include "salon/setting.h"
#include "sync/probe.h"
#include "sync/upkeep_note.h"

#define BACKUP_OLD (2 * CLOCK_DAY)

const char *doctor_level_name(enum health_level l)
{
    return l == HEALTH_BAD ? "fail" : health_level_name(l);
}

struct doctor_line *doctor_add(struct doctor_report *r, const char *check, enum health_level level,
                               const char *outcome)
{
    /* More checks than lines would be our own mistake: the last line is then used again. */
    struct doctor_line *line = &r->lines[r->count < DOCTOR_LINES_MAX ? r->count : r->count - 1];
    r->count += r->count < DOCTOR_LINES_MAX ? 1 : 0;
    *line = (struct doctor_line){.check = check, .level = level, .outcome = outcome};
    r->level = level > r->level ? level : r->level;
    return line;
}

PRINTF_LIKE(3, 0)
static void put(char *out, size_t out_len, const char *fmt, va_list args)
{
    if (vsnprintf(out, out_len, fmt, args) < 0) {
        out[0] = '\0';
    }
}

void doctor_text(struct doctor_line *line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    put(line->text, sizeof line->text, fmt, args);
    va_end(args);
}

void doctor_cure(struct doctor_line *line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    put(line->cure, sizeof line->cure, fmt, args);
    va_end(args);
}

static void check_config(const struct doctor_options *o, struct doctor_report *r)
{
    const struct config *c = o->config;
    char secret[WEBHOOK_SECRET_LEN];
    struct err err = {0};
    const bool known = c->calcom.webhook_secret != NULL ||
                       data_dir_webhook_secret(c->server.data_dir, secret, &err) == 0;
    secret_wipe(secret, sizeof secret);
    if (!known) {
        struct doctor_line *line = doctor_add(r, "config", HEALTH_BAD, "no_secret");
        doctor_text(line, "%s", err.msg);
        doctor_cure(line, "start the service once: it makes a webhook secret");
    } else if (c->server.public_url == NULL) {
        struct doctor_line *line = doctor_add(r, "config", HEALTH_WARN, "no_public_url");
        doctor_text(line,
                    "server.public_url is not set: nobody knows where webhooks are to be sent");
        doctor_cure(line, "set it to the address where the tunnel begins");
    } else {
        struct doctor_line *line = doctor_add(r, "config", HEALTH_OK, "ok");
        doctor_text(line, "%s, data in %s", c->source[0] != '\0' ? c->source : "built-in defaults",
                    c->server.data_dir);
    }
}

static void check_database(const struct doctor_options *o, struct doctor_report *r)
{
    char path[DATA_DIR_PATH_LEN];
    struct db_facts facts = {0};
    struct err err = {0};
    int rc = o->db == NULL ? -ERR_DB : 0;
    if (rc < 0) {
        err = *o->db_error;
    } else {
        rc = data_dir_path(o->config->server.data_dir, DATA_DIR_DATABASE, path, &err);
    }
    if (rc == 0) {
        rc = db_check(path, true, o->stop, &facts, &err);
    }
    struct doctor_line *line = doctor_add(r, "database", rc < 0 ? HEALTH_BAD : HEALTH_OK,
                                          rc == 0         ? "ok"
                                          : o->db == NULL ? "cannot_open"
                                                          : "damaged");
    if (rc < 0) {
        doctor_text(line, "%s", err.msg);
        doctor_cure(line, "stop the service and restore the last backup: barkbook restore DIR");
    } else {
        doctor_text(line, "sound, %.1f MB, schema version %d", (double)facts.bytes / 1e6,
                    facts.version);
    }
}

static void check_backup(const struct doctor_options *o, struct doctor_report *r)
{
    struct upkeep_row row = {0};
    struct err err = {0};
    int rc = o->db == NULL ? 0 : upkeep_get(o->db, UPKEEP_BACKUP, &row, &err);
    const int64_t age = clock_now_ms() - row.ok_at;
    if (rc < 0 || o->db == NULL) {
        return; /* told by the database's own line */
    }
    if (row.ok_at == 0) {
        struct doctor_line *line =
            doctor_add(r, "backup", HEALTH_WARN, row.at == 0 ? "never" : "failed");
        doctor_text(line, "%s", row.at == 0 ? "there has been no backup yet" : row.detail);
        doctor_cure(line, "the service makes one every night; or now: barkbook backup DIR");
        return;
    }
    struct doctor_line *line = doctor_add(r, "backup", age > BACKUP_OLD ? HEALTH_BAD : HEALTH_OK,
                                          age > BACKUP_OLD ? "old" : "ok");
    doctor_text(line, "the last that went well is %lld hours old", (long long)(age / CLOCK_HOUR));
    if (age > BACKUP_OLD) {
        doctor_cure(line, "see why on the sync page; or make one now: barkbook backup DIR");
    }
}

static void check_disk(const struct doctor_options *o, struct doctor_report *r)
{
    struct probe_result p;
    probe_disk(o->config->server.data_dir, &p);
    struct doctor_line *line = doctor_add(r, "disk", p.level, p.level == HEALTH_OK ? "ok" : "low");
    doctor_text(line, "%s", p.detail);
    if (p.level != HEALTH_OK) {
        doctor_cure(line, "free some space: without it nothing new can be stored");
    }
}

static void check_tunnel(const struct doctor_options *o, struct doctor_report *r)
{
    char *instance = NULL;
    struct err err = {0};
    struct probe_result p;
    if (o->config->server.public_url == NULL || o->db == NULL) {
        return;
    }
    int rc = setting_get(o->db, SETTING_INSTANCE, &instance, &err);
    if (rc <= 0) {
        struct doctor_line *line = doctor_add(r, "tunnel", HEALTH_WARN, "unknown");
        doctor_text(line, "the service has never run, so nothing can answer yet");
        doctor_cure(line, "start the service");
        return;
    }
    probe_tunnel(o->config->server.public_url, instance, o->stop, &p);
    free(instance);
    struct doctor_line *line =
        doctor_add(r, "tunnel", p.level, p.level == HEALTH_OK ? "ok" : p.outcome);
    doctor_text(line, "%s: %s", o->config->server.public_url, p.detail);
    if (p.level != HEALTH_OK) {
        doctor_cure(line,
                    "is the tunnel's program running, and does it lead to webhook_listen (%s)?",
                    o->config->server.webhook_listen);
    }
}

void doctor_run(const struct doctor_options *o, struct doctor_report *out)
{
    *out = (struct doctor_report){0};
    check_config(o, out);
    check_database(o, out);
    check_backup(o, out);
    check_disk(o, out);
    if (!o->offline) {
        doctor_calcom(o, out);
        check_tunnel(o, out);
        doctor_sms(o, out);
    }
}
