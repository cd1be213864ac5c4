/*
 * api_message_settings.c: what the owner decides about texts. The token goes in and never comes
 * out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/api.h"
#include "http/message_json.h"
#include "salon/message_setting.h"
#include "sync/texter.h"

static void clock_text(struct jw *w, const char *key, int minutes)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
    jw_text(w, key, text);
}

static int write_templates(struct db *db, struct jw *w, struct err *err)
{
    static const char *const languages[] = {"pl", "en"};
    jw_object(w, "templates");
    for (int k = 0; k < MESSAGE_PLANNED; k++) {
        jw_object(w, message_kind_name((enum message_kind)k));
        for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
            char *text = NULL;
            bool own = false;
            int rc =
                message_settings_template(db, (enum message_kind)k, languages[i], &text, &own, err);
            if (rc < 0) {
                return rc;
            }
            jw_object(w, languages[i]);
            jw_text(w, "text", text);
            jw_bool(w, "own", own);
            jw_end_object(w);
            free(text);
        }
        jw_end_object(w);
    }
    jw_end_object(w);
    jw_array(w, "fields");
    for (size_t i = 0; message_field_name(i) != NULL; i++) {
        jw_text(w, NULL, message_field_name(i));
    }
    jw_end_array(w);
    return 0;
}

static void write_account(struct http_context *cx, const struct message_settings *s, struct jw *w)
{
    static const char *const keys[] = {"provider", "account_sid", "auth_token", "from"};
    const char *base = cx->config->server.public_url;
    jw_text(w, "provider", s->pretend ? "pretend" : s->twilio ? "twilio" : "none");
    jw_text(w, "account_sid", s->account_sid);
    jw_bool(w, "has_token", s->auth_token != NULL && s->auth_token[0] != '\0');
    jw_text(w, "from", s->from);
    jw_bool(w, "from_is_name", message_from_is_name(s->from));
    jw_array(w, "configured"); /* in the file or the environment: read-only here */
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (config_is_set(cx->config, "sms", keys[i])) {
            jw_text(w, NULL, keys[i]);
        }
    }
    jw_end_array(w);
    CLEANUP(buf_done) struct buf url;
    buf_init(&url, 4096);
    if (base != NULL) {
        buf_printf(&url, "%s" TEXTER_INBOUND_PATH, base);
    }
    jw_text(w, "inbound_url", base != NULL && !url.failed ? url.data : NULL);
}

static int write_settings(struct http_context *cx, struct db *db, struct reply *re, struct err *err)
{
    struct jw w;
    struct texter_status status = {0};
    CLEANUP(message_settings_done) struct message_settings s = {0};
    int rc = message_settings_load(db, cx->config, cx->demo, &s, err);
    if (rc < 0) {
        return rc;
    }
    if (cx->texter != NULL) {
        texter_status(cx->texter, &status);
    }
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    write_account(cx, &s, &w);
    jw_bool(&w, "able", s.rules.able);
    jw_text(&w, "problem", status.error[0] == '\0' ? NULL : status.error);
    jw_bool(&w, "day_before", s.rules.on[MESSAGE_DAY_BEFORE]);
    jw_bool(&w, "same_day", s.rules.on[MESSAGE_SAME_DAY]);
    clock_text(&w, "window_from", s.rules.from);
    clock_text(&w, "window_to", s.rules.to);
    if (s.rules.day_before_at < 0) {
        jw_text(&w, "day_before_at", "visit");
    } else {
        clock_text(&w, "day_before_at", s.rules.day_before_at);
    }
    jw_int(&w, "same_day_before", s.rules.same_day_before);
    jw_bool(&w, "plain", s.plain);
    jw_text(&w, "language", s.language);
    if (s.segment_price >= 0) {
        jw_int(&w, "segment_price", s.segment_price);
    } else {
        jw_null(&w, "segment_price");
    }
    rc = write_templates(db, &w, err);
    jw_end_object(&w);
    return rc < 0 ? rc : reply_json_end(re, err);
}

int api_message_settings(struct http_context *cx, struct http_request *rq, struct reply *re,
                         struct err *err)
{
    (void)rq;
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = write_settings(cx, db, re, err);
    db_pool_give(cx->pool, db);
    return rc;
}

int api_message_settings_change(struct http_context *cx, struct http_request *rq, struct reply *re,
                                struct err *err)
{
    struct message_settings_change job = {.json = rq->json, .config = cx->config, .now = rq->now};
    int rc = writer_run(cx->writer, message_settings_change_job, &job, err);
    if (rc < 0) {
        return rc;
    }
    texter_settings_changed(cx->texter);
    return api_message_settings(cx, rq, re, err);
}
