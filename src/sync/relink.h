/*
 * relink.h: a card that is new, or says now how its client is reached, may answer appointments that
 * have been waiting for one. Runs inside the job that changed the card.
 */
#ifndef BARKBOOK_SYNC_RELINK_H
#define BARKBOOK_SYNC_RELINK_H

#include "db/db.h"
#include "salon/actor.h"

/* At most so many appointments, those to come first: a job must not hold the writer. */
#define RELINK_MAX 200

/* Decides the links of appointments anew that stand in "to be linked" and whose attendee has that
 * client's e-mail or phone, or that have the client and wait for the pet only. Links that staff
 * made stay. How many got better. */
MUST_USE int relink_waiting(struct db *db, const struct actor *who, int64_t complete_after_ms,
                            const char *client_id, struct err *err);

#endif
