/*
 * relink.c: see relink.h. What a link is, link.c decides; this only asks it again.
 */
#include "sync/relink.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/uuid.h"
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

int relink_waiting(struct db *db, const struct actor *who, int64_t complete_after_ms,
                   const char *client_id, struct err *err)
{
    const struct apply_context ctx = {.now = who->now,
                                      .complete_after_ms = complete_after_ms,
                                      .cause = "staff",
                                      .cause_id = who->staff_id};
    size_t count = 0;
    int better = 0;
    char(*ids)[UUID_TEXT_LEN] = calloc(RELINK_MAX, sizeof *ids);
    int rc = ids == NULL ? err_set(err, ERR_NOMEM, "out of memory")
                         : load_waiting(db, who, client_id, ids, &count, err);
    for (size_t i = 0; i < count && rc >= 0; i++) {
        struct apply_result result = {0};
        rc = apply_reproject(db, &ctx, ids[i], &result, err);
        better += rc >= 0 && result.action == APPLY_UPDATED ? 1 : 0;
    }
    free(ids);
    return rc < 0 ? rc : better;
}
