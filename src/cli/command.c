/*
 * command.c: what commands have in common: their options' values, the database, JSON on stdout.
 */
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data_dir.h"
#include "db/migrate.h"
#include "sync/restore.h"

const char *cli_option(const struct cli *c, const char *name)
{
    for (int k = 0; k < CLI_OPTIONS_MAX && c->command->options[k].name != NULL; k++) {
        if (strcmp(c->command->options[k].name, name) == 0) {
            return c->value[k];
        }
    }
    return NULL;
}

int cli_option_int(const struct cli *c, const char *name, int64_t min, int64_t max, int64_t *out,
                   struct err *err)
{
    const char *text = cli_option(c, name);
    if (text == NULL) {
        return 0;
    }
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < min || value > max) {
        return err_set(err, ERR_USAGE, "%s %s: a whole number from %lld to %lld is needed", name,
                       text, (long long)min, (long long)max);
    }
    *out = value;
    return 0;
}

int cli_print_json(const struct buf *json, struct err *err)
{
    if (json->failed || json->data == NULL) {
        return err_set(err, ERR_NOMEM, "the result is too long: ask for less of it");
    }
    (void)fwrite(json->data, 1, json->len, stdout);
    (void)putchar('\n');
    return 0;
}

int cli_database(const struct cli *c, bool make, struct db **out, struct err *err)
{
    const char *dir = c->config->server.data_dir;
    char path[DATA_DIR_PATH_LEN];
    char backups[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, DATA_DIR_DATABASE, path, err);
    if (rc == 0) {
        rc = data_dir_path(dir, DATA_DIR_BACKUPS, backups, err);
    }
    if (rc == 0) {
        rc = restore_pending(dir, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (make) {
        rc = data_dir_prepare(dir, err);
        if (rc < 0) {
            return rc;
        }
    } else if (access(path, F_OK) != 0) {
        return err_set(err, ERR_NOT_FOUND,
                       "there is no database at %s: start the service once, or name its folder "
                       "with "
                       "--data-dir",
                       path);
    }
    CLEANUP(db_close) struct db *db = NULL;
    rc = db_open(path, DB_WRITE, make, &db, err);
    if (rc == 0) {
        rc = db_migrate(db, backups, err);
    }
    if (rc < 0) {
        return rc;
    }
    *out = db;
    db = NULL;
    return 0;
}
