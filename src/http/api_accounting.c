/*
 * api_accounting.c: hands the month's file to the owner's program (mail to the accountant, upload).
 * No state: the file exists while the program runs, in a folder only this user can read. Which
 * program is set in the configuration only: no page can choose what runs here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data_dir.h"
#include "base/log.h"
#include "base/spawn.h"
#include "http/api.h"
#include "salon/export.h"
#include "salon/session.h"

#define FOLDER "accounting"
#define RUN_MS (60 * CLOCK_SECOND)

int api_accounting(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    (void)rq;
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_bool(&w, "command", cx->config->server.accounting_command != NULL);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

static int to_file(void *arg, const void *data, size_t n, struct err *err)
{
    return fwrite(data, 1, n, arg) == n
               ? 0
               : err_set(err, ERR_IO, "cannot write the file: %s", strerror(errno));
}

static int write_file(struct http_context *cx, const struct export_query *q, const char *path,
                      struct err *err)
{
    struct db *db = NULL;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        int rc = err_set(err, ERR_IO, "cannot write the file: %s", strerror(errno));
        if (fd >= 0) {
            (void)close(fd);
        }
        return rc;
    }
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc >= 0) {
        rc = export_run(db, q, to_file, file, err);
        db_pool_give(cx->pool, db);
    }
    if (fclose(file) != 0 && rc >= 0) {
        rc = err_set(err, ERR_IO, "cannot write the file: %s", strerror(errno));
    }
    return rc;
}

/* "2026-10" as its first moment and the first of the next. */
static int read_month(const cJSON *body, char month[static 8], struct export_query *q,
                      struct err *err)
{
    const char *text = json_text(body, "month");
    char first[16];
    struct local_date date;
    int64_t unused = 0;
    if (text == NULL || strlen(text) != 7 ||
        snprintf(first, sizeof first, "%s-01", text) >= (int)sizeof first ||
        !date_parse(first, &date)) {
        return err_set(err, ERR_INVALID, "month: as 2026-11");
    }
    memcpy(month, text, 8);
    zone_day(date, &q->from, &unused);
    date.year += date.month == 12;
    date.month = date.month % 12 + 1;
    zone_day(date, &q->to, &unused);
    return 0;
}

static int find_place(const struct http_context *cx, const struct export_query *q,
                      char path[static DATA_DIR_PATH_LEN], struct err *err)
{
    char name[EXPORT_NAME_LEN];
    char below[EXPORT_NAME_LEN + sizeof FOLDER + 1];
    int rc = data_dir_path(cx->config->server.data_dir, FOLDER, path, err);
    if (rc >= 0 && mkdir(path, 0700) != 0 && errno != EEXIST) {
        return err_set(err, ERR_IO, "cannot make a folder: %s", strerror(errno));
    }
    export_name(q, name);
    (void)snprintf(below, sizeof below, "%s/%s", FOLDER, name);
    return rc < 0 ? rc : data_dir_path(cx->config->server.data_dir, below, path, err);
}

int api_accounting_send(struct http_context *cx, struct http_request *rq, struct reply *re,
                        struct err *err)
{
    const char *command = cx->config->server.accounting_command;
    char path[DATA_DIR_PATH_LEN];
    char month[8];
    char said[SPAWN_SAID_LEN] = "";
    struct export_query q = {.what = EXPORT_ACCOUNTING,
                             .format = EXPORT_CSV,
                             .salon_id = session_salon(rq->session),
                             .language = rq->session->staff.language,
                             .now = rq->now};
    if (command == NULL) {
        return err_set(err, ERR_UNPROCESSABLE,
                       "no program is set: accounting_command in [server] of barkbook.conf");
    }
    int rc = read_month(rq->json, month, &q, err);
    if (rc >= 0) {
        rc = find_place(cx, &q, path, err);
    }
    if (rc >= 0) {
        rc = write_file(cx, &q, path, err);
    }
    if (rc < 0) {
        return rc;
    }
    const char *const argv[] = {command, path, month, NULL};
    const struct spawn_options o = {.argv = argv, .timeout_ms = RUN_MS};
    struct err failure = {0};
    rc = spawn_run(&o, said, &failure);
    (void)unlink(path);
    log_info("accounting", "month=%s sent=%d staff=%s", month, rc >= 0, rq->session->staff.id);
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_bool(&w, "sent", rc >= 0);
    jw_text(&w, "said", rc < 0 ? failure.msg : said);
    jw_end_object(&w);
    return reply_json_end(re, err);
}
