/*
 * completions.c: accepted visits whose time is over become completed, whether or not MEETING_ENDED
 * came (Cal.com often loses it). Part of apply's door; project.c says the same of a chain that is
 * recomputed.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sync/apply.h"
#include "sync/appointment.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/completions.sql.def"
#undef X

#define BATCH APPLY_COMPLETIONS_MAX

static int due(struct db *db, int64_t cutoff, char ids[static BATCH][37], int *count,
               struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_COMPLETIONS_DUE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":cutoff", cutoff);
    int n = 0;
    while (n < BATCH && (rc = db_step(db, st, err)) > 0) {
        (void)snprintf(ids[n++], 37, "%s", db_text(st, 0));
    }
    *count = n;
    return rc < 0 ? rc : 0;
}

static int complete(struct db *db, const struct apply_context *ctx, const char *id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_COMPLETIONS_SET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_time(st, ":now", ctx->now);
    rc = db_run(db, st, NULL, err);
    if (rc < 0) {
        return rc;
    }
    struct apply_context clock = *ctx;
    clock.cause = "clock";
    clock.cause_id = NULL;
    return appointment_note_change(db, &clock, id, "status", "scheduled", "completed", err);
}

int apply_completions(struct db *db, const struct apply_context *ctx, struct err *err)
{
    char ids[BATCH][37];
    int count = 0;
    int rc = due(db, ctx->now - ctx->complete_after_ms, ids, &count, err);
    for (int i = 0; i < count && rc >= 0; i++) {
        rc = complete(db, ctx, ids[i], err);
    }
    return rc < 0 ? rc : count;
}
