/*
 * api_backups.c: which backups there are, how the last ones went, and the button that makes one
 * now.
 */
#include "http/api.h"

#include "base/clock.h"
#include "base/data_dir.h"
#include "sync/backup.h"
#include "sync/upkeep.h"
#include "sync/upkeep_note.h"

static void time_or_null(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

static int write_part(struct db *db, struct jw *w, const char *job, struct err *err)
{
    struct upkeep_row row = {0};
    int rc = upkeep_get(db, job, &row, err);
    if (rc <= 0) {
        jw_null(w, job);
        return rc;
    }
    jw_object(w, job);
    jw_text(w, "level", health_level_name(row.level));
    jw_text(w, "detail", row.detail[0] != '\0' ? row.detail : NULL);
    time_or_null(w, "at", row.at);
    time_or_null(w, "ok_at", row.ok_at);
    jw_end_object(w);
    return 0;
}

static int write_names(const struct http_context *cx, struct jw *w, struct err *err)
{
    char folder[DATA_DIR_PATH_LEN];
    char **names = NULL;
    size_t count = 0;
    int rc = data_dir_path(cx->config->server.data_dir, DATA_DIR_BACKUPS, folder, err);
    if (rc == 0) {
        rc = backup_names(folder, &names, &count, err);
    }
    jw_array(w, "backups");
    for (size_t i = 0; rc == 0 && i < count; i++) {
        jw_text(w, NULL, names[i]);
    }
    jw_end_array(w);
    backup_list_free(names);
    return rc;
}

static int write_all(struct http_context *cx, struct db *db, struct jw *w, struct err *err)
{
    static const char *const jobs[] = {UPKEEP_BACKUP, UPKEEP_COPY, UPKEEP_COMMAND};
    jw_object(w, NULL);
    jw_bool(w, "running", cx->upkeep != NULL && upkeep_backing_up(cx->upkeep));
    jw_bool(w, "copies", cx->config->retention.backup_copy != NULL);
    jw_bool(w, "runs_command", cx->config->retention.backup_command != NULL);
    int rc = 0;
    for (size_t i = 0; rc >= 0 && i < ARRAY_LEN(jobs); i++) {
        rc = write_part(db, w, jobs[i], err);
    }
    if (rc >= 0) {
        rc = write_names(cx, w, err);
    }
    jw_end_object(w);
    return rc;
}

static int answer(struct http_context *cx, int status, struct reply *re, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, status, &w);
    rc = write_all(cx, db, &w, err);
    db_pool_give(cx->pool, db);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_backups(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    (void)rq;
    return answer(cx, 200, re, err);
}

int api_backup_now(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    (void)rq;
    if (cx->upkeep == NULL) {
        return err_set(err, ERR_CONFLICT, "this is a made-up salon: it is not backed up");
    }
    upkeep_ask_backup(cx->upkeep);
    return answer(cx, 202, re, err);
}
