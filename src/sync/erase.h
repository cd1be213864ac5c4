/*
 * erase.h: forgets a client. Name, contacts, notes and photos go from every table and index, with
 * what deliveries and bookings said of them; appointments, amounts and counts stay, on cards
 * without a name and with new ids. Bookings remember that they were erased, so that neither Cal.com
 * nor an old delivery brings anything back.
 *
 * Runs inside a job of the writer. Deleted text is overwritten in the file (secure_delete); what
 * may still stand in the write-ahead log, erase_sweep takes away afterwards.
 */
#ifndef BARKBOOK_SYNC_ERASE_H
#define BARKBOOK_SYNC_ERASE_H

#include "base/uuid.h"
#include "db/writer.h"
#include "salon/actor.h"

struct erase_counts {
    int64_t cards; /* with merged doubles */
    int64_t pets;
    int64_t shared_pets;  /* stay: they have other owners */
    int64_t appointments; /* lose name and contact; their times and amounts stay */
    int64_t upcoming;     /* of these, still to come */
    int64_t visits;       /* lose their notes */
    int64_t photos;
    int64_t deliveries; /* lose their text */
};

/* A writer_fn. ERR_NOT_FOUND: no such client, or of another salon. */
struct erase_client {
    const struct actor *who;
    const char *client_id; /* or one merged into it */
    bool preview;          /* only counts */
    const char *data_dir;  /* whose backups/erasures is told first; NULL: nobody is told */
    /* out */
    struct erase_counts counts;
    char id[UUID_TEXT_LEN];      /* the client's own */
    char receipt[UUID_TEXT_LEN]; /* "" for a preview */
};
writer_fn erase_client_job;

/* After the commit: takes what was erased out of the write-ahead log too. Opens a connection of its
 * own; waits for readers a few seconds. A failure is no harm: the log is written over soon. */
MUST_USE int erase_sweep(const char *data_dir, struct err *err);

#endif
