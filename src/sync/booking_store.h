/*
 * booking_store.h: bookings and booking_links on disk. Used only inside apply's transaction.
 */
#ifndef BARKBOOK_SYNC_BOOKING_STORE_H
#define BARKBOOK_SYNC_BOOKING_STORE_H

#include "db/db.h"
#include "sync/booking.h"

/* 1 found, 0 not found (then *out is zeroed), negative failed. */
MUST_USE int booking_load(struct db *db, const char *uid, struct booking *out, struct err *err);
MUST_USE int booking_save(struct db *db, const struct booking *b, int64_t now, struct err *err);

/* An appointment's bookings and who replaced whom; owned by the struct. */
struct chain {
    char id[37];
    struct booking *bookings;
    size_t count;
    struct chain_link { /* indices into bookings */
        size_t predecessor;
        size_t successor;
    } * links;
    size_t link_count;
};
void chain_done(struct chain *c);
DEFINE_CLEANUP_REF(struct chain, chain_done);

/* All bookings with that chain_id and the links between them, in the order of uid. */
MUST_USE int chain_load(struct db *db, const char *chain_id, struct chain *out, struct err *err);

/* 1 when the link is new, 0 when it was known. */
MUST_USE int chain_link_add(struct db *db, const char *predecessor, const char *successor,
                            struct err *err);

/* Gives every booking of chain `from` to chain `to`. */
MUST_USE int chain_move(struct db *db, const char *from, const char *to, struct err *err);

#endif
