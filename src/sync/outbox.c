/*
 * outbox.c: one step of sending: take a text in one transaction, hand it over with none open, write
 * the answer in another. Called by one thread at a time. Never logs a number or a text.
 */
#include "sync/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sync/outbox_claim.h"

#define CANDIDATES 32

static int run(const struct outbox_env *env, writer_fn *fn, void *arg, struct err *err)
{
    return env->store.run(env->store.self, fn, arg, err);
}

static const char *outcome_name(enum messenger_outcome o)
{
    static const char *const names[] = {
        [MESSENGER_TAKEN] = "taken",     [MESSENGER_REFUSED] = "refused", [MESSENGER_WAIT] = "wait",
        [MESSENGER_SETTING] = "setting", [MESSENGER_UNSURE] = "unsure",
    };
    return names[o];
}

static int send(const struct outbox_env *env, const struct outbox_claim *c, int64_t now,
                struct err *err)
{
    const struct messenger_order order = {.to = c->phone,
                                          .body = c->body,
                                          .callback = env->callback};
    struct messenger_answer answer = {.outcome = MESSENGER_UNSURE};
    int rc = env->messenger->send(env->messenger->self, &order, &answer, err);
    if (rc < 0) {
        return rc; /* the row says `sending`: it will be looked for */
    }
    log_info("text_sent", "message=%s outcome=%s code=%d", c->id, outcome_name(answer.outcome),
             answer.code);
    struct outbox_settle settle = {.id = c->id,
                                   .phone = c->phone,
                                   .answer = &answer,
                                   .callback = env->callback != NULL,
                                   .now = now};
    rc = run(env, outbox_settle_job, &settle, err);
    if (rc >= 0 && answer.outcome == MESSENGER_SETTING) {
        return err_set(err, ERR_CONFIG, "%s", answer.why);
    }
    return rc;
}

int outbox_send_next(const struct outbox_env *env, int64_t now, struct err *err)
{
    struct outbox_claim *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    c->settings = env->settings;
    c->now = now;
    int rc = run(env, outbox_claim_job, c, err);
    if (rc > 0) {
        rc = send(env, c, now, err);
        rc = rc < 0 ? rc : 1;
    }
    free(c);
    return rc;
}

struct search {
    const struct outbox_look *look;
    struct outbox_find list[CANDIDATES];
    size_t count;
};

/* Does `theirs` end with our words? A trial account puts a line before them. */
static bool same_words(const char *theirs, const char *ours)
{
    size_t n = strlen(theirs);
    size_t m = strlen(ours);
    return n >= m && memcmp(theirs + n - m, ours, m) == 0;
}

static int consider(const struct messenger_message *m, void *arg, struct err *err)
{
    struct search *s = arg;
    const int64_t at = s->look->attempted_at;
    (void)err;
    if (m->state == MESSENGER_RECEIVED || s->count == CANDIDATES ||
        (m->made_at > 0 && (m->made_at < at - OUTBOX_AROUND || m->made_at > at + OUTBOX_AROUND))) {
        return 0;
    }
    struct outbox_find *f = &s->list[s->count++];
    *f = (struct outbox_find){.state = m->state,
                              .code = m->code,
                              .same_body = m->body != NULL && same_words(m->body, s->look->body)};
    (void)snprintf(f->sid, sizeof f->sid, "%s", m->sid);
    return 0;
}

static int find(const struct outbox_env *env, const struct outbox_look *look, int64_t now,
                struct err *err)
{
    struct search *s = calloc(1, sizeof *s);
    struct err why = {0};
    if (s == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    s->look = look;
    /* From the day before: their list knows whole days, of their own zone. */
    int asked = env->messenger->find(env->messenger->self, look->phone,
                                     look->attempted_at - CLOCK_DAY, consider, s, &why);
    struct outbox_found found = {.look = look,
                                 .list = s->list,
                                 .count = s->count,
                                 .asked = asked >= 0,
                                 .error = asked < 0 ? why.msg : NULL,
                                 .now = now};
    int rc = run(env, outbox_found_job, &found, err);
    free(s);
    return rc;
}

struct told {
    const struct outbox_env *env;
    int64_t now;
};

static int take_news(const struct messenger_message *m, void *arg, struct err *err)
{
    const struct told *t = arg;
    struct outbox_news news = {.sid = m->sid, .state = m->state, .code = m->code, .now = t->now};
    return run(t->env, outbox_news_job, &news, err);
}

static int follow(const struct outbox_env *env, const struct outbox_look *look, int64_t now,
                  struct err *err)
{
    struct err why = {0};
    struct told told = {.env = env, .now = now};
    struct outbox_later later = {.id = look->id, .attempted_at = look->attempted_at, .now = now};
    if (env->messenger->look(env->messenger->self, look->sid, take_news, &told, &why) < 0) {
        log_warn("text_not_followed", "message=%s error=\"%s\"", look->id, why.msg);
    }
    return run(env, outbox_later_job, &later, err);
}

int outbox_look_next(const struct outbox_env *env, int64_t now, struct err *err)
{
    struct outbox_look *look = calloc(1, sizeof *look);
    if (look == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    look->now = now;
    int rc = run(env, outbox_look_job, look, err);
    if (rc > 0) {
        rc = look->lost ? find(env, look, now, err) : follow(env, look, now, err);
        rc = rc < 0 ? rc : 1;
    }
    free(look);
    return rc;
}
