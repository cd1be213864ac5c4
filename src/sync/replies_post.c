/*
 * replies_post.c: what the carrier posted to us: kept as it came, then acted upon, in one
 * transaction. What is news about a text that nobody knows is kept and ignored. Runs on the
 * writer's thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "sync/outbox.h"
#include "sync/replies.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/replies_post.sql.def"
#undef X

#define KEY_LEN (8 + 2 * SHA256_LEN + 1)

static int key_of(const struct reply_post *p, char key[static KEY_LEN], struct err *err)
{
    uint8_t digest[SHA256_LEN];
    int rc = secret_sha256(p->raw, p->raw_len, digest, err);
    if (rc >= 0) {
        memcpy(key, "twilio:", 7);
        secret_hex(digest, sizeof digest, key + 7);
    }
    return rc;
}

/* The form as JSON: what the owner's own questions can read. */
static int to_json(const struct twilio_form *f, struct buf *out, struct err *err)
{
    struct jw w;
    jw_init(&w, out);
    jw_object(&w, NULL);
    for (size_t i = 0; i < f->count; i++) {
        if (i == 0 || strcmp(f->list[i].name, f->list[i - 1].name) != 0) {
            jw_text(&w, f->list[i].name, f->list[i].value);
        }
    }
    jw_end_object(&w);
    return out->failed ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

/* 1: the very same came before; it is only counted. */
static int repeated(struct db *db, struct reply_post *p, const char *key, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *find = NULL;
    CLEANUP(db_reset) sqlite3_stmt *count = NULL;
    int rc = db_stmt(db, SQL_REPLY_BY_KEY, &find, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(find, ":key", key);
    rc = db_step(db, find, err);
    if (rc <= 0) {
        return rc;
    }
    (void)snprintf(p->log_id, sizeof p->log_id, "%s", db_text(find, 0));
    rc = db_stmt(db, SQL_REPLY_REPEAT, &count, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(count, ":id", p->log_id);
    db_bind_time(count, ":now", p->now);
    rc = db_run(db, count, NULL, err);
    return rc < 0 ? rc : 1;
}

static int write_log(struct db *db, const struct reply_post *p, const char *key,
                     const char *payload, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_REPLY_LOG, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", p->log_id);
    db_bind_text(st, ":status", "processing");
    db_bind_text(st, ":trigger", p->status ? "SMS_STATUS" : "SMS_RECEIVED");
    db_bind_text(st, ":event", NULL);
    db_bind_text(st, ":action", NULL);
    db_bind_text(st, ":key", key);
    db_bind_time(st, ":now", p->now);
    db_bind_text(st, ":payload", payload);
    return db_run(db, st, NULL, err);
}

static int finish_log(struct db *db, const struct reply_post *p, bool understood,
                      const char *event_id, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_REPLY_LOG_DONE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", p->log_id);
    db_bind_text(st, ":status", understood ? "success" : "ignored");
    db_bind_text(st, ":event", event_id[0] == '\0' ? NULL : event_id);
    db_bind_text(st, ":action", p->action[0] == '\0' ? NULL : p->action);
    return db_run(db, st, NULL, err);
}

static int act_on_status(struct db *db, struct reply_post *p, struct err *err)
{
    const char *sid = twilio_form_get(p->form, "MessageSid");
    const char *code = twilio_form_get(p->form, "ErrorCode");
    enum messenger_state state = MESSENGER_ACCEPTED;
    if (sid == NULL || !twilio_state(twilio_form_get(p->form, "MessageStatus"), &state)) {
        return finish_log(db, p, false, "", err);
    }
    struct outbox_news news = {.sid = sid, .state = state, .now = p->now};
    news.code = code != NULL ? (int)strtol(code, NULL, 10) : 0;
    int rc = outbox_news_job(db, &news, err);
    if (rc >= 0) {
        (void)snprintf(p->action, sizeof p->action, "%.15s",
                       rc > 0 ? messenger_state_name(state) : "unchanged");
        rc = finish_log(db, p, true, news.event_id, err);
    }
    return rc;
}

static int act_on_message(struct db *db, struct reply_post *p, struct err *err)
{
    struct reply_in in = {
        .sid = twilio_form_get(p->form, "MessageSid"),
        .from = twilio_form_get(p->form, "From"),
        .body = twilio_form_get(p->form, "Body"),
        .log_id = p->log_id,
        .now = p->now,
    };
    if (in.sid == NULL || in.from == NULL || in.body == NULL) {
        return finish_log(db, p, false, "", err);
    }
    int rc = reply_in_job(db, &in, err);
    if (rc >= 0) {
        (void)snprintf(p->action, sizeof p->action, "%s",
                       rc > 0 ? reply_answer_name(in.answer) : "duplicate");
        rc = finish_log(db, p, true, in.event_id, err);
    }
    return rc;
}

int reply_post_job(struct db *db, void *arg, struct err *err)
{
    struct reply_post *p = arg;
    char key[KEY_LEN];
    CLEANUP(buf_done) struct buf payload;
    buf_init(&payload, (size_t)1 << 20);
    p->action[0] = '\0';
    int rc = key_of(p, key, err);
    if (rc >= 0) {
        rc = repeated(db, p, key, err);
    }
    if (rc != 0) {
        if (rc > 0) {
            memcpy(p->action, "duplicate", sizeof "duplicate");
        }
        return rc < 0 ? rc : 0;
    }
    rc = uuid_v7(p->now, p->log_id, err);
    if (rc >= 0) {
        rc = to_json(p->form, &payload, err);
    }
    if (rc >= 0) {
        rc = write_log(db, p, key, payload.data, err);
    }
    if (rc >= 0) {
        rc = p->status ? act_on_status(db, p, err) : act_on_message(db, p, err);
    }
    return rc < 0 ? rc : 0;
}
