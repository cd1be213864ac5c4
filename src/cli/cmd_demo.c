/*
 * cmd_demo.c: the made-up salon in a folder of its own, made anew on the first start of a day so
 * that today is always full. Never touches a folder that it did not make itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "cli/commands.h"
#include "cli/demo.h"
#include "cli/welcome.h"

/* The file that marks a folder as ours, with the day for which it was filled. */
#define MARK "made-up-salon"

/* *day: for which day the folder was filled, "" for none. ERR_CONFLICT when a database lies there
 * that is not the demo's. */
static int read_mark(const char *dir, char day[static 11], struct err *err)
{
    char mark[DATA_DIR_PATH_LEN];
    char database[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, MARK, mark, err);
    if (rc == 0) {
        rc = data_dir_path(dir, DATA_DIR_DATABASE, database, err);
    }
    if (rc < 0) {
        return rc;
    }
    day[0] = '\0';
    int fd = open(mark, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (access(database, F_OK) == 0) {
            return err_set(err, ERR_CONFLICT,
                           "%s holds a database that is not the demo's: choose another folder with "
                           "--data-dir",
                           dir);
        }
        return 0;
    }
    ssize_t n = read(fd, day, 10);
    day[n > 0 ? n : 0] = '\0';
    (void)close(fd);
    return 0;
}

static int write_mark(const char *dir, const char *day, struct err *err)
{
    char mark[DATA_DIR_PATH_LEN];
    int rc = data_dir_path(dir, MARK, mark, err);
    if (rc < 0) {
        return rc;
    }
    FILE *f = fopen(mark, "we");
    if (f == NULL) {
        return err_set(err, ERR_IO, "cannot write %s: %m", mark);
    }
    (void)fputs(day, f);
    return fclose(f) == 0 ? 0 : err_set(err, ERR_IO, "cannot write %s: %m", mark);
}

static int remove_database(const char *dir, struct err *err)
{
    static const char *const files[] = {DATA_DIR_DATABASE, DATA_DIR_DATABASE "-wal",
                                        DATA_DIR_DATABASE "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[DATA_DIR_PATH_LEN];
        int rc = data_dir_path(dir, files[i], path, err);
        if (rc < 0) {
            return rc;
        }
        if (unlink(path) != 0 && errno != ENOENT) {
            return err_set(err, ERR_IO, "cannot remove %s: %m", path);
        }
    }
    return 0;
}

/* With the folder locked, so that no service of it loses its database. */
static int make_anew(struct cli *c, const char *today, int64_t now, struct err *err)
{
    const char *dir = c->config->server.data_dir;
    CLEANUP(db_close) struct db *db = NULL;
    /* Marked as the demo's, but for no day, until it is full. */
    int rc = write_mark(dir, "", err);
    if (rc == 0) {
        rc = remove_database(dir, err);
    }
    if (rc == 0) {
        rc = cli_database(c, true, &db, err);
    }
    if (rc == 0) {
        rc = demo_fill(db, c->config->calcom.complete_after_ms, now, err);
    }
    return rc < 0 ? rc : write_mark(dir, today, err);
}

static int prepare(struct cli *c, struct err *err)
{
    const char *dir = c->config->server.data_dir;
    int64_t now = clock_now_ms();
    struct local_time local;
    char today[11];
    char made[11];
    zone_local(now, &local);
    date_format(local.date, today);
    int rc = data_dir_prepare(dir, err);
    if (rc == 0) {
        rc = read_mark(dir, made, err);
    }
    if (rc < 0 || strcmp(made, today) == 0) {
        return rc;
    }
    (void)printf("Making up a salon in %s\n", dir);
    (void)fflush(stdout);
    int lock = -1;
    rc = data_dir_lock(dir, &lock, err);
    if (rc == 0) {
        rc = make_anew(c, today, now, err);
        (void)close(lock);
    }
    return rc;
}

int cmd_demo(struct cli *c, struct err *err)
{
    int rc = prepare(c, err);
    if (rc < 0) {
        return rc;
    }
    welcome_print(c->config);
    (void)printf("  Sign in    name %s, password %s\n", DEMO_OWNER, DEMO_PASSWORD);
    (void)printf("\nEverything in it is made up; Cal.com is never asked and no text is sent.\n"
                 "Ctrl-C stops BarkBook.\n\n");
    (void)fflush(stdout);
    struct cli_serve_options options = {.web_dir = c->web_dir, .demo = true, .verbose = c->verbose};
    return c->serve(c->config, &options, err);
}
