/*
 * api_doctor.c: the doctor's report for the sync page. It asks other machines and takes seconds, so
 * one at a time.
 */
#include <stdlib.h>

#include "http/api.h"
#include "sync/doctor.h"

static void write_report(const struct doctor_report *r, struct jw *w)
{
    jw_object(w, NULL);
    jw_text(w, "level", doctor_level_name(r->level));
    jw_array(w, "checks");
    for (size_t i = 0; i < r->count; i++) {
        jw_object(w, NULL);
        jw_text(w, "check", r->lines[i].check);
        jw_text(w, "level", doctor_level_name(r->lines[i].level));
        jw_text(w, "outcome", r->lines[i].outcome);
        jw_text(w, "text", r->lines[i].text);
        jw_text(w, "cure", r->lines[i].cure[0] != '\0' ? r->lines[i].cure : NULL);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}

int api_doctor(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    (void)rq;
    if (atomic_exchange(&cx->doctor_busy, true)) {
        return err_set(err, ERR_BUSY, "somebody else is checking just now: wait some seconds");
    }
    struct doctor_report *report = calloc(1, sizeof *report); /* too large for a worker's stack */
    struct db *db = NULL;
    int rc = report != NULL ? db_pool_take(cx->pool, &db, err)
                            : err_set(err, ERR_NOMEM, "out of memory");
    if (rc >= 0) {
        const struct doctor_options o = {.config = cx->config, .db = db, .offline = cx->demo};
        doctor_run(&o, report);
        db_pool_give(cx->pool, db);
    }
    atomic_store(&cx->doctor_busy, false);
    if (rc >= 0 && report != NULL) {
        struct jw w;
        reply_json(re, 200, &w);
        write_report(report, &w);
        rc = reply_json_end(re, err);
    }
    free(report);
    return rc;
}
