/*
 * calcom_webhooks.c: /v2/webhooks, which has no version header. The secret goes out in the body and
 * is shown nowhere. No state.
 */
#include "remote/calcom_webhooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "remote/calcom_call.h"

#define BODY_MAX ((size_t)16 * 1024)

void calcom_webhooks_done(struct calcom_webhooks *w)
{
    free(w->list);
    *w = (struct calcom_webhooks){0};
}

static void read_one(const cJSON *row, const char *secret, struct calcom_webhook *w)
{
    char *id = json_scalar(row, "id");
    const char *url = json_text(row, "subscriberUrl");
    const char *theirs = json_text(row, "secret");
    const char *template = json_text(row, "payloadTemplate");
    (void)snprintf(w->id, sizeof w->id, "%s", id != NULL ? id : "");
    (void)snprintf(w->url, sizeof w->url, "%s", url != NULL ? url : "");
    free(id);
    if (!json_bool(row, "active", &w->active)) {
        w->active = false;
    }
    w->has_secret = theirs != NULL && *theirs != '\0';
    w->right_secret = w->has_secret && strlen(theirs) == strlen(secret) &&
                      secret_equal(theirs, secret, strlen(secret));
    w->template = template != NULL && *template != '\0';
    const cJSON *t = NULL;
    cJSON_ArrayForEach(t, json_get(row, "triggers"))
    {
        if (cJSON_IsString(t) && w->trigger_count < WEBHOOK_TRIGGERS_MAX) {
            (void)snprintf(w->triggers[w->trigger_count++], sizeof w->triggers[0], "%s",
                           t->valuestring);
        }
    }
}

static int no_webhooks(struct err *err)
{
    return err_set(err, ERR_REMOTE,
                   "Cal.com knows no webhooks at this address (404): check api_url "
                   "in [calcom]");
}

int calcom_webhooks(struct calcom *c, const char *secret, struct calcom_webhooks *out,
                    struct err *err)
{
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    struct calcom_webhooks w = {0};
    const struct calcom_call call = {.path = "/v2/webhooks?take=250", .list = true};
    int rc = calcom_get(c, &call, &a, NULL, err);
    if (rc != 0) {
        return rc < 0 ? rc : no_webhooks(err);
    }
    w.list = calloc(WEBHOOKS_MAX, sizeof *w.list);
    if (w.list == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, a.data)
    {
        if (w.count < WEBHOOKS_MAX) {
            read_one(row, secret, &w.list[w.count++]);
        }
    }
    *out = w;
    return 0;
}

int calcom_webhook_save(struct calcom *c, const char *id, const struct calcom_webhook_wish *wish,
                        struct err *err)
{
    CLEANUP(buf_done) struct buf path = {0};
    CLEANUP(buf_done) struct buf body = {0};
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    struct jw w;
    buf_init(&path, 256);
    buf_init(&body, BODY_MAX);
    buf_str(&path, "/v2/webhooks");
    if (id != NULL) {
        buf_char(&path, '/');
        fetch_escape(&path, id);
    }
    jw_init(&w, &body);
    jw_object(&w, NULL);
    jw_text(&w, "subscriberUrl", wish->url);
    jw_bool(&w, "active", true);
    jw_text(&w, "secret", wish->secret);
    if (id != NULL) {
        jw_text(&w, "payloadTemplate", ""); /* the usual shape */
    }
    jw_array(&w, "triggers");
    for (const char *const *t = wish->triggers; *t != NULL; t++) {
        jw_text(&w, NULL, *t);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    if (path.failed || body.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    struct calcom_refusal why;
    enum fetch_failure failure = FETCH_OK;
    const struct calcom_call call = {.path = path.data,
                                     .method = id == NULL ? "POST" : "PATCH",
                                     .body = body.data};
    int rc = calcom_once(c, &call, &a, &why, &failure, err);
    secret_wipe(body.data, body.len);
    if (rc > 0) {
        return no_webhooks(err);
    }
    if (rc < 0 && why.words[0] != '\0') {
        return err_set(err, err->code, "Cal.com refuses the webhook: %s", why.words);
    }
    return rc;
}
