/*
 * reconcile_report.c: what a run found, appointment by appointment, and what became of it in the
 * end.
 *
 * One appointment may be touched by several rows of a run (the booking that was given up, then the
 * one that took its place): what counts is the difference between before the run and after it, read
 * from the appointment's history. Inside jobs; never asks Cal.com.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/reconcile_work.h"

#define X(name, sql)              static const char name[] = sql;
#define X_SCAN(name, reason, sql) X(name, sql)
#include "sync/reconcile_report.sql.def"
#undef X_SCAN
#undef X

#define SORT_MAX                                                                    \
    2000 /* lines: beyond that nobody reads them in order, and sorting costs memory \
          */

const char *reconcile_kind_name(enum reconcile_kind k)
{
    static const char *const names[RECONCILE_KIND_COUNT] = {
        [RECONCILE_CREATED] = "created",     [RECONCILE_RESCHEDULED] = "rescheduled",
        [RECONCILE_CANCELLED] = "cancelled", [RECONCILE_NO_SHOW] = "no_show",
        [RECONCILE_UPDATED] = "updated",
    };
    return names[k];
}

static enum reconcile_kind kind_named(const char *name)
{
    for (int k = 0; k < RECONCILE_KIND_COUNT; k++) {
        if (strcmp(name, reconcile_kind_name((enum reconcile_kind)k)) == 0) {
            return (enum reconcile_kind)k;
        }
    }
    return RECONCILE_UPDATED;
}

int64_t reconcile_changes(const struct reconcile_report *r)
{
    int64_t sum = 0;
    for (int k = 0; k < RECONCILE_KIND_COUNT; k++) {
        sum += r->changes[k];
    }
    return sum;
}

int finding_add(struct db *db, const char *run_id, const char *appointment_id, const char *uid,
                enum reconcile_kind kind, int64_t now, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_FINDING_ADD, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":run", run_id);
    db_bind_text(st, ":id", appointment_id);
    db_bind_text(st, ":uid", uid);
    db_bind_text(st, ":kind", reconcile_kind_name(kind));
    db_bind_time(st, ":now", now);
    return db_run(db, st, NULL, err);
}

/* A field before the run and after it. */
struct field_net {
    char name[24];
    char *before, *after; /* owned; NULL is SQL NULL */
};

struct net {
    struct field_net fields[RECONCILE_FIELDS_MAX];
    size_t count;
    bool merged; /* two appointments turned out to be one */
};

static void net_done(struct net *n)
{
    for (size_t i = 0; i < n->count; i++) {
        free(n->fields[i].before);
        free(n->fields[i].after);
    }
    *n = (struct net){0};
}
DEFINE_CLEANUP_REF(struct net, net_done);

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const struct field_net *net_field(const struct net *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++) {
        if (strcmp(n->fields[i].name, name) == 0) {
            return &n->fields[i];
        }
    }
    return NULL;
}

/* Fields whose value after is the value before are left out. */
static int net_load(struct db *db, const char *run_id, const char *id, struct net *n,
                    struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_FINDING_CHANGES, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":run", run_id);
    bool ok = true;
    while (ok && (rc = db_step(db, st, err)) > 0) {
        const char *name = db_text(st, 0);
        if (strcmp(name, "merged") == 0) {
            n->merged = true;
            continue;
        }
        size_t i = 0;
        while (i < n->count && strcmp(n->fields[i].name, name) != 0) {
            i++;
        }
        if (i == RECONCILE_FIELDS_MAX) {
            continue;
        }
        struct field_net *f = &n->fields[i];
        if (i == n->count) {
            (void)snprintf(f->name, sizeof f->name, "%s", name);
            f->before = db_text_dup(st, 1, &ok);
            n->count++;
        }
        free(f->after);
        f->after = db_text_dup(st, 2, &ok);
    }
    if (rc < 0 || !ok) {
        return ok ? rc : err_set(err, ERR_NOMEM, "out of memory");
    }
    size_t kept = 0;
    for (size_t i = 0; i < n->count; i++) {
        if (same(n->fields[i].before, n->fields[i].after)) {
            free(n->fields[i].before);
            free(n->fields[i].after);
        } else {
            n->fields[kept++] = n->fields[i];
        }
    }
    n->count = kept;
    return 0;
}

static enum reconcile_kind net_kind(const struct net *n)
{
    const struct field_net *status = net_field(n, "status");
    if (status != NULL && same(status->after, "cancelled")) {
        return RECONCILE_CANCELLED;
    }
    if (status != NULL && same(status->after, "no_show")) {
        return RECONCILE_NO_SHOW;
    }
    if (n->merged || net_field(n, "start_time") != NULL || net_field(n, "end_time") != NULL) {
        return RECONCILE_RESCHEDULED;
    }
    return RECONCILE_UPDATED;
}

static void count_field(struct reconcile_report *r, const char *name)
{
    size_t i = 0;
    while (i < r->field_count && strcmp(r->fields[i].name, name) != 0) {
        i++;
    }
    if (i == RECONCILE_FIELDS_MAX) {
        return;
    }
    if (i == r->field_count) {
        (void)snprintf(r->fields[i].name, sizeof r->fields[i].name, "%s", name);
        r->fields[i].count = 0;
        r->field_count++;
    }
    r->fields[i].count++;
}

/* Runs a statement whose only parameters are :run and :id (may be NULL). */
static int run_on(struct db *db, const char *sql, const char *run_id, const char *id,
                  struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, sql, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":run", run_id);
    if (id != NULL) {
        db_bind_text(st, ":id", id);
    }
    return db_run(db, st, NULL, err);
}

/* What became of one appointment that was here before the run. */
static int sum_one(struct db *db, struct reconcile_report *r, const char *id, struct err *err)
{
    CLEANUP(net_done) struct net n = {0};
    int rc = net_load(db, r->run_id, id, &n, err);
    if (rc < 0) {
        return rc;
    }
    if (n.count == 0 && !n.merged) {
        return run_on(db, SQL_FINDING_DROP, r->run_id, id, err); /* there and back again */
    }
    CLEANUP(buf_done) struct buf names = {0};
    buf_init(&names, 1024);
    buf_str(&names, "");
    for (size_t i = 0; i < n.count; i++) {
        buf_printf(&names, "%s%s", i > 0 ? "," : "", n.fields[i].name);
        count_field(r, n.fields[i].name);
    }
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = db_stmt(db, SQL_FINDING_SET, &st, err);
    if (rc < 0) {
        return rc;
    }
    const struct field_net *start = net_field(&n, "start_time");
    db_bind_text(st, ":run", r->run_id);
    db_bind_text(st, ":id", id);
    db_bind_text(st, ":kind", reconcile_kind_name(net_kind(&n)));
    db_bind_text(st, ":fields", names.failed ? "" : names.data);
    db_bind_text(st, ":start_was", start != NULL ? start->before : NULL);
    return db_run(db, st, NULL, err);
}

static int sum_each(struct db *db, struct reconcile_report *r, struct err *err)
{
    char id[UUID_TEXT_LEN] = "";
    for (;;) {
        CLEANUP(db_reset) sqlite3_stmt *st = NULL;
        int rc = db_stmt(db, SQL_FINDING_NEXT, &st, err);
        if (rc < 0) {
            return rc;
        }
        char after[UUID_TEXT_LEN];
        memcpy(after, id, sizeof after);
        db_bind_text(st, ":run", r->run_id);
        db_bind_text(st, ":after", after);
        rc = db_step(db, st, err);
        if (rc <= 0) {
            return rc;
        }
        (void)snprintf(id, sizeof id, "%s", db_text(st, 0));
        db_reset(st);
        st = NULL;
        rc = sum_one(db, r, id, err);
        if (rc < 0) {
            return rc;
        }
    }
}

/* Findings whose webhook was received close to them; those of every run that are not settled yet.
 * 0: there are none, 1: there are. */
static int forgive(struct db *db, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *open = NULL;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_FINDINGS_OPEN, &open, err);
    if (rc == 0) {
        rc = db_step(db, open, err);
    }
    if (rc <= 0 || db_is_null(open, 0)) {
        return rc < 0 ? rc : 0;
    }
    const int64_t first = db_time(open, 0);
    const int64_t last = db_time(open, 1);
    rc = db_stmt(db, SQL_FINDINGS_FORGIVE, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_time(st, ":from", first - RECONCILE_WEBHOOK_GRACE);
    db_bind_time(st, ":to", last + RECONCILE_WEBHOOK_GRACE);
    rc = db_run(db, st, NULL, err);
    return rc < 0 ? rc : 1;
}

static int count_kinds(struct db *db, struct reconcile_report *r, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_FINDINGS_COUNT, &st, err);
    if (rc < 0) {
        return rc;
    }
    memset(r->changes, 0, sizeof r->changes);
    r->missed = 0;
    db_bind_text(st, ":run", r->run_id);
    while ((rc = db_step(db, st, err)) > 0) {
        r->changes[kind_named(db_text(st, 0))] = db_int(st, 1);
        r->missed += db_int(st, 2);
    }
    return rc;
}

static int last_delivery(struct db *db, struct reconcile_report *r, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_FINDINGS_LAST_DELIVERY, &st, err);
    if (rc == 0) {
        rc = db_step(db, st, err);
    }
    if (rc > 0) {
        r->last_delivery = db_time(st, 0);
    }
    return rc < 0 ? rc : 0;
}

int findings_sum(struct db *db, struct reconcile_report *r, struct err *err)
{
    r->field_count = 0;
    int rc = run_on(db, SQL_FINDINGS_FOLD_ADD, r->run_id, NULL, err);
    if (rc >= 0) {
        rc = run_on(db, SQL_FINDINGS_FOLD_DROP, r->run_id, NULL, err);
    }
    if (rc >= 0) {
        rc = sum_each(db, r, err);
    }
    if (rc >= 0) {
        rc = forgive(db, err);
    }
    if (rc >= 0) {
        rc = count_kinds(db, r, err);
    }
    return rc < 0 ? rc : last_delivery(db, r, err);
}

static int settle_job(struct db *db, void *arg, struct err *err)
{
    const int64_t now = *(const int64_t *)arg;
    CLEANUP(db_reset) sqlite3_stmt *recount = NULL;
    CLEANUP(db_reset) sqlite3_stmt *settle = NULL;
    CLEANUP(db_reset) sqlite3_stmt *trim = NULL;
    int rc = forgive(db, err);
    if (rc <= 0) {
        return rc;
    }
    rc = db_stmt(db, SQL_FINDINGS_RECOUNT, &recount, err);
    if (rc >= 0) {
        rc = db_run(db, recount, NULL, err);
    }
    if (rc >= 0) {
        rc = db_stmt(db, SQL_FINDINGS_SETTLE, &settle, err);
    }
    if (rc >= 0) {
        db_bind_time(settle, ":until", now - RECONCILE_WEBHOOK_GRACE);
        db_bind_time(settle, ":recent", now - CLOCK_DAY);
        rc = db_run(db, settle, NULL, err);
    }
    /* The very first run finds everything new: a number says that as well as a list. */
    if (rc >= 0) {
        rc = db_stmt(db, SQL_FINDINGS_TRIM, &trim, err);
    }
    return rc < 0 ? rc : db_run(db, trim, NULL, err);
}

int reconcile_settle(const struct reconcile_store *store, int64_t now, struct err *err)
{
    return store->run(store->self, settle_job, &now, err);
}

int reconcile_changes_each(struct db *db, const char *run_id, reconcile_change_fn *fn, void *arg,
                           struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *count = NULL;
    int rc = db_stmt(db, SQL_FINDINGS_HOW_MANY, &count, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(count, ":run", run_id);
    rc = db_step(db, count, err);
    if (rc < 0) {
        return rc;
    }
    const bool few = db_int(count, 0) <= SORT_MAX;
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    rc = db_stmt(db, few ? SQL_FINDINGS_IN_ORDER : SQL_FINDINGS_AS_STORED, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":run", run_id);
    while ((rc = db_step(db, st, err)) > 0) {
        const struct reconcile_change c = {
            .appointment_id = db_text(st, 0),
            .uid = db_text(st, 1),
            .kind = kind_named(db_text(st, 2)),
            .fields = db_text(st, 3),
            .status = db_text(st, 4),
            .start = db_time(st, 5),
            .start_was = db_time(st, 6),
            .missed = db_int(st, 7) != 0,
        };
        rc = fn(arg, &c, err);
        if (rc < 0) {
            return rc;
        }
    }
    return rc;
}
