/*
 * message.c: see message.h. No state.
 */
#include "salon/message.h"

#include <string.h>

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "salon/message.sql.def"
#undef X_SCAN
#undef X

#define CALLS_SINCE (14 * CLOCK_DAY)
#define CALLS_MOST  200

const char *message_group_name(enum message_group g)
{
    static const char *const names[MESSAGE_GROUPS] = {"all", "planned", "sent", "received"};
    return names[g];
}

static void read_line(sqlite3_stmt *st, struct message_line *m)
{
    *m = (struct message_line){
        .id = db_text(st, 0),
        .direction = db_text(st, 1),
        .kind = db_text(st, 2),
        .state = db_text(st, 3),
        .reason = db_text(st, 4),
        .event_id = db_text(st, 5),
        .client_id = db_text(st, 6),
        .client_name = db_text(st, 7),
        .client_surname = db_text(st, 8),
        .pets = db_text(st, 9),
        .phone = db_text(st, 10),
        .body = db_text(st, 11),
        .error = db_text(st, 12),
        .answer = db_text(st, 13),
        .by = db_text(st, 14),
        .handled_by = db_text(st, 15),
        .start = db_time(st, 16),
        .due_at = db_time(st, 17),
        .attempted_at = db_time(st, 18),
        .handled_at = db_time(st, 19),
        .created_at = db_time(st, 20),
        .updated_at = db_time(st, 21),
        .segments = db_int(st, 22),
        .error_code = db_int(st, 23),
        .current = db_int(st, 24) != 0,
    };
}

static int walk(struct db *db, sqlite3_stmt *st, message_fn *each, void *arg, struct err *err)
{
    int rc = 0;
    while ((rc = db_step(db, st, err)) > 0) {
        struct message_line m;
        read_line(st, &m);
        rc = each(&m, arg, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

/* When the row was made after which to go on. */
static int place(struct db *db, const char *id, int64_t *at, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MESSAGE_PLACE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "before: there is no such message");
    }
    if (rc > 0) {
        *at = db_time(st, 0);
    }
    return rc < 0 ? rc : 0;
}

#define END_OF_TIME INT64_C(253402300799000) /* the year 9999 */

int message_list(struct db *db, const struct message_filter *f, message_fn *each, void *arg,
                 struct err *err)
{
    const bool planned = f->group == MESSAGE_WAITING;
    int64_t at = END_OF_TIME;
    int rc = f->before != NULL && !planned ? place(db, f->before, &at, err) : 0;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc >= 0 && planned) {
        rc = db_stmt(db, SQL_MESSAGE_PLANNED, &st, err);
    } else if (rc >= 0) {
        rc = db_stmt(db, f->client_id != NULL ? SQL_MESSAGE_OF_CLIENT : SQL_MESSAGE_LIST, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (planned || f->client_id != NULL) {
        db_bind_text(st, ":client", f->client_id);
    }
    if (!planned) {
        db_bind_time(st, ":at", at);
        db_bind_text(st, ":id", f->before != NULL ? f->before : "");
        db_bind_text(st, ":group", message_group_name(f->group));
    }
    db_bind_text(st, ":salon", f->salon_id);
    db_bind_int(st, ":limit", f->limit);
    db_bind_time(st, ":now", f->now);
    return walk(db, st, each, arg, err);
}

int message_calls(struct db *db, const char *salon_id, int64_t now, message_fn *each, void *arg,
                  struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MESSAGE_CALLS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", salon_id);
    db_bind_time(st, ":since", now - CALLS_SINCE);
    db_bind_time(st, ":now", now);
    db_bind_int(st, ":limit", CALLS_MOST);
    return walk(db, st, each, arg, err);
}

int message_handle_job(struct db *db, void *arg, struct err *err)
{
    const struct message_handle *h = arg;
    int64_t changed = 0;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MESSAGE_HANDLE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", h->id);
    db_bind_text(st, ":salon", h->salon_id);
    db_bind_text(st, ":staff", h->undo ? NULL : h->staff_id);
    db_bind_int(st, ":undo", h->undo);
    db_bind_time(st, ":now", h->now);
    rc = db_run(db, st, &changed, err);
    if (rc >= 0 && changed == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such message");
    }
    return rc;
}

static int exists(struct db *db, const struct message_take_back *t, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MESSAGE_EXISTS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", t->id);
    db_bind_text(st, ":salon", t->salon_id);
    return db_step(db, st, err);
}

int message_take_back_job(struct db *db, void *arg, struct err *err)
{
    const struct message_take_back *t = arg;
    int64_t changed = 0;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, t->undo ? SQL_MESSAGE_PLAN_AGAIN : SQL_MESSAGE_TAKE_BACK, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", t->id);
    db_bind_text(st, ":salon", t->salon_id);
    db_bind_time(st, ":now", t->now);
    rc = db_run(db, st, &changed, err);
    if (rc < 0 || changed > 0) {
        return rc;
    }
    rc = exists(db, t, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND, "there is no such message");
    }
    return rc < 0
               ? rc
               : err_set(err, ERR_CONFLICT, "this text is on its way already, or was dealt with");
}

static int write_one(struct db *db, const struct message_write *w, const struct message_written *m,
                     int64_t *changed, struct err *err)
{
    char id[UUID_TEXT_LEN];
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MESSAGE_WRITE, &st, err);
    if (rc >= 0) {
        rc = uuid_v7(w->now, id, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":kind", message_kind_name(w->kind));
    db_bind_text(st, ":event", m->event_id);
    db_bind_text(st, ":client", m->client_id);
    db_bind_time(st, ":due", w->due_at);
    db_bind_time(st, ":latest", w->latest_at);
    db_bind_text(st, ":body", m->body);
    db_bind_text(st, ":staff", w->staff_id);
    db_bind_text(st, ":batch", w->batch_id);
    db_bind_time(st, ":now", w->now);
    return db_run(db, st, changed, err);
}

int message_write_job(struct db *db, void *arg, struct err *err)
{
    struct message_write *w = arg;
    size_t written = 0;
    for (size_t i = 0; i < w->count; i++) {
        int64_t changed = 0;
        int rc = write_one(db, w, &w->list[i], &changed, err);
        if (rc < 0) {
            return rc;
        }
        written += changed > 0;
    }
    w->written = written;
    return 0;
}
