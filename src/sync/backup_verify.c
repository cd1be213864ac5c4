/*
 * backup_verify.c: finds the backup a person means, and reads all of it. Changes nothing. No state.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/copy.h"
#include "db/migrate.h"
#include "sync/backup.h"

void backup_found_done(struct backup_found *f)
{
    backup_manifest_done(&f->manifest);
}

/* The folder above, or "." */
static void parent_of(const char *path, char out[static BACKUP_PATH_LEN])
{
    (void)snprintf(out, BACKUP_PATH_LEN, "%s", path);
    char *slash = strrchr(out, '/');
    if (slash == NULL) {
        (void)snprintf(out, BACKUP_PATH_LEN, ".");
    } else if (slash == out) {
        out[1] = '\0';
    } else {
        *slash = '\0';
    }
}

static int find_in_folder(const char *folder, char out[static BACKUP_PATH_LEN], struct err *err)
{
    char **names = NULL;
    size_t count = 0;
    int rc = backup_names(folder, &names, &count, err);
    if (rc == 0 && count == 0) {
        char growing[BACKUP_PATH_LEN];
        bool half =
            backup_path(folder, ".growing", growing, err) == 0 && access(growing, F_OK) == 0;
        rc = err_set(err, ERR_NOT_FOUND, "there is no backup in %s%s", folder,
                     half ? ", only one that was cut short: name another folder" : "");
    }
    if (rc == 0) {
        rc = backup_path(folder, names[0], out, err);
    }
    backup_list_free(names);
    return rc;
}

/* One folder that holds a manifest. */
static int take_folder(const char *folder, struct backup_found *f, struct err *err)
{
    (void)snprintf(f->folder, sizeof f->folder, "%s", folder);
    parent_of(folder, f->above);
    int rc = backup_manifest_read(folder, &f->manifest, err);
    if (rc == 0) {
        rc = backup_path(folder, DATA_DIR_DATABASE, f->database, err);
    }
    return rc < 0 ? rc : backup_path(f->above, DATA_DIR_PHOTOS, f->photos, err);
}

int backup_find(const char *path, struct backup_found *out, struct err *err)
{
    struct stat st;
    char given[BACKUP_PATH_LEN];
    char chosen[BACKUP_PATH_LEN];
    int n = snprintf(given, sizeof given, "%s", path);
    if (n <= 0 || (size_t)n >= sizeof given) {
        return err_set(err, ERR_USAGE, "the path of the backup is empty or too long");
    }
    for (size_t k = (size_t)n; k > 1 && given[k - 1] == '/'; k--) {
        given[k - 1] = '\0';
    }
    if (stat(given, &st) != 0) {
        return err_set(err, ERR_NOT_FOUND, "%s: %m", given);
    }
    if (S_ISREG(st.st_mode)) {
        (void)snprintf(out->database, sizeof out->database, "%s", given);
        parent_of(given, out->above);
        return 0;
    }
    int rc = backup_path(given, BACKUP_MANIFEST, chosen, err);
    if (rc == 0 && access(chosen, F_OK) == 0) {
        return take_folder(given, out, err);
    }
    /* A name of ours without a manifest is a backup that somebody damaged. */
    const char *slash = strrchr(given, '/');
    if (backup_is_name(slash != NULL ? slash + 1 : given)) {
        return take_folder(given, out, err);
    }
    if (rc == 0) {
        rc = find_in_folder(given, chosen, err);
    }
    return rc < 0 ? rc : take_folder(chosen, out, err);
}

static int verify_files(const char *root, const struct backup_files *files, const atomic_int *stop,
                        struct err *err)
{
    for (size_t i = 0; i < files->count; i++) {
        const struct backup_file *file = &files->list[i];
        char path[BACKUP_PATH_LEN];
        char hex[SHA256_TEXT_LEN];
        int64_t bytes = 0;
        int rc = backup_path(root, file->path, path, err);
        if (rc == 0 && access(path, F_OK) != 0) {
            rc = err_set(err, ERR_DB, "%s is missing from the backup", path);
        }
        if (rc == 0) {
            rc = backup_hash(path, stop, hex, &bytes, err);
        }
        if (rc == 0 && (bytes != file->bytes || strcmp(hex, file->sha256) != 0)) {
            rc = err_set(err, ERR_DB, "%s is damaged: it is not what was backed up", path);
        }
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

int backup_verify(const struct backup_found *f, const atomic_int *stop, struct backup_facts *facts,
                  struct err *err)
{
    struct db_facts db = {0};
    int rc = 0;
    if (f->folder[0] != '\0') {
        rc = verify_files(f->folder, &f->manifest.files, stop, err);
    }
    if (rc == 0 && f->folder[0] != '\0') {
        rc = verify_files(f->photos, &f->manifest.photos, stop, err);
    }
    if (rc == 0) {
        rc = db_check(f->database, false, stop, &db, err);
    }
    if (rc == 0 && db.version > migration_count) {
        rc = err_set(err, ERR_DB,
                     "the backup was made by a newer BarkBook (schema version %d, this one knows "
                     "up to %d): install that version first",
                     db.version, migration_count);
    }
    if (rc == 0 && facts != NULL) {
        *facts = (struct backup_facts){.schema = db.version,
                                       .bytes = db.bytes,
                                       .photos = (int64_t)f->manifest.photos.count};
    }
    return rc;
}
