/*
 * reconcile_batch.c: rows of Cal.com, decoded outside any transaction, then applied in one together
 * with the cursor and with what follows from having read them: bookings to be asked for by uid.
 * Threads: filled by the run's thread, committed on whichever thread the store uses while that one
 * waits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "remote/calcom_decode.h"
#include "sync/apply.h"
#include "sync/reconcile_work.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/reconcile_batch.sql.def"
#undef X

int batch_init(struct batch *b, size_t room, const struct work *w, struct err *err)
{
    *b = (struct batch){.state = w->state};
    b->rows = calloc(room > 0 ? room : 1, sizeof *b->rows);
    return b->rows == NULL ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

void batch_done(struct batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        observation_done(&b->rows[i]);
    }
    free(b->rows);
    *b = (struct batch){0};
}

static bool is_our_name(const struct our_names *ours, const char *name)
{
    for (size_t i = 0; i < ours->count; i++) {
        if (strcasecmp(name, ours->name[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The list has bookings where the key's owner is only an attendee: those are somebody else's
 * visits. A row that names no host is taken for ours. */
static bool is_others(const cJSON *row, const struct our_names *ours)
{
    bool named = false;
    const cJSON *host = NULL;
    cJSON_ArrayForEach(host, json_get(row, "hosts"))
    {
        const char *name = json_text(host, "username");
        if (name == NULL || name[0] == '\0') {
            continue;
        }
        if (is_our_name(ours, name)) {
            return false;
        }
        named = true;
    }
    return named && ours->count > 0;
}

int batch_row(struct batch *b, struct work *w, const cJSON *row, int64_t read_at, struct err *err)
{
    if (is_others(row, &w->ours)) {
        b->others++;
        return 0;
    }
    struct err why = {0};
    int rc = calcom_decode_row(row, read_at, &b->rows[b->count], &why);
    if (rc >= 0) {
        b->count++;
        return 0;
    }
    if (why.code == ERR_NOMEM) {
        return err_set(err, ERR_NOMEM, "%s", why.msg);
    }
    b->unreadable++;
    const char *uid = json_text(row, "uid");
    (void)snprintf(w->report->unreadable_example, sizeof w->report->unreadable_example,
                   "booking %.40s: %.100s", uid != NULL ? uid : "without uid", why.msg);
    return 0;
}

struct commit {
    const struct batch *b;
    const struct work *w;
    struct reconcile_report report; /* what it will be */
    int64_t known;
};

/* 1: its times are known, 0: not. */
static int is_known(struct db *db, const char *uid, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_BATCH_KNOWN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":uid", uid);
    rc = db_step(db, st, err);
    return rc <= 0 ? rc : (int)db_int(st, 0);
}

static int ask_write(struct db *db, const char *sql, const char *uid, const char *reason,
                     int64_t now, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":uid", uid);
    if (reason != NULL) {
        db_bind_text(st, ":reason", reason);
    }
    if (now > 0) {
        db_bind_time(st, ":now", now);
    }
    return db_run(db, st, NULL, err);
}

/* A booking that this one names and whose times nobody has told: to be asked for. */
static int ask_linked(struct db *db, const char *uid, int64_t now, struct err *err)
{
    int rc = uid == NULL ? 1 : is_known(db, uid, err);
    return rc != 0 ? (rc < 0 ? rc : 0) : ask_write(db, SQL_BATCH_ASK_ADD, uid, "linked", now, err);
}

static bool kind_of(const struct apply_result *r, enum reconcile_kind *out)
{
    static const enum reconcile_kind kinds[] = {
        [APPLY_CREATED] = RECONCILE_CREATED,         [APPLY_UPDATED] = RECONCILE_UPDATED,
        [APPLY_RESCHEDULED] = RECONCILE_RESCHEDULED, [APPLY_CANCELLED] = RECONCILE_CANCELLED,
        [APPLY_COMPLETED] = RECONCILE_UPDATED,       [APPLY_NO_SHOW] = RECONCILE_NO_SHOW,
    };
    if (r->action < APPLY_CREATED || r->by_clock_only) {
        return false;
    }
    /* A new row has no fields that changed; it is new whatever its status is. */
    *out = r->fields[0] == '\0' && r->action != APPLY_RESCHEDULED && r->action != APPLY_UPDATED
               ? RECONCILE_CREATED
               : kinds[r->action];
    return true;
}

static int apply_row(struct db *db, struct commit *c, const struct observation *o, struct err *err)
{
    const int64_t now = work_now(c->w);
    const struct apply_context ctx = {
        .now = now,
        .complete_after_ms = c->w->env->complete_after_ms,
        .cause = "reconcile",
        .cause_id = c->report.run_id,
    };
    struct apply_result result = {0};
    int rc = apply_observation(db, &ctx, o, &result, err);
    if (rc < 0) {
        return rc;
    }
    enum reconcile_kind kind;
    if (kind_of(&result, &kind)) {
        c->report.changes[kind]++;
        rc = finding_add(db, c->report.run_id, result.event_id, o->uid, kind, now, err);
    }
    c->known += result.action != APPLY_CREATED;
    if (rc >= 0) {
        rc = ask_write(db, SQL_BATCH_ASK_DROP, o->uid, NULL, 0, err);
    }
    return rc;
}

static int ask_rows_links(struct db *db, const struct commit *c, struct err *err)
{
    /* After all rows of the page: most of what they name is on the same page. */
    const int64_t now = work_now(c->w);
    int rc = 0;
    for (size_t i = 0; i < c->b->count && rc >= 0; i++) {
        rc = ask_linked(db, c->b->rows[i].predecessor_uid, now, err);
        if (rc >= 0) {
            rc = ask_linked(db, c->b->rows[i].successor_uid, now, err);
        }
    }
    return rc;
}

/* Visits to come that the sweep has passed without seeing them. */
static int ask_unseen(struct db *db, const struct commit *c, struct err *err)
{
    const int64_t now = work_true_now(c->w);
    const int64_t from = c->b->unseen_from > now ? c->b->unseen_from : now;
    if (c->b->seen == NULL || from >= c->b->unseen_to) {
        return 0;
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_BATCH_AHEAD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":from", from);
    db_bind_time(st, ":to", c->b->unseen_to);
    while ((rc = db_step(db, st, err)) > 0) {
        const char *uid = db_text(st, 0);
        rc = uid != NULL ? seen_has(c->b->seen, uid, err) : 1;
        if (rc == 0) {
            rc = ask_write(db, SQL_BATCH_ASK_ADD, uid, "unseen", now, err);
        }
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

/* The answer to a question by uid: asked again only if that would help. */
static int ask_answered(struct db *db, const struct commit *c, struct err *err)
{
    if (c->b->answers == NULL) {
        return 0;
    }
    int rc = is_known(db, c->b->answers, err);
    if (rc < 0) {
        return rc;
    }
    bool told = false;
    for (size_t i = 0; i < c->b->count; i++) {
        told = told || strcmp(c->b->rows[i].uid, c->b->answers) == 0;
    }
    return rc > 0 && told
               ? ask_write(db, SQL_BATCH_ASK_DROP, c->b->answers, NULL, 0, err)
               : ask_write(db, SQL_BATCH_ASK_ANSWERED, c->b->answers, NULL, work_now(c->w), err);
}

static int commit_job(struct db *db, void *arg, struct err *err)
{
    struct commit *c = arg;
    const struct batch *b = c->b;
    struct reconcile_report *r = &c->report;
    *r = *c->w->report; /* the job may run twice */
    c->known = 0;
    r->pages += b->pages;
    r->seen += (int64_t)b->count;
    r->dropped += b->dropped;
    r->others += b->others;
    r->unreadable += b->unreadable;
    r->cursor = b->state.cursor;
    int rc = 0;
    for (size_t i = 0; i < b->count && rc >= 0; i++) {
        rc = apply_row(db, c, &b->rows[i], err);
    }
    if (rc >= 0) {
        rc = ask_rows_links(db, c, err);
    }
    if (rc >= 0) {
        rc = ask_unseen(db, c, err);
    }
    if (rc >= 0) {
        rc = ask_answered(db, c, err);
    }
    return rc < 0 ? rc : run_note(db, r, &b->state, err);
}

int batch_commit(struct batch *b, struct work *w, struct err *err)
{
    struct commit c = {.b = b, .w = w};
    w->report->requests = calcom_requests(w->env->calcom) - w->requests_before;
    int rc = work_run(w, commit_job, &c, err);
    if (rc < 0) {
        return rc;
    }
    *w->report = c.report;
    w->state = b->state;
    if (b->seen != NULL) {
        w->sweep_known += c.known;
    }
    return 0;
}
