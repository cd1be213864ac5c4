/*
 * card_body.h: what the pages send about cards, read out of JSON, and on whose behalf they ask.
 * Whether a value can be right is decided where the card is stored; here only its kind is. Pure,
 * but for card_pets_add.
 */
#ifndef BARKBOOK_HTTP_CARD_BODY_H
#define BARKBOOK_HTTP_CARD_BODY_H

#include "base/json.h"
#include "base/uuid.h"
#include "db/db.h"
#include "http/request.h"
#include "salon/actor.h"
#include "salon/card_input.h"

/* Who asks; borrowed from the request. */
struct actor request_actor(const struct http_request *rq);

/* Text is borrowed from the body. Absent: left as it is; null: cleared. ERR_INVALID names the
 * field. */
MUST_USE int card_body_client(const cJSON *body, struct client_input *out, struct err *err);
MUST_USE int card_body_pet(const cJSON *body, struct pet_input *out, struct err *err);

/* The member `pets`: new pets that come with a client. */
#define CARD_PETS_MAX 12
struct card_pets {
    struct pet_input pet[CARD_PETS_MAX];
    size_t count;
    char id[CARD_PETS_MAX][UUID_TEXT_LEN]; /* out of card_pets_add */
};
MUST_USE int card_body_pets(const cJSON *body, struct card_pets *out, struct err *err);
/* Adds them to that client, inside a job. Messages name the place: "pets[1].name: …". */
MUST_USE int card_pets_add(struct db *db, const struct actor *who, const char *client_id,
                           struct card_pets *pets, struct err *err);

/* A member that has to be text: an id. Borrowed. */
MUST_USE int card_body_id(const cJSON *body, const char *key, bool required, const char **out,
                          struct err *err);

#endif
