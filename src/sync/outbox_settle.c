/*
 * outbox_settle.c: writes what became of a text: the carrier's answer, what looking for it brought,
 * and news that come later. Runs on the writer's thread; asks the carrier nothing.
 */
#include <stdio.h>
#include <string.h>

#include "sync/outbox_claim.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/outbox_settle.sql.def"
#undef X

#define LOOKS_NEEDED      2 /* that did not find it, before it counts as never accepted */
#define LOOK_UNKNOWN      CLOCK_HOUR
#define CALLBACK_PATIENCE (15 * CLOCK_MINUTE)

static void copy(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text == NULL ? "" : text);
}

/* What a statement may take beside :id and :now; it is bound where the statement has it. */
struct values {
    const char *state, *sid, *error;
    int64_t look;
    int64_t looks;
    int code;
    bool final;
};

static int run(struct db *db, const char *sql, const char *id, const struct values *v, int64_t now,
               int64_t *changed, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
#define HAS(name) (sqlite3_bind_parameter_index(st, name) > 0)
    db_bind_text(st, ":id", id);
    if (HAS(":now")) {
        db_bind_time(st, ":now", now);
    }
    if (HAS(":state")) {
        db_bind_text(st, ":state", v->state);
    }
    if (HAS(":sid")) {
        db_bind_text(st, ":sid", v->sid);
    }
    if (HAS(":error")) {
        db_bind_text(st, ":error", v->error != NULL && v->error[0] != '\0' ? v->error : NULL);
    }
    if (HAS(":look")) {
        db_bind_time(st, ":look", v->look);
    }
    if (HAS(":looks")) {
        db_bind_int(st, ":looks", v->looks);
    }
    if (HAS(":final")) {
        db_bind_int(st, ":final", v->final);
    }
    if (HAS(":code") && v->code != 0) {
        db_bind_int(st, ":code", v->code);
    }
#undef HAS
    return db_run(db, st, changed, err);
}

static int opt_out(struct db *db, const char *phone, int64_t now, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTBOX_OPT_OUT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":phone", phone);
    db_bind_time(st, ":now", now);
    return db_run(db, st, NULL, err);
}

static bool is_final(enum messenger_state s)
{
    return s == MESSENGER_DELIVERED || s == MESSENGER_UNDELIVERED || s == MESSENGER_FAILED;
}

/* A sid can belong to one text only: one that another row has is not this one's. */
static int taken(struct db *db, const char *id, const char *sid, enum messenger_state state,
                 int code, int64_t look, int64_t now, struct err *err)
{
    const struct values v = {
        .state = messenger_state_name(state),
        .sid = sid,
        .error = code != 0 ? messenger_code_text(code) : NULL,
        .code = code,
        .look = is_final(state) ? 0 : look,
    };
    return run(db, SQL_OUTBOX_TAKEN, id, &v, now, NULL, err);
}

int outbox_settle_job(struct db *db, void *arg, struct err *err)
{
    const struct outbox_settle *s = arg;
    const struct messenger_answer *a = s->answer;
    struct values v = {.error = a->why, .code = a->code};
    int rc = 0;
    switch (a->outcome) {
    case MESSENGER_TAKEN:
        return taken(db, s->id, a->sid, a->state, a->code,
                     s->now + (s->callback ? CALLBACK_PATIENCE : CLOCK_MINUTE), s->now, err);
    case MESSENGER_REFUSED:
        rc = run(db, SQL_OUTBOX_FAILED, s->id, &v, s->now, NULL, err);
        return rc >= 0 && a->opted_out ? opt_out(db, s->phone, s->now, err) : rc;
    case MESSENGER_WAIT:
        v.look = s->now + (a->wait_ms > CLOCK_MINUTE ? a->wait_ms : CLOCK_MINUTE);
        return run(db, SQL_OUTBOX_AGAIN, s->id, &v, s->now, NULL, err);
    case MESSENGER_SETTING:
        v.look = s->now + OUTBOX_PAUSE;
        return run(db, SQL_OUTBOX_AGAIN, s->id, &v, s->now, NULL, err);
    case MESSENGER_UNSURE:
        break;
    }
    v.state = "sending";
    v.look = s->now + OUTBOX_LOOK_FIRST;
    return run(db, SQL_OUTBOX_UNSURE, s->id, &v, s->now, NULL, err);
}

int outbox_look_job(struct db *db, void *arg, struct err *err)
{
    struct outbox_look *l = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTBOX_LOOK_NEXT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":now", l->now);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    const char *state = db_text(st, 1);
    copy(l->id, sizeof l->id, db_text(st, 0));
    l->unknown = strcmp(state, "unknown") == 0;
    l->lost = l->unknown || strcmp(state, "sending") == 0;
    copy(l->phone, sizeof l->phone, db_text(st, 2));
    copy(l->body, sizeof l->body, db_text(st, 3));
    l->attempted_at = db_time(st, 4);
    l->latest_at = db_time(st, 5);
    l->looks = db_int(st, 6);
    copy(l->sid, sizeof l->sid, db_text(st, 7));
    return 1;
}

static int is_known(struct db *db, const char *sid, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTBOX_KNOWN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":sid", sid);
    return db_step(db, st, err);
}

/* The one that is ours: with our words before one with others. *other: one that nobody's row names
 * came from somewhere, and its words are not ours. */
static int choose(struct db *db, const struct outbox_found *f, const struct outbox_find **mine,
                  bool *other, struct err *err)
{
    *mine = NULL;
    *other = false;
    for (size_t i = 0; i < f->count; i++) {
        int rc = is_known(db, f->list[i].sid, err);
        if (rc < 0) {
            return rc;
        }
        if (rc == 0 && f->list[i].same_body) {
            *mine = &f->list[i];
            return 0;
        }
        *other = *other || rc == 0;
    }
    return 0;
}

/* It was not found. Retried only when it was certainly never accepted. */
static int missing(struct db *db, const struct outbox_found *f, bool other, struct err *err)
{
    const struct outbox_look *l = f->look;
    const int64_t age = f->now - l->attempted_at;
    struct values v = {.state = l->unknown ? "unknown" : "sending", .looks = l->looks};
    if (!f->asked) {
        const int64_t again = age < CLOCK_HOUR ? OUTBOX_LOOK_FIRST : LOOK_UNKNOWN;
        v.error = f->error;
        v.look = age < OUTBOX_GIVE_UP ? f->now + again : 0;
        if (f->now > l->latest_at || age >= OUTBOX_GIVE_UP) {
            v.state = "unknown";
        }
        return run(db, SQL_OUTBOX_UNSURE, l->id, &v, f->now, NULL, err);
    }
    if (other || l->unknown) {
        v.state = "unknown";
        v.look = age < OUTBOX_GIVE_UP ? f->now + LOOK_UNKNOWN : 0;
        return run(db, SQL_OUTBOX_UNSURE, l->id, &v, f->now, NULL, err);
    }
    v.looks = l->looks + 1;
    if (v.looks < LOOKS_NEEDED || age < OUTBOX_LOOK_AGAIN) {
        v.look = f->now + OUTBOX_LOOK_AGAIN;
        return run(db, SQL_OUTBOX_UNSURE, l->id, &v, f->now, NULL, err);
    }
    v.look = f->now;
    return run(db, SQL_OUTBOX_AGAIN, l->id, &v, f->now, NULL, err);
}

int outbox_found_job(struct db *db, void *arg, struct err *err)
{
    const struct outbox_found *f = arg;
    const struct outbox_find *mine = NULL;
    bool other = false;
    int rc = choose(db, f, &mine, &other, err);
    if (rc < 0) {
        return rc;
    }
    if (mine != NULL) {
        return taken(db, f->look->id, mine->sid, mine->state, mine->code, f->now + CLOCK_MINUTE,
                     f->now, err);
    }
    return missing(db, f, other, err);
}

int outbox_later_job(struct db *db, void *arg, struct err *err)
{
    const struct outbox_later *l = arg;
    const int64_t age = l->now - l->attempted_at;
    const int64_t wait = age < 10 * CLOCK_MINUTE ? 2 * CLOCK_MINUTE
                         : age < CLOCK_HOUR      ? 10 * CLOCK_MINUTE
                         : age < CLOCK_DAY       ? CLOCK_HOUR
                                                 : 6 * CLOCK_HOUR;
    const struct values v = {.look = age < 3 * CLOCK_DAY ? l->now + wait : 0};
    return run(db, SQL_OUTBOX_LOOK_LATER, l->id, &v, l->now, NULL, err);
}

/* How far along: a word may only move a text forward, in whatever order words come. */
static int rank(const char *state)
{
    static const char *const order[] = {"sending", "unknown", "accepted", "sent"};
    for (int i = 0; i < (int)ARRAY_LEN(order); i++) {
        if (strcmp(state, order[i]) == 0) {
            return i;
        }
    }
    return (int)ARRAY_LEN(order);
}

int outbox_news_job(struct db *db, void *arg, struct err *err)
{
    struct outbox_news *n = arg;
    const char *state = messenger_state_name(n->state);
    char id[UUID_TEXT_LEN];
    char phone[24];
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTBOX_BY_SID, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":sid", n->sid);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    copy(id, sizeof id, db_text(st, 0));
    copy(n->event_id, sizeof n->event_id, db_text(st, 2));
    copy(phone, sizeof phone, db_text(st, 3));
    if (n->state == MESSENGER_RECEIVED || rank(state) <= rank(db_text(st, 1))) {
        return 0;
    }
    db_reset(st);
    st = NULL;
    const struct values v = {
        .state = state,
        .code = n->code,
        .error = n->code != 0 ? messenger_code_text(n->code) : NULL,
        .final = is_final(n->state),
    };
    rc = run(db, SQL_OUTBOX_NEWS, id, &v, n->now, NULL, err);
    if (rc >= 0 && n->code == 21610) {
        rc = opt_out(db, phone, n->now, err);
    }
    return rc < 0 ? rc : 1;
}

int outbox_next_at(struct db *db, int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_OUTBOX_WHEN, &st, err);
    if (rc < 0) {
        return rc;
    }
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    int64_t at = INT64_MAX;
    for (int i = 0; i < 2; i++) {
        const int64_t t = db_is_null(st, i) ? INT64_MAX : db_time(st, i);
        at = t < at ? t : at;
    }
    *out = at;
    return 0;
}
