/*
 * client.h: clients' cards: one by one, in lists, made and changed. Functions that write run inside
 * a job of the writer (or a transaction of the CLI); every function is bound to the actor's salon.
 */
#ifndef BARKBOOK_SALON_CLIENT_H
#define BARKBOOK_SALON_CLIENT_H

#include "base/uuid.h"
#include "db/db.h"
#include "salon/actor.h"
#include "salon/card_input.h"

struct client {
    char id[UUID_TEXT_LEN];
    char salon_id[UUID_TEXT_LEN];
    char *name; /* owned, as all text here; NULL: empty */
    char *surname;
    char *phone; /* E.164 */
    char *email;
    char *address;
    char *notes;
    int64_t gdpr_consent_at; /* ms; 0: none */
    int64_t sms_consent_at;
    int64_t photo_consent_at;
    int64_t archived_at;
    int64_t created_at;
    int64_t updated_at;
    int64_t revision;
};
void client_done(struct client *c); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct client, client_done);

/* 1 found, 0 there is none. The id of a card that was merged into another gives that other: look at
 * out->id. out must be zeroed or done. */
MUST_USE int client_load(struct db *db, const struct actor *who, const char *id, struct client *out,
                         struct err *err);

/* A new card. Text is borrowed; NULL: not known. Phone as E.164. Consents: ms, 0: none. */
struct client_new {
    const char *salon_id; /* never NULL */
    const char *name;     /* never NULL or empty */
    const char *surname;
    const char *phone;
    const char *email;
    const char *address;
    const char *notes;
    int64_t gdpr_consent_at;
    int64_t sms_consent_at;
    int64_t photo_consent_at;
};

/* Writes it as it is, unchecked; the id in out. For what the program itself makes up or has
 * checked. */
MUST_USE int client_create(struct db *db, const struct client_new *card, int64_t now,
                           char out[static UUID_TEXT_LEN], struct err *err);

/* salon_id: of the new card; NULL: the actor's, else the first salon. ERR_INVALID names the field,
 * ERR_NOT_FOUND: another's salon. */
MUST_USE int client_add(struct db *db, const struct actor *who, const char *salon_id,
                        const struct client_input *in, char id[static UUID_TEXT_LEN],
                        struct err *err);

/* Changes what the input gives, if the card is still at that revision. ERR_CONFLICT: somebody
 * changed it meanwhile, or it was merged into another; nothing is overwritten. ERR_NOT_FOUND. */
MUST_USE int client_update(struct db *db, const struct actor *who, const char *id, int64_t revision,
                           const struct client_input *in, struct err *err);

/* Notes that staff changed whose pets are theirs: what linking decided before is not undone by it.
 * The caller has checked that the actor may see the card. */
MUST_USE int client_touch_contact(struct db *db, const struct actor *who, const char *id,
                                  struct err *err);

/* Fills in the phone or e-mail that the card lacks, from a booking, when they are such; never
 * replaces one. Both may be NULL. The caller has checked that the actor may see the card. */
MUST_USE int client_fill_contact(struct db *db, const struct actor *who, const char *id,
                                 const char *phone, const char *email, struct err *err);

typedef int client_fn(void *arg, const struct client *c, struct err *err);

/* By surname and name, at most limit. after: id of the last client of the page before, or NULL.
 * Returns how many; ERR_UNPROCESSABLE when after is not in the list any more. */
MUST_USE int client_list(struct db *db, const struct actor *who, bool archived, const char *after,
                         int limit, client_fn *each, void *arg, struct err *err);

struct client_stats {
    int64_t visits;              /* that took place */
    int64_t no_shows;            /* by the desk's word, else by Cal.com's */
    char next_id[UUID_TEXT_LEN]; /* the next appointment; "" none */
    int64_t next_start;
    int64_t last_start; /* the last that took place; 0 never */
};
MUST_USE int client_stats(struct db *db, const char *id, int64_t now, struct client_stats *out,
                          struct err *err);

/* The pets of a client, living and present ones first, by name. */
struct pet_short {
    const char *id; /* borrowed, as all text here */
    const char *name;
    const char *type;
    const char *breed; /* NULL: unknown */
    bool deceased;
    bool archived;
};
typedef int pet_short_fn(void *arg, const struct pet_short *pet, struct err *err);
MUST_USE int client_each_pet(struct db *db, const char *id, pet_short_fn *each, void *arg,
                             struct err *err);

#endif
