/*
 * reconcile_ask.c: bookings asked for one by one: those that others name, and visits to come that a
 * sweep did not see. What Cal.com does not know any more is told to apply as such. Threads: the
 * run's own.
 */
#include <stdio.h>
#include <string.h>

#include "remote/calcom_decode.h"
#include "sync/reconcile_work.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/reconcile_ask.sql.def"
#undef X

#define UID_LEN 256

/* So many visits gone at once, and not one of the window's bookings known here: that is the key of
 * another account, not a salon that cancelled everything. */
#define STRANGE_COUNT 10

struct next_ask {
    char uid[UID_LEN]; /* "" when there is none */
    int64_t unseen;    /* how many are open because a sweep did not see them */
};

static int next_job(struct db *db, void *arg, struct err *err)
{
    struct next_ask *n = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    CLEANUP(db_reset) sqlite3_stmt *count = NULL;
    n->uid[0] = '\0';
    int rc = db_stmt(db, SQL_ASK_NEXT, &st, err);
    if (rc >= 0) {
        rc = db_step(db, st, err);
    }
    if (rc <= 0) {
        return rc;
    }
    (void)snprintf(n->uid, sizeof n->uid, "%s", db_text(st, 0));
    rc = db_stmt(db, SQL_ASK_UNSEEN_COUNT, &count, err);
    if (rc >= 0) {
        rc = db_step(db, count, err);
    }
    if (rc > 0) {
        n->unseen = db_int(count, 0);
    }
    return rc < 0 ? rc : 0;
}

static int rows_of(struct batch *b, struct work *w, const struct calcom_answer *a, int64_t read_at,
                   struct err *err)
{
    if (cJSON_IsObject(a->data)) {
        return batch_row(b, w, a->data, read_at, err);
    }
    const cJSON *row = NULL; /* the uid of a series: all of its bookings */
    cJSON_ArrayForEach(row, a->data)
    {
        int rc = batch_row(b, w, row, read_at, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

/* Not later than what a replica that lags could know, like any other answer. */
static int vanished(struct batch *b, const char *uid, int64_t read_at, struct err *err)
{
    struct observation *o = &b->rows[0];
    *o = (struct observation){.source = OBS_API,
                              .trigger = "api",
                              .as_of = read_at - CALCOM_REPLICA_LAG_MS,
                              .status = OBS_STATUS_VANISHED};
    o->uid = strdup(uid);
    if (o->uid == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    b->count = 1;
    return 0;
}

static int ask(struct work *w, const char *uid, struct err *err)
{
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    CLEANUP(batch_done) struct batch b = {0};
    int said = calcom_booking(w->env->calcom, uid, &a, err);
    if (said < 0) {
        return said;
    }
    const int64_t read_at = work_read_at(w, &a);
    const size_t room = cJSON_IsArray(a.data) ? (size_t)cJSON_GetArraySize(a.data) : 1;
    int rc = batch_init(&b, room, w, err);
    if (rc < 0) {
        return rc;
    }
    b.answers = uid;
    if (said == 0) {
        rc = rows_of(&b, w, &a, read_at, err);
    } else if (said == CALCOM_NONE) {
        rc = vanished(&b, uid, read_at, err);
    } else {
        b.others = 1; /* not for this key: somebody else's */
    }
    if (rc < 0) {
        return rc;
    }
    w->report->asked++;
    w->report->gone += said == CALCOM_NONE;
    return batch_commit(&b, w, err);
}

int asks_run(struct work *w, struct err *err)
{
    for (;;) {
        struct next_ask next = {0};
        int rc = work_run(w, next_job, &next, err);
        if (rc < 0 || next.uid[0] == '\0') {
            return rc;
        }
        if (w->report->sweep && w->sweep_known == 0 && next.unseen >= STRANGE_COUNT) {
            return err_set(err, ERR_REMOTE,
                           "Cal.com has none of the %lld appointments to come: is the API key that "
                           "of "
                           "the salon's account? Nothing was cancelled",
                           (long long)next.unseen);
        }
        if (work_stopping(w)) {
            return work_stopped(err);
        }
        rc = ask(w, next.uid, err);
        if (rc < 0) {
            return rc;
        }
        work_progress(w);
    }
}
