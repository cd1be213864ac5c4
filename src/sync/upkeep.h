/*
 * upkeep.h: the thread that looks after the box: the nightly backup and its copies, retention, the
 * weekly check of the database, the disk, the tunnel, and telling the owner what is wrong.
 *
 * All functions may be called from any thread and return at once, upkeep_free apart.
 */
#ifndef BARKBOOK_SYNC_UPKEEP_H
#define BARKBOOK_SYNC_UPKEEP_H

#include "base/config.h"
#include "db/db.h"
#include "db/writer.h"

struct upkeep_options {
    const struct config *config; /* lives longer */
    struct writer *writer;
    struct db_pool *pool;
    const char *instance; /* this data folder's id; lives longer */
    bool offline;         /* the made-up salon: nothing of it is worth keeping */
};

struct upkeep;
MUST_USE int upkeep_new(const struct upkeep_options *o, struct upkeep **out, struct err *err);
/* Ends what is under way within a second or so. Accepts NULL. */
void upkeep_free(struct upkeep *u);
DEFINE_CLEANUP(struct upkeep *, upkeep_free);

/* The owner's button: a backup now, as by night. */
void upkeep_ask_backup(struct upkeep *u);
bool upkeep_backing_up(struct upkeep *u); /* asked for, or under way */

#endif
