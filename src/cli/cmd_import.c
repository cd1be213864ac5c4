/*
 * cmd_import.c: a card index from a spreadsheet becomes clients and pets. Works beside a running
 * service, in one transaction; the search index follows in steps that leave the service room.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/csv.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "db/writer.h"
#include "salon/import.h"
#include "salon/search_index.h"
#include "sync/relink.h"

struct run {
    struct import_job job;
    struct actor who;
    struct import_counts counts;
    struct progress progress;
    struct buf *out; /* the report: text, or the inside of the JSON list */
    bool json;
};

static int read_file(const char *path, struct buf *out, struct err *err)
{
    char part[65536];
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot open %s: %m", path);
    }
    ssize_t n = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) ? 1 : -1;
    while (n > 0) {
        n = read(fd, part, sizeof part);
        if (n > 0) {
            buf_add(out, part, (size_t)n);
        }
    }
    (void)close(fd);
    if (n < 0) {
        return err_set(err, ERR_IO, "cannot read %s: is it a file?", path);
    }
    return out->failed ? err_set(err, ERR_TOO_LARGE, "%s is larger than %zu MB: cut it in two",
                                 path, IMPORT_FILE_MAX >> 20)
                       : 0;
}

static const char *in_words(const char *reason)
{
    static const struct {
        const char *reason;
        const char *words;
    } table[] = {
        {IMPORT_KNOWN, "everything is there already"},
        {IMPORT_OTHER_NAME, "its phone or e-mail is on the card of somebody of another name"},
        {IMPORT_TWO_CLIENTS, "its phone and its e-mail are on the cards of two clients"},
        {IMPORT_AMBIGUOUS, "several clients may be meant"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(table[i].reason, reason) == 0) {
            return table[i].words;
        }
    }
    return reason;
}

static int report_line(void *arg, const struct import_line *line, struct err *err)
{
    struct run *r = arg;
    (void)err;
    if (r->json) {
        struct jw w;
        jw_init(&w, r->out);
        buf_str(r->out, r->out->len > 0 ? "," : "");
        jw_object(&w, NULL);
        jw_int(&w, "line", line->line);
        jw_text(&w, "outcome", import_outcome_name(line->outcome));
        jw_text(&w, "reason", line->reason);
        jw_text(&w, "message", line->message);
        jw_text(&w, "name", line->name);
        jw_end_object(&w);
        return 0;
    }
    const char *why = line->message != NULL  ? line->message
                      : line->reason != NULL ? in_words(line->reason)
                                             : "";
    buf_printf(r->out, "line %d: %s: %s%s%s\n", line->line, import_outcome_name(line->outcome),
               line->name, why[0] != '\0' ? ": " : "", why);
    return 0;
}

static void show(void *arg, double done, int lines)
{
    struct run *r = arg;
    char what[64];
    (void)snprintf(what, sizeof what, "%d lines", lines);
    progress_show(&r->progress, done, lines, what);
}

static int import_job(struct db *db, void *arg, struct err *err)
{
    struct run *r = arg;
    buf_reset(r->out);
    return import_clients(db, &r->who, &r->job, &r->counts, err);
}

/* What else has to know of the new cards. */
static int follow_up(const struct cli *c, struct run *r, struct db *db, int *linked,
                     struct err *err)
{
    struct relink_all all = {.who = &r->who,
                             .complete_after_ms = c->config->calcom.complete_after_ms};
    int64_t done = 0;
    int rc = 0;
    do {
        rc = db_transaction(db, search_refresh_job, NULL, err);
        done += rc > 0 ? rc : 0;
        progress_show(&r->progress, -1, done, "making the search index");
    } while (rc > 0);
    do {
        rc = rc < 0 ? rc : db_transaction(db, relink_all_job, &all, err);
    } while (rc == RELINK_MAX);
    *linked = all.better;
    return rc < 0 ? rc : 0;
}

static int print_text(const struct run *r, int linked)
{
    const struct import_counts *n = &r->counts;
    (void)fwrite(r->out->data == NULL ? "" : r->out->data, 1, r->out->len, stdout);
    (void)printf("%s%d lines: %d created, %d merged, %d skipped (%d clients, %d pets).\n",
                 r->job.dry_run ? "Nothing was written. " : "", n->lines, n->created, n->merged,
                 n->skipped, n->clients, n->pets);
    if (n->ignored[0] != '\0') {
        (void)printf("Columns that were not read: %s.\n", n->ignored);
    }
    if (linked > 0) {
        (void)printf("%d appointments that had been waiting are linked now.\n", linked);
    }
    return 0;
}

static int print_json(const struct run *r, int linked, struct err *err)
{
    const struct import_counts *n = &r->counts;
    CLEANUP(buf_done) struct buf out;
    struct jw w;
    buf_init(&out, CLI_JSON_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_bool(&w, "dry_run", r->job.dry_run);
    jw_int(&w, "lines", n->lines);
    jw_int(&w, "created", n->created);
    jw_int(&w, "merged", n->merged);
    jw_int(&w, "skipped", n->skipped);
    jw_int(&w, "clients", n->clients);
    jw_int(&w, "pets", n->pets);
    jw_int(&w, "linked", linked);
    jw_text(&w, "ignored_columns", n->ignored);
    jw_array(&w, "report");
    buf_add(&out, r->out->data == NULL ? "" : r->out->data, r->out->len);
    jw_end_array(&w);
    jw_end_object(&w);
    return cli_print_json(&out, err);
}

static int import_text(struct cli *c, struct run *r, struct db *db, struct err *err)
{
    int linked = 0;
    progress_begin(&r->progress, r->json);
    int rc = r->job.dry_run ? import_job(db, r, err) : db_transaction(db, import_job, r, err);
    if (rc >= 0 && !r->job.dry_run) {
        rc = follow_up(c, r, db, &linked, err);
    }
    progress_end(&r->progress);
    if (rc >= 0 && r->out->failed) {
        rc = err_set(err, ERR_NOMEM, "the report does not fit into memory");
    }
    if (rc < 0) {
        return rc;
    }
    return r->json ? print_json(r, linked, err) : print_text(r, linked);
}

int cmd_import_clients(struct cli *c, struct err *err)
{
    CLEANUP(buf_done) struct buf file;
    CLEANUP(buf_done) struct buf text;
    CLEANUP(buf_done) struct buf report;
    CLEANUP(db_close) struct db *db = NULL;
    buf_init(&file, IMPORT_FILE_MAX);
    buf_init(&text, 3 * IMPORT_FILE_MAX);
    buf_init(&report, CLI_JSON_MAX);
    int rc = read_file(c->operand[0], &file, err);
    if (rc >= 0) {
        rc = csv_decode(file.data == NULL ? "" : file.data, file.len, &text, err);
    }
    if (rc >= 0) {
        rc = cli_database(c, true, &db, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct run r = {
        .job = {.text = text.data == NULL ? "" : text.data,
                .len = text.len,
                .dry_run = cli_option(c, "--dry-run") != NULL,
                .each = report_line,
                .progress = show},
        .who = {.now = clock_now_ms()},
        .out = &report,
        .json = cli_option(c, "--json") != NULL,
    };
    r.job.arg = &r;
    return import_text(c, &r, db, err);
}
