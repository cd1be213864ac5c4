/*
 * merge.c: see merge.h: the frame of a merge and of its undoing, the same for clients and pets.
 * What moves is said by merge_client.c and merge_pet.c.
 */
#include "salon/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "salon/card.h"
#include "salon/merge_steps.h"
#include "salon/search_index.h"

#define X(name, sql) static const char name[] = sql;
#include "salon/merge.sql.def"
#undef X

const struct merge_plan *merge_plan_of(enum merge_cards cards)
{
    return cards == MERGE_CLIENTS ? &merge_plan_clients : &merge_plan_pets;
}

int merge_prepare(struct db *db, const char *sql, sqlite3_stmt **out, struct err *err)
{
    return db_stmt(db, sql, out, err);
}

static void bind_known(sqlite3_stmt *st, const char *param, const char *value)
{
    if (sqlite3_bind_parameter_index(st, param) > 0) {
        db_bind_text(st, param, value);
    }
}

static void bind_merge(sqlite3_stmt *st, const struct merge *m)
{
    bind_known(st, ":merge", m->id);
    bind_known(st, ":kept", m->kept);
    bind_known(st, ":merged", m->merged);
    if (sqlite3_bind_parameter_index(st, ":now") > 0) {
        db_bind_time(st, ":now", m->who->now);
    }
}

int merge_step(struct db *db, const struct merge *m, const char *sql, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_merge(st, m);
    return db_run(db, st, NULL, err);
}

int merge_run(struct db *db, const struct merge *m, const char *const *steps, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; steps[i] != NULL && rc >= 0; i++) {
        rc = merge_step(db, m, steps[i], err);
    }
    return rc;
}

int merge_note_field(struct db *db, const struct merge *m, const char *field, const char *was,
                     const char *became, struct err *err)
{
    if (card_same(was, became)) {
        return 0;
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MERGE_FIELD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":merge", m->id);
    db_bind_text(st, ":field", field);
    db_bind_text(st, ":was", was);
    db_bind_text(st, ":became", became);
    return db_run(db, st, NULL, err);
}

int merge_join_text(const char *mine, const char *theirs, char **joined, struct err *err)
{
    CLEANUP(buf_done) struct buf both;
    buf_init(&both, (size_t)1 << 20);
    bool two = mine != NULL && theirs != NULL && strcmp(mine, theirs) != 0;
    buf_str(&both, mine != NULL ? mine : "");
    buf_str(&both, two ? "\n" : "");
    buf_str(&both, two || mine == NULL ? theirs != NULL ? theirs : "" : "");
    char *text = buf_steal(&both);
    if (text == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    if (text[0] == '\0') {
        free(text);
        text = NULL;
    }
    *joined = text;
    return 0;
}

int merge_salon(struct db *db, const struct actor *who, const struct merge_plan *plan,
                const char *id, char out[static UUID_TEXT_LEN], bool *husk, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = merge_prepare(db, plan->salon, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    rc = db_step(db, st, err);
    if (rc == 0 || (rc > 0 && !actor_may(who, db_text(st, 0)))) {
        return err_set(err, ERR_NOT_FOUND, "there is no such %s", plan->kind);
    }
    if (rc > 0) {
        (void)snprintf(out, UUID_TEXT_LEN, "%s", db_text(st, 0));
        *husk = db_int(st, 1) != 0;
    }
    return rc < 0 ? rc : 0;
}

static int check_both(struct db *db, const struct actor *who, const struct merge_plan *plan,
                      const char *kept, const char *merged, struct err *err)
{
    char mine[UUID_TEXT_LEN];
    char theirs[UUID_TEXT_LEN];
    bool husk[2] = {false, false};
    int rc = merge_salon(db, who, plan, kept, mine, &husk[0], err);
    if (rc == 0) {
        rc = merge_salon(db, who, plan, merged, theirs, &husk[1], err);
    }
    if (rc < 0) {
        return rc;
    }
    if (strcmp(kept, merged) == 0) {
        return err_set(err, ERR_UNPROCESSABLE, "other: a card cannot be merged with itself");
    }
    if (husk[0] || husk[1]) {
        return err_set(err, ERR_CONFLICT, "one of the two cards was merged already");
    }
    if (strcmp(mine, theirs) != 0) {
        return err_set(err, ERR_UNPROCESSABLE, "other: a card of another salon");
    }
    return 0;
}

int merge_preview(struct db *db, const struct actor *who, enum merge_cards cards, const char *kept,
                  const char *merged, struct merge_counts *out, struct err *err)
{
    const struct merge_plan *plan = merge_plan_of(cards);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = check_both(db, who, plan, kept, merged, err);
    if (rc == 0) {
        rc = merge_prepare(db, plan->count, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":kept", kept);
    db_bind_text(st, ":merged", merged);
    rc = db_step(db, st, err);
    if (rc > 0) {
        bool clients = cards == MERGE_CLIENTS;
        *out = (struct merge_counts){
            .appointments = db_int(st, 0),
            .visits = db_int(st, 1),
            .pets = clients ? db_int(st, 2) : 0,
            .owners = clients ? 0 : db_int(st, 2),
        };
    }
    return rc < 0 ? rc : 0;
}

/* The ids of the appointments whose client or pet a merge changed; ends with NULL. */
static void list_free(char **list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        free(list[i]);
    }
    free(list);
}

static int moved_events(struct db *db, const struct merge *m, char ***out, struct err *err)
{
    size_t count = 0;
    size_t room = 64;
    bool ok = true;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MERGE_EVENTS, &st, err);
    if (rc < 0) {
        return rc;
    }
    char **list = calloc(room, sizeof *list);
    db_bind_text(st, ":merge", m->id);
    while (list != NULL && ok && (rc = db_step(db, st, err)) > 0) {
        list[count++] = db_text_dup(st, 0, &ok);
        if (count + 1 == room) {
            char **more = realloc(list, 2 * room * sizeof *list);
            if (more == NULL) {
                ok = false;
                list[count] = NULL;
                break;
            }
            list = more;
            room *= 2;
        }
        list[count] = NULL;
    }
    if (rc < 0 || list == NULL || !ok) {
        list_free(list);
        return rc < 0 ? rc : err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = list;
    return 0;
}

static int note_event(struct db *db, const struct merge *m, const char *field, const char *event,
                      const char *was, const char *became, struct err *err)
{
    char change[UUID_TEXT_LEN];
    int rc = uuid_v7(m->who->now, change, err);
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    if (rc >= 0) {
        rc = db_stmt(db, SQL_MERGE_EVENT_CHANGE, &st, err);
    }
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":change", change);
    db_bind_text(st, ":event", event);
    db_bind_text(st, ":field", field);
    db_bind_text(st, ":old", was);
    db_bind_text(st, ":new", became);
    db_bind_text(st, ":kept", m->kept);
    db_bind_text(st, ":staff", m->who->staff_id);
    db_bind_time(st, ":now", m->who->now);
    return db_run(db, st, NULL, err);
}

int merge_note_events(struct db *db, const struct merge *m, const struct merge_plan *plan,
                      const char *was, const char *became, struct err *err)
{
    char **events = NULL;
    int rc = moved_events(db, m, &events, err);
    for (size_t i = 0; rc >= 0 && events != NULL && events[i] != NULL; i++) {
        rc = note_event(db, m, plan->change, events[i], was, became, err);
    }
    list_free(events);
    return rc;
}

static int add_merge(struct db *db, const struct merge *m, const struct merge_plan *plan,
                     struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_MERGE_ADD, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_merge(st, m);
    db_bind_text(st, ":kind", plan->kind);
    db_bind_text(st, ":staff", m->who->staff_id);
    return db_run(db, st, NULL, err);
}

int card_merge(struct db *db, const struct actor *who, enum merge_cards cards, const char *kept,
               const char *merged, struct merge_counts *counts, char out[static UUID_TEXT_LEN],
               struct err *err)
{
    const struct merge_plan *plan = merge_plan_of(cards);
    struct merge m = {.who = who};
    struct merge_counts n = {0};
    int rc = merge_preview(db, who, cards, kept, merged, &n, err);
    if (rc == 0) {
        rc = uuid_v7(who->now, m.id, err);
    }
    if (rc < 0) {
        return rc;
    }
    (void)snprintf(m.kept, sizeof m.kept, "%s", kept);
    (void)snprintf(m.merged, sizeof m.merged, "%s", merged);
    rc = add_merge(db, &m, plan, err);
    if (rc == 0) {
        rc = plan->fill(db, &m, err);
    }
    if (rc >= 0) {
        rc = merge_run(db, &m, plan->steps, err);
    }
    if (rc >= 0) {
        rc = merge_note_events(db, &m, plan, m.merged, m.kept, err);
    }
    if (rc >= 0) {
        rc = search_refresh(db, SEARCH_REFRESH_MAX, err);
    }
    if (rc < 0) {
        return rc;
    }
    *counts = n;
    memcpy(out, m.id, sizeof m.id);
    return 0;
}

int merge_prune_job(struct db *db, void *arg, struct err *err)
{
    const struct merge_prune *p = arg;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int64_t count = 0;
    int rc = db_stmt(db, SQL_MERGE_PRUNE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":before", p->now - MERGE_UNDO);
    rc = db_run(db, st, &count, err);
    return rc < 0 ? rc : (int)count;
}
