/*
 * audit.h: who looked at whose card, exported or erased it: a line for the first time in an hour.
 */
#ifndef BARKBOOK_SALON_AUDIT_H
#define BARKBOOK_SALON_AUDIT_H

#include "base/clock.h"
#include "db/writer.h"
#include "salon/actor.h"

struct audit_note {
    const struct actor *who;
    const char *action; /* read, export, erase, import */
    const char *kind;   /* client, pet, clients */
    const char *ref;    /* id of the card; NULL: all */
};

/* 1 the line is there already, so that no job is needed. */
MUST_USE int audit_noted(struct db *db, const struct audit_note *n, struct err *err);
writer_fn audit_note_job; /* arg: struct audit_note */

struct audit_line {
    int64_t at;
    const char *by; /* name; NULL: the command line, or gone */
    const char *action;
    const char *kind;
    const char *ref;  /* "" for all */
    const char *name; /* of the card, as it is now; NULL: gone */
};
typedef int audit_fn(void *arg, const struct audit_line *line, struct err *err);
/* Newest first, those before `before` (ms), of cards the actor may see or that are gone; how many.
 */
MUST_USE int audit_list(struct db *db, const struct actor *who, int64_t before, int limit,
                        audit_fn *each, void *arg, struct err *err);

#endif
