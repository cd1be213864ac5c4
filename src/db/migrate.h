/*
 * migrate.h: brings a database to the version this program knows. Forward only; each file of
 * migrations/ in one transaction that also sets user_version.
 */
#ifndef BARKBOOK_DB_MIGRATE_H
#define BARKBOOK_DB_MIGRATE_H

#include "base/err.h"
#include "db/db.h"

/* Embedded by the build from migrations/NNNN_name.sql, in order. */
struct migration {
    int version;
    const char *name;
    const char *sql;
};
extern const struct migration migrations[];
extern const int migration_count;

/* Refuses a file with another application_id, or one newer than this program (says which version is
 * needed). Before migrating an existing database a consistent copy is put into backup_dir (NULL:
 * none). */
MUST_USE int db_migrate(struct db *db, const char *backup_dir, struct err *err);
/* Up to (and with) version; for tests of upgrades. */
MUST_USE int db_migrate_to(struct db *db, int version, struct err *err);
MUST_USE int db_schema_version(struct db *db, int *out, struct err *err);

#endif
