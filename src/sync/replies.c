/*
 * replies.c: see replies.h. Runs on the writer's thread; never answers a client.
 */
#include "sync/replies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phone.h"
#include "base/text.h"
#include "salon/message_template.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/replies.sql.def"
#undef X

#define REMEMBERED (7 * CLOCK_DAY) /* a text that an answer may be to */

const char *reply_answer_name(enum reply_answer a)
{
    static const char *const names[REPLY_ANSWERS] = {"yes", "no", "stop", "start", "other"};
    return names[a];
}

enum reply_answer reply_read(const char *body)
{
    static const struct {
        const char *words;
        enum reply_answer answer;
    } table[] = {
        {"tak", REPLY_YES},
        {"tak dziekuje", REPLY_YES},
        {"potwierdzam", REPLY_YES},
        {"tak potwierdzam", REPLY_YES},
        {"yes", REPLY_YES},
        {"nie", REPLY_NO},
        {"no", REPLY_NO},
        {"stop", REPLY_STOP},
        {"stopall", REPLY_STOP},
        {"stop all", REPLY_STOP},
        {"unsubscribe", REPLY_STOP},
        {"end", REPLY_STOP},
        {"quit", REPLY_STOP},
        {"start", REPLY_START},
        {"unstop", REPLY_START},
    };
    enum reply_answer answer = REPLY_OTHER;
    char *folded = text_fold(body);
    for (size_t i = 0; folded != NULL && i < ARRAY_LEN(table); i++) {
        if (strcmp(folded, table[i].words) == 0) {
            answer = table[i].answer;
        }
    }
    free(folded);
    return answer;
}

struct finding {
    char client[UUID_TEXT_LEN];
    char event[UUID_TEXT_LEN];
    int64_t start;
};

static void copy(char out[static UUID_TEXT_LEN], const char *text)
{
    (void)snprintf(out, UUID_TEXT_LEN, "%s", text == NULL ? "" : text);
}

/* Whose number it is, and the one visit they were written to about; none when there are two. */
static int find(struct db *db, const struct reply_in *r, const char *phone, struct finding *f,
                struct err *err)
{
    *f = (struct finding){0};
    CLEANUP(db_reset) sqlite3_stmt *client = NULL;
    CLEANUP(db_reset) sqlite3_stmt *visits = NULL;
    int rc = db_stmt(db, SQL_REPLY_CLIENT, &client, err);
    if (rc >= 0) {
        db_bind_text(client, ":phone", phone);
        rc = db_step(db, client, err);
    }
    if (rc > 0) {
        copy(f->client, db_text(client, 0));
    }
    if (rc >= 0) {
        rc = db_stmt(db, SQL_REPLY_VISITS, &visits, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(visits, ":phone", phone);
    db_bind_time(visits, ":since", r->now - REMEMBERED);
    db_bind_time(visits, ":now", r->now);
    int count = 0;
    while ((rc = db_step(db, visits, err)) > 0) {
        copy(f->event, db_text(visits, 0));
        f->start = db_time(visits, 1);
        count++;
    }
    if (count > 1) {
        f->event[0] = '\0';
        f->start = 0;
    }
    return rc;
}

/* A statement about one thing; what it does not name is not bound. */
static int run(struct db *db, const char *sql, const char *id, const char *phone,
               const struct reply_in *r, int64_t *changed, struct err *err)
{
    char change[UUID_TEXT_LEN];
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
#define HAS(name) (sqlite3_bind_parameter_index(st, name) > 0)
    if (HAS(":change")) {
        rc = uuid_v7(r->now, change, err);
        if (rc < 0) {
            return rc;
        }
        db_bind_text(st, ":change", change);
        db_bind_text(st, ":log", r->log_id);
    }
    if (HAS(":id")) {
        db_bind_text(st, ":id", id);
    }
    if (HAS(":phone")) {
        db_bind_text(st, ":phone", phone);
    }
    if (HAS(":now")) {
        db_bind_time(st, ":now", r->now);
    }
#undef HAS
    return db_run(db, st, changed, err);
}

static int add(struct db *db, const struct reply_in *r, const char *phone, const struct finding *f,
               bool handled, struct err *err)
{
    char id[UUID_TEXT_LEN];
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_REPLY_ADD, &st, err);
    if (rc >= 0) {
        rc = uuid_v7(r->now, id, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":client", f->client[0] == '\0' ? NULL : f->client);
    db_bind_text(st, ":event", f->event[0] == '\0' ? NULL : f->event);
    db_bind_time(st, ":start", f->start);
    db_bind_text(st, ":phone", phone);
    db_bind_text(st, ":body", r->body);
    db_bind_text(st, ":sid", r->sid);
    db_bind_text(st, ":answer", reply_answer_name(r->answer));
    db_bind_time(st, ":handled", handled ? r->now : 0);
    db_bind_time(st, ":now", r->now);
    return db_run(db, st, NULL, err);
}

static int is_known(struct db *db, const char *sid, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_REPLY_KNOWN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":sid", sid);
    return db_step(db, st, err);
}

int reply_in_job(struct db *db, void *arg, struct err *err)
{
    struct reply_in *r = arg;
    struct finding f;
    char number[PHONE_LEN];
    const char *phone = phone_normalize(r->from, number) ? number : r->from;
    int64_t changed = 0;
    bool handled = false;
    int rc = is_known(db, r->sid, err);
    if (rc != 0) {
        return rc < 0 ? rc : 0;
    }
    r->answer = reply_read(r->body);
    rc = find(db, r, phone, &f, err);
    if (rc < 0) {
        return rc;
    }
    if (r->answer == REPLY_STOP || r->answer == REPLY_START) {
        rc = run(db, r->answer == REPLY_STOP ? SQL_REPLY_STOP : SQL_REPLY_START, NULL, phone, r,
                 NULL, err);
        handled = true;
    } else if (r->answer == REPLY_YES && f.event[0] != '\0') {
        rc = run(db, SQL_REPLY_CONFIRM, f.event, phone, r, &changed, err);
        if (rc >= 0 && changed > 0) {
            rc = run(db, SQL_REPLY_NOTE, f.event, phone, r, NULL, err);
        }
        handled = true;
    }
    if (rc >= 0) {
        rc = add(db, r, phone, &f, handled, err);
    }
    if (rc < 0) {
        return rc;
    }
    copy(r->event_id, f.event);
    return 1;
}
