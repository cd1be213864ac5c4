/*
 * api_unlinked.c: the list "to be linked", each appointment with whose it may be. Reads only.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "http/api.h"
#include "http/card_json.h"
#include "http/visit_json.h"
#include "salon/match.h"
#include "salon/unlinked.h"

#define LIST_DEFAULT 20
#define LIST_MAX     50

/* A place in the list as the pages hand it back: n (to come) or p (past), start, id. */
#define PLACE_MARK '_'
#define PLACE_LEN  (TIME_TEXT_LEN + UUID_TEXT_LEN + 4)

struct page {
    struct jw *w;
    struct db *db;
    const struct actor *who;
    int64_t room;
    bool more;
    struct unlinked_place last;
};

static int write_candidates(struct page *p, const struct agenda_entry *e, struct err *err)
{
    const struct match_hint hint = {.name = e->text[AGENDA_ATTENDEE_NAME],
                                    .phone = e->text[AGENDA_ATTENDEE_PHONE],
                                    .email = e->text[AGENDA_ATTENDEE_EMAIL],
                                    .title = e->text[AGENDA_TITLE],
                                    .notes = e->text[AGENDA_DESCRIPTION]};
    struct match found[MATCH_MAX];
    size_t count = 0;
    int rc = match_find(p->db, p->who, &hint, found, &count, err);
    jw_array(p->w, "candidates");
    for (size_t i = 0; i < count && rc >= 0; i++) {
        rc = card_json_match(p->w, p->db, p->who, &found[i], err);
    }
    jw_end_array(p->w);
    return rc;
}

static int write_row(void *arg, const char *id, const struct unlinked_place *place, struct err *err)
{
    struct page *p = arg;
    if (p->room == 0) {
        p->more = true; /* asked for one more than is shown */
        return 0;
    }
    p->room--;
    p->last = *place;
    CLEANUP(agenda_done) struct agenda a = {0};
    int rc = agenda_get(p->db, p->who->salon_id, id, p->who->now - CLOCK_DAY, &a, err);
    if (rc <= 0) {
        return rc;
    }
    char local[VISIT_LOCAL_LEN];
    visit_local_text(a.entries[0].start, local);
    jw_object(p->w, NULL);
    visit_json(p->w, &a.entries[0]);
    jw_text_n(p->w, "date", local, strlen("2026-11-23"));
    rc = write_candidates(p, &a.entries[0], err);
    jw_end_object(p->w);
    return rc;
}

/* 1 and *out, 0: from the beginning. */
static int read_place(struct http_request *rq, struct unlinked_place *out, struct err *err)
{
    char text[3 * PLACE_LEN];
    int64_t start = 0;
    int rc = request_query(rq, "after", text, sizeof text, err);
    if (rc <= 0 || text[0] == '\0') {
        return rc < 0 ? rc : 0;
    }
    char *id = strrchr(text, PLACE_MARK);
    if ((text[0] == 'n' || text[0] == 'p') && text[1] == PLACE_MARK && id != NULL &&
        id > text + 1) {
        *id++ = '\0';
        if (time_parse(text + 2, &start)) {
            out->past = text[0] == 'p';
            time_format(start, out->start);
            (void)snprintf(out->id, sizeof out->id, "%s", id);
            return 1;
        }
    }
    return err_set(err, ERR_INVALID, "after: is to be the `next` of the page before");
}

static int write_list(struct db *db, const struct actor *who, struct http_request *rq,
                      struct reply *re, struct err *err)
{
    struct unlinked_place place = {.past = false};
    int64_t limit = LIST_DEFAULT;
    int64_t all = 0;
    struct jw w;
    int further = read_place(rq, &place, err);
    int rc = further < 0 ? further : request_query_int(rq, "limit", 1, LIST_MAX, &limit, err);
    if (rc >= 0) {
        rc = unlinked_count(db, who, &all, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct page page = {.w = &w, .db = db, .who = who, .room = limit};
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_int(&w, "count", all);
    jw_array(&w, "appointments");
    rc = unlinked_list(db, who, further > 0 ? &place : NULL, (int)limit + 1, write_row, &page, err);
    jw_end_array(&w);
    if (page.more) {
        char next[PLACE_LEN];
        (void)snprintf(next, sizeof next, "%c%c%s%c%s", page.last.past ? 'p' : 'n', PLACE_MARK,
                       page.last.start, PLACE_MARK, page.last.id);
        jw_text(&w, "next", next);
    } else {
        jw_null(&w, "next");
    }
    jw_end_object(&w);
    return rc;
}

int api_unlinked(struct http_context *cx, struct http_request *rq, struct reply *re,
                 struct err *err)
{
    return card_answer(cx, rq, re, write_list, err);
}
