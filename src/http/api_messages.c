/*
 * api_messages.c: the lists of texts: what is planned, what went out and came back, what waits for
 * a person, and the ticks a person makes there.
 */
#include <string.h>

#include "http/api.h"
#include "http/message_json.h"
#include "salon/session.h"
#include "sync/texter.h"

#define SHOWN      50
#define SHOWN_MOST 200
#define CALL_AHEAD (2 * CLOCK_DAY)

struct listing {
    struct jw *w;
    struct db *db;
    const char *salon;
    const struct message_settings *settings;
    int64_t now;
    int64_t limit, count;
};

/* A planned text has no words yet: those it would have now. */
struct words {
    const struct message_line *m;
    struct listing *l;
};

static int write_words(const struct message_fact *f, void *arg, struct err *err)
{
    struct words *x = arg;
    CLEANUP(buf_done) struct buf text;
    struct err unused;
    buf_init(&text, (size_t)1 << 16);
    (void)err;
    const enum message_kind kind = strcmp(x->m->kind, message_kind_name(MESSAGE_SAME_DAY)) == 0
                                       ? MESSAGE_SAME_DAY
                                       : MESSAGE_DAY_BEFORE;
    struct message_line m = *x->m;
    /* One that is due at night goes out in the morning, and says so. */
    const int64_t when =
        message_allowed(&x->l->settings->rules, m.due_at > x->l->now ? m.due_at : x->l->now);
    m.due_at = when;
    if (message_fact_text(f, x->l->settings, kind, NULL, when, &text, &unused) >= 0) {
        m.body = text.data;
    }
    m.phone = f->visit.phone;
    message_json(x->l->w, &m);
    return 0;
}

static int write_line(const struct message_line *m, void *arg, struct err *err)
{
    struct listing *l = arg;
    if (l->limit > 0 && l->count == l->limit) {
        l->count++;
        return 0;
    }
    l->count++;
    if (m->body == NULL && strcmp(m->state, "planned") == 0 && m->event_id != NULL) {
        struct words x = {.m = m, .l = l};
        int rc = message_fact_get(l->db, l->salon, m->event_id, write_words, &x, err);
        if (rc != 0) {
            return rc < 0 ? rc : 0;
        }
    }
    message_json(l->w, m);
    return 0;
}

static int read_filter(struct http_request *rq, struct message_filter *f, char client[static 64],
                       char before[static 64], struct err *err)
{
    char group[16] = "all";
    int rc = request_query(rq, "group", group, sizeof group, err);
    if (rc >= 0) {
        rc = request_query(rq, "client", client, 64, err);
        f->client_id = rc > 0 ? client : NULL;
    }
    if (rc >= 0) {
        rc = request_query(rq, "before", before, 64, err);
        f->before = rc > 0 ? before : NULL;
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "limit", 1, SHOWN_MOST, &f->limit, err);
    }
    if (rc < 0) {
        return rc;
    }
    for (int g = 0; g < MESSAGE_GROUPS; g++) {
        if (strcmp(group, message_group_name((enum message_group)g)) == 0) {
            f->group = (enum message_group)g;
            return 0;
        }
    }
    return err_set(err, ERR_INVALID, "group: must be all, planned, sent or received");
}

static void write_status(struct http_context *cx, const struct message_settings *s, struct jw *w)
{
    struct texter_status status = {0};
    if (cx->texter != NULL) {
        texter_status(cx->texter, &status);
    }
    jw_bool(w, "able", s->rules.able);
    jw_bool(w, "pretend", s->pretend);
    jw_bool(w, "answerable", s->pretend || !message_from_is_name(s->from));
    jw_text(w, "problem", status.error[0] == '\0' ? NULL : status.error);
    if (s->segment_price >= 0) {
        jw_int(w, "segment_price", s->segment_price);
    } else {
        jw_null(w, "segment_price");
    }
}

int api_messages(struct http_context *cx, struct http_request *rq, struct reply *re,
                 struct err *err)
{
    char client[64] = "";
    char before[64] = "";
    struct db *db = NULL;
    struct jw w;
    struct message_filter f = {.salon_id = session_salon(rq->session),
                               .limit = SHOWN,
                               .now = rq->now};
    CLEANUP(message_settings_done) struct message_settings s = {0};
    int rc = read_filter(rq, &f, client, before, err);
    if (rc >= 0) {
        rc = db_pool_take(cx->pool, &db, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct listing l =
        {.w = &w, .db = db, .salon = f.salon_id, .settings = &s, .now = rq->now, .limit = f.limit};
    f.limit++;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    rc = message_settings_load(db, cx->config, cx->demo, &s, err);
    if (rc >= 0) {
        write_status(cx, &s, &w);
        jw_array(&w, "messages");
        rc = message_list(db, &f, write_line, &l, err);
        jw_end_array(&w);
        jw_bool(&w, "more", l.count > l.limit);
    }
    db_pool_give(cx->pool, db);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

/* Visits that are near and get no text, for a reason that a call can mend. */
static int write_silent(const struct message_fact *f, void *arg, struct err *err)
{
    struct listing *l = arg;
    struct message_plan plan;
    (void)err;
    const struct message_fact_row *row = &f->rows[MESSAGE_DAY_BEFORE];
    const bool sent = row->id != NULL && strcmp(row->state, "planned") != 0 &&
                      strcmp(row->state, "cancelled") != 0;
    message_plan(&f->visit, &l->settings->rules, MESSAGE_DAY_BEFORE, l->now, &plan);
    const bool silent = plan.reason >= MESSAGE_NO_CLIENT && plan.reason <= MESSAGE_OPTED_OUT;
    /* It was told, told another time, and is back at the first: no second text for one time. */
    const bool misled = sent && f->visit.told_other && plan.reason == MESSAGE_DUE;
    if (!misled && (sent || !silent)) {
        return 0;
    }
    const struct message_line m = {
        .id = f->event_id,
        .direction = "out",
        .kind = message_kind_name(MESSAGE_DAY_BEFORE),
        .state = "none",
        .reason = misled ? "told_other" : message_reason_name(plan.reason),
        .event_id = f->event_id,
        .client_id = f->client_id,
        .client_name = f->client_name,
        .client_surname = f->client_surname,
        .pets = f->pets,
        .phone = f->visit.phone,
        .start = f->visit.start,
        .current = true,
        .created_at = f->visit.agreed_at,
        .updated_at = f->visit.agreed_at,
    };
    message_json(l->w, &m);
    return 0;
}

int api_message_calls(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    struct db *db = NULL;
    struct jw w;
    const char *salon = session_salon(rq->session);
    CLEANUP(message_settings_done) struct message_settings s = {0};
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    struct listing l = {.w = &w, .db = db, .salon = salon, .settings = &s, .now = rq->now};
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    rc = message_settings_load(db, cx->config, cx->demo, &s, err);
    if (rc >= 0) {
        write_status(cx, &s, &w);
        jw_array(&w, "messages");
        rc = message_calls(db, salon, rq->now, write_line, &l, err);
        jw_end_array(&w);
    }
    if (rc >= 0) {
        jw_array(&w, "silent");
        rc = s.rules.able && s.rules.on[MESSAGE_DAY_BEFORE]
                 ? message_facts(db, salon, rq->now, rq->now + CALL_AHEAD, write_silent, &l, err)
                 : 0;
        jw_end_array(&w);
    }
    db_pool_give(cx->pool, db);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

static int done(struct http_context *cx, int rc, struct reply *re)
{
    if (rc < 0) {
        return rc;
    }
    texter_wake(cx->texter);
    re->status = 204;
    return 0;
}

int api_message_handled(struct http_context *cx, struct http_request *rq, struct reply *re,
                        struct err *err)
{
    bool undo = false;
    int rc = json_field_bool(rq->json, "undo", false, &undo, err);
    struct message_handle job = {.id = rq->params[0],
                                 .salon_id = session_salon(rq->session),
                                 .staff_id = rq->session->staff.id,
                                 .undo = undo,
                                 .now = rq->now};
    return done(cx, rc < 0 ? rc : writer_run(cx->writer, message_handle_job, &job, err), re);
}

int api_message_take_back(struct http_context *cx, struct http_request *rq, struct reply *re,
                          struct err *err)
{
    bool undo = false;
    int rc = json_field_bool(rq->json, "undo", false, &undo, err);
    struct message_take_back job = {.id = rq->params[0],
                                    .salon_id = session_salon(rq->session),
                                    .undo = undo,
                                    .now = rq->now};
    return done(cx, rc < 0 ? rc : writer_run(cx->writer, message_take_back_job, &job, err), re);
}
