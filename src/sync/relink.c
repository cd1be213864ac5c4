/*
 * relink.c: see relink.h. What a link is, link.c decides; this only asks it again.
 */
#include "sync/relink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "salon/unlinked.h"
#include "sync/apply.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/relink.sql.def"
#undef X

static int load_waiting(struct db *db, const struct actor *who, const char *client_id,
                        char (*ids)[UUID_TEXT_LEN], size_t *count, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RELINK_WAITING, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", client_id);
    db_bind_time(st, ":since", who->now - UNLINKED_PAST);
    size_t n = 0;
    while (n < RELINK_MAX && (rc = db_step(db, st, err)) > 0) {
        const char *id = db_text(st, 0);
        (void)snprintf(ids[n++], UUID_TEXT_LEN, "%s", id == NULL ? "" : id);
    }
    *count = n;
    return rc < 0 ? rc : 0;
}

/* Decides those links anew; how many got better. */
static int reproject(struct db *db, const struct actor *who, int64_t complete_after_ms,
                     char (*ids)[UUID_TEXT_LEN], size_t count, struct err *err)
{
    const struct apply_context ctx = {.now = who->now,
                                      .complete_after_ms = complete_after_ms,
                                      .cause = "staff",
                                      .cause_id = who->staff_id};
    int better = 0;
    for (size_t i = 0; i < count; i++) {
        struct apply_result result = {0};
        int rc = apply_reproject(db, &ctx, ids[i], &result, err);
        if (rc < 0) {
            return rc;
        }
        better += result.action == APPLY_UPDATED ? 1 : 0;
    }
    return better;
}

int relink_waiting(struct db *db, const struct actor *who, int64_t complete_after_ms,
                   const char *client_id, struct err *err)
{
    size_t count = 0;
    char(*ids)[UUID_TEXT_LEN] = calloc(RELINK_MAX, sizeof *ids);
    int rc = ids == NULL ? err_set(err, ERR_NOMEM, "out of memory")
                         : load_waiting(db, who, client_id, ids, &count, err);
    if (rc >= 0) {
        rc = reproject(db, who, complete_after_ms, ids, count, err);
    }
    free(ids);
    return rc;
}

static int load_next(struct db *db, struct relink_all *all, char (*ids)[UUID_TEXT_LEN],
                     size_t *count, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_RELINK_ALL, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":since", all->who->now - UNLINKED_PAST);
    db_bind_text(st, ":start", all->start);
    db_bind_text(st, ":id", all->id);
    db_bind_int(st, ":limit", RELINK_MAX);
    size_t n = 0;
    while (n < RELINK_MAX && (rc = db_step(db, st, err)) > 0) {
        const char *id = db_text(st, 0);
        const char *start = db_text(st, 1);
        (void)snprintf(ids[n++], UUID_TEXT_LEN, "%s", id == NULL ? "" : id);
        (void)snprintf(all->start, sizeof all->start, "%s", start == NULL ? "" : start);
    }
    if (n > 0) {
        memcpy(all->id, ids[n - 1], sizeof all->id);
    }
    *count = n;
    return rc < 0 ? rc : 0;
}

int relink_all_job(struct db *db, void *arg, struct err *err)
{
    struct relink_all *all = arg;
    struct relink_all next = *all;
    size_t count = 0;
    char(*ids)[UUID_TEXT_LEN] = calloc(RELINK_MAX, sizeof *ids);
    int rc = ids == NULL ? err_set(err, ERR_NOMEM, "out of memory")
                         : load_next(db, &next, ids, &count, err);
    if (rc >= 0) {
        rc = reproject(db, all->who, all->complete_after_ms, ids, count, err);
    }
    free(ids);
    if (rc < 0) {
        return rc;
    }
    next.better += rc;
    *all = next;
    return (int)count;
}
