/*
 * export.c: see export.h: which statement answers which export, and the frame around its rows.
 * Reads only.
 */
#include "salon/export.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "salon/export_write.h"
#include "salon/numbers.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "salon/export.sql.def"
#undef X_SCAN
#undef X

#define ROW_MAX ((size_t)1 << 20)

static const struct {
    const char *name;
    const char *sql; /* NULL: answered otherwise */
    bool totals;
} kinds[] = {
    [EXPORT_APPOINTMENTS] = {"appointments", SQL_EXPORT_APPOINTMENTS, false},
    [EXPORT_CLIENTS] = {"clients", SQL_EXPORT_CLIENTS, false},
    [EXPORT_PETS] = {"pets", SQL_EXPORT_PETS, false},
    [EXPORT_VISITS] = {"visits", SQL_EXPORT_VISITS, false},
    [EXPORT_REVENUE] = {"revenue", NULL, true},
    [EXPORT_ACCOUNTING] = {"accounting", SQL_EXPORT_ACCOUNTING, true},
    [EXPORT_EVERYTHING] = {"everything", NULL, false},
};

bool export_what_parse(const char *text, enum export_what *out)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcmp(kinds[i].name, text) == 0) {
            *out = (enum export_what)i;
            return true;
        }
    }
    return false;
}

static const char *const format_names[] = {"csv", "json", "ics"};

bool export_format_parse(const char *text, enum export_format *out)
{
    for (size_t i = 0; i < ARRAY_LEN(format_names); i++) {
        if (strcmp(format_names[i], text) == 0) {
            *out = (enum export_format)i;
            return true;
        }
    }
    return false;
}

enum export_format export_usual_format(enum export_what what)
{
    return what == EXPORT_EVERYTHING ? EXPORT_JSON : EXPORT_CSV;
}

int export_check(const struct export_query *q, struct err *err)
{
    if (q->what == EXPORT_EVERYTHING && q->format != EXPORT_JSON) {
        return err_set(err, ERR_INVALID, "format: everything comes as json");
    }
    if (q->format == EXPORT_ICS && q->what != EXPORT_APPOINTMENTS) {
        return err_set(err, ERR_INVALID, "format: only appointments come as ics");
    }
    return 0;
}

static void local_day(int64_t ms, char out[static 11])
{
    struct local_time t;
    zone_local(ms, &t);
    date_format(t.date, out);
}

void export_name(const struct export_query *q, char out[static EXPORT_NAME_LEN])
{
    char from[11];
    char to[11];
    local_day(q->from, from);
    local_day(q->to - 1, to);
    (void)snprintf(out, EXPORT_NAME_LEN, "barkbook-%s-%s-%s.%s", kinds[q->what].name, from, to,
                   format_names[q->format]);
}

const char *export_type(enum export_format format)
{
    static const char *const types[] = {
        [EXPORT_CSV] = "text/csv; charset=utf-8",
        [EXPORT_JSON] = "application/json; charset=utf-8",
        [EXPORT_ICS] = "text/calendar; charset=utf-8",
    };
    return types[format];
}

/* The moments a statement asks for, in the form it asks for. */
struct span {
    char from_day[11];
    char to_day[11];
};

static void bind_span(sqlite3_stmt *st, const struct export_query *q, const struct span *s)
{
    if (sqlite3_bind_parameter_index(st, ":from") > 0) {
        db_bind_time(st, ":from", q->from > 0 ? q->from : 1);
        db_bind_time(st, ":to", q->to);
    }
    if (sqlite3_bind_parameter_index(st, ":from_day") > 0) {
        db_bind_text(st, ":from_day", s->from_day);
        db_bind_text(st, ":to_day", s->to_day);
    }
    db_bind_text(st, ":salon", q->salon_id);
}

typedef int row_fn(struct export_file *f, sqlite3_stmt *st, struct err *err);

static row_fn *row_writer(enum export_format format)
{
    static row_fn *const writers[] = {
        [EXPORT_CSV] = export_csv_row,
        [EXPORT_JSON] = export_json_row,
        [EXPORT_ICS] = export_ics_row,
    };
    return writers[format];
}

/* The rows of a statement that is bound, with their frame. */
static int write_rows(struct db *db, struct export_file *f, sqlite3_stmt *st, bool totals,
                      struct err *err)
{
    bool csv = f->query->format == EXPORT_CSV;
    f->rows = 0;
    memset(f->totals, 0, sizeof f->totals);
    int rc = csv ? export_csv_head(f, st, err) : 0;
    if (rc >= 0) {
        rc = db_step(db, st, err);
    }
    while (rc > 0) {
        rc = row_writer(f->query->format)(f, st, err);
        if (rc >= 0) {
            rc = db_step(db, st, err);
        }
    }
    return rc >= 0 && csv && totals ? export_csv_totals(f, st, err) : rc;
}

static int write_statement(struct db *db, struct export_file *f, const char *sql, bool totals,
                           const struct span *span, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_span(st, f->query, span);
    return write_rows(db, f, st, totals, err);
}

struct revenue {
    struct db *db;
    struct export_file *file;
};

static int write_revenue_rows(void *arg, sqlite3_stmt *st, struct err *err)
{
    const struct revenue *r = arg;
    return write_rows(r->db, r->file, st, true, err);
}

static int write_table(struct db *db, struct export_file *f, enum export_what what,
                       const struct span *span, struct err *err)
{
    if (what != EXPORT_REVENUE) {
        const char *sql = f->query->format == EXPORT_ICS ? SQL_EXPORT_ICS : kinds[what].sql;
        return write_statement(db, f, sql, kinds[what].totals, span, err);
    }
    struct revenue r = {.db = db, .file = f};
    char last[11];
    local_day(f->query->to - 1, last);
    const struct numbers_query q = {.from = span->from_day,
                                    .to = last,
                                    .today = last,
                                    .salon_id = f->query->salon_id};
    return numbers_ask(db, "revenue", &q, write_revenue_rows, &r, err);
}

static int put(struct export_file *f, const char *text, struct err *err)
{
    buf_str(&f->line, text);
    return export_flush(f, err);
}

static int write_json(struct db *db, struct export_file *f, const struct span *span,
                      struct err *err)
{
    static const enum export_what all[] = {EXPORT_APPOINTMENTS, EXPORT_CLIENTS, EXPORT_PETS,
                                           EXPORT_VISITS, EXPORT_REVENUE};
    const struct export_query *q = f->query;
    bool everything = q->what == EXPORT_EVERYTHING;
    char made[TIME_TEXT_LEN];
    char last[11];
    time_format(q->now, made);
    local_day(q->to - 1, last);
    buf_printf(&f->line,
               "{\"barkbook_export\":%d,\"program\":\"%s\",\"made_at\":\"%s\",\"timezone\":\"%s\","
               "\"from\":\"%s\",\"to\":\"%s\"",
               EXPORT_VERSION, BARKBOOK_VERSION, made, zone_name(), span->from_day, last);
    int rc = export_flush(f, err);
    for (size_t i = 0; i < (everything ? ARRAY_LEN(all) : 1) && rc >= 0; i++) {
        enum export_what what = everything ? all[i] : q->what;
        buf_printf(&f->line, ",\n\"%s\":[", kinds[what].name);
        rc = export_flush(f, err);
        if (rc >= 0) {
            rc = write_table(db, f, what, span, err);
        }
        if (rc >= 0) {
            rc = put(f, "\n]", err);
        }
    }
    return rc < 0 ? rc : put(f, "}\n", err);
}

int export_run(struct db *db, const struct export_query *q, export_sink *sink, void *arg,
               struct err *err)
{
    struct span span;
    struct export_file f = {.query = q, .sink = sink, .arg = arg};
    int rc = export_check(q, err);
    if (rc < 0) {
        return rc;
    }
    local_day(q->from, span.from_day);
    local_day(q->to, span.to_day);
    buf_init(&f.line, ROW_MAX);
    if (q->format == EXPORT_JSON) {
        rc = write_json(db, &f, &span, err);
    } else if (q->format == EXPORT_CSV) {
        rc = write_table(db, &f, q->what, &span, err);
    } else {
        rc = export_ics_head(&f, err);
        if (rc >= 0) {
            rc = write_table(db, &f, q->what, &span, err);
        }
        if (rc >= 0) {
            rc = export_ics_foot(&f, err);
        }
    }
    buf_done(&f.line);
    return rc < 0 ? rc : 0;
}
