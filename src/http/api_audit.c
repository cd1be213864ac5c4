/*
 * api_audit.c: notes who opens whose card, and shows the owner. No state.
 */
#include "base/log.h"
#include "http/api.h"
#include "http/card_body.h"
#include "http/card_json.h"
#include "salon/audit.h"

#define LIST_DEFAULT 100
#define LIST_MAX     500

/* A line for the first time in an hour: asked first, since a page that is told of changes reads the
 * card again, which must not be a change itself. */
void api_audit_note(struct http_context *cx, const struct http_request *rq, const char *action,
                    const char *kind, const char *ref)
{
    const struct actor who = request_actor(rq);
    struct audit_note note = {.who = &who, .action = action, .kind = kind, .ref = ref};
    struct err err = {0};
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, &err);
    if (rc >= 0) {
        rc = audit_noted(db, &note, &err);
        db_pool_give(cx->pool, db);
    }
    if (rc == 0) {
        rc = writer_run(cx->writer, audit_note_job, &note, &err);
    }
    if (rc < 0) {
        log_error("audit_failed", "action=%s error=%s", action, err.msg);
    }
}

struct page {
    struct jw *w;
    int64_t room;
    bool more;
    int64_t last;
};

static int write_line(void *arg, const struct audit_line *line, struct err *err)
{
    (void)err;
    struct page *p = arg;
    if (p->room == 0) {
        p->more = true; /* asked for one more than is shown */
        return 0;
    }
    p->room--;
    p->last = line->at;
    jw_object(p->w, NULL);
    jw_time(p->w, "at", line->at);
    jw_text(p->w, "by", line->by);
    jw_text(p->w, "action", line->action);
    jw_text(p->w, "kind", line->kind);
    jw_text(p->w, "ref", line->ref);
    jw_text(p->w, "name", line->name);
    jw_end_object(p->w);
    return 0;
}

static int write_list(struct db *db, const struct actor *who, struct http_request *rq,
                      struct reply *re, struct err *err)
{
    char text[3 * TIME_TEXT_LEN];
    int64_t limit = LIST_DEFAULT;
    int64_t before = rq->now + CLOCK_DAY;
    struct jw w;
    int rc = request_query(rq, "before", text, sizeof text, err);
    if (rc > 0 && !time_parse(text, &before)) {
        rc = err_set(err, ERR_INVALID, "before: is to be the `next` of the page before");
    }
    if (rc >= 0) {
        rc = request_query_int(rq, "limit", 1, LIST_MAX, &limit, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct page page = {.w = &w, .room = limit};
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "lines");
    rc = audit_list(db, who, before, (int)limit + 1, write_line, &page, err);
    jw_end_array(&w);
    card_json_time(&w, "next", page.more ? page.last : 0);
    jw_end_object(&w);
    return rc;
}

int api_audit(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    return card_answer(cx, rq, re, write_list, err);
}
