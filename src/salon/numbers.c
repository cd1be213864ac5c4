/*
 * numbers.c: see numbers.h. Reads only, no state.
 */
#include "salon/numbers.h"

#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/numbers.sql.def"
#undef X

static const struct {
    const char *what;
    const char *sql;
} tables[] = {
    {"revenue", SQL_NUMBERS_REVENUE},   {"attendance", SQL_NUMBERS_ATTENDANCE},
    {"services", SQL_NUMBERS_SERVICES}, {"hours", SQL_NUMBERS_HOURS},
    {"clients", SQL_NUMBERS_CLIENTS},   {"pets", SQL_NUMBERS_PETS},
    {"overdue", SQL_NUMBERS_OVERDUE},   {"appointments", SQL_NUMBERS_APPOINTMENTS},
};

static const char *sql_of(const char *what)
{
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        if (strcmp(tables[i].what, what) == 0) {
            return tables[i].sql;
        }
    }
    return NULL;
}

bool numbers_known(const char *what)
{
    return sql_of(what) != NULL;
}

static bool takes(sqlite3_stmt *st, const char *name)
{
    return sqlite3_bind_parameter_index(st, name) > 0;
}

static void bind_text(sqlite3_stmt *st, const char *name, const char *value)
{
    if (takes(st, name)) {
        db_bind_text(st, name, value);
    }
}

static void bind_int(sqlite3_stmt *st, const char *name, int64_t value)
{
    if (takes(st, name)) {
        db_bind_int(st, name, value);
    }
}

static void bind(sqlite3_stmt *st, const struct numbers_query *q)
{
    bind_text(st, ":from", q->from);
    bind_text(st, ":to", q->to);
    bind_text(st, ":salon", q->salon_id);
    bind_text(st, ":today", q->today);
    bind_text(st, ":outcome", q->outcome);
    bind_text(st, ":service", q->service);
    bind_int(st, ":weekday", q->weekday);
    bind_int(st, ":hour", q->hour);
    bind_int(st, ":untaken", q->untaken);
    if (takes(st, ":from_time")) {
        db_bind_time(st, ":from_time", q->from_ms);
        db_bind_time(st, ":to_time", q->to_ms);
    }
}

static void write_row(sqlite3_stmt *st, struct jw *w)
{
    jw_object(w, NULL);
    for (int col = 0; col < sqlite3_column_count(st); col++) {
        const char *key = sqlite3_column_name(st, col);
        if (sqlite3_column_type(st, col) == SQLITE_INTEGER) {
            jw_int(w, key, db_int(st, col));
        } else {
            jw_text(w, key, db_text(st, col));
        }
    }
    jw_end_object(w);
}

static int ask(struct db *db, const char *sql, const struct numbers_query *q, numbers_ask_fn *read,
               void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind(st, q);
    return read(arg, st, err);
}

int numbers_ask(struct db *db, const char *what, const struct numbers_query *q,
                numbers_ask_fn *read, void *arg, struct err *err)
{
    const char *found = sql_of(what);
    return found == NULL ? err_set(err, ERR_NOT_FOUND, "there are no such numbers")
                         : ask(db, found, q, read, arg, err);
}

struct writing {
    struct db *db;
    struct jw *w;
};

static int write_rows(void *arg, sqlite3_stmt *st, struct err *err)
{
    const struct writing *to = arg;
    int count = 0;
    int rc = db_step(to->db, st, err);
    while (rc > 0) {
        write_row(st, to->w);
        count++;
        rc = db_step(to->db, st, err);
    }
    return rc < 0 ? rc : count;
}

int numbers_write(struct db *db, const char *what, const struct numbers_query *q, struct jw *w,
                  struct err *err)
{
    struct writing to = {.db = db, .w = w};
    return numbers_ask(db, what, q, write_rows, &to, err);
}

int numbers_pending(struct db *db, int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_NUMBERS_PENDING, &st, err);
    if (rc >= 0) {
        rc = db_step(db, st, err);
    }
    if (rc > 0) {
        *out = db_int(st, 0);
    }
    return rc < 0 ? rc : 0;
}
