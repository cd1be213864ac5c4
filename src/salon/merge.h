/*
 * merge.h: two cards of the same person or animal become one. Everything attached to the double
 * moves to the card that is kept; what the kept card lacks is filled in, and nothing that warns of
 * an animal is lost. For a day the merge can be taken back; then what it moved is forgotten.
 *
 * The double stays as a husk that points at the kept card (merged_into): its id, phone and e-mail
 * go on leading there. Whoever erases a client erases their husks too (they go with the row).
 */
#ifndef BARKBOOK_SALON_MERGE_H
#define BARKBOOK_SALON_MERGE_H

#include "base/clock.h"
#include "base/uuid.h"
#include "db/writer.h"
#include "salon/actor.h"

#define MERGE_UNDO CLOCK_DAY

enum merge_cards { MERGE_CLIENTS, MERGE_PETS };

struct merge_counts {
    int64_t appointments;
    int64_t pets;   /* of clients: that the kept client gets */
    int64_t owners; /* of pets: that the kept pet gets */
    int64_t visits; /* recorded ones, with their notes and photos, that come along */
};

/* What a merge would move. Errors as card_merge. Reads only. */
MUST_USE int merge_preview(struct db *db, const struct actor *who, enum merge_cards cards,
                           const char *kept, const char *merged, struct merge_counts *out,
                           struct err *err);

/* Merges, inside the caller's transaction. ERR_NOT_FOUND: one of them is not there (or not to be
 * seen); ERR_CONFLICT: one is a husk already; ERR_UNPROCESSABLE: the same card, or cards of two
 * salons. The merge's
 * id in out. */
MUST_USE int card_merge(struct db *db, const struct actor *who, enum merge_cards cards,
                        const char *kept, const char *merged, struct merge_counts *counts,
                        char out[static UUID_TEXT_LEN], struct err *err);

/* Takes a merge back: moves return, except what was changed by hand since. kind and the two ids in
 * out. ERR_NOT_FOUND; ERR_CONFLICT: older than a day, taken back already, or the kept card was
 * itself merged since. */
struct merge_undone {
    enum merge_cards cards;
    char kept[UUID_TEXT_LEN];
    char merged[UUID_TEXT_LEN];
};
MUST_USE int card_merge_undo(struct db *db, const struct actor *who, const char *merge_id,
                             struct merge_undone *out, struct err *err);

/* Forgets what merges older than a day moved. How many. */
struct merge_prune {
    int64_t now;
};
writer_fn merge_prune_job;

#endif
