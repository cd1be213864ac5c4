/*
 * outbox_claim.c: which text goes out now. The last look at appointment, client, hour and consent
 * is taken here, in the transaction that commits `sending`, so that nothing can have changed in
 * between. Runs on the writer's thread.
 */
#include "sync/outbox_claim.h"

#include <stdio.h>
#include <string.h>

#include "base/gsm.h"
#include "salon/message_fact.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/outbox_claim.sql.def"
#undef X

#define AT_ONCE 100 /* rows looked at in one transaction */

/* The row under consideration. */
struct row {
    char id[UUID_TEXT_LEN];
    enum message_kind kind;
    char event[UUID_TEXT_LEN];
    char client[UUID_TEXT_LEN];
    int64_t start, latest;
};

struct judging {
    struct outbox_claim *c;
    const struct row *row;
    struct message_plan plan;
    struct err *err;
};

static void copy(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text == NULL ? "" : text);
}

static int next_row(struct db *db, struct outbox_claim *c, struct row *row, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTBOX_NEXT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":now", c->now);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    const char *kind = db_text(st, 1);
    *row = (struct row){.kind = MESSAGE_MANUAL, .start = db_time(st, 3), .latest = db_time(st, 6)};
    for (int k = 0; k < MESSAGE_KINDS; k++) {
        if (strcmp(kind, message_kind_name((enum message_kind)k)) == 0) {
            row->kind = (enum message_kind)k;
        }
    }
    copy(row->id, sizeof row->id, db_text(st, 0));
    copy(row->event, sizeof row->event, db_text(st, 2));
    copy(row->client, sizeof row->client, db_text(st, 4));
    copy(c->body, sizeof c->body, db_text(st, 5));
    return 1;
}

/* Binds what it has; for the statements that leave a row planned or cancel it. */
static int put(struct db *db, const char *sql, const char *id, const char *reason, int64_t at,
               int64_t latest, int64_t now, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_time(st, ":now", now);
    if (reason != NULL) {
        db_bind_text(st, ":reason", reason);
    } else if (latest > 0) {
        db_bind_time(st, ":due", at);
        db_bind_time(st, ":latest", latest);
    } else {
        db_bind_time(st, ":at", at);
    }
    return db_run(db, st, NULL, err);
}

static int judge_visit(const struct message_fact *f, void *arg, struct err *err)
{
    struct judging *j = arg;
    struct outbox_claim *c = j->c;
    const struct message_fact_row *mine = &f->rows[j->row->kind];
    if (f->visit.start != j->row->start || mine->id == NULL || strcmp(mine->id, j->row->id) != 0) {
        j->plan = (struct message_plan){.reason = MESSAGE_MOVED};
        return 0;
    }
    message_plan(&f->visit, &c->settings->rules, j->row->kind, c->now, &j->plan);
    if (j->plan.reason != MESSAGE_DUE) {
        return 0;
    }
    CLEANUP(buf_done) struct buf text;
    buf_init(&text, sizeof c->body - 1);
    int rc = message_fact_text(f, c->settings, j->row->kind, NULL, c->now, &text, err);
    if (rc < 0) {
        return rc;
    }
    copy(c->body, sizeof c->body, text.data);
    copy(c->phone, sizeof c->phone, f->visit.phone);
    return 0;
}

/* A text that a person wrote: its words are fixed, its addressee is looked at again. */
static int judge_written(struct db *db, struct judging *j, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTBOX_CLIENT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", j->row->client);
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    struct message_visit v = {.linked = rc > 0};
    if (rc > 0) {
        v.phone = db_text(st, 0);
        v.consent = db_int(st, 1) != 0;
        v.opted_out = db_int(st, 2) != 0;
    }
    struct outbox_claim *c = j->c;
    j->plan = (struct message_plan){.reason = message_addressee(&v), .latest_at = j->row->latest};
    if (!c->settings->rules.able) {
        j->plan.reason = MESSAGE_OFF;
    } else if (j->plan.reason == MESSAGE_DUE && j->row->latest > 0 && c->now > j->row->latest) {
        j->plan.reason = MESSAGE_TOO_LATE;
    }
    copy(c->phone, sizeof c->phone, v.phone);
    return 0;
}

/* 1 it goes out, 0 not (now). */
static int judge(struct db *db, struct outbox_claim *c, const struct row *row, struct err *err)
{
    struct judging j = {.c = c, .row = row, .plan = {.reason = MESSAGE_MOVED}};
    int rc = row->kind < MESSAGE_PLANNED
                 ? message_fact_get(db, NULL, row->event, judge_visit, &j, err)
                 : judge_written(db, &j, err);
    if (rc < 0) {
        return rc;
    }
    if (j.plan.reason != MESSAGE_DUE) {
        return put(db, SQL_OUTBOX_CANCEL, row->id, message_reason_name(j.plan.reason), 0, 0, c->now,
                   err);
    }
    if (j.plan.due_at > c->now) {
        return put(db, SQL_OUTBOX_DUE, row->id, NULL, j.plan.due_at, j.plan.latest_at, c->now, err);
    }
    const int64_t allowed = message_allowed(&c->settings->rules, c->now);
    if (allowed > c->now) {
        return put(db, SQL_OUTBOX_LATER, row->id, NULL, allowed, 0, c->now, err);
    }
    return 1;
}

static int claim(struct db *db, struct outbox_claim *c, const char *id, struct err *err)
{
    struct gsm_size size;
    int64_t changed = 0;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTBOX_CLAIM, &st, err);
    if (rc < 0) {
        return rc;
    }
    gsm_measure(c->body, &size);
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":phone", c->phone);
    db_bind_text(st, ":body", c->body);
    db_bind_int(st, ":segments", (int64_t)size.segments);
    db_bind_time(st, ":look", c->now + OUTBOX_LOOK_FIRST);
    db_bind_time(st, ":now", c->now);
    rc = db_run(db, st, &changed, err);
    if (rc < 0) {
        return rc;
    }
    copy(c->id, sizeof c->id, id);
    return changed == 1 ? 1 : err_set(err, ERR_INTERNAL, "a text was claimed twice");
}

int outbox_claim_job(struct db *db, void *arg, struct err *err)
{
    struct outbox_claim *c = arg;
    for (int i = 0; i < AT_ONCE; i++) {
        struct row row;
        int rc = next_row(db, c, &row, err);
        if (rc <= 0) {
            return rc;
        }
        rc = judge(db, c, &row, err);
        if (rc != 0) {
            return rc < 0 ? rc : claim(db, c, row.id, err);
        }
    }
    return 0;
}
