/*
 * outbox_plan.c: makes the outbox what the appointments say. Runs on the writer's thread, or on a
 * reader to see whether there is anything to do; asks the carrier nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "salon/message_fact.h"
#include "sync/outbox.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "sync/outbox_plan.sql.def"
#undef X_SCAN
#undef X

#define BACK  CLOCK_DAY       /* visits that have begun: their rows are to be closed */
#define AHEAD (4 * CLOCK_DAY) /* further than any text is planned */

/* A visit's row that is to be another. */
struct wish {
    enum message_kind kind;
    struct message_plan plan;
    char row[UUID_TEXT_LEN]; /* "" when it is to be made */
    char event[UUID_TEXT_LEN];
    char salon[UUID_TEXT_LEN];
    char client[UUID_TEXT_LEN];
    int64_t start;
};

struct wishes {
    const struct outbox_plan *job;
    struct wish *list;
    size_t count, room;
};

static void copy(char out[static UUID_TEXT_LEN], const char *text)
{
    (void)snprintf(out, UUID_TEXT_LEN, "%s", text == NULL ? "" : text);
}

/* Is the row already what the plan says? */
static bool fits(const struct message_fact_row *row, const struct message_plan *p)
{
    if (row->id == NULL) {
        return p->reason != MESSAGE_DUE;
    }
    const bool planned = strcmp(row->state, "planned") == 0;
    const bool cancelled = strcmp(row->state, "cancelled") == 0;
    if (p->reason != MESSAGE_DUE) {
        return !planned;
    }
    if (cancelled) {
        /* What a person took back stays so. */
        return row->reason != NULL && strcmp(row->reason, message_reason_name(MESSAGE_STAFF)) == 0;
    }
    return !planned || (row->due_at == p->due_at && row->latest_at == p->latest_at);
}

static int gather(const struct message_fact *f, void *arg, struct err *err)
{
    struct wishes *w = arg;
    for (int kind = 0; kind < MESSAGE_PLANNED; kind++) {
        const struct message_fact_row *row = &f->rows[kind];
        struct message_plan plan;
        message_plan(&f->visit, &w->job->settings->rules, (enum message_kind)kind, w->job->now,
                     &plan);
        if (fits(row, &plan)) {
            continue;
        }
        if (w->count == w->room) {
            size_t room = w->room == 0 ? 16 : 2 * w->room;
            struct wish *more = realloc(w->list, room * sizeof *more);
            if (more == NULL) {
                return err_set(err, ERR_NOMEM, "out of memory");
            }
            w->list = more;
            w->room = room;
        }
        struct wish *wish = &w->list[w->count++];
        *wish =
            (struct wish){.kind = (enum message_kind)kind, .plan = plan, .start = f->visit.start};
        copy(wish->row, row->id);
        copy(wish->event, f->event_id);
        copy(wish->salon, f->salon_id);
        copy(wish->client, f->client_id);
    }
    return 0;
}

static int cancel(struct db *db, const char *id, enum message_reason why, int64_t now,
                  struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_PLAN_CANCEL, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":reason", message_reason_name(why));
    db_bind_time(st, ":now", now);
    return db_run(db, st, NULL, err);
}

static int plan_row(struct db *db, const struct wish *w, int64_t now, struct err *err)
{
    const bool is_new = w->row[0] == '\0';
    char id[UUID_TEXT_LEN];
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, is_new ? SQL_PLAN_ADD : SQL_PLAN_AGAIN, &st, err);
    if (rc >= 0 && is_new) {
        rc = uuid_v7(now, id, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (is_new) {
        db_bind_text(st, ":kind", message_kind_name(w->kind));
        db_bind_text(st, ":salon", w->salon[0] == '\0' ? NULL : w->salon);
        db_bind_text(st, ":event", w->event);
        db_bind_time(st, ":start", w->start);
    }
    db_bind_text(st, ":id", is_new ? id : w->row);
    db_bind_text(st, ":client", w->client);
    db_bind_time(st, ":due", w->plan.due_at);
    db_bind_time(st, ":latest", w->plan.latest_at);
    db_bind_time(st, ":now", now);
    return db_run(db, st, NULL, err);
}

/* Cancels, or only counts, the rows a question names. */
static int sweep(struct db *db, const char *sql, const struct outbox_plan *job,
                 enum message_reason why, struct err *err)
{
    char ids[200][UUID_TEXT_LEN];
    int count = 0;
    {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        int rc = db_stmt(db, sql, &st, err);
        if (rc < 0) {
            return rc;
        }
        if (sqlite3_bind_parameter_index(st, ":now") > 0) {
            db_bind_time(st, ":now", job->now);
        }
        while ((rc = db_step(db, st, err)) > 0 && count < (int)ARRAY_LEN(ids)) {
            copy(ids[count++], db_text(st, 0));
        }
        if (rc < 0) {
            return rc;
        }
    }
    for (int i = 0; i < count && job->write; i++) {
        int rc = cancel(db, ids[i], why, job->now, err);
        if (rc < 0) {
            return rc;
        }
    }
    return count;
}

int outbox_plan_job(struct db *db, void *arg, struct err *err)
{
    const struct outbox_plan *job = arg;
    struct wishes w = {.job = job};
    int rc = message_facts(db, NULL, job->now - BACK, job->now + AHEAD, gather, &w, err);
    for (size_t i = 0; i < w.count && rc >= 0 && job->write; i++) {
        const struct wish *wish = &w.list[i];
        rc = wish->plan.reason == MESSAGE_DUE
                 ? plan_row(db, wish, job->now, err)
                 : cancel(db, wish->row, wish->plan.reason, job->now, err);
    }
    free(w.list);
    if (rc < 0) {
        return rc;
    }
    int changes = (int)w.count;
    rc = sweep(db, SQL_PLAN_STRAYED, job, MESSAGE_MOVED, err);
    if (rc >= 0) {
        changes += rc;
        rc = sweep(db, SQL_PLAN_LATE, job, MESSAGE_TOO_LATE, err);
    }
    return rc < 0 ? rc : changes + rc;
}
