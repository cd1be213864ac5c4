/*
 * webhook_log.c: reads webhook_logs. Never writes. No state; the connection belongs to the caller.
 */
#include "salon/webhook_log.h"

#include <string.h>

#include "base/clock.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "salon/webhook_log.sql.def"
#undef X_SCAN
#undef X

#define DEFAULT_LIMIT 100

/* Bounds that are always there, so that one statement serves and the index is always used. */
static const char beginning_of_time[] = "";
static const char end_of_time[] = "~";

struct bound {
    char text[TIME_TEXT_LEN];
};

static const char *bound(struct bound *b, int64_t ms, const char *open)
{
    if (ms <= 0) {
        return open;
    }
    time_format(ms, b->text);
    return b->text;
}

static int read_row(sqlite3_stmt *st, webhook_log_fn *fn, void *arg, struct err *err)
{
    struct webhook_log log = {
        .id = db_text(st, 0),
        .type = db_text(st, 1),
        .status = db_text(st, 2),
        .error = db_text(st, 3),
        .trigger = db_text(st, 4),
        .uid = db_text(st, 5),
        .event_id = db_text(st, 6),
        .action = db_text(st, 7),
        .payload = db_text(st, 8),
        .repeat_count = db_int(st, 9),
        .created_at = db_time(st, 10),
        .processed_at = db_time(st, 11),
        .repeated_at = db_time(st, 12),
    };
    int rc = fn(arg, &log, err);
    return rc < 0 ? rc : 0;
}

static int remember(void *arg, const struct webhook_log *log, struct err *err)
{
    (void)err;
    *(int64_t *)arg = log->created_at;
    return 0;
}

int webhook_log_list(struct db *db, const struct webhook_log_filter *filter, webhook_log_fn *fn,
                     void *arg, struct err *err)
{
    struct bound from;
    struct bound to;
    struct bound until;
    int64_t before_at = 0;
    if (filter->before != NULL) {
        int rc = webhook_log_get(db, filter->before, filter->salon, remember, &before_at, err);
        if (rc < 0) {
            return rc;
        }
    }
    bool errors = filter->status != NULL && strcmp(filter->status, "error") == 0;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, errors ? SQL_WEBHOOK_LOG_LIST_ERRORS : SQL_WEBHOOK_LOG_LIST, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":from", bound(&from, filter->from, beginning_of_time));
    db_bind_text(st, ":to", bound(&to, filter->to, end_of_time));
    db_bind_text(st, ":until", bound(&until, before_at, end_of_time));
    db_bind_text(st, ":before", filter->before != NULL ? filter->before : "");
    if (!errors) {
        db_bind_text(st, ":status", filter->status);
    }
    db_bind_text(st, ":salon", filter->salon);
    db_bind_int(st, ":limit", filter->limit > 0 ? filter->limit : DEFAULT_LIMIT);
    while ((rc = db_step(db, st, err)) > 0) {
        rc = read_row(st, fn, arg, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

int webhook_log_get(struct db *db, const char *id, const char *salon, webhook_log_fn *fn, void *arg,
                    struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_WEBHOOK_LOG_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":salon", salon);
    rc = db_step(db, st, err);
    if (rc == 0) {
        return err_set(err, ERR_NOT_FOUND,
                       "there is no delivery with that id: see the list of deliveries");
    }
    return rc < 0 ? rc : read_row(st, fn, arg, err);
}

int webhook_log_next(struct db *db, bool failed_only, int64_t from, int64_t to,
                     struct webhook_log_place *place, struct err *err)
{
    struct bound low;
    struct bound high;
    struct bound at;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, failed_only ? SQL_WEBHOOK_LOG_NEXT_ERROR : SQL_WEBHOOK_LOG_NEXT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":from", bound(&low, from, beginning_of_time));
    db_bind_text(st, ":to", bound(&high, to, end_of_time));
    db_bind_text(st, ":at", bound(&at, place->at, beginning_of_time));
    db_bind_text(st, ":id", place->id);
    rc = db_step(db, st, err);
    if (rc <= 0) {
        return rc;
    }
    const char *id = db_text(st, 1);
    if (id == NULL || strlen(id) >= sizeof place->id) {
        return err_set(err, ERR_DB, "a delivery has an id that is no UUID: run barkbook doctor");
    }
    place->at = db_time(st, 0);
    memcpy(place->id, id, strlen(id) + 1);
    return 1;
}

static void count_row(struct webhook_log_counts *counts, const char *status, int64_t n)
{
    const struct {
        const char *status;
        int64_t *count;
    } kinds[] = {{"success", &counts->success},
                 {"duplicate", &counts->duplicate},
                 {"ignored", &counts->ignored},
                 {"error", &counts->error},
                 {"processing", &counts->processing}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (status != NULL && strcmp(kinds[i].status, status) == 0) {
            *kinds[i].count = n;
        }
    }
}

int webhook_log_count(struct db *db, int64_t since, struct webhook_log_counts *out, struct err *err)
{
    struct bound low;
    struct webhook_log_counts counts = {0};
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_WEBHOOK_LOG_COUNT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":since", bound(&low, since, beginning_of_time));
    while ((rc = db_step(db, st, err)) > 0) {
        count_row(&counts, db_text(st, 0), db_int(st, 1));
        int64_t last = db_time(st, 2);
        counts.last_at = last > counts.last_at ? last : counts.last_at;
    }
    if (rc < 0) {
        return rc;
    }
    CLEANUP(db_reset) sqlite3_stmt *newest = NULL;
    rc = db_stmt(db, SQL_WEBHOOK_LOG_LAST, &newest, err);
    if (rc == 0) {
        rc = db_step(db, newest, err);
    }
    if (rc < 0) {
        return rc;
    }
    for (int col = 0; rc > 0 && col < 2; col++) {
        int64_t last = db_time(newest, col);
        counts.last_at = last > counts.last_at ? last : counts.last_at;
    }
    *out = counts;
    return 0;
}

double webhook_log_success_rate(const struct webhook_log_counts *counts)
{
    int64_t good = counts->success + counts->duplicate + counts->ignored;
    int64_t all = good + counts->error + counts->processing;
    return all == 0 ? -1.0 : 100.0 * (double)good / (double)all;
}
