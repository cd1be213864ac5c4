/*
 * api_link.c: staff say whose appointment it is: link, unlink, or make the cards from the booking.
 * No state.
 */
#include "base/clock.h"
#include "http/api.h"
#include "http/card_body.h"
#include "http/card_json.h"
#include "http/visit_json.h"
#include "sync/relink.h"
#include "sync/staff_link.h"

struct linking {
    struct actor who;
    int64_t complete_after_ms;
    struct staff_link link;
    /* Of a link to new cards. */
    struct client_input in;
    struct card_pets pets;
    char made[UUID_TEXT_LEN];
};

static struct linking linking_of(const struct http_context *cx, const struct http_request *rq)
{
    return (struct linking){.who = request_actor(rq),
                            .complete_after_ms = cx->config->calcom.complete_after_ms,
                            .link = {.event_id = rq->params[0]}};
}

static int write_visit(struct db *db, const struct linking *l, int status, struct reply *re,
                       struct err *err)
{
    CLEANUP(agenda_done) struct agenda a = {0};
    struct jw w;
    int rc = agenda_get(db, l->who.salon_id, l->link.event_id, l->who.now - CLOCK_DAY, &a, err);
    if (rc <= 0) {
        return rc < 0 ? rc : err_set(err, ERR_NOT_FOUND, "there is no such appointment");
    }
    reply_json(re, status, &w);
    jw_object(&w, NULL);
    visit_json(&w, &a.entries[0]);
    jw_int(&w, "others", l->link.others);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

static int answer(struct http_context *cx, const struct linking *l, int status, struct reply *re,
                  struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_visit(db, l, status, re, err);
    db_pool_give(cx->pool, db);
    return rc;
}

static int read_pet_ids(const cJSON *body, struct staff_link *out, struct err *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "pet_ids");
    if (list == NULL || cJSON_IsNull(list)) {
        return 0;
    }
    if (!cJSON_IsArray(list)) {
        return err_set(err, ERR_INVALID, "pet_ids: a list is needed");
    }
    const cJSON *one = NULL;
    cJSON_ArrayForEach(one, list)
    {
        if (!cJSON_IsString(one)) {
            return err_set(err, ERR_INVALID, "pet_ids: a list of texts is needed");
        }
        if (out->pet_count == LINK_PETS_MAX) {
            return err_set(err, ERR_INVALID, "pet_ids: at most %d pets", LINK_PETS_MAX);
        }
        out->pets[out->pet_count++] = one->valuestring;
    }
    return 0;
}

static int link_job(struct db *db, void *arg, struct err *err)
{
    struct linking *l = arg;
    return staff_link(db, &l->who, &l->link, err);
}

int api_appointment_link(struct http_context *cx, struct http_request *rq, struct reply *re,
                         struct err *err)
{
    struct linking l = linking_of(cx, rq);
    int rc = card_body_id(rq->json, "client_id", true, &l.link.client_id, err);
    if (rc >= 0) {
        rc = read_pet_ids(rq->json, &l.link, err);
    }
    if (rc >= 0) {
        rc =
            json_field_bool(rq->json, "also_same_attendee", false, &l.link.also_same_attendee, err);
    }
    if (rc >= 0) {
        rc = json_field_bool(rq->json, "take_contact", false, &l.link.take_contact, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, link_job, &l, err);
    }
    return rc < 0 ? rc : answer(cx, &l, 200, re, err);
}

static int unlink_job(struct db *db, void *arg, struct err *err)
{
    const struct linking *l = arg;
    return staff_unlink(db, &l->who, l->link.event_id, err);
}

static int forget_job(struct db *db, void *arg, struct err *err)
{
    const struct linking *l = arg;
    return staff_link_forget(db, &l->who, l->complete_after_ms, l->link.event_id, err);
}

int api_appointment_unlink(struct http_context *cx, struct http_request *rq, struct reply *re,
                           struct err *err)
{
    struct linking l = linking_of(cx, rq);
    int64_t automatic = 0;
    int rc = request_query_int(rq, "auto", 0, 1, &automatic, err);
    if (rc >= 0) {
        rc = writer_run(cx->writer, automatic == 1 ? forget_job : unlink_job, &l, err);
    }
    return rc < 0 ? rc : answer(cx, &l, 200, re, err);
}

/* The card is of the appointment's salon: the owner may be at home in several. */
static int make_job(struct db *db, void *arg, struct err *err)
{
    struct linking *l = arg;
    char salon[UUID_TEXT_LEN];
    int rc = staff_link_salon(db, &l->who, l->link.event_id, salon, err);
    if (rc >= 0) {
        rc = client_add(db, &l->who, salon[0] != '\0' ? salon : NULL, &l->in, l->made, err);
    }
    if (rc >= 0) {
        rc = card_pets_add(db, &l->who, l->made, &l->pets, err);
    }
    if (rc < 0) {
        return rc;
    }
    l->link.client_id = l->made;
    for (size_t i = 0; i < l->pets.count; i++) {
        l->link.pets[i] = l->pets.id[i];
    }
    l->link.pet_count = l->pets.count;
    rc = staff_link(db, &l->who, &l->link, err);
    if (rc < 0) {
        return rc;
    }
    rc = relink_waiting(db, &l->who, l->complete_after_ms, l->made, err);
    if (rc > 0) {
        l->link.others += rc;
    }
    return rc;
}
_Static_assert(CARD_PETS_MAX <= LINK_PETS_MAX, "all pets of the form can be linked");

int api_appointment_client(struct http_context *cx, struct http_request *rq, struct reply *re,
                           struct err *err)
{
    struct linking l = linking_of(cx, rq);
    int rc = card_body_client(rq->json, &l.in, err);
    if (rc >= 0) {
        rc = card_body_pets(rq->json, &l.pets, err);
    }
    if (rc >= 0) {
        rc =
            json_field_bool(rq->json, "also_same_attendee", false, &l.link.also_same_attendee, err);
    }
    if (rc >= 0) {
        rc = writer_run(cx->writer, make_job, &l, err);
    }
    return rc < 0 ? rc : answer(cx, &l, 201, re, err);
}
