/*
 * reconcile_print.h: what a reconcile found, for people and for scripts. For cmd_reconcile.c only.
 */
#ifndef BARKBOOK_CLI_RECONCILE_PRINT_H
#define BARKBOOK_CLI_RECONCILE_PRINT_H

#include "sync/reconcile.h"

/* A line per change, then the counts, to stdout. db: where the run was written. */
MUST_USE int reconcile_print_text(struct db *db, const struct reconcile_report *r, bool dry_run,
                                  int64_t now, struct err *err);

/* One JSON document to stdout. failure: why it did not complete, or NULL. */
MUST_USE int reconcile_print_json(struct db *db, const struct reconcile_report *r, bool dry_run,
                                  const struct err *failure, struct err *err);

#endif
