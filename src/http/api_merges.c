/*
 * api_merges.c: two cards of the same person or animal become one, and two again. No state.
 */
#include "http/api.h"
#include "http/card_body.h"
#include "http/card_json.h"
#include "salon/merge.h"
#include "sync/relink.h"

struct merging {
    struct actor who;
    int64_t complete_after_ms;
    enum merge_cards cards;
    const char *kept;
    const char *other;
    struct merge_counts moves; /* out */
    char id[UUID_TEXT_LEN];
};

struct relinking {
    struct db *db;
    const struct merging *m;
};

static int relink_owner(void *arg, const struct owner *o, struct err *err)
{
    const struct relinking *r = arg;
    return relink_waiting(r->db, &r->m->who, r->m->complete_after_ms, o->id, err);
}

/* With one card less, what was ambiguous may have become clear. */
static int merge_job(struct db *db, void *arg, struct err *err)
{
    struct merging *m = arg;
    struct relinking relinking = {.db = db, .m = m};
    int rc = card_merge(db, &m->who, m->cards, m->kept, m->other, &m->moves, m->id, err);
    if (rc < 0) {
        return rc;
    }
    if (m->cards == MERGE_PETS) {
        return pet_each_owner(db, m->kept, relink_owner, &relinking, err);
    }
    return relink_waiting(db, &m->who, m->complete_after_ms, m->kept, err);
}

static int preview(struct http_context *cx, struct merging *m, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = merge_preview(db, &m->who, m->cards, m->kept, m->other, &m->moves, err);
    db_pool_give(cx->pool, db);
    return rc;
}

static int answer(const struct merging *m, bool merged, struct reply *re, struct err *err)
{
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_object(&w, "moves");
    jw_int(&w, "appointments", m->moves.appointments);
    jw_int(&w, "visits", m->moves.visits);
    if (m->cards == MERGE_CLIENTS) {
        jw_int(&w, "pets", m->moves.pets);
    } else {
        jw_int(&w, "owners", m->moves.owners);
    }
    jw_end_object(&w);
    jw_text(&w, "merge_id", merged ? m->id : NULL);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

static int merge(struct http_context *cx, struct http_request *rq, enum merge_cards cards,
                 struct reply *re, struct err *err)
{
    struct merging m = {.who = request_actor(rq),
                        .complete_after_ms = cx->config->calcom.complete_after_ms,
                        .cards = cards,
                        .kept = rq->params[0]};
    bool only_preview = false;
    int rc = card_body_id(rq->json, "other", true, &m.other, err);
    if (rc >= 0) {
        rc = json_field_bool(rq->json, "preview", false, &only_preview, err);
    }
    if (rc >= 0) {
        rc = only_preview ? preview(cx, &m, err) : writer_run(cx->writer, merge_job, &m, err);
    }
    return rc < 0 ? rc : answer(&m, !only_preview, re, err);
}

int api_client_merge(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    return merge(cx, rq, MERGE_CLIENTS, re, err);
}

int api_pet_merge(struct http_context *cx, struct http_request *rq, struct reply *re,
                  struct err *err)
{
    return merge(cx, rq, MERGE_PETS, re, err);
}

struct undoing {
    struct actor who;
    const char *id;
    struct merge_undone undone; /* out */
};

static int undo_job(struct db *db, void *arg, struct err *err)
{
    struct undoing *u = arg;
    return card_merge_undo(db, &u->who, u->id, &u->undone, err);
}

int api_merge_undo(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    struct undoing u = {.who = request_actor(rq), .id = rq->params[0]};
    int rc = writer_run(cx->writer, undo_job, &u, err);
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "kind", u.undone.cards == MERGE_CLIENTS ? "client" : "pet");
    jw_text(&w, "kept", u.undone.kept);
    jw_text(&w, "restored", u.undone.merged);
    jw_end_object(&w);
    return reply_json_end(re, err);
}
