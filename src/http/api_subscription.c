/*
 * api_subscription.c: Cal.com's webhook subscription: what differs, and the button that makes it
 * right. Asks Cal.com, a few calls at a time, as sync/outgoing.h does.
 */
#include "http/api.h"
#include "sync/outgoing.h"
#include "sync/registration.h"

static void text_or_null(struct jw *w, const char *key, const char *text)
{
    jw_text(w, key, text[0] != '\0' ? text : NULL);
}

static int answer(struct http_context *cx, bool dry_run, struct reply *re, struct err *err)
{
    struct registration r;
    int rc = outgoing_register(cx->outgoing, dry_run, &r, err);
    if (rc < 0) {
        /* 500 and 502 would be taken for a broken BarkBook. */
        if (err->code == ERR_CONFIG || err->code == ERR_REMOTE) {
            err->code = ERR_CONFLICT;
            return -(int)ERR_CONFLICT;
        }
        return rc;
    }
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_text(&w, "url", r.url);
    jw_text(&w, "before", subscription_word(r.before));
    jw_text(&w, "state", subscription_word(r.after));
    text_or_null(&w, "missing_triggers", r.missing);
    text_or_null(&w, "other_url", r.other);
    jw_bool(&w, "changed", r.changed);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

int api_subscription(struct http_context *cx, struct http_request *rq, struct reply *re,
                     struct err *err)
{
    (void)rq;
    return answer(cx, true, re, err);
}

int api_subscription_register(struct http_context *cx, struct http_request *rq, struct reply *re,
                              struct err *err)
{
    (void)rq;
    return answer(cx, false, re, err);
}
