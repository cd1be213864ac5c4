/*
 * visit.c: see visit.h: reading. No state.
 */
#include "salon/visit.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/visit.sql.def"
#undef X

enum column {
    COL_ID,
    COL_PET,
    COL_PET_NAME,
    COL_PET_TYPE,
    COL_SALON,
    COL_EVENT,
    COL_DATE,
    COL_NOTES,
    COL_BLADE,
    COL_SHAMPOO,
    COL_PAID_BY,
    COL_CURRENCY,
    COL_BY,
    COL_DRAFT,
    COL_MINUTES,
    COL_PRICE,
    COL_REVISION,
    COL_UPDATED,
    COL_DRAFT_AT,
};

/* The rows of a bound statement that this person may see. */
static int each_row(struct db *db, sqlite3_stmt *st, const struct actor *who, visit_fn *each,
                    void *arg, struct err *err)
{
    int count = 0;
    int rc = db_step(db, st, err);
    while (rc > 0) {
        if (actor_may(who, db_text(st, COL_SALON))) {
            const struct visit v = {
                .id = db_text(st, COL_ID),
                .pet_id = db_text(st, COL_PET),
                .pet_name = db_text(st, COL_PET_NAME),
                .pet_type = db_text(st, COL_PET_TYPE),
                .event_id = db_text(st, COL_EVENT),
                .date = db_text(st, COL_DATE),
                .notes = db_text(st, COL_NOTES),
                .blade = db_text(st, COL_BLADE),
                .shampoo = db_text(st, COL_SHAMPOO),
                .paid_by = db_text(st, COL_PAID_BY),
                .currency = db_text(st, COL_CURRENCY),
                .by = db_text(st, COL_BY),
                .draft = db_text(st, COL_DRAFT),
                .minutes = db_int(st, COL_MINUTES),
                .price_minor = db_is_null(st, COL_PRICE) ? -1 : db_int(st, COL_PRICE),
                .revision = db_int(st, COL_REVISION),
                .updated_at = db_time(st, COL_UPDATED),
                .draft_at = db_time(st, COL_DRAFT_AT),
            };
            rc = each(arg, &v, err);
            if (rc < 0) {
                return rc;
            }
            count++;
        }
        rc = db_step(db, st, err);
    }
    return rc < 0 ? rc : count;
}

int visit_get(struct db *db, const struct actor *who, const char *id, visit_fn *each, void *arg,
              struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_GET, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":staff", who->staff_id);
    return each_row(db, st, who, each, arg, err);
}

int visit_of_event(struct db *db, const struct actor *who, const char *event_id, visit_fn *each,
                   void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_OF_EVENT, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", event_id);
    db_bind_text(st, ":staff", who->staff_id);
    return each_row(db, st, who, each, arg, err);
}

int visit_last_of_pet(struct db *db, const struct actor *who, const char *pet_id, const char *but,
                      int limit, visit_fn *each, void *arg, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_VISIT_LAST, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", pet_id);
    db_bind_text(st, ":but", but == NULL ? "" : but);
    db_bind_text(st, ":staff", who->staff_id);
    db_bind_int(st, ":limit", limit);
    return each_row(db, st, who, each, arg, err);
}
