/*
 * reconcile_list.h: the runs as the sync page shows them, newest first. Reads only.
 */
#ifndef BARKBOOK_SYNC_RECONCILE_LIST_H
#define BARKBOOK_SYNC_RECONCILE_LIST_H

#include "db/db.h"

/* Text is borrowed for the call; error is NULL when there was none. Times in ms, 0: not yet. */
struct reconcile_listed {
    const char *id;
    const char *kind;   /* incremental, sweep, single */
    const char *cause;  /* start, interval, cli, button, hint, nightly */
    const char *status; /* running, complete, stopped, failed */
    const char *error;
    int64_t started_at, ended_at, cursor;
    int64_t pages, seen;
    int64_t created, rescheduled, cancelled, no_show, updated;
    int64_t missed; /* changes that no webhook had brought */
};
typedef int reconcile_listed_fn(const struct reconcile_listed *r, void *arg, struct err *err);

MUST_USE int reconcile_list(struct db *db, int limit, reconcile_listed_fn *each, void *arg,
                            struct err *err);

#endif
