/*
 * cmd_export.c: the salon's records to standard output. Works beside a running service; a million
 * rows need no memory.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/when.h"
#include "db/writer.h"
#include "salon/audit.h"
#include "salon/export.h"
#include "salon/tally.h"

#define FAR_AHEAD (800 * CLOCK_DAY)

static int to_stdout(void *arg, const void *data, size_t n, struct err *err)
{
    (void)arg;
    if (fwrite(data, 1, n, stdout) != n) {
        return err_set(err, ERR_IO, "cannot write the file: %s", strerror(errno));
    }
    return 0;
}

static int read_query(const struct cli *c, struct export_query *q, struct err *err)
{
    const char *format = cli_option(c, "--format");
    if (!export_what_parse(c->operand[0], &q->what)) {
        return err_set(err, ERR_USAGE,
                       "%s: not an export: appointments, clients, pets, visits, revenue, "
                       "accounting "
                       "or everything",
                       c->operand[0]);
    }
    q->format = export_usual_format(q->what);
    if (format != NULL && !export_format_parse(format, &q->format)) {
        return err_set(err, ERR_USAGE, "--format: csv, json or ics");
    }
    const char *text = cli_option(c, "--from");
    int rc = text != NULL ? when_parse(text, "--from", false, q->now, &q->from, err) : 0;
    text = cli_option(c, "--to");
    if (rc == 0 && text != NULL) {
        rc = when_parse(text, "--to", true, q->now, &q->to, err);
    }
    if (rc == 0 && export_check(q, err) < 0) {
        err->code = ERR_USAGE;
        rc = -(int)ERR_USAGE;
    }
    return rc;
}

int cmd_export(struct cli *c, struct err *err)
{
    struct export_query q = {.language = c->config->server.language, .now = clock_now_ms()};
    CLEANUP(db_close) struct db *db = NULL;
    q.to = q.now + FAR_AHEAD;
    int rc = read_query(c, &q, err);
    if (rc >= 0) {
        rc = cli_database(c, false, &db, err);
    }
    int counted = q.what == EXPORT_REVENUE || q.what == EXPORT_EVERYTHING ? TALLY_REFRESH_MAX : 0;
    while (rc >= 0 && counted == TALLY_REFRESH_MAX) {
        rc = counted = db_transaction(db, tally_refresh_job, NULL, err);
    }
    const struct actor who = {.now = q.now};
    struct audit_note note = {.who = &who, .action = "export", .kind = "clients"};
    if (rc >= 0) {
        rc = db_transaction(db, audit_note_job, &note, err);
    }
    if (rc >= 0) {
        rc = export_run(db, &q, to_stdout, NULL, err);
    }
    if (rc >= 0 && fflush(stdout) != 0) {
        rc = err_set(err, ERR_IO, "cannot write the file: %s", strerror(errno));
    }
    return rc < 0 ? rc : 0;
}
