/*
 * migrate.c: brings a database forward. Each migration is one transaction together with its version
 * number, so that a crash leaves a database of one version or the next. Never goes back.
 * Threads: as the connection; meant for the start, before others use the file.
 */
#include "db/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/internal.h"

static int pragma_int(struct db *db, const char *sql, int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    *out = db_int(st, 0);
    return 0;
}

int db_schema_version(struct db *db, int *out, struct err *err)
{
    int64_t version = 0;
    int rc = pragma_int(db, "PRAGMA user_version", &version, err);
    if (rc == 0) {
        *out = (int)version;
    }
    return rc;
}

/* The version, of a file that is ours and not newer than `newest`. */
static int check_version(struct db *db, int newest, int *out, struct err *err)
{
    int64_t id = 0;
    int64_t objects = 0;
    int version = 0;
    int rc = pragma_int(db, "PRAGMA application_id", &id, err);
    if (rc == 0) {
        rc = pragma_int(db, "SELECT count(*) FROM sqlite_schema", &objects, err);
    }
    if (rc == 0) {
        rc = db_schema_version(db, &version, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (id != DB_APPLICATION_ID && (id != 0 || objects != 0 || version != 0)) {
        return err_set(err, ERR_DB, "the database belongs to another program");
    }
    if (version > newest) {
        return err_set(err, ERR_DB,
                       "the database was written by a newer BarkBook (schema version %d, this one "
                       "knows up to %d): install that version again, or restore a backup made "
                       "before the update",
                       version, newest);
    }
    *out = version;
    return 0;
}

/* Runs inside the transaction: what the migration did must not leave a reference to nothing. */
static int check_references(struct db *db, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, "PRAGMA foreign_key_check", &st, err);
    if (rc < 0) {
        return rc;
    }
    rc = db_step(db, st, err);
    if (rc > 0) {
        const char *table = db_text(st, 0);
        return err_set(err, ERR_DB, "a row of %s refers to one that does not exist",
                       table != NULL ? table : "a table");
    }
    return rc;
}

static int migration_run(struct db *db, void *arg, struct err *err)
{
    const struct migration *m = *(const struct migration **)arg;
    int version = 0;
    int rc = db_schema_version(db, &version, err);
    if (rc < 0 || version >= m->version) {
        return rc; /* another process was faster */
    }
    char pragmas[128];
    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                   DB_APPLICATION_ID, m->version);
    rc = db_exec(db, m->sql, err);
    if (rc == 0) {
        rc = check_references(db, err);
    }
    if (rc == 0) {
        rc = db_exec(db, pragmas, err);
    }
    return rc < 0 ? rc : 1;
}

/* Foreign keys are off meanwhile, because a table that is rebuilt is dropped in between; the switch
 * works only outside a transaction. */
static int migrate_one(struct db *db, const struct migration *m, struct err *err)
{
    int rc = db_exec(db, "PRAGMA foreign_keys = OFF", err);
    if (rc < 0) {
        return rc;
    }
    rc = db_transaction(db, migration_run, &m, err);
    struct err again;
    int on = db_exec(db, "PRAGMA foreign_keys = ON", &again);
    if (rc >= 0 && on < 0) {
        rc = on;
        if (err != NULL) {
            *err = again;
        }
    }
    if (rc < 0) {
        return err_prefix(err, rc, "migration %04d_%s", m->version, m->name);
    }
    if (rc > 0) {
        log_info("migrated", "version=%d name=%s", m->version, m->name);
    }
    return 0;
}

/* Makes the name of a new directory entry durable. */
static int sync_dir(const char *dir, struct err *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);
    int saved = errno;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (rc != 0) {
        return err_set(err, ERR_IO, "%s: %s", dir, strerrordesc_np(saved));
    }
    return 0;
}

static int copy_into(struct db *db, const char *file, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, "VACUUM INTO :file", &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":file", file);
    return db_run(db, st, NULL, err);
}

/* Puts the copy's path into file. */
static int backup(struct db *db, const char *dir, int version, char *file, size_t file_len,
                  struct err *err)
{
    char when[TIME_TEXT_LEN];
    time_format(clock_now_ms(), when);
    /* 2026-11-22T13:00:00.000Z -> 20261122T130000Z: no colons, which some file systems refuse. */
    int n = snprintf(file, file_len, "%s/before-migration-%d-%.4s%.2s%.2sT%.2s%.2s%.2sZ.db", dir,
                     version, when, when + 5, when + 8, when + 11, when + 14, when + 17);
    if (n < 0 || (size_t)n >= file_len) {
        return err_set(err, ERR_IO, "%s: the path is too long", dir);
    }
    /* An empty file of ours first: SQLite would make one that others may read. */
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "%s: %s: the database is not migrated without a backup", file,
                       strerrordesc_np(errno));
    }
    (void)close(fd);
    int rc = copy_into(db, file, err);
    if (rc == 0) {
        rc = sync_dir(dir, err);
    }
    if (rc < 0) {
        (void)unlink(file);
        return err_prefix(err, rc, "backup before the migration");
    }
    log_info("backup_before_migration", "file=%s", file);
    return 0;
}

static int apply(struct db *db, const struct migration *list, int upto, struct err *err)
{
    int current = 0;
    int rc = db_schema_version(db, &current, err);
    for (int v = current; rc == 0 && v < upto; v++) {
        rc = migrate_one(db, &list[v], err);
    }
    return rc;
}

int migrations_apply(struct db *db, const struct migration *list, int count, const char *backup_dir,
                     struct err *err)
{
    int current = 0;
    int rc = check_version(db, count, &current, err);
    if (rc < 0) {
        return rc;
    }
    char copy[PATH_MAX] = "";
    if (current > 0 && current < count && backup_dir != NULL) {
        rc = backup(db, backup_dir, count, copy, sizeof copy, err);
        if (rc < 0) {
            return rc;
        }
    }
    rc = apply(db, list, count, err);
    int now = 0;
    if (rc < 0 && copy[0] != '\0' && db_schema_version(db, &now, NULL) == 0 && now == current) {
        /* Nothing was changed. A service that is started again and again must not fill the disk. */
        (void)unlink(copy);
    }
    return rc;
}

int db_migrate(struct db *db, const char *backup_dir, struct err *err)
{
    return migrations_apply(db, migrations, migration_count, backup_dir, err);
}

int db_migrate_to(struct db *db, int version, struct err *err)
{
    int current = 0;
    int rc = check_version(db, migration_count, &current, err);
    if (rc == 0) {
        rc = apply(db, migrations, version < migration_count ? version : migration_count, err);
    }
    return rc;
}
