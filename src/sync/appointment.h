/*
 * appointment.h: the row of calendar_events that shows a chain, its pets and its history. The only
 * file that writes sync's columns of it. Used only inside apply's transaction.
 */
#ifndef BARKBOOK_SYNC_APPOINTMENT_H
#define BARKBOOK_SYNC_APPOINTMENT_H

#include "db/db.h"
#include "sync/apply.h"
#include "sync/link.h"
#include "sync/project.h"

/* Sync's columns, all as text (STRICT turns whole numbers back). */
enum column {
    COL_UID,
    COL_SALON,
    COL_CLIENT,
    COL_PET,
    COL_TITLE,
    COL_DESCRIPTION,
    COL_START,
    COL_END,
    COL_DURATION,
    COL_STATUS,
    COL_CANCEL_REASON,
    COL_CANCELLED_BY,
    COL_REBOOK,
    COL_NAME,
    COL_EMAIL,
    COL_PHONE,
    COL_LOCATION,
    COL_MEETING_URL,
    COL_SERVICE,
    COL_PRICE,
    COL_CURRENCY,
    COL_LINK_SOURCE,
    COL_LINK_REASON,
    COL_LINK_EVIDENCE,
    COL_COUNT
};

struct appointment {
    char id[37];
    bool exists;
    char *value[COL_COUNT]; /* owned; NULL is SQL NULL */
    char *pets;             /* "id,id" sorted, the first pet first; owned */
    char *desk_status;
    int64_t link_at; /* ms; 0 never */
};

void appointment_done(struct appointment *a);
DEFINE_CLEANUP_REF(struct appointment, appointment_done);

/* Loads the row of that id; exists is false when there is none. */
MUST_USE int appointment_load(struct db *db, const char *id, struct appointment *out,
                              struct err *err);

/* Id of the appointment whose head is uid: 1 found, 0 not. */
MUST_USE int appointment_find(struct db *db, const char *uid, char out[static 37], struct err *err);

/* What the row ought to be. Values are borrowed. */
struct appointment_next {
    const char *value[COL_COUNT];
    const char *pets;
    bool relinked;  /* the link was decided anew: link_at becomes now */
    bool keep_desk; /* a new start does not clear the desk's word (it came with the start) */
    bool by_clock;
};

/* Writes the differences between the two and the history of them, or the new row. fields gets the
 * names of what changed (APPLY_FIELDS_LEN bytes). 1 something a user sees changed, 0 nothing did,
 * negative failed. */
MUST_USE int appointment_store(struct db *db, const struct apply_context *ctx,
                               const struct appointment *was, const struct appointment_next *next,
                               char fields[static APPLY_FIELDS_LEN], struct err *err);

/* One line of history, caused by ctx. Values may be NULL. */
MUST_USE int appointment_note_change(struct db *db, const struct apply_context *ctx, const char *id,
                                     const char *field, const char *before, const char *after,
                                     struct err *err);

/* Merges appointment `from` into `to` (law 5): everything attached moves, the later staff link
 * wins, the desk's word of the one that starts at `start` stays (*desk_kept then), `from` becomes
 * an alias. 1 merged, 0 there was no row `from`, negative failed. */
MUST_USE int appointment_merge(struct db *db, const struct apply_context *ctx, const char *from,
                               const char *to, int64_t start, bool *desk_kept, struct err *err);

/* Of several ids the one whose row is oldest; the first when none has a row. */
MUST_USE int appointment_oldest(struct db *db, char ids[][37], size_t count, size_t *out,
                                struct err *err);

#endif
