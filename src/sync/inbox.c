/*
 * inbox.c: storing a delivery and applying it in one transaction. Parsing happens before, on the
 * caller's thread; what runs on the writer's thread only reads and writes the database.
 */
#include "sync/inbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "salon/service.h"
#include "sync/apply.h"
#include "sync/delivery.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/inbox.sql.def"
#undef X

struct job {
    const struct delivery *delivery;
    int64_t complete_after_ms;
    int64_t now;
    const char *replay_id; /* NULL: a delivery that just came in */
    struct inbox_result *result;
};

/* One row's outcome, as it is stored. */
struct outcome {
    const char *status;
    const char *error; /* NULL: none */
    struct apply_result applied;
    bool was_applied;
    int64_t started; /* monotonic, for duration_ms */
};

static void copy(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text == NULL ? "" : text);
}

static const char *text_or_null(const char *s)
{
    return s[0] == '\0' ? NULL : s;
}

struct apply_job {
    const struct apply_context *ctx;
    const struct observation *observation;
    struct apply_result *result;
};

static int apply_fn(struct db *db, void *arg, struct err *err)
{
    struct apply_job *a = arg;
    const struct observation *o = a->observation;
    if (o->service_name != NULL && o->value[FACT_SERVICE] != NULL) {
        int rc = service_learn(db, o->value[FACT_SERVICE], o->service_name, o->as_of, err);
        if (rc < 0) {
            return rc;
        }
    }
    return apply_observation(db, a->ctx, o, a->result, err);
}

/* Decides the row's status; applies a booking inside a savepoint, so that a failure costs only that
 * part. Negative: the whole job is to be given up, nothing was stored. */
static int process(struct db *db, const struct job *j, const char *log_id, struct outcome *o,
                   char why[static 480], struct err *err)
{
    const struct delivery *d = j->delivery;
    o->started = clock_mono_ms();
    switch (d->verdict) {
    case DELIVERY_IGNORED:
        o->status = "ignored";
        return 0;
    case DELIVERY_NOT_JSON:
    case DELIVERY_UNPROCESSABLE:
        o->status = "error";
        o->error = d->why;
        return 0;
    case DELIVERY_BOOKING:
        break;
    }
    struct apply_context ctx = {
        .now = j->now,
        .complete_after_ms = j->complete_after_ms,
        .cause = "delivery",
        .cause_id = log_id,
    };
    struct apply_job a = {.ctx = &ctx, .observation = &d->observation, .result = &o->applied};
    struct err local = {0};
    bool broken = false;
    int rc = db_savepoint(db, apply_fn, &a, &broken, &local);
    if (rc >= 0) {
        o->was_applied = true;
        o->status = o->applied.action == APPLY_DUPLICATE ? "duplicate" : "success";
        return 0;
    }
    enum err_code code = err_code_of(rc);
    if (broken || code == ERR_NOMEM || code == ERR_IO || code == ERR_BUSY) {
        /* These pass: the sender is told to try again rather than shown a row that says error. */
        return err_set(err, code, "%s", local.msg);
    }
    copy(why, 480, local.msg);
    o->status = "error";
    o->error = why;
    return 0;
}

static void bind_outcome(sqlite3_stmt *st, const struct job *j, const struct outcome *o,
                         const char *log_id)
{
    const struct delivery *d = j->delivery;
    db_bind_text(st, ":id", log_id);
    db_bind_text(st, ":status", o->status);
    db_bind_text(st, ":error", o->error);
    db_bind_text(st, ":trigger", text_or_null(d->head.trigger));
    db_bind_text(st, ":uid", text_or_null(d->head.uid));
    db_bind_text(st, ":event", text_or_null(o->applied.event_id));
    db_bind_text(st, ":action", o->was_applied ? apply_action_name(o->applied.action) : NULL);
    db_bind_int(st, ":duration", clock_mono_ms() - o->started);
    db_bind_time(st, ":now", j->now);
}

static int store(struct db *db, const struct job *j, const struct outcome *o, const char *log_id,
                 bool is_new, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, is_new ? SQL_INBOX_INSERT : SQL_INBOX_UPDATE, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_outcome(st, j, o, log_id);
    if (is_new) {
        db_bind_text(st, ":key", j->delivery->key);
        db_bind_text(st, ":payload", j->delivery->payload);
    }
    return db_run(db, st, NULL, err);
}

static void say(const struct delivery *d, const struct outcome *o, struct inbox_result *r)
{
    copy(r->event_id, sizeof r->event_id, o->applied.event_id);
    copy(r->action, sizeof r->action, o->was_applied ? apply_action_name(o->applied.action) : "");
    r->needs_reconcile =
        o->was_applied && (o->applied.unknown_predecessor || d->observation.needs_read);
    if (strcmp(o->status, "error") == 0) {
        bool broken = d->verdict == DELIVERY_NOT_JSON;
        r->status = broken ? INBOX_NOT_JSON : INBOX_UNPROCESSABLE;
        (void)snprintf(r->message, sizeof r->message, "%s%.440s",
                       broken ? "body is not JSON: " : "", o->error);
    } else if (strcmp(o->status, "ignored") == 0) {
        r->status = INBOX_IGNORED;
        copy(r->message, sizeof r->message, "stored; there is no booking in it");
    } else {
        r->status = INBOX_SUCCESS;
        copy(r->message, sizeof r->message,
             o->applied.action == APPLY_WAITING     ? "stored; kept until its booking is known"
             : o->applied.action == APPLY_DUPLICATE ? "stored; it was known already"
                                                    : "stored and applied");
    }
}

/* 1 when a byte-identical body is stored already and was understood then: only its counter moves. A
 * failed one is processed again instead (*log_id is then that row's). */
static int find_repeat(struct db *db, const struct job *j, char log_id[static UUID_TEXT_LEN],
                       struct inbox_result *r, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_INBOX_BY_KEY, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":key", j->delivery->key);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    copy(log_id, UUID_TEXT_LEN, db_text(st, 0));
    const char *status = db_text(st, 1);
    bool failed = strcmp(status, "error") == 0;
    bool ignored = strcmp(status, "ignored") == 0;
    copy(r->event_id, sizeof r->event_id, db_text(st, 2));
    CLEANUP(db_reset) sqlite3_stmt *bump = NULL;
    rc = db_stmt(db, SQL_INBOX_REPEAT, &bump, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(bump, ":id", log_id);
    db_bind_time(bump, ":now", j->now);
    rc = db_run(db, bump, NULL, err);
    if (rc < 0 || failed) {
        return rc;
    }
    r->status = ignored ? INBOX_IGNORED : INBOX_SUCCESS;
    copy(r->action, sizeof r->action, ignored ? "" : "duplicate");
    copy(r->message, sizeof r->message, "the same delivery is stored already");
    return 1;
}

static int deliver_fn(struct db *db, void *arg, struct err *err)
{
    struct job *j = arg;
    struct inbox_result r = {0};
    char log_id[UUID_TEXT_LEN] = "";
    int rc = 0;
    if (j->replay_id != NULL) {
        copy(log_id, sizeof log_id, j->replay_id);
    } else {
        rc = find_repeat(db, j, log_id, &r, err);
    }
    bool is_new = log_id[0] == '\0';
    if (rc == 0 && is_new) {
        rc = uuid_v7(j->now, log_id, err);
    }
    if (rc < 0) {
        return rc;
    }
    copy(r.log_id, sizeof r.log_id, log_id);
    copy(r.trigger, sizeof r.trigger, j->delivery->head.trigger);
    copy(r.uid, sizeof r.uid, j->delivery->head.uid);
    if (rc == 0) {
        struct outcome o = {0};
        char why[480];
        rc = process(db, j, log_id, &o, why, err);
        if (rc >= 0) {
            rc = store(db, j, &o, log_id, is_new, err);
        }
        if (rc < 0) {
            return rc;
        }
        say(j->delivery, &o, &r);
    }
    *j->result = r;
    return 0;
}

int inbox_deliver(const struct inbox_context *ctx, const char *raw, size_t n, int64_t now,
                  struct inbox_result *out, struct err *err)
{
    CLEANUP(delivery_done) struct delivery d = {0};
    int rc = delivery_read(raw, n, now, &d, err);
    if (rc < 0) {
        return rc;
    }
    if (ctx->received != NULL) {
        ctx->received(d.head.trigger, d.head.uid);
    }
    struct inbox_result result = {0};
    struct job j = {.delivery = &d,
                    .complete_after_ms = ctx->complete_after_ms,
                    .now = now,
                    .result = &result};
    rc = writer_run(ctx->writer, deliver_fn, &j, err);
    if (rc >= 0) {
        *out = result;
    }
    return rc;
}

int inbox_deliver_in(struct db *db, int64_t complete_after_ms, const char *raw, size_t n,
                     int64_t now, struct inbox_result *out, struct err *err)
{
    CLEANUP(delivery_done) struct delivery d = {0};
    int rc = delivery_read(raw, n, now, &d, err);
    if (rc < 0) {
        return rc;
    }
    struct job j = {.delivery = &d,
                    .complete_after_ms = complete_after_ms,
                    .now = now,
                    .result = out};
    return deliver_fn(db, &j, err);
}

/* Reads the kept payload of a row. */
static int stored(struct db *db, const char *log_id, struct delivery *d, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_INBOX_STORED, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", log_id);
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "no delivery %s; `barkbook webhooks list` shows them",
                       log_id);
    }
    const char *payload = db_text(st, 0);
    if (payload == NULL) {
        return err_set(err, ERR_NOT_FOUND, "delivery %s: its payload is not kept any more", log_id);
    }
    return delivery_reread(payload, db_time(st, 1), d, err);
}

int inbox_replay_in(struct db *db, int64_t complete_after_ms, const char *log_id, int64_t now,
                    struct inbox_result *out, struct err *err)
{
    CLEANUP(delivery_done) struct delivery d = {0};
    int rc = stored(db, log_id, &d, err);
    if (rc < 0) {
        return rc;
    }
    struct job j = {.delivery = &d,
                    .complete_after_ms = complete_after_ms,
                    .now = now,
                    .replay_id = log_id,
                    .result = out};
    return deliver_fn(db, &j, err);
}

struct replay_job {
    const struct inbox_context *ctx;
    const char *log_id;
    int64_t now;
    struct inbox_result *result;
};

static int replay_fn(struct db *db, void *arg, struct err *err)
{
    struct replay_job *r = arg;
    return inbox_replay_in(db, r->ctx->complete_after_ms, r->log_id, r->now, r->result, err);
}

int inbox_replay(const struct inbox_context *ctx, const char *log_id, int64_t now,
                 struct inbox_result *out, struct err *err)
{
    struct inbox_result result = {0};
    struct replay_job r = {.ctx = ctx, .log_id = log_id, .now = now, .result = &result};
    int rc = writer_run(ctx->writer, replay_fn, &r, err);
    if (rc >= 0) {
        *out = result;
    }
    return rc;
}
