/*
 * relink.h: a card that is new, or says now how its client is reached, may answer appointments that
 * have been waiting for one. Runs inside the job that changed the card.
 */
#ifndef BARKBOOK_SYNC_RELINK_H
#define BARKBOOK_SYNC_RELINK_H

#include "base/clock.h"
#include "base/uuid.h"
#include "db/writer.h"
#include "salon/actor.h"

/* At most so many appointments, those to come first: a job must not hold the writer. */
#define RELINK_MAX 200

/* Decides the links of appointments anew that stand in "to be linked" and whose attendee has that
 * client's e-mail or phone, or that have the client and wait for the pet only. Links that staff
 * made stay. How many got better. */
MUST_USE int relink_waiting(struct db *db, const struct actor *who, int64_t complete_after_ms,
                            const char *client_id, struct err *err);

/* The same for every appointment that waits, after many cards came at once: a job of the writer,
 * RELINK_MAX at a time. How many it looked at; come again while that is RELINK_MAX. */
struct relink_all {
    const struct actor *who;
    int64_t complete_after_ms;
    char start[TIME_TEXT_LEN]; /* where it goes on: "" at first */
    char id[UUID_TEXT_LEN];
    int better; /* out: links that got better so far */
};
writer_fn relink_all_job;

#endif
