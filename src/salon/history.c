/*
 * history.c: see history.h. No state.
 */
#include "salon/history.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/history.sql.def"
#undef X

/* Greater than every time and date. */
#define NEWEST "~"

static int read_lines(struct db *db, sqlite3_stmt *st, const char *card,
                      const struct history_place *after, int limit, history_fn *each, void *arg,
                      struct err *err)
{
    db_bind_text(st, ":card", card);
    db_bind_text(st, ":key", after == NULL ? NEWEST : after->key);
    db_bind_text(st, ":id", after == NULL ? "" : after->id);
    db_bind_int(st, ":limit", limit);
    int count = 0;
    int rc = 0;
    while ((rc = db_step(db, st, err)) > 0) {
        bool event = !db_is_null(st, 0);
        struct history_line line = {
            .event_id = db_text(st, 0),
            .visit_id = db_text(st, 1),
            .start = event ? db_time(st, 2) : 0,
            .end = db_time(st, 3),
            .date = db_text(st, 4),
            .status = db_text(st, 5),
            .desk_status = db_text(st, 6),
            .title = db_text(st, 7),
            .service = db_text(st, 8),
            .note = db_text(st, 9),
            .price_minor = db_is_null(st, 10) ? -1 : db_int(st, 10),
            .currency = db_text(st, 11),
            .key = db_text(st, 2),
            .id = db_text(st, 12),
        };
        rc = each(arg, &line, err);
        if (rc < 0) {
            return rc;
        }
        count++;
    }
    return rc < 0 ? rc : count;
}

int history_of_client(struct db *db, const char *client_id, const struct history_place *after,
                      int limit, history_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_HISTORY_CLIENT, &st, err);
    return rc < 0 ? rc : read_lines(db, st, client_id, after, limit, each, arg, err);
}

int history_of_pet(struct db *db, const char *pet_id, const struct history_place *after, int limit,
                   history_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_HISTORY_PET, &st, err);
    return rc < 0 ? rc : read_lines(db, st, pet_id, after, limit, each, arg, err);
}

int history_pets(struct db *db, const struct history_line *line, history_pet_fn *each, void *arg,
                 struct err *err)
{
    bool event = line->event_id != NULL;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, event ? SQL_HISTORY_EVENT_PETS : SQL_HISTORY_VISIT_PET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", event ? line->event_id : line->visit_id);
    while ((rc = db_step(db, st, err)) > 0) {
        rc = each(arg, db_text(st, 0), db_text(st, 1), err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
