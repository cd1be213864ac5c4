/*
 * doctor_sms.c: does the sender of text messages know the account? Reads only; sends nothing.
 */
#include "sync/doctor_work.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "remote/fetch.h"

#define WAIT_MS    (8 * CLOCK_SECOND)
#define ANSWER_MAX ((size_t)64 * 1024)

static int ask(const struct doctor_options *o, struct fetch_answer *a, struct err *err)
{
    CLEANUP(fetch_free) struct fetch *f = NULL;
    CLEANUP(buf_done) struct buf url;
    const struct fetch_options limits = {.stop = o->stop,
                                         .connect_ms = WAIT_MS,
                                         .stall_ms = WAIT_MS,
                                         .total_ms = WAIT_MS,
                                         .body_max = ANSWER_MAX};
    buf_init(&url, 4096);
    buf_printf(&url, "%s/2010-04-01/Accounts/", o->config->sms.api_url);
    fetch_escape(&url, o->config->sms.account_sid);
    buf_str(&url, ".json");
    int rc = url.failed ? err_set(err, ERR_NOMEM, "out of memory") : fetch_new(&limits, &f, err);
    if (rc < 0) {
        return rc;
    }
    const struct fetch_request r = {.service = "Twilio",
                                    .method = "GET",
                                    .url = url.data,
                                    .user = o->config->sms.account_sid,
                                    .password = o->config->sms.auth_token};
    return fetch_run(f, &r, a, err);
}

void doctor_sms(const struct doctor_options *o, struct doctor_report *r)
{
    CLEANUP(fetch_answer_done) struct fetch_answer a;
    struct err err = {0};
    fetch_answer_init(&a);
    if (strcmp(o->config->sms.provider, "none") == 0) {
        doctor_text(doctor_add(r, "sms", HEALTH_OK, "off"), "text messages are off");
        return;
    }
    if (o->config->sms.account_sid == NULL || o->config->sms.auth_token == NULL ||
        o->config->sms.from == NULL) {
        struct doctor_line *line = doctor_add(r, "sms", HEALTH_BAD, "incomplete");
        doctor_text(line, "account_sid, auth_token and from are not all set in [sms]");
        doctor_cure(line, "copy them from Twilio's console");
        return;
    }
    int rc = ask(o, &a, &err);
    CLEANUP(json_free) cJSON *doc = NULL;
    const char *status = NULL;
    if (rc == 0 &&
        json_parse(a.body.data != NULL ? a.body.data : "", a.body.len, &doc, NULL) == 0) {
        status = json_text(doc, "status");
    }
    if (rc != 0) {
        struct doctor_line *line = doctor_add(r, "sms", HEALTH_BAD, "refused");
        doctor_text(line, "%s", rc < 0 ? err.msg : "Twilio knows no such account");
        doctor_cure(line, "compare account_sid and auth_token with Twilio's console");
    } else if (status != NULL && strcmp(status, "active") != 0) {
        struct doctor_line *line = doctor_add(r, "sms", HEALTH_BAD, "suspended");
        doctor_text(line, "Twilio says the account is %.40s", status);
        doctor_cure(line, "pay or ask Twilio; clients get no reminders meanwhile");
    } else {
        doctor_text(doctor_add(r, "sms", HEALTH_OK, "ok"), "Twilio knows the account");
    }
}
