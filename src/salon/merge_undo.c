/*
 * merge_undo.c: takes a merge back, see merge.h. What was changed by hand since is left as it is.
 */
#include <stdio.h>
#include <string.h>

#include "salon/merge_steps.h"
#include "salon/search_index.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/merge_undo.sql.def"
#undef X

/* Also of another salon's: the answer tells nobody that it exists. */
static int no_such_merge(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no such merge, or it is more than a day old");
}

/* What can be taken back; ERR_NOT_FOUND and ERR_CONFLICT otherwise. */
static int load_merge(struct db *db, const struct actor *who, const char *merge_id, struct merge *m,
                      enum merge_cards *cards, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MERGE_ONE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":merge", merge_id);
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    const char *kind = rc > 0 ? db_text(st, 0) : NULL;
    if (kind == NULL) {
        return no_such_merge(err);
    }
    *cards = strcmp(kind, "client") == 0 ? MERGE_CLIENTS : MERGE_PETS;
    (void)snprintf(m->id, sizeof m->id, "%s", merge_id);
    (void)snprintf(m->kept, sizeof m->kept, "%s", db_text(st, 1));
    (void)snprintf(m->merged, sizeof m->merged, "%s", db_text(st, 2));
    char salon[UUID_TEXT_LEN];
    bool husk = false;
    int seen = merge_salon(db, who, merge_plan_of(*cards), m->kept, salon, &husk, err);
    if (seen < 0) {
        return err_code_of(seen) == ERR_NOT_FOUND ? no_such_merge(err) : seen;
    }
    if (husk) {
        return err_set(err, ERR_CONFLICT,
                       "the card that was kept was merged into another one since: take that back "
                       "first");
    }
    if (!db_is_null(st, 4)) {
        return err_set(err, ERR_CONFLICT, "this merge was taken back already");
    }
    if (who->now - db_time(st, 3) > MERGE_UNDO) {
        return err_set(err, ERR_CONFLICT, "this merge is more than a day old and stays");
    }
    return 0;
}

/* Columns that still have what the merge gave them get back what they had. */
static int undo_fields(struct db *db, const struct merge *m, const struct merge_plan *plan,
                       struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *fields = NULL;
    int rc = db_stmt(db, SQL_MERGE_FIELDS, &fields, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(fields, ":merge", m->id);
    while ((rc = db_step(db, fields, err)) > 0) {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        rc = merge_prepare(db, plan->undo_field, &st, err);
        if (rc < 0) {
            return rc;
        }
        db_bind_text(st, ":kept", m->kept);
        db_bind_text(st, ":field", db_text(fields, 0));
        db_bind_text(st, ":was", db_text(fields, 1));
        db_bind_text(st, ":became", db_text(fields, 2));
        rc = db_run(db, st, NULL, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}

int card_merge_undo(struct db *db, const struct actor *who, const char *merge_id,
                    struct merge_undone *out, struct err *err)
{
    struct merge m = {.who = who};
    enum merge_cards cards = MERGE_CLIENTS;
    int rc = load_merge(db, who, merge_id, &m, &cards, err);
    if (rc < 0) {
        return rc;
    }
    const struct merge_plan *plan = merge_plan_of(cards);
    rc = merge_note_events(db, &m, plan, m.kept, m.merged, err);
    if (rc >= 0) {
        rc = undo_fields(db, &m, plan, err);
    }
    if (rc >= 0) {
        rc = merge_run(db, &m, plan->undo, err);
    }
    if (rc >= 0) {
        rc = merge_step(db, &m, SQL_MERGE_UNDONE, err);
    }
    if (rc >= 0) {
        rc = search_refresh(db, SEARCH_REFRESH_MAX, err);
    }
    if (rc < 0) {
        return rc;
    }
    out->cards = cards;
    memcpy(out->kept, m.kept, sizeof m.kept);
    memcpy(out->merged, m.merged, sizeof m.merged);
    return 0;
}
