/*
 * cmd_backup.c: barkbook backup, verify and restore: the words around sync/backup.h and
 * sync/restore.h. Results go to stdout. One thread.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "cli/commands.h"
#include "cli/when.h"
#include "sync/backup.h"
#include "sync/restore.h"

static double megabytes(int64_t bytes)
{
    return (double)bytes / 1e6;
}

/* Reads only, and brings the database to no other version: what is backed up is what is there. */
static int open_for_reading(const struct cli *c, struct db **out, struct err *err)
{
    const char *dir = c->config->server.data_dir;
    char path[DATA_DIR_PATH_LEN];
    int rc = restore_pending(dir, err);
    if (rc == 0) {
        rc = data_dir_path(dir, DATA_DIR_DATABASE, path, err);
    }
    if (rc == 0 && access(path, F_OK) != 0) {
        rc = err_set(err, ERR_NOT_FOUND,
                     "there is no database at %s: name its folder with --data-dir", path);
    }
    return rc < 0 ? rc : db_open(path, DB_READ, false, out, err);
}

int cmd_backup(struct cli *c, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    int64_t keep = 0;
    int64_t dropped = 0;
    int rc = cli_option_int(c, "--keep", 1, 10000, &keep, err);
    if (rc == 0) {
        rc = open_for_reading(c, &db, err);
    }
    const struct backup_options o = {.data_dir = c->config->server.data_dir,
                                     .to = c->operand[0],
                                     .config_file = c->config->source,
                                     .now = clock_now_ms()};
    struct backup_result result = {0};
    if (rc == 0) {
        rc = backup_make(&o, db, &result, err);
    }
    if (rc < 0) {
        return rc;
    }
    (void)printf("%s\n", result.path);
    (void)printf("  database %.1f MB, checked\n  photos   %lld, %.1f MB, %lld of them new\n",
                 megabytes(result.bytes), (long long)result.photos, megabytes(result.photos_bytes),
                 (long long)result.photos_new);
    if (keep > 0) {
        rc = backup_rotate(c->operand[0], keep, &dropped, err);
    }
    if (dropped > 0) {
        (void)printf("  %lld older backups forgotten\n", (long long)dropped);
    }
    return rc;
}

int cmd_verify(struct cli *c, struct err *err)
{
    CLEANUP(backup_found_done) struct backup_found found = {0};
    struct backup_facts facts = {0};
    int rc = backup_find(c->operand[0], &found, err);
    if (rc == 0) {
        rc = backup_verify(&found, NULL, &facts, err);
    }
    if (rc < 0) {
        return rc;
    }
    char when[WHEN_TEXT_LEN] = "";
    if (found.manifest.made_at > 0) {
        when_format(found.manifest.made_at, when);
    }
    (void)printf("%s: good\n", found.folder[0] != '\0' ? found.folder : found.database);
    if (found.folder[0] != '\0') {
        (void)printf("  made     %s by BarkBook %s\n", when, found.manifest.program);
    }
    (void)printf("  database %.1f MB, schema version %d\n  photos   %lld\n", megabytes(facts.bytes),
                 facts.schema, (long long)facts.photos);
    return 0;
}

int cmd_restore(struct cli *c, struct err *err)
{
    struct restore_result result = {0};
    int rc = restore_run(c->config->server.data_dir, c->operand[0], clock_now_ms(), &result, err);
    if (rc < 0) {
        return rc;
    }
    (void)printf("Restored %s\n", result.from);
    if (result.made_at > 0) {
        char when[WHEN_TEXT_LEN];
        when_format(result.made_at, when);
        (void)printf("  made     %s\n", when);
    }
    (void)printf("  photos   %lld brought back\n", (long long)result.photos);
    if (result.erased > 0) {
        (void)printf("  erased   %lld clients who had been erased since\n",
                     (long long)result.erased);
    }
    if (result.kept[0] != '\0') {
        (void)printf("  replaced %s keeps what was there\n", result.kept);
    }
    (void)printf("Start the service: it catches up with Cal.com by itself. Everybody signs in "
                 "again.\n");
    return 0;
}
