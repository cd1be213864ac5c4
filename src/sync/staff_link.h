/*
 * staff_link.h: staff say whose appointment it is, or that it is nobody's they know: their word
 * wins over all that bookings say (law 6). Runs inside a job of the writer.
 */
#ifndef BARKBOOK_SYNC_STAFF_LINK_H
#define BARKBOOK_SYNC_STAFF_LINK_H

#include "base/uuid.h"
#include "db/db.h"
#include "salon/actor.h"
#include "sync/apply.h"
#include "sync/link.h"

struct staff_link {
    const char *event_id;            /* appointment, or one merged into it */
    const char *client_id;           /* or one merged into it */
    const char *pets[LINK_PETS_MAX]; /* the first first; none: not known */
    size_t pet_count;
    bool also_same_attendee; /* other appointments of that attendee that are not linked, too */
    bool take_contact;       /* phone and e-mail that the card lacks are taken from the booking */
    int others;              /* out: how many others were linked */
};

/* The salon whose the appointment is; "" for nobody's. ERR_NOT_FOUND. */
MUST_USE int staff_link_salon(struct db *db, const struct actor *who, const char *event_id,
                              char out[static UUID_TEXT_LEN], struct err *err);

/* ERR_NOT_FOUND: appointment or client; ERR_UNPROCESSABLE: a pet that is not that client's. */
MUST_USE int staff_link(struct db *db, const struct actor *who, struct staff_link *l,
                        struct err *err);

/* Takes client and pets away; the appointment waits in "to be linked" as unlinked by staff. */
MUST_USE int staff_unlink(struct db *db, const struct actor *who, const char *event_id,
                          struct err *err);

/* Takes staff's word back: the link is decided again from what the bookings say. */
MUST_USE int staff_link_forget(struct db *db, const struct actor *who, int64_t complete_after_ms,
                               const char *event_id, struct err *err);

#endif
