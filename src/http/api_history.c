/*
 * api_history.c: what is to come and what was, of one client or one pet, page by page. Reads only.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "http/api.h"
#include "http/card_json.h"
#include "http/visit_json.h"
#include "salon/history.h"

#define LIST_DEFAULT 50
#define LIST_MAX     200

/* A place in the list as the pages hand it back: key_id. Keys are times or dates. */
#define PLACE_MARK '_'
#define PLACE_LEN  (sizeof((struct history_place *)0)->key + sizeof((struct history_place *)0)->id)

struct page {
    struct jw *w;
    struct db *db;
    int64_t room;
    bool more;
    struct history_place last;
};

static int write_pet(void *arg, const char *id, const char *name, struct err *err)
{
    (void)err;
    struct jw *w = arg;
    jw_object(w, NULL);
    jw_text(w, "id", id);
    jw_text(w, "name", name);
    jw_end_object(w);
    return 0;
}

static void write_when(struct jw *w, const struct history_line *line)
{
    char local[VISIT_LOCAL_LEN];
    card_json_time(w, "start", line->start);
    card_json_time(w, "end", line->end);
    if (line->start <= 0) {
        jw_text(w, "date_local", line->date);
        jw_null(w, "start_local");
        jw_null(w, "end_local");
        return;
    }
    visit_local_text(line->start, local);
    jw_text_n(w, "date_local", local, strlen("2026-11-23"));
    jw_text(w, "start_local", local + strlen("2026-11-23 "));
    visit_local_text(line->end, local);
    jw_text(w, "end_local", local + strlen("2026-11-23 "));
}

static int write_line(void *arg, const struct history_line *line, struct err *err)
{
    struct page *p = arg;
    struct jw *w = p->w;
    if (p->room == 0) {
        p->more = true; /* asked for one more than is shown */
        return 0;
    }
    p->room--;
    (void)snprintf(p->last.key, sizeof p->last.key, "%s", line->key);
    (void)snprintf(p->last.id, sizeof p->last.id, "%s", line->id);
    jw_object(w, NULL);
    jw_text(w, "id", line->event_id);
    jw_text(w, "visit_id", line->visit_id);
    write_when(w, line);
    jw_text(w, "status", line->status);
    jw_text(w, "desk_status", line->desk_status);
    jw_text(w, "title", line->title);
    jw_text(w, "service", line->service);
    jw_text(w, "note", line->note);
    if (line->price_minor >= 0) {
        jw_int(w, "price_minor", line->price_minor);
    } else {
        jw_null(w, "price_minor");
    }
    jw_text(w, "currency", line->currency);
    jw_array(w, "pets");
    int rc = history_pets(p->db, line, write_pet, w, err);
    jw_end_array(w);
    jw_end_object(w);
    return rc;
}

/* 1 and *out, 0: from the beginning. */
static int read_place(struct http_request *rq, struct history_place *out, struct err *err)
{
    char text[3 * PLACE_LEN];
    int rc = request_query(rq, "before", text, sizeof text, err);
    if (rc <= 0 || text[0] == '\0') {
        return rc < 0 ? rc : 0;
    }
    char *id = strchr(text, PLACE_MARK);
    size_t key_len = id == NULL ? sizeof out->key : (size_t)(id - text);
    if (key_len >= sizeof out->key || strlen(id + 1) >= sizeof out->id) {
        return err_set(err, ERR_INVALID, "before: is to be the `next` of the page before");
    }
    memcpy(out->key, text, key_len);
    out->key[key_len] = '\0';
    memcpy(out->id, id + 1, strlen(id + 1) + 1);
    return 1;
}

typedef int history_of(struct db *db, const char *id, const struct history_place *after, int limit,
                       history_fn *each, void *arg, struct err *err);

static int write_history(struct db *db, const char *id, history_of *list, struct http_request *rq,
                         struct reply *re, struct err *err)
{
    struct history_place place = {.key = "", .id = ""};
    int64_t limit = LIST_DEFAULT;
    struct jw w;
    int further = read_place(rq, &place, err);
    int rc = further < 0 ? further : request_query_int(rq, "limit", 1, LIST_MAX, &limit, err);
    if (rc < 0) {
        return rc;
    }
    struct page page = {.w = &w, .db = db, .room = limit};
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "visits");
    rc = list(db, id, further > 0 ? &place : NULL, (int)limit + 1, write_line, &page, err);
    jw_end_array(&w);
    if (page.more) {
        char next[PLACE_LEN];
        (void)snprintf(next, sizeof next, "%s%c%s", page.last.key, PLACE_MARK, page.last.id);
        jw_text(&w, "next", next);
    } else {
        jw_null(&w, "next");
    }
    jw_end_object(&w);
    return rc;
}

static int write_of_client(struct db *db, const struct actor *who, struct http_request *rq,
                           struct reply *re, struct err *err)
{
    CLEANUP(client_done) struct client c = {0};
    int rc = card_load_client(db, who, rq->params[0], &c, err);
    return rc < 0 ? rc : write_history(db, c.id, history_of_client, rq, re, err);
}

static int write_of_pet(struct db *db, const struct actor *who, struct http_request *rq,
                        struct reply *re, struct err *err)
{
    CLEANUP(pet_done) struct pet p = {0};
    int rc = card_load_pet(db, who, rq->params[0], &p, err);
    return rc < 0 ? rc : write_history(db, p.id, history_of_pet, rq, re, err);
}

int api_client_visits(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    return card_answer(cx, rq, re, write_of_client, err);
}

int api_pet_visits(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    return card_answer(cx, rq, re, write_of_pet, err);
}
