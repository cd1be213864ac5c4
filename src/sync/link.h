/*
 * link.h: whose appointment is it. Decided from what the bookings of a chain say and from the card
 * index; metadata is untrusted, since anybody can put it into a public booking address.
 */
#ifndef BARKBOOK_SYNC_LINK_H
#define BARKBOOK_SYNC_LINK_H

#include "db/db.h"
#include "sync/booking_store.h"

#define LINK_PETS_MAX     12
#define LINK_EVIDENCE_LEN 33

enum link_source { LINK_NONE, LINK_STAFF, LINK_METADATA, LINK_PREDECESSOR, LINK_CONTACT };
const char *link_source_name(enum link_source s); /* NULL for LINK_NONE */

/* Why client or pet is missing, as stored in calendar_events.link_reason; screens translate them.
 */
#define LINK_REASON_NO_MATCH       "no_match"       /* nobody has that e-mail or phone */
#define LINK_REASON_AMBIGUOUS      "ambiguous"      /* several clients have */
#define LINK_REASON_CONTRADICTS    "contradicts"    /* e-mail says one client, phone denies it */
#define LINK_REASON_UNKNOWN_CLIENT "unknown_client" /* metadata names a client we do not have */
#define LINK_REASON_UNKNOWN_PET    "unknown_pet"    /* metadata names a pet we do not have */
#define LINK_REASON_NOT_THEIR_PET  "not_their_pet"  /* metadata names a pet of somebody else */
#define LINK_REASON_PET_OPEN       "pet_open" /* client known, several or no pets to choose from */
#define LINK_REASON_STAFF          "staff_unlinked" /* staff took the link away */

struct link {
    enum link_source source;
    char client_id[37]; /* "" none */
    char pet_ids[LINK_PETS_MAX][37];
    size_t pet_count;
    char salon_id[37];  /* of the client; "" none */
    const char *reason; /* static; NULL when client and pet are known */
};

/* link(b) = b's metadata if it is given and right; else its predecessor's link; else, unless
 * metadata was given and wrong, the one client its e-mail or phone belongs to. */
MUST_USE int link_decide(struct db *db, const struct chain *c, size_t head, struct link *out,
                         struct err *err);

/* A digest of all that link_decide reads of the bookings, and of which of them is the head. While
 * it stays the same, a link stays too: what staff change on a card later does not undo a link made
 * before. */
MUST_USE int link_evidence(const struct chain *c, size_t head, char out[static LINK_EVIDENCE_LEN],
                           struct err *err);

/* The salon of an appointment that no client gives: whose cal_com_username it is, else the only one
 * there is. out is "" when neither helps. */
MUST_USE int link_salon(struct db *db, const char *organizer, char out[static 37], struct err *err);

#endif
