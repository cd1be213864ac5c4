/*
 * cmd_doctor.c: barkbook doctor: prints what sync/doctor.h found. Works also where the database
 * does not open: that is then one of the lines.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/data_dir.h"
#include "base/json.h"
#include "cli/commands.h"
#include "remote/fetch.h"
#include "sync/doctor.h"
#include "sync/restore.h"

static int open_database(const struct cli *c, struct db **out, struct err *err)
{
    char path[DATA_DIR_PATH_LEN];
    int rc = restore_pending(c->config->server.data_dir, err);
    if (rc == 0) {
        rc = data_dir_path(c->config->server.data_dir, DATA_DIR_DATABASE, path, err);
    }
    if (rc == 0 && access(path, F_OK) != 0) {
        rc =
            err_set(err, ERR_NOT_FOUND, "there is no database at %s: start the service once", path);
    }
    return rc < 0 ? rc : db_open(path, DB_READ, false, out, err);
}

static void print_text(const struct doctor_report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct doctor_line *line = &r->lines[i];
        (void)printf("%-5s %-13s %s\n", doctor_level_name(line->level), line->check, line->text);
        if (line->cure[0] != '\0') {
            (void)printf("%19s -> %s\n", "", line->cure);
        }
    }
}

static int print_json(const struct doctor_report *r, struct err *err)
{
    CLEANUP(buf_done) struct buf out;
    struct jw w;
    buf_init(&out, CLI_JSON_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "level", doctor_level_name(r->level));
    jw_array(&w, "checks");
    for (size_t i = 0; i < r->count; i++) {
        const struct doctor_line *line = &r->lines[i];
        jw_object(&w, NULL);
        jw_text(&w, "check", line->check);
        jw_text(&w, "level", doctor_level_name(line->level));
        jw_text(&w, "outcome", line->outcome);
        jw_text(&w, "text", line->text);
        jw_text(&w, "cure", line->cure[0] != '\0' ? line->cure : NULL);
        jw_end_object(&w);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    return cli_print_json(&out, err);
}

int cmd_doctor(struct cli *c, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    struct err db_error = {0};
    struct doctor_report report;
    int rc = fetch_global_init(err);
    if (rc < 0) {
        return rc;
    }
    if (open_database(c, &db, &db_error) < 0) {
        db = NULL;
    }
    const struct doctor_options o = {.config = c->config, .db = db, .db_error = &db_error};
    doctor_run(&o, &report);
    if (cli_option(c, "--json") != NULL) {
        rc = print_json(&report, err);
    } else {
        print_text(&report);
    }
    return rc < 0 ? rc : report.level == HEALTH_BAD ? 1 : 0;
}
