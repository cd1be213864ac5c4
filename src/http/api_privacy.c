/*
 * api_privacy.c: the owner erases a client, after a preview. No state.
 */
#include "base/log.h"
#include "http/api.h"
#include "http/card_body.h"
#include "sync/erase.h"

static int answer(const struct erase_client *e, int64_t now, struct reply *re, struct err *err)
{
    const struct erase_counts *n = &e->counts;
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_bool(&w, "preview", e->preview);
    jw_object(&w, "counts");
    jw_int(&w, "cards", n->cards);
    jw_int(&w, "pets", n->pets);
    jw_int(&w, "shared_pets", n->shared_pets);
    jw_int(&w, "appointments", n->appointments);
    jw_int(&w, "upcoming", n->upcoming);
    jw_int(&w, "visits", n->visits);
    jw_int(&w, "photos", n->photos);
    jw_int(&w, "deliveries", n->deliveries);
    jw_end_object(&w);
    if (e->preview) {
        jw_null(&w, "receipt");
    } else {
        jw_object(&w, "receipt");
        jw_text(&w, "id", e->receipt);
        jw_text(&w, "client_id", e->id);
        jw_time(&w, "at", now);
        jw_end_object(&w);
    }
    jw_end_object(&w);
    return reply_json_end(re, err);
}

int api_client_erase(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    const struct actor who = request_actor(rq);
    struct erase_client e = {.who = &who,
                             .client_id = rq->params[0],
                             .data_dir = cx->config->server.data_dir};
    struct err swept = {0};
    int rc = json_field_bool(rq->json, "preview", true, &e.preview, err);
    if (rc >= 0) {
        rc = writer_run(cx->writer, erase_client_job, &e, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (!e.preview) {
        api_audit_note(cx, rq, "erase", "client", e.id);
        log_info("client_erased", "receipt=%s by=%s", e.receipt, who.staff_id);
        if (erase_sweep(e.data_dir, &swept) < 0) {
            log_warn("erase_sweep", "error=%s", swept.msg);
        }
    }
    return answer(&e, rq->now, re, err);
}
