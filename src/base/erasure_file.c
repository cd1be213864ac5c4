/*
 * erasure_file.c: a line per erasure, "2026-11-22T13:00:00.000Z client UUID". No state.
 */
#include "base/erasure_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "base/uuid.h"

#define WORD     " client "
#define WORD_LEN (sizeof WORD - 1)
#define LINE_LEN (TIME_TEXT_LEN - 1 + WORD_LEN + UUID_TEXT_LEN - 1)

static int append(const char *folder, const char *line, size_t n, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(folder, ERASURE_FILE, path, err);
    if (rc < 0) {
        return rc;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot open %s: %m", path);
    }
    if (write(fd, line, n) != (ssize_t)n || fsync(fd) != 0) {
        rc = err_set(err, ERR_IO, "cannot write %s: %m", path);
    }
    (void)close(fd);
    int dir = rc == 0 ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (rc == 0 && (dir < 0 || fsync(dir) != 0)) {
        rc = err_set(err, ERR_IO, "cannot write the folder %s: %m", folder);
    }
    if (dir >= 0) {
        (void)close(dir);
    }
    return rc;
}

int erasure_file_append(const char *data_dir, const char *client_id, int64_t now, struct err *err)
{
    char folder[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(data_dir, DATA_DIR_BACKUPS, folder, err);
    if (rc < 0) {
        return rc;
    }
    if (!uuid_valid(client_id)) {
        return err_set(err, ERR_INVALID, "not a client's id");
    }
    char when[TIME_TEXT_LEN];
    char line[LINE_LEN + 3];
    time_format(now, when);
    /* A line end first as well: the line before may have been torn by a power cut. */
    int n = snprintf(line, sizeof line, "\n%s" WORD "%s\n", when, client_id);
    return append(folder, line, (size_t)n, err);
}

/* The id in a line, or NULL. */
static const char *id_of(char *line)
{
    size_t n = strcspn(line, "\n");
    line[n] = '\0';
    int64_t at = 0;
    if (n != LINE_LEN || strncmp(line + TIME_TEXT_LEN - 1, WORD, WORD_LEN) != 0) {
        return NULL;
    }
    char when[TIME_TEXT_LEN];
    memcpy(when, line, TIME_TEXT_LEN - 1);
    when[TIME_TEXT_LEN - 1] = '\0';
    const char *id = line + TIME_TEXT_LEN - 1 + WORD_LEN;
    return time_parse(when, &at) && uuid_valid(id) ? id : NULL;
}

int erasure_file_each(const char *folder, erasure_fn *fn, void *arg, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(folder, ERASURE_FILE, path, err);
    if (rc < 0) {
        return rc;
    }
    FILE *f = fopen(path, "re");
    if (f == NULL) {
        return errno == ENOENT ? 0 : err_set(err, ERR_IO, "cannot read %s: %m", path);
    }
    char line[256];
    while (rc >= 0 && fgets(line, sizeof line, f) != NULL) {
        const char *id = id_of(line);
        rc = id != NULL ? fn(arg, id, err) : 0;
    }
    if (rc >= 0 && ferror(f) != 0) {
        rc = err_set(err, ERR_IO, "cannot read %s", path);
    }
    (void)fclose(f);
    return rc < 0 ? rc : 0;
}

struct wanted {
    const char *id;
    bool found;
};

static int look(void *arg, const char *id, struct err *err)
{
    (void)err;
    struct wanted *w = arg;
    w->found = w->found || strcmp(id, w->id) == 0;
    return 0;
}

static int carry_over(void *arg, const char *id, struct err *err)
{
    const char *to = arg;
    struct wanted w = {.id = id};
    int rc = erasure_file_each(to, look, &w, err);
    if (rc < 0 || w.found) {
        return rc;
    }
    char when[TIME_TEXT_LEN];
    char line[LINE_LEN + 3];
    time_format(clock_now_ms(), when);
    int n = snprintf(line, sizeof line, "\n%s" WORD "%s\n", when, id);
    return append(to, line, (size_t)n, err);
}

int erasure_file_merge(const char *from, const char *to, struct err *err)
{
    if (strcmp(from, to) == 0) {
        return 0;
    }
    char target[DATA_DIR_PATH_LEN];
    int n = snprintf(target, sizeof target, "%s", to);
    if (n < 0 || (size_t)n >= sizeof target) {
        return err_set(err, ERR_IO, "the path is too long");
    }
    return erasure_file_each(from, carry_over, target, err);
}
