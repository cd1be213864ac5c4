/*
 * card_json.h: clients' and pets' cards as the pages get them. What cards say of one another (a
 * client's pets, a pet's owners) is read while it is written, so the caller lends a connection.
 */
#ifndef BARKBOOK_HTTP_CARD_JSON_H
#define BARKBOOK_HTTP_CARD_JSON_H

#include "http/context.h"
#include "http/reply.h"
#include "salon/actor.h"
#include "salon/client.h"
#include "salon/match.h"
#include "salon/pet.h"

/* Whole answers of one card, in objects of their own. key NULL: the document itself. */
MUST_USE int card_json_client(struct jw *w, const char *key, struct db *db, const struct client *c,
                              int64_t now, struct err *err);
MUST_USE int card_json_pet(struct jw *w, const char *key, struct db *db, const struct pet *p,
                           struct err *err);

/* A client in a list: who it is, how they are reached, their pets. */
MUST_USE int card_json_client_short(struct jw *w, const char *key, struct db *db,
                                    const struct client *c, struct err *err);

/* A client somebody may be, and why: an object in a list, or nothing when the card is gone. */
MUST_USE int card_json_match(struct jw *w, struct db *db, const struct actor *who,
                             const struct match *m, struct err *err);

/* The members of a pet in a list, inside an object that the caller has opened. */
void card_json_pet_short(struct jw *w, const struct pet_short *pet);
/* client_each_pet and the like: an object in a list. arg is the writer. */
pet_short_fn card_json_each_pet;

void card_json_phone(struct jw *w, const char *e164);
/* null for 0. */
void card_json_time(struct jw *w, const char *key, int64_t ms);

/* Answers with what `write` says, on a reader of the pool. ERR_NOT_FOUND and the like are its own.
 */
struct http_request;
typedef int card_answer_fn(struct db *db, const struct actor *who, struct http_request *rq,
                           struct reply *re, struct err *err);
MUST_USE int card_answer(struct http_context *cx, struct http_request *rq, struct reply *re,
                         card_answer_fn *write, struct err *err);

/* The card of that id, or ERR_NOT_FOUND. */
MUST_USE int card_load_client(struct db *db, const struct actor *who, const char *id,
                              struct client *out, struct err *err);
MUST_USE int card_load_pet(struct db *db, const struct actor *who, const char *id, struct pet *out,
                           struct err *err);

/* Answers with that card: status 200 or 201; 409: why tells what was in the way, and the card is
 * what is there instead. */
MUST_USE int card_answer_client(struct http_context *cx, struct http_request *rq, const char *id,
                                int status, const struct err *why, struct reply *re,
                                struct err *err);
MUST_USE int card_answer_pet(struct http_context *cx, struct http_request *rq, const char *id,
                             int status, const struct err *why, struct reply *re, struct err *err);

#endif
