/*
 * api_import.c: the owner brings a card index from a spreadsheet, after a dry run that says what
 * would become of each line. No state.
 */
#include <string.h>

#include "base/csv.h"
#include "base/log.h"
#include "http/api.h"
#include "http/card_body.h"
#include "salon/import.h"
#include "salon/search_index.h"
#include "sync/relink.h"

/* Of the report; further lines are left out of it, and it says so. */
#define REPORT_MAX    (REPLY_BODY_MAX - (size_t)64 * 1024)
#define INDEX_AT_ONCE 4 /* steps of the search index; the rest follows in the background */

struct importing {
    struct import_job job;
    struct actor who;
    struct import_counts counts;
    struct buf report; /* the inside of a JSON list */
    bool cut;
    char salon[UUID_TEXT_LEN];
};

static int report_line(void *arg, const struct import_line *line, struct err *err)
{
    (void)err;
    struct importing *m = arg;
    struct jw w;
    if (m->report.len > REPORT_MAX) {
        m->cut = true;
        return 0;
    }
    jw_init(&w, &m->report);
    buf_str(&m->report, m->report.len > 0 ? "," : "");
    jw_object(&w, NULL);
    jw_int(&w, "line", line->line);
    jw_text(&w, "outcome", import_outcome_name(line->outcome));
    jw_text(&w, "name", line->name);
    if (line->reason != NULL) {
        jw_text(&w, "reason", line->reason);
    }
    if (line->message != NULL) {
        jw_text_n(&w, "field", line->message, strcspn(line->message, ":"));
        jw_text(&w, "message", line->message);
    }
    jw_end_object(&w);
    return 0;
}

static int import_job(struct db *db, void *arg, struct err *err)
{
    struct importing *m = arg;
    buf_reset(&m->report);
    m->cut = false;
    return import_clients(db, &m->who, &m->job, &m->counts, err);
}

static int dry_run(struct http_context *cx, struct importing *m, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(cx->pool, &db, err);
    if (rc < 0) {
        return rc;
    }
    rc = import_job(db, m, err);
    db_pool_give(cx->pool, db);
    return rc;
}

/* What else has to know of the new cards. They are there whatever becomes of this. */
static int follow_up(struct http_context *cx, const struct importing *m)
{
    struct relink_all all = {.who = &m->who,
                             .complete_after_ms = cx->config->calcom.complete_after_ms};
    struct err err = {0};
    int rc = 1;
    for (int i = 0; i < INDEX_AT_ONCE && rc > 0; i++) {
        rc = writer_run(cx->writer, search_refresh_job, NULL, &err);
    }
    do {
        rc = rc < 0 ? rc : writer_run(cx->writer, relink_all_job, &all, &err);
    } while (rc == RELINK_MAX);
    if (rc < 0) {
        log_error("import_unfinished", "error=%s", err.msg);
    }
    return all.better;
}

static int answer(const struct importing *m, int linked, struct reply *re, struct err *err)
{
    const struct import_counts *n = &m->counts;
    struct jw w;
    reply_json(re, 200, &w);
    jw_object(&w, NULL);
    jw_bool(&w, "dry_run", m->job.dry_run);
    jw_int(&w, "lines", n->lines);
    jw_int(&w, "created", n->created);
    jw_int(&w, "merged", n->merged);
    jw_int(&w, "skipped", n->skipped);
    jw_int(&w, "clients", n->clients);
    jw_int(&w, "pets", n->pets);
    jw_int(&w, "linked", linked);
    jw_text(&w, "ignored_columns", n->ignored[0] != '\0' ? n->ignored : NULL);
    jw_bool(&w, "report_cut", m->cut);
    jw_array(&w, "report");
    buf_add(&re->body, m->report.data == NULL ? "" : m->report.data, m->report.len);
    jw_end_array(&w);
    jw_end_object(&w);
    return reply_json_end(re, err);
}

static int read_file(struct http_request *rq, struct buf *text, struct err *err)
{
    CLEANUP(buf_done) struct buf file;
    buf_init(&file, IMPORT_FILE_MAX);
    int rc = request_body(rq, IMPORT_FILE_MAX, &file, err);
    if (rc < 0) {
        return rc;
    }
    return csv_decode(file.data == NULL ? "" : file.data, file.len, text, err);
}

static int import(struct http_context *cx, struct http_request *rq, struct importing *m,
                  struct reply *re, struct err *err)
{
    int64_t dry = 0;
    int linked = 0;
    int rc = request_query_int(rq, "dry_run", 0, 1, &dry, err);
    int salon = rc < 0 ? rc : request_query(rq, "salon_id", m->salon, sizeof m->salon, err);
    if (salon < 0) {
        return salon;
    }
    m->job.dry_run = dry == 1;
    m->job.salon_id = salon > 0 && m->salon[0] != '\0' ? m->salon : NULL;
    rc = m->job.dry_run ? dry_run(cx, m, err) : writer_run(cx->writer, import_job, m, err);
    if (rc >= 0 && !m->job.dry_run) {
        linked = follow_up(cx, m);
        api_audit_note(cx, rq, "import", "clients", NULL);
        log_info("clients_imported", "lines=%d created=%d merged=%d skipped=%d by=%s",
                 m->counts.lines, m->counts.created, m->counts.merged, m->counts.skipped,
                 m->who.staff_id);
    }
    return rc < 0 ? rc : answer(m, linked, re, err);
}

int api_import_clients(struct http_context *cx, struct http_request *rq, struct reply *re,
                       struct err *err)
{
    CLEANUP(buf_done) struct buf text;
    buf_init(&text, 3 * IMPORT_FILE_MAX);
    if (!request_is_type(rq, "text/csv")) {
        return err_set(err, ERR_TYPE, "Content-Type must be text/csv");
    }
    int rc = read_file(rq, &text, err);
    if (rc < 0) {
        return rc;
    }
    struct importing m = {.job = {.text = text.data == NULL ? "" : text.data,
                                  .len = text.len,
                                  .each = report_line},
                          .who = request_actor(rq)};
    m.job.arg = &m;
    buf_init(&m.report, REPLY_BODY_MAX);
    rc = import(cx, rq, &m, re, err);
    buf_done(&m.report);
    return rc;
}
