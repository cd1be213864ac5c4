/*
 * backup_manifest.c: see backup_manifest.h. Believes nothing it reads. No state.
 */
#include "sync/backup_manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "sync/backup_files.h"

#define SIZE_MAX_JSON ((size_t)512 * 1024 * 1024)

static void files_done(struct backup_files *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->list[i].path);
    }
    free(f->list);
}

void backup_manifest_done(struct backup_manifest *m)
{
    files_done(&m->files);
    files_done(&m->photos);
    *m = (struct backup_manifest){0};
}

int backup_files_add(struct backup_files *f, const char *path, int64_t bytes, const char *sha256,
                     struct err *err)
{
    if (f->count == f->room) {
        size_t room = f->room == 0 ? 16 : 2 * f->room;
        struct backup_file *grown = realloc(f->list, room * sizeof *grown);
        if (grown == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        f->list = grown;
        f->room = room;
    }
    struct backup_file *file = &f->list[f->count];
    *file = (struct backup_file){.path = strdup(path), .bytes = bytes};
    if (file->path == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    (void)snprintf(file->sha256, sizeof file->sha256, "%s", sha256);
    f->count++;
    return 0;
}

static void write_files(struct jw *w, const char *key, const struct backup_files *f)
{
    jw_array(w, key);
    for (size_t i = 0; i < f->count; i++) {
        jw_object(w, NULL);
        jw_text(w, "path", f->list[i].path);
        jw_int(w, "bytes", f->list[i].bytes);
        jw_text(w, "sha256", f->list[i].sha256);
        jw_end_object(w);
    }
    jw_end_array(w);
}

int backup_manifest_write(const struct backup_manifest *m, const char *folder, struct err *err)
{
    CLEANUP(buf_done) struct buf text;
    struct jw w;
    buf_init(&text, SIZE_MAX_JSON);
    jw_init(&w, &text);
    jw_object(&w, NULL);
    jw_text(&w, "what", "a backup of BarkBook: check it with 'barkbook verify', do not edit it");
    jw_int(&w, "format", BACKUP_FORMAT);
    jw_time(&w, "made_at", m->made_at);
    jw_text(&w, "version", m->program);
    jw_text(&w, "instance", m->instance);
    jw_int(&w, "schema", m->schema);
    write_files(&w, "files", &m->files);
    write_files(&w, "photos", &m->photos);
    jw_end_object(&w);
    buf_char(&text, '\n');
    if (text.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    char path[BACKUP_PATH_LEN];
    int rc = backup_path(folder, BACKUP_MANIFEST, path, err);
    if (rc < 0) {
        return rc;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot make %s: %m", path);
    }
    size_t done = 0;
    while (done < text.len) {
        ssize_t n = write(fd, text.data + done, text.len - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    if (done < text.len || fsync(fd) != 0) {
        rc = err_set(err, ERR_IO, "cannot write %s: %m", path);
    }
    (void)close(fd);
    return rc;
}

/* 0 read into text. */
static int read_whole(const char *path, struct buf *text, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? err_set(err, ERR_NOT_FOUND, "%s is missing: this is no complete backup", path)
                   : err_set(err, ERR_IO, "cannot read %s: %m", path);
    }
    char piece[65536];
    ssize_t n = 0;
    while ((n = read(fd, piece, sizeof piece)) > 0) {
        buf_add(text, piece, (size_t)n);
    }
    int saved = errno;
    (void)close(fd);
    errno = saved;
    if (n < 0) {
        return err_set(err, ERR_IO, "cannot read %s: %m", path);
    }
    return text->failed ? err_set(err, ERR_NOMEM, "%s is too long", path) : 0;
}

/* Neither absolute nor upwards: a manifest from elsewhere must not make us read or write outside
 * the folder. */
static bool path_stays_inside(const char *path)
{
    if (path[0] == '\0' || path[0] == '/') {
        return false;
    }
    for (const char *part = path; part != NULL;) {
        if (strcmp(part, "..") == 0 || strncmp(part, "../", 3) == 0) {
            return false;
        }
        const char *slash = strchr(part, '/');
        part = slash != NULL ? slash + 1 : NULL;
    }
    return true;
}

static int read_files(const cJSON *doc, const char *key, struct backup_files *out, struct err *err)
{
    const cJSON *list = json_get(doc, key);
    const cJSON *row = NULL;
    if (!cJSON_IsArray(list)) {
        return err_set(err, ERR_DB, "%s: not a list", key);
    }
    cJSON_ArrayForEach(row, list)
    {
        const char *path = json_text(row, "path");
        const char *sha256 = json_text(row, "sha256");
        int64_t bytes = -1;
        if (path == NULL || sha256 == NULL || !json_int(row, "bytes", &bytes) || bytes < 0 ||
            strlen(sha256) != SHA256_TEXT_LEN - 1 || !path_stays_inside(path)) {
            return err_set(err, ERR_DB, "%s: not a file with size and SHA-256", key);
        }
        int rc = backup_files_add(out, path, bytes, sha256, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static int read_head(const cJSON *doc, struct backup_manifest *m, struct err *err)
{
    int64_t format = 0;
    int64_t schema = 0;
    const char *program = json_text(doc, "version");
    const char *instance = json_text(doc, "instance");
    if (!json_int(doc, "format", &format) || !json_int(doc, "schema", &schema) ||
        !json_time(doc, "made_at", &m->made_at) || m->made_at == 0 || program == NULL ||
        instance == NULL) {
        return err_set(err, ERR_DB, "not a manifest");
    }
    if (format != BACKUP_FORMAT) {
        return err_set(err, ERR_DB,
                       "made by another version of BarkBook (%.20s): use that one to restore it",
                       program);
    }
    m->schema = (int)schema;
    (void)snprintf(m->program, sizeof m->program, "%s", program);
    (void)snprintf(m->instance, sizeof m->instance, "%s", instance);
    return 0;
}

static int read_manifest(const cJSON *doc, struct backup_manifest *m, struct err *err)
{
    int rc = read_head(doc, m, err);
    if (rc == 0) {
        rc = read_files(doc, "files", &m->files, err);
    }
    if (rc == 0) {
        rc = read_files(doc, "photos", &m->photos, err);
    }
    if (rc == 0 && (m->files.count == 0 || strcmp(m->files.list[0].path, DATA_DIR_DATABASE) != 0)) {
        rc = err_set(err, ERR_DB, "no database in it");
    }
    return rc;
}

int backup_manifest_read(const char *folder, struct backup_manifest *out, struct err *err)
{
    CLEANUP(buf_done) struct buf text;
    CLEANUP(json_free) cJSON *doc = NULL;
    char path[BACKUP_PATH_LEN];
    buf_init(&text, SIZE_MAX_JSON);
    int rc = backup_path(folder, BACKUP_MANIFEST, path, err);
    if (rc == 0) {
        rc = read_whole(path, &text, err);
    }
    if (rc < 0) {
        return rc;
    }
    rc = json_parse(text.data != NULL ? text.data : "", text.len, &doc, err);
    if (rc < 0) {
        return rc == -ERR_NOMEM ? rc : err_set(err, ERR_DB, "%s is damaged", path);
    }
    struct backup_manifest m = {0};
    rc = read_manifest(doc, &m, err);
    if (rc < 0) {
        backup_manifest_done(&m);
        return err_prefix(err, rc, "%s", path);
    }
    *out = m;
    return 0;
}
