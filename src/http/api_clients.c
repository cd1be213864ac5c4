/*
 * api_clients.c: clients' cards: lists, one card, made and changed. No state.
 *
 * Bodies are read on the worker's thread and stored by a job of the writer, which must not keep
 * anything of them.
 */
#include <stdio.h>
#include <string.h>

#include "http/api.h"
#include "http/card_body.h"
#include "http/card_json.h"
#include "salon/household.h"
#include "salon/match.h"
#include "salon/search.h"
#include "sync/relink.h"

#define LIST_DEFAULT 50
#define LIST_MAX     200
#define TYPED_MAX    1024 /* bytes, encoded */

struct page {
    struct jw *w;
    struct db *db;
    int64_t room;
    bool more;
    char last[UUID_TEXT_LEN];
};

static int write_row(void *arg, const struct client *c, struct err *err)
{
    struct page *p = arg;
    if (p->room == 0) {
        p->more = true; /* asked for one more than is shown */
        return 0;
    }
    p->room--;
    (void)snprintf(p->last, sizeof p->last, "%s", c->id);
    return card_json_client_short(p->w, NULL, p->db, c, err);
}

/* Those that the search finds; asked for by name they are few, so there are no further pages. */
static int write_found(struct db *db, const struct actor *who, const char *typed,
                       const int64_t *archived, int64_t limit, struct jw *w, struct err *err)
{
    struct search_result found[SEARCH_LIMIT_MAX];
    size_t count = 0;
    size_t max = limit < SEARCH_LIMIT_MAX ? (size_t)limit : SEARCH_LIMIT_MAX;
    int rc = search_find(db, who, typed, SEARCH_CLIENTS, found, max, &count, err);
    for (size_t i = 0; i < count && rc >= 0; i++) {
        CLEANUP(client_done) struct client c = {0};
        rc = client_load(db, who, found[i].client_id, &c, err);
        if (rc > 0 && (archived == NULL || (c.archived_at > 0) == (*archived == 1))) {
            rc = card_json_client_short(w, NULL, db, &c, err);
        }
    }
    return rc;
}

static int write_list(struct db *db, const struct actor *who, struct http_request *rq,
                      struct reply *re, struct err *err)
{
    char typed[TYPED_MAX];
    char after[UUID_TEXT_LEN];
    int64_t archived = -1;
    int64_t limit = LIST_DEFAULT;
    struct jw w;
    int searching = request_query(rq, "q", typed, sizeof typed, err);
    int further = searching < 0 ? searching : request_query(rq, "after", after, sizeof after, err);
    int rc = further < 0 ? further : request_query_int(rq, "archived", 0, 1, &archived, err);
    if (rc >= 0) {
        rc = request_query_int(rq, "limit", 1, LIST_MAX, &limit, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct page page = {.w = &w, .db = db, .room = limit};
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "clients");
    if (searching > 0 && typed[0] != '\0') {
        rc = write_found(db, who, typed, archived >= 0 ? &archived : NULL, limit, &w, err);
    } else {
        rc = client_list(db, who, archived == 1, further > 0 && after[0] != '\0' ? after : NULL,
                         (int)limit + 1, write_row, &page, err);
    }
    jw_end_array(&w);
    jw_text(&w, "next", page.more ? page.last : NULL);
    jw_end_object(&w);
    return rc;
}

int api_clients(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    return card_answer(cx, rq, re, write_list, err);
}

int api_client(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    int rc = card_answer_client(cx, rq, rq->params[0], 200, NULL, re, err);
    if (rc >= 0) {
        api_audit_note(cx, rq, "read", "client", rq->params[0]);
    }
    return rc;
}

struct adding {
    struct actor who;
    int64_t complete_after_ms;
    const char *salon_id;
    struct client_input in;
    struct card_pets pets;
    char id[UUID_TEXT_LEN]; /* out */
};

static int add_job(struct db *db, void *arg, struct err *err)
{
    struct adding *a = arg;
    int rc = client_add(db, &a->who, a->salon_id, &a->in, a->id, err);
    if (rc >= 0) {
        rc = card_pets_add(db, &a->who, a->id, &a->pets, err);
    }
    return rc < 0 ? rc : relink_waiting(db, &a->who, a->complete_after_ms, a->id, err);
}

int api_client_add(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    struct adding a = {.who = request_actor(rq),
                       .complete_after_ms = cx->config->calcom.complete_after_ms};
    int rc = card_body_id(rq->json, "salon_id", false, &a.salon_id, err);
    if (rc >= 0) {
        rc = card_body_client(rq->json, &a.in, err);
    }
    if (rc >= 0) {
        rc = card_body_pets(rq->json, &a.pets, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, add_job, &a, err);
    }
    return rc < 0 ? rc : card_answer_client(cx, rq, a.id, 201, NULL, re, err);
}

struct change {
    struct actor who;
    int64_t complete_after_ms;
    const char *id;
    int64_t revision;
    struct client_input in;
};

static int change_job(struct db *db, void *arg, struct err *err)
{
    const struct change *c = arg;
    int rc = client_update(db, &c->who, c->id, c->revision, &c->in, err);
    return rc < 0 ? rc : relink_waiting(db, &c->who, c->complete_after_ms, c->id, err);
}

int api_client_change(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    struct change c = {.who = request_actor(rq),
                       .complete_after_ms = cx->config->calcom.complete_after_ms,
                       .id = rq->params[0]};
    int rc = json_field_int(rq->json, "revision", 1, INT64_MAX, true, &c.revision, err);
    if (rc >= 0) {
        rc = card_body_client(rq->json, &c.in, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, change_job, &c, err);
    }
    if (rc < 0 && err_code_of(rc) == ERR_CONFLICT) {
        const struct err why = *err;
        return card_answer_client(cx, rq, c.id, 409, &why, re, err);
    }
    return rc < 0 ? rc : card_answer_client(cx, rq, c.id, 200, NULL, re, err);
}

struct household {
    struct jw *w;
    struct db *db;
};

static int write_member(void *arg, const struct client *c, struct err *err)
{
    struct household *h = arg;
    return card_json_client_short(h->w, NULL, h->db, c, err);
}

static int write_owner_id(void *arg, const struct owner *o, struct err *err)
{
    (void)err;
    jw_text(arg, NULL, o->id);
    return 0;
}

static int write_common_pet(void *arg, const struct pet_short *pet, struct err *err)
{
    struct household *h = arg;
    jw_object(h->w, NULL);
    card_json_pet_short(h->w, pet);
    jw_array(h->w, "owner_ids");
    int rc = pet_each_owner(h->db, pet->id, write_owner_id, h->w, err);
    jw_end_array(h->w);
    jw_end_object(h->w);
    return rc;
}

static int write_household(struct db *db, const struct actor *who, struct http_request *rq,
                           struct reply *re, struct err *err)
{
    struct jw w;
    struct household h = {.w = &w, .db = db};
    CLEANUP(client_done) struct client c = {0};
    int rc = card_load_client(db, who, rq->params[0], &c, err);
    if (rc < 0) {
        return rc;
    }
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "clients");
    rc = household_each_client(db, c.id, write_member, &h, err);
    jw_end_array(&w);
    if (rc >= 0) {
        jw_array(&w, "pets");
        rc = household_each_pet(db, c.id, write_common_pet, &h, err);
        jw_end_array(&w);
    }
    jw_end_object(&w);
    return rc;
}

int api_client_household(struct http_context *cx, struct http_request *rq, struct reply *re,
                         struct err *err)
{
    return card_answer(cx, rq, re, write_household, err);
}

/* What is typed into the form of a new card. */
struct typed {
    char name[TYPED_MAX];
    char phone[256];
    char email[TYPED_MAX];
    char except[UUID_TEXT_LEN];
};

static int read_typed(struct http_request *rq, struct typed *t, struct err *err)
{
    char surname[TYPED_MAX / 2] = "";
    int rc = request_query(rq, "name", t->name, sizeof t->name / 2, err);
    if (rc >= 0) {
        rc = request_query(rq, "surname", surname, sizeof surname, err);
    }
    if (rc >= 0) {
        rc = request_query(rq, "phone", t->phone, sizeof t->phone, err);
    }
    if (rc >= 0) {
        rc = request_query(rq, "email", t->email, sizeof t->email, err);
    }
    if (rc >= 0) {
        rc = request_query(rq, "except", t->except, sizeof t->except, err);
    }
    if (rc >= 0) {
        size_t n = strlen(t->name);
        (void)snprintf(t->name + n, sizeof t->name - n, "%s%s", n > 0 ? " " : "", surname);
    }
    return rc;
}

static int write_similar(struct db *db, const struct actor *who, struct http_request *rq,
                         struct reply *re, struct err *err)
{
    struct typed t = {.name = "", .phone = "", .email = "", .except = ""};
    struct match found[MATCH_MAX];
    size_t count = 0;
    struct jw w;
    int rc = read_typed(rq, &t, err);
    const struct match_hint hint = {.name = t.name, .phone = t.phone, .email = t.email};
    if (rc >= 0) {
        rc = match_find(db, who, &hint, found, &count, err);
    }
    if (rc < 0) {
        return rc;
    }
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_array(&w, "clients");
    for (size_t i = 0; i < count && rc >= 0; i++) {
        if (strcmp(found[i].client_id, t.except) != 0) {
            rc = card_json_match(&w, db, who, &found[i], err);
        }
    }
    jw_end_array(&w);
    jw_end_object(&w);
    return rc;
}

int api_clients_similar(struct http_context *cx, struct http_request *rq, struct reply *re,
                        struct err *err)
{
    return card_answer(cx, rq, re, write_similar, err);
}
