/*
 * link_cards.h: what linking asks the card index: does this e-mail or phone belong to that client,
 * whose pets are they. Reads only.
 */
#ifndef BARKBOOK_SYNC_LINK_CARDS_H
#define BARKBOOK_SYNC_LINK_CARDS_H

#include <stdbool.h>

#include "base/phone.h"
#include "db/db.h"

#define LINK_CARDS_MAX 50

struct contact {
    const char *email; /* borrowed; NULL unknown */
    const char *phone;
};

/* How one client can be reached. A double that was merged into another card gives a card of its
 * own, with its own e-mail and phone and the id of the client it became. */
struct card {
    char id[37];
    char salon_id[37];
    char email[321]; /* "" unknown */
    char phone[PHONE_LEN];
};

/* One of the two is known on both sides and equal. */
bool card_matches(const struct card *card, struct contact contact);
/* One of the two is known on both sides and different. */
bool card_contradicts(const struct card *card, struct contact contact);

/* 1 found, 0 not, negative failed. Of a client with doubles the client's own, unless the
 * contact contradicts it and fits a double. */
MUST_USE int link_card(struct db *db, const char *client_id, struct contact contact,
                       struct card *out, struct err *err);
/* 1 when staff changed the card's contact or pets after `since` (ms). */
MUST_USE int link_card_edited(struct db *db, const char *client_id, int64_t since, struct err *err);
/* The pet of that id, or the one it was merged into: 1 found, 0 not. */
MUST_USE int link_pet(struct db *db, const char *pet_id, char out[static 37], struct err *err);
MUST_USE int link_is_owner(struct db *db, const char *client_id, const char *pet_id,
                           struct err *err);

/* Cards of the same client follow one another in both lists. */
MUST_USE int link_cards_by_contact(struct db *db, struct contact contact,
                                   struct card out[static LINK_CARDS_MAX], size_t *count,
                                   struct err *err);
MUST_USE int link_owners(struct db *db, const char *pet_id, struct card out[static LINK_CARDS_MAX],
                         size_t *count, struct err *err);

/* What an appointment says in words. */
struct wording {
    const char *title; /* borrowed; NULL unknown */
    const char *notes;
    const char *attendee;
};

/* 1: the client has one pet, or title and notes together name exactly one of them; 0: not clear.
 * Cal.com puts the salon's and the client's name into the title, so a pet called like one of them
 * is found in the notes only. */
MUST_USE int link_only_pet(struct db *db, const char *client_id, struct wording said,
                           char out[static 37], struct err *err);

#endif
