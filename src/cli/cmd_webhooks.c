/*
 * cmd_webhooks.c: the deliveries that came in, listed, shown and applied again. Works beside a
 * running service: each replay is a short transaction of its own.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/when.h"
#include "db/writer.h"
#include "salon/webhook_log.h"
#include "sync/inbox.h"

static const char *or_dash(const char *text)
{
    return text != NULL && *text != '\0' ? text : "-";
}

/* What came from outside must not move the cursor or colour the terminal. */
static void print_safe(const char *text)
{
    for (const char *s = text; *s != '\0'; s++) {
        unsigned char byte = (unsigned char)*s;
        (void)putchar(byte < 0x20 || byte == 0x7f ? '?' : byte);
    }
}

static void print_line(const struct webhook_log *log)
{
    char when[WHEN_TEXT_LEN];
    when_format(log->created_at, when);
    (void)printf("%s  %s  %-9s  %-11s  ", log->id, when, or_dash(log->status),
                 or_dash(log->action));
    print_safe(or_dash(log->trigger));
    (void)printf("  ");
    print_safe(or_dash(log->uid));
    if (log->repeat_count > 0) {
        (void)printf("  (came %lld times more)", (long long)log->repeat_count);
    }
    if (log->error != NULL) {
        (void)printf("\n    ");
        print_safe(log->error);
    }
    (void)putchar('\n');
}

static void time_or_null(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

static void write_json(struct jw *w, const struct webhook_log *log, bool with_payload)
{
    jw_object(w, NULL);
    jw_text(w, "id", log->id);
    jw_text(w, "type", log->type);
    jw_time(w, "created_at", log->created_at);
    time_or_null(w, "processed_at", log->processed_at);
    jw_text(w, "status", log->status);
    jw_text(w, "action", log->action);
    jw_text(w, "trigger", log->trigger);
    jw_text(w, "uid", log->uid);
    jw_text(w, "event_id", log->event_id);
    jw_text(w, "error", log->error);
    jw_int(w, "repeat_count", log->repeat_count);
    time_or_null(w, "repeated_at", log->repeated_at);
    if (with_payload && log->payload != NULL) {
        jw_raw(w, "payload", log->payload, strlen(log->payload));
    } else if (with_payload) {
        jw_null(w, "payload");
    }
    jw_end_object(w);
}

static int list_one(void *arg, const struct webhook_log *log, struct err *err)
{
    (void)err;
    if (arg != NULL) {
        write_json(arg, log, false);
    } else {
        print_line(log);
    }
    return 0;
}

static int read_range(const struct cli *c, int64_t *from, int64_t *to, struct err *err)
{
    int64_t now = clock_now_ms();
    const char *text = cli_option(c, "--from");
    int rc = text != NULL ? when_parse(text, "--from", false, now, from, err) : 0;
    text = cli_option(c, "--to");
    if (rc == 0 && text != NULL) {
        rc = when_parse(text, "--to", true, now, to, err);
    }
    return rc;
}

int cmd_webhooks_list(struct cli *c, struct err *err)
{
    struct webhook_log_filter filter = {.status = cli_option(c, "--status"), .limit = 50};
    int rc = cli_option_int(c, "--limit", 1, 1000000, &filter.limit, err);
    if (rc == 0) {
        rc = read_range(c, &filter.from, &filter.to, err);
    }
    CLEANUP(db_close) struct db *db = NULL;
    if (rc == 0) {
        rc = cli_database(c, false, &db, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (cli_option(c, "--json") == NULL) {
        return webhook_log_list(db, &filter, list_one, NULL, err);
    }
    CLEANUP(buf_done) struct buf out;
    struct jw w;
    buf_init(&out, CLI_JSON_MAX);
    jw_init(&w, &out);
    jw_array(&w, NULL);
    rc = webhook_log_list(db, &filter, list_one, &w, err);
    jw_end_array(&w);
    return rc < 0 ? rc : cli_print_json(&out, err);
}

static int show_one(void *arg, const struct webhook_log *log, struct err *err)
{
    CLEANUP(buf_done) struct buf out;
    struct jw w;
    buf_init(&out, CLI_JSON_MAX);
    jw_init(&w, &out);
    write_json(&w, log, true);
    if (*(const bool *)arg) {
        return cli_print_json(&out, err);
    }
    CLEANUP(json_free) cJSON *whole = NULL;
    int rc = out.failed ? err_set(err, ERR_NOMEM, "out of memory")
                        : json_parse(out.data, out.len, &whole, err);
    if (rc < 0) {
        return rc;
    }
    char *text = cJSON_Print(whole);
    if (text == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    (void)printf("%s\n", text);
    cJSON_free(text);
    return 0;
}

int cmd_webhooks_show(struct cli *c, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    bool as_one_line = cli_option(c, "--json") != NULL;
    int rc = cli_database(c, false, &db, err);
    return rc < 0 ? rc : webhook_log_get(db, c->operand[0], NULL, show_one, &as_one_line, err);
}

struct replay {
    const char *log_id;
    int64_t complete_after_ms;
    int64_t now;
    struct inbox_result result;
};

static int replay_job(struct db *db, void *arg, struct err *err)
{
    struct replay *r = arg;
    return inbox_replay_in(db, r->complete_after_ms, r->log_id, r->now, &r->result, err);
}

struct replay_counts {
    int64_t done, changed, failing;
};

/* One delivery again, in a transaction of its own, so that the service waits only a moment. */
static int replay_one(struct cli *c, struct db *db, const char *id, struct replay_counts *n,
                      struct err *err)
{
    struct replay r = {.log_id = id,
                       .complete_after_ms = c->config->calcom.complete_after_ms,
                       .now = clock_now_ms()};
    int rc = db_transaction(db, replay_job, &r, err);
    if (rc < 0) {
        return rc;
    }
    bool good = r.result.status == INBOX_SUCCESS || r.result.status == INBOX_IGNORED;
    bool nothing = strcmp(r.result.action, "duplicate") == 0 ||
                   strcmp(r.result.action, "unchanged") == 0 || r.result.action[0] == '\0';
    n->done++;
    n->changed += good && !nothing;
    n->failing += !good;
    (void)printf("%s  %-11s  ", id, good ? or_dash(r.result.action) : "error");
    print_safe(r.result.message);
    (void)putchar('\n');
    return 0;
}

int cmd_webhooks_replay(struct cli *c, struct err *err)
{
    bool failed = cli_option(c, "--failed") != NULL;
    bool range = cli_option(c, "--from") != NULL || cli_option(c, "--to") != NULL;
    if ((c->operand_count > 0) == (failed || range)) {
        return err_set(err, ERR_USAGE,
                       "webhooks replay: name one delivery, or give --failed, --from or --to: see "
                       "barkbook "
                       "webhooks replay --help");
    }
    int64_t from = 0;
    int64_t to = 0;
    CLEANUP(db_close) struct db *db = NULL;
    int rc = read_range(c, &from, &to, err);
    if (rc == 0) {
        rc = cli_database(c, false, &db, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct replay_counts n = {0};
    if (c->operand_count > 0) {
        rc = replay_one(c, db, c->operand[0], &n, err);
    } else {
        struct webhook_log_place place = {0};
        while ((rc = webhook_log_next(db, failed, from, to, &place, err)) > 0) {
            rc = replay_one(c, db, place.id, &n, err);
            if (rc < 0) {
                break;
            }
        }
    }
    (void)printf("%lld replayed, %lld changed something, %lld still failing\n", (long long)n.done,
                 (long long)n.changed, (long long)n.failing);
    if (rc < 0) {
        return rc;
    }
    return n.failing > 0 ? 1 : 0;
}
