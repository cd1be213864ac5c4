/*
 * merge_steps.h: what the files of merging share. A merge is a list of statements, and so is its
 * undoing; each takes what it needs of the parameters :merge, :kept, :merged and :now.
 *
 * card_merge_moves.what: event (an appointment's own client or pet), event_gone and event_added (an
 * appointment's list of pets), visit, link_gone and link_added (a pair of client and pet, named by
 * the other of the two), consent, double (a husk that pointed at the double), field (a column of
 * the kept card, with its values before and after), husk (the double; was: when it was archived).
 */
#ifndef BARKBOOK_SALON_MERGE_STEPS_H
#define BARKBOOK_SALON_MERGE_STEPS_H

#include "salon/merge.h"

struct merge {
    const struct actor *who;
    char id[UUID_TEXT_LEN];
    char kept[UUID_TEXT_LEN];
    char merged[UUID_TEXT_LEN];
};

struct merge_plan {
    const char *kind;         /* card_merges.kind */
    const char *change;       /* event_changes.field of its appointments */
    const char *const *steps; /* end with NULL */
    const char *const *undo;  /* end with NULL */
    const char *count;
    const char *salon; /* the salon of a card, and whether it is a husk */
    const char *undo_field;
    /* Fills in the kept card. */
    int (*fill)(struct db *db, const struct merge *m, struct err *err);
};
extern const struct merge_plan merge_plan_clients;
extern const struct merge_plan merge_plan_pets;

const struct merge_plan *merge_plan_of(enum merge_cards cards);

/* db_stmt for a statement of a plan. */
MUST_USE int merge_prepare(struct db *db, const char *sql, sqlite3_stmt **out, struct err *err);

/* The salon of a card, and whether it is a husk; ERR_NOT_FOUND also when the actor may not see it.
 */
MUST_USE int merge_salon(struct db *db, const struct actor *who, const struct merge_plan *plan,
                         const char *id, char out[static UUID_TEXT_LEN], bool *husk,
                         struct err *err);

/* A line of history for each appointment that the merge moved and that has the kept card now. */
MUST_USE int merge_note_events(struct db *db, const struct merge *m, const struct merge_plan *plan,
                               const char *was, const char *became, struct err *err);

/* Runs statements up to the NULL. */
MUST_USE int merge_run(struct db *db, const struct merge *m, const char *const *steps,
                       struct err *err);
/* Runs one statement that returns no rows. */
MUST_USE int merge_step(struct db *db, const struct merge *m, const char *sql, struct err *err);

/* Remembers a column of the kept card, when it changes. */
MUST_USE int merge_note_field(struct db *db, const struct merge *m, const char *field,
                              const char *was, const char *became, struct err *err);

/* `mine`, else `theirs`; when both say something different, both (owned by *joined, to be freed).
 */
MUST_USE int merge_join_text(const char *mine, const char *theirs, char **joined, struct err *err);

#endif
