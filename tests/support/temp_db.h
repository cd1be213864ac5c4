/*
 * temp_db.h: a folder of its own for each test, and a migrated database in it. Whatever goes wrong
 * here ends the process with a sentence: it is never what a test is about.
 */
#ifndef BARKBOOK_TESTS_TEMP_DB_H
#define BARKBOOK_TESTS_TEMP_DB_H

#include <stdint.h>

#include "db/db.h"

#define TEMP_PATH_LEN 128

struct temp_db {
    char dir[TEMP_PATH_LEN];
    char path[TEMP_PATH_LEN]; /* of the database */
    struct db *db;            /* migrated, for writing */
};

void temp_dir_make(char dir[static TEMP_PATH_LEN]);
void temp_dir_remove(const char *dir); /* with the plain files in it */
/* dir/name in out. */
void temp_path(const char *dir, const char *name, char out[static TEMP_PATH_LEN]);

void temp_db_make(struct temp_db *t);
void temp_db_done(struct temp_db *t);
DEFINE_CLEANUP_REF(struct temp_db, temp_db_done);

/* Runs SQL without parameters; ends the process when it fails. */
void temp_db_exec(struct db *db, const char *sql);
/* First column of the first row as a number. */
int64_t temp_db_int(struct db *db, const char *sql);
/* First column of the first row as text (caller frees); NULL for SQL NULL. */
char *temp_db_text(struct db *db, const char *sql);

#endif
