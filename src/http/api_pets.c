/*
 * api_pets.c: pets' cards and whose they are. No state.
 */
#include "base/clock.h"
#include "http/api.h"
#include "http/card_body.h"
#include "http/card_json.h"
#include "sync/relink.h"

/* Everything that is done to a pet by a job of the writer. */
struct pet_work {
    struct actor who;
    int64_t complete_after_ms;
    const char *id; /* of the pet */
    const char *client_id;
    int64_t revision;
    struct pet_input in;
    char made[UUID_TEXT_LEN]; /* out */
};

static struct pet_work work_of(const struct http_context *cx, const struct http_request *rq)
{
    return (struct pet_work){.who = request_actor(rq),
                             .complete_after_ms = cx->config->calcom.complete_after_ms};
}

static int relink(struct db *db, const struct pet_work *p, struct err *err)
{
    return relink_waiting(db, &p->who, p->complete_after_ms, p->client_id, err);
}

static int add_job(struct db *db, void *arg, struct err *err)
{
    struct pet_work *p = arg;
    int rc = pet_add(db, &p->who, p->client_id, &p->in, p->made, err);
    return rc < 0 ? rc : relink(db, p, err);
}

static int change_job(struct db *db, void *arg, struct err *err)
{
    const struct pet_work *p = arg;
    return pet_update(db, &p->who, p->id, p->revision, &p->in, err);
}

static int owner_add_job(struct db *db, void *arg, struct err *err)
{
    const struct pet_work *p = arg;
    int rc = pet_owner_add(db, &p->who, p->id, p->client_id, err);
    return rc < 0 ? rc : relink(db, p, err);
}

static int owner_remove_job(struct db *db, void *arg, struct err *err)
{
    const struct pet_work *p = arg;
    int rc = pet_owner_remove(db, &p->who, p->id, p->client_id, err);
    return rc < 0 ? rc : relink(db, p, err);
}

int api_pet(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    int rc = card_answer_pet(cx, rq, rq->params[0], 200, NULL, re, err);
    if (rc >= 0) {
        api_audit_note(cx, rq, "read", "pet", rq->params[0]);
    }
    return rc;
}

int api_pet_add(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    struct pet_work p = work_of(cx, rq);
    int rc = card_body_id(rq->json, "client_id", true, &p.client_id, err);
    if (rc >= 0) {
        rc = card_body_pet(rq->json, &p.in, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, add_job, &p, err);
    }
    return rc < 0 ? rc : card_answer_pet(cx, rq, p.made, 201, NULL, re, err);
}

int api_pet_change(struct http_context *cx, struct http_request *rq, struct reply *re,
                   struct err *err)
{
    struct pet_work p = work_of(cx, rq);
    p.id = rq->params[0];
    int rc = json_field_int(rq->json, "revision", 1, INT64_MAX, true, &p.revision, err);
    if (rc >= 0) {
        rc = card_body_pet(rq->json, &p.in, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, change_job, &p, err);
    }
    if (rc < 0 && err_code_of(rc) == ERR_CONFLICT) {
        const struct err why = *err;
        return card_answer_pet(cx, rq, p.id, 409, &why, re, err);
    }
    return rc < 0 ? rc : card_answer_pet(cx, rq, p.id, 200, NULL, re, err);
}

int api_pet_owner_add(struct http_context *cx, struct http_request *rq, struct reply *re,
                      struct err *err)
{
    struct pet_work p = work_of(cx, rq);
    p.id = rq->params[0];
    int rc = card_body_id(rq->json, "client_id", true, &p.client_id, err);
    if (rc >= 0) {
        rc = writer_run(cx->writer, owner_add_job, &p, err);
    }
    return rc < 0 ? rc : card_answer_pet(cx, rq, p.id, 200, NULL, re, err);
}

int api_pet_owner_remove(struct http_context *cx, struct http_request *rq, struct reply *re,
                         struct err *err)
{
    struct pet_work p = work_of(cx, rq);
    p.id = rq->params[0];
    p.client_id = rq->params[1];
    int rc = writer_run(cx->writer, owner_remove_job, &p, err);
    return rc < 0 ? rc : card_answer_pet(cx, rq, p.id, 200, NULL, re, err);
}
