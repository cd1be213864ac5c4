/*
 * api_health.c: is it alive. No state.
 */
#include "http/api.h"

#include "db/migrate.h"

int api_healthz(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    (void)rq;
    struct db *db = NULL;
    int version = 0;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc >= 0) {
        rc = db_schema_version(db, &version, err);
        db_pool_give(cx->pool, db);
    }
    if (rc < 0) {
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "status", "ok");
    jw_text(&w, "version", BARKBOOK_VERSION);
    jw_text(&w, "instance", cx->instance);
    jw_end_object(&w);
    return reply_json_end(re, err);
}
