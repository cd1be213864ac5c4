/*
 * outgoing_store.c: rows of calcom_writes. Decides nothing; runs on the writer's thread where it
 * writes, on any with a reader where it reads.
 */
#include "sync/outgoing_store.h"

#include <stdio.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "sync/outgoing_store.sql.def"
#undef X

static const char *const kinds[] = {
    [ORDER_BOOK] = "book",       [ORDER_RESCHEDULE] = "reschedule", [ORDER_CANCEL] = "cancel",
    [ORDER_CONFIRM] = "confirm", [ORDER_DECLINE] = "decline",       [ORDER_ABSENT] = "no_show",
};
static const char *const states[] = {
    [OUTGOING_SENDING] = "sending", [OUTGOING_UNSURE] = "unsure", [OUTGOING_DONE] = "done",
    [OUTGOING_REFUSED] = "refused", [OUTGOING_FAILED] = "failed",
};

const char *outgoing_state_name(enum outgoing_state s)
{
    return states[s];
}

const char *outgoing_kind_name(enum calcom_order_kind k)
{
    return kinds[k];
}

static unsigned place_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; word != NULL && i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return (unsigned)i;
        }
    }
    return 0; /* the table's CHECK lets no other in */
}

static void copy(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text != NULL ? text : "");
}

static const char *or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static void read_row(sqlite3_stmt *st, struct outgoing_row *r)
{
    *r = (struct outgoing_row){
        .kind = (enum calcom_order_kind)place_of(db_text(st, 1), kinds, ARRAY_LEN(kinds)),
        .state = (enum outgoing_state)place_of(db_text(st, 2), states, ARRAY_LEN(states)),
        .event_type = db_int(st, 7),
        .start = db_time(st, 8),
        .absent = db_int(st, 9) != 0,
        .looks = db_int(st, 13),
        .created_at = db_time(st, 14),
        .ended_at = db_time(st, 15),
    };
    copy(r->id, sizeof r->id, db_text(st, 0));
    copy(r->digest, sizeof r->digest, db_text(st, 3));
    copy(r->event_id, sizeof r->event_id, db_text(st, 4));
    copy(r->uid, sizeof r->uid, db_text(st, 5));
    copy(r->client_id, sizeof r->client_id, db_text(st, 6));
    copy(r->reason, sizeof r->reason, db_text(st, 10));
    copy(r->detail, sizeof r->detail, db_text(st, 11));
    copy(r->staff_id, sizeof r->staff_id, db_text(st, 12));
}

int outgoing_find(struct db *db, const char *id, struct outgoing_row *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTGOING_FIND, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        read_row(st, out);
    }
    return rc;
}

/* 1: something else about the same appointment has not ended yet. */
static int other_is_open(struct db *db, const struct outgoing_row *row, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTGOING_OPEN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":event", or_null(row->event_id));
    db_bind_text(st, ":client", or_null(row->client_id));
    db_bind_time(st, ":start", row->start);
    return db_step(db, st, err);
}

static int insert(struct db *db, const struct outgoing_row *row, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTGOING_ADD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", row->id);
    db_bind_text(st, ":kind", kinds[row->kind]);
    db_bind_text(st, ":digest", row->digest);
    db_bind_text(st, ":event", or_null(row->event_id));
    db_bind_text(st, ":uid", or_null(row->uid));
    db_bind_text(st, ":client", or_null(row->client_id));
    if (row->kind == ORDER_BOOK) {
        db_bind_int(st, ":event_type", row->event_type);
    } else {
        db_bind_null(st, ":event_type");
    }
    db_bind_time(st, ":start", row->start);
    if (row->kind == ORDER_ABSENT) {
        db_bind_int(st, ":absent", row->absent);
    } else {
        db_bind_null(st, ":absent");
    }
    db_bind_text(st, ":staff", or_null(row->staff_id));
    db_bind_time(st, ":now", row->created_at);
    return db_run(db, st, NULL, err);
}

int outgoing_begin(struct db *db, struct outgoing_row *row, struct err *err)
{
    struct outgoing_row known;
    int rc = outgoing_find(db, row->id, &known, err);
    if (rc < 0) {
        return rc;
    }
    if (rc > 0 && strcmp(known.digest, row->digest) != 0) {
        return err_set(err, ERR_CONFLICT, "this request_id was used for something else");
    }
    if (rc > 0) {
        *row = known;
        return OUTGOING_KNOWN;
    }
    rc = other_is_open(db, row, err);
    if (rc > 0) {
        return err_set(err, ERR_CONFLICT,
                       "another change of this appointment is still on its way to Cal.com: wait "
                       "for "
                       "it to end");
    }
    return rc < 0 ? rc : insert(db, row, err);
}

int outgoing_note(struct db *db, const struct outgoing_row *row, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTGOING_NOTE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", row->id);
    db_bind_text(st, ":state", states[row->state]);
    db_bind_text(st, ":event", or_null(row->event_id));
    db_bind_text(st, ":uid", or_null(row->uid));
    db_bind_text(st, ":reason", or_null(row->reason));
    db_bind_text(st, ":detail", or_null(row->detail));
    db_bind_int(st, ":looks", row->looks);
    db_bind_time(st, ":ended", row->ended_at);
    return db_run(db, st, NULL, err);
}

int outgoing_recover(struct db *db, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTGOING_RECOVER, &st, err);
    return rc < 0 ? rc : db_run(db, st, NULL, err);
}

int outgoing_unsure(struct db *db, struct outgoing_row *out, int max, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTGOING_UNSURE, &st, err);
    if (rc < 0) {
        return rc;
    }
    int count = 0;
    db_bind_int(st, ":max", max);
    while (count < max && (rc = db_step(db, st, err)) > 0) {
        read_row(st, &out[count++]);
    }
    return rc < 0 ? rc : count;
}

int outgoing_prune(struct db *db, int64_t before, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int64_t changed = 0;
    int rc = db_stmt(db, SQL_OUTGOING_PRUNE, &st, err);
    if (rc >= 0) {
        db_bind_time(st, ":before", before);
        rc = db_run(db, st, &changed, err);
    }
    return rc < 0 ? rc : (int)changed;
}

int outgoing_subject(struct db *db, const char *salon_id, const char *event_id,
                     struct outgoing_subject *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTGOING_SUBJECT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", event_id);
    db_bind_text(st, ":salon", salon_id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        *out = (struct outgoing_subject){.start = db_time(st, 5), .minutes = db_int(st, 6)};
        copy(out->event_id, sizeof out->event_id, db_text(st, 0));
        copy(out->uid, sizeof out->uid, db_text(st, 1));
        copy(out->email, sizeof out->email, db_text(st, 2));
        copy(out->status, sizeof out->status, db_text(st, 3));
        copy(out->service, sizeof out->service, db_text(st, 4));
    }
    return rc;
}
