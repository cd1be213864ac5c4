/*
 * upkeep_backup.c: see upkeep_backup.h. Opens a connection of its own, so that a long copy takes no
 * reader away from the pages. Runs on upkeep's thread.
 */
#include "sync/upkeep_backup.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/spawn.h"
#include "sync/backup.h"
#include "sync/scheduler_clock.h"
#include "sync/upkeep_note.h"

#define COMMAND_MS (6 * CLOCK_HOUR) /* a first upload may take a night */
#define RETRY      CLOCK_HOUR

static void note(struct writer *w, const char *job, int rc, const char *failed, const char *detail)
{
    struct err err = {0};
    struct upkeep_note n = {.job = job,
                            .level = rc < 0 ? HEALTH_BAD : HEALTH_OK,
                            .outcome = rc < 0 ? failed : "ok",
                            .detail = detail,
                            .now = clock_now_ms()};
    if (rc < 0) {
        log_error(failed, "error=\"%s\"", detail);
    }
    if (writer_run(w, upkeep_note_job, &n, &err) < 0) {
        log_error("note_failed", "job=%s error=\"%s\"", job, err.msg);
    }
}

/* To one folder. Stopped is no outcome: the next start does it. */
static int one(const struct config *config, const char *to, const atomic_int *stop,
               struct backup_result *result, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    char path[DATA_DIR_PATH_LEN];
    int64_t dropped = 0;
    int rc = data_dir_path(config->server.data_dir, DATA_DIR_DATABASE, path, err);
    if (rc == 0) {
        rc = db_open(path, DB_READ, false, &db, err);
    }
    const struct backup_options o = {.data_dir = config->server.data_dir,
                                     .to = to,
                                     .config_file = config->source,
                                     .now = clock_now_ms(),
                                     .stop = stop};
    if (rc == 0) {
        rc = backup_make(&o, db, result, err);
    }
    if (rc == 0) {
        rc = backup_rotate(to, config->retention.backup_keep, &dropped, err);
    }
    return rc;
}

static int copy(const struct config *config, struct writer *w, const atomic_int *stop)
{
    if (config->retention.backup_copy == NULL) {
        return 0;
    }
    struct backup_result result = {0};
    struct err err = {0};
    int rc = one(config, config->retention.backup_copy, stop, &result, &err);
    if (rc == -ERR_STOPPED) {
        return rc;
    }
    note(w, UPKEEP_COPY, rc, "backup_copy_failed", rc < 0 ? err.msg : result.path);
    return 0;
}

static void run_command(const struct config *config, struct writer *w, const char *backup,
                        const atomic_int *stop)
{
    if (config->retention.backup_command == NULL) {
        return;
    }
    char said[SPAWN_SAID_LEN] = "";
    struct err err = {0};
    const char *const argv[] = {config->retention.backup_command, backup, NULL};
    const struct spawn_options o = {.argv = argv, .timeout_ms = COMMAND_MS, .stop = stop};
    int rc = spawn_run(&o, said, &err);
    if (rc != -ERR_STOPPED) {
        note(w, UPKEEP_COMMAND, rc, "backup_command_failed", rc < 0 ? err.msg : said);
    }
}

void upkeep_backup(const struct config *config, struct writer *writer, const atomic_int *stop)
{
    const int64_t began = clock_mono_ms();
    struct backup_result result = {0};
    struct err err = {0};
    char to[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(config->server.data_dir, DATA_DIR_BACKUPS, to, &err);
    if (rc == 0) {
        rc = one(config, to, stop, &result, &err);
    }
    if (rc == -ERR_STOPPED) {
        log_info("backup_stopped", "reason=\"the service ends\"");
        return;
    }
    note(writer, UPKEEP_BACKUP, rc, "backup_failed", rc < 0 ? err.msg : result.path);
    if (rc == 0) {
        log_info("backup_done", "path=%s bytes=%lld photos=%lld ms=%lld", result.path,
                 (long long)result.bytes, (long long)result.photos,
                 (long long)(clock_mono_ms() - began));
    }
    /* A full disk here is no reason to go without the copy elsewhere. */
    if (copy(config, writer, stop) == 0 && rc == 0) {
        run_command(config, writer, result.path, stop);
    }
}

int upkeep_backup_due(struct db *db, int64_t now, struct err *err)
{
    struct upkeep_row last = {0};
    int rc = upkeep_get(db, UPKEEP_BACKUP, &last, err);
    if (rc < 0) {
        return rc;
    }
    return last.ok_at < scheduler_night(now) && (now < last.at || now - last.at >= RETRY) ? 1 : 0;
}
