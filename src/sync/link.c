/*
 * link.c: the order of evidence for a link, over the chain of bookings. Reads clients and pets,
 * writes nothing. Single cards are checked in link_cards.c.
 */
#include "sync/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/secret.h"
#include "salon/placeholder.h"
#include "sync/link_cards.h"
#include "sync/project.h"

const char *link_source_name(enum link_source s)
{
    static const char *const names[] = {
        [LINK_NONE] = NULL,           [LINK_STAFF] = "staff",
        [LINK_METADATA] = "metadata", [LINK_PREDECESSOR] = "predecessor",
        [LINK_CONTACT] = "contact",
    };
    return names[s];
}

static void link_fail(struct link *out, const char *reason)
{
    *out = (struct link){.reason = reason};
}

/* The address of a client without one says nothing about e-mail: their card may have one by now. */
static struct contact contact_of(const struct chain *c, size_t i)
{
    const char *email = chain_value(c, i, FACT_EMAIL);
    return (struct contact){
        .email = placeholder_read(email, NULL) ? NULL : email,
        .phone = chain_value(c, i, FACT_PHONE),
    };
}

static void take_card(struct link *out, const struct card *card, enum link_source source)
{
    *out = (struct link){.source = source};
    memcpy(out->client_id, card->id, sizeof out->client_id);
    memcpy(out->salon_id, card->salon_id, sizeof out->salon_id);
}

/* The pet when metadata does not name it: the only one, or the only one named in title or notes. */
static int choose_pet(struct db *db, const struct chain *c, size_t i, struct link *out,
                      struct err *err)
{
    char pet[37];
    struct wording said = {
        .title = chain_value(c, i, FACT_TITLE),
        .notes = chain_value(c, i, FACT_DESCRIPTION),
        .attendee = chain_value(c, i, FACT_NAME),
    };
    int rc = link_only_pet(db, out->client_id, said, pet, err);
    if (rc > 0) {
        memcpy(out->pet_ids[0], pet, sizeof pet);
        out->pet_count = 1;
    } else if (rc == 0) {
        out->reason = LINK_REASON_PET_OPEN;
    }
    return rc < 0 ? rc : 0;
}

/* Splits "a,b" into the list; ids that are too long cannot be ours and make it unknown. */
static bool split_refs(const char *refs, struct link *list)
{
    list->pet_count = 0;
    while (refs != NULL && *refs != '\0') {
        size_t n = strcspn(refs, ",");
        if (n >= sizeof list->pet_ids[0] || list->pet_count == LINK_PETS_MAX) {
            return false;
        }
        if (n > 0) {
            memcpy(list->pet_ids[list->pet_count], refs, n);
            list->pet_ids[list->pet_count++][n] = '\0';
        }
        refs += n + (refs[n] == ',' ? 1 : 0);
    }
    return true;
}

/* The client when metadata names only pets: who owns them all; of several, whom the contact fits.
 */
static int owner_of_pets(struct db *db, const struct link *pets, struct contact contact,
                         struct card *owner, struct err *err)
{
    struct card owners[LINK_CARDS_MAX];
    size_t count = 0;
    int rc = link_owners(db, pets->pet_ids[0], owners, &count, err);
    if (rc < 0) {
        return rc;
    }
    int found = 0;
    int fitting = 0;
    struct card fits = {0};
    for (size_t i = 0; i < count; i++) {
        bool another = found == 0 || strcmp(owner->id, owners[i].id) != 0;
        bool all = true;
        for (size_t k = 1; k < pets->pet_count && all; k++) {
            rc = link_is_owner(db, owners[i].id, pets->pet_ids[k], err);
            if (rc < 0) {
                return rc;
            }
            all = rc > 0;
        }
        if (!all) {
            continue;
        }
        bool fit = card_matches(&owners[i], contact) && !card_contradicts(&owners[i], contact);
        found += another ? 1 : 0;
        if (fit) {
            fitting += fitting == 0 || strcmp(fits.id, owners[i].id) != 0 ? 1 : 0;
            fits = owners[i];
        }
        /* Of a client with doubles the card that fits, else the first: their own. */
        if (another || fit) {
            *owner = owners[i];
        }
    }
    if (found > 1 && fitting == 1) {
        *owner = fits;
        return 1;
    }
    return found == 1;
}

/* 1 metadata is given (then *out is the link, or says why not), 0 not given, negative failed. */
static int link_by_metadata(struct db *db, const struct chain *c, size_t i, struct link *out,
                            struct err *err)
{
    const char *client_ref = c->bookings[i].value[FACT_CLIENT_REF];
    const char *pet_refs = c->bookings[i].value[FACT_PET_REFS];
    if (client_ref == NULL && pet_refs == NULL) {
        return 0;
    }
    struct contact contact = contact_of(c, i);
    struct link pets = {0};
    bool readable = split_refs(pet_refs, &pets);
    for (size_t k = 0; k < pets.pet_count && readable; k++) {
        char pet[37];
        int rc = link_pet(db, pets.pet_ids[k], pet, err);
        if (rc < 0) {
            return rc;
        }
        readable = rc > 0;
        if (readable) {
            memcpy(pets.pet_ids[k], pet, sizeof pet);
        }
    }
    struct card card = {0};
    int rc = 0;
    if (client_ref != NULL) {
        rc = link_card(db, client_ref, contact, &card, err);
        if (rc == 0) {
            link_fail(out, LINK_REASON_UNKNOWN_CLIENT);
        }
    } else if (readable && pets.pet_count > 0) {
        rc = owner_of_pets(db, &pets, contact, &card, err);
        if (rc == 0) {
            link_fail(out, LINK_REASON_AMBIGUOUS);
        }
    } else {
        link_fail(out, LINK_REASON_UNKNOWN_PET);
    }
    if (rc <= 0) {
        return rc < 0 ? rc : 1;
    }
    if (!readable) {
        link_fail(out, LINK_REASON_UNKNOWN_PET);
        return 1;
    }
    for (size_t k = 0; k < pets.pet_count; k++) {
        rc = link_is_owner(db, card.id, pets.pet_ids[k], err);
        if (rc < 0) {
            return rc;
        }
        if (rc == 0) {
            link_fail(out, LINK_REASON_NOT_THEIR_PET);
            return 1;
        }
    }
    if (card_contradicts(&card, contact)) {
        link_fail(out, LINK_REASON_CONTRADICTS);
        return 1;
    }
    take_card(out, &card, LINK_METADATA);
    memcpy(out->pet_ids, pets.pet_ids, sizeof out->pet_ids);
    out->pet_count = pets.pet_count;
    if (pets.pet_count == 0) {
        rc = choose_pet(db, c, i, out, err);
    }
    return rc < 0 ? rc : 1;
}

/* 1: the address we made up for a client came back (metadata can be lost on the way), 0: not. */
static int link_by_placeholder(struct db *db, const struct chain *c, size_t i, struct link *out,
                               struct err *err)
{
    char client_id[UUID_TEXT_LEN];
    struct card card;
    if (!placeholder_read(chain_value(c, i, FACT_EMAIL), client_id)) {
        return 0;
    }
    struct contact contact = contact_of(c, i);
    int rc = link_card(db, client_id, contact, &card, err);
    if (rc <= 0 || card_contradicts(&card, contact)) {
        return rc < 0 ? rc : 0;
    }
    take_card(out, &card, LINK_CONTACT);
    rc = choose_pet(db, c, i, out, err);
    return rc < 0 ? rc : 1;
}

static int link_by_contact(struct db *db, const struct chain *c, size_t i, struct link *out,
                           struct err *err)
{
    int known = link_by_placeholder(db, c, i, out, err);
    if (known != 0) {
        return known < 0 ? known : 0;
    }
    struct contact contact = contact_of(c, i);
    struct card cards[LINK_CARDS_MAX];
    size_t count = 0;
    int rc = link_cards_by_contact(db, contact, cards, &count, err);
    if (rc < 0) {
        return rc;
    }
    size_t fitting = 0;
    size_t last = 0;
    for (size_t k = 0; k < count; k++) {
        if (card_matches(&cards[k], contact) && !card_contradicts(&cards[k], contact)) {
            fitting += fitting == 0 || strcmp(cards[last].id, cards[k].id) != 0 ? 1 : 0;
            last = k;
        }
    }
    if (fitting != 1) {
        link_fail(out, fitting > 1 ? LINK_REASON_AMBIGUOUS
                       : count > 0 ? LINK_REASON_CONTRADICTS
                                   : LINK_REASON_NO_MATCH);
        return 0;
    }
    take_card(out, &cards[last], LINK_CONTACT);
    return choose_pet(db, c, i, out, err);
}

int link_decide(struct db *db, const struct chain *c, size_t head, struct link *out,
                struct err *err)
{
    /* Down the chain while bookings have no good metadata of their own; then up again, oldest
     * first, by contact. */
    struct link decided = {.reason = LINK_REASON_NO_MATCH};
    size_t path[64];
    size_t depth = 0;
    bool blocked[ARRAY_LEN(path)] = {false};
    const char *reason = NULL;
    bool found = false;

    for (size_t i = head; i != NO_BOOKING && depth < ARRAY_LEN(path) && depth < c->count;
         i = chain_predecessor(c, i)) {
        int rc = link_by_metadata(db, c, i, &decided, err);
        if (rc < 0) {
            return rc;
        }
        if (rc > 0 && decided.client_id[0] != '\0') {
            found = true;
            break;
        }
        blocked[depth] = rc > 0;
        if (i == head && rc > 0) {
            reason = decided.reason;
        }
        path[depth++] = i;
    }
    bool at_head = found && depth == 0;
    while (!found && depth > 0) {
        depth--;
        if (blocked[depth]) {
            continue;
        }
        int rc = link_by_contact(db, c, path[depth], &decided, err);
        if (rc < 0) {
            return rc;
        }
        found = decided.client_id[0] != '\0';
        at_head = found && depth == 0;
    }
    if (!found) {
        link_fail(out, reason != NULL ? reason : decided.reason);
        return 0;
    }
    *out = decided;
    if (!at_head) {
        out->source = LINK_PREDECESSOR;
    }
    return 0;
}

int link_evidence(const struct chain *c, size_t head, char out[static LINK_EVIDENCE_LEN],
                  struct err *err)
{
    static const enum fact facts[] = {FACT_EMAIL,       FACT_PHONE,      FACT_TITLE,
                                      FACT_DESCRIPTION, FACT_CLIENT_REF, FACT_PET_REFS};
    CLEANUP(buf_done) struct buf all = {.max = 8 * 1024 * 1024};
    buf_printf(&all, "%s\x1e", c->bookings[head].uid);
    for (size_t i = 0; i < c->count; i++) {
        buf_str(&all, c->bookings[i].uid);
        for (size_t k = 0; k < ARRAY_LEN(facts); k++) {
            const char *value = c->bookings[i].value[facts[k]];
            buf_char(&all, '\x1f');
            buf_str(&all, value == NULL ? "" : value);
        }
        size_t p = chain_predecessor(c, i);
        buf_printf(&all, "\x1f%s\x1e", p == NO_BOOKING ? "" : c->bookings[p].uid);
    }
    if (all.failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    uint8_t digest[SHA256_LEN];
    int rc = secret_sha256(all.data == NULL ? "" : all.data, all.len, digest, err);
    if (rc < 0) {
        return rc;
    }
    secret_hex(digest, (LINK_EVIDENCE_LEN - 1) / 2, out);
    return 0;
}
