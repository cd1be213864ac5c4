/*
 * search.h: finds clients and pets by the beginning of any of their words, or by the last digits of
 * a phone; folded both ways, so that "zolw" finds "Żółw" and "Łapka" finds "lapka". Reads only.
 */
#ifndef BARKBOOK_SALON_SEARCH_H
#define BARKBOOK_SALON_SEARCH_H

#include "base/uuid.h"
#include "db/db.h"
#include "salon/actor.h"
#include "salon/search_text.h"

#define SEARCH_LIMIT_MAX 50

enum search_kinds { SEARCH_CLIENTS = 1, SEARCH_PETS = 2 };

struct search_result {
    char client_id[UUID_TEXT_LEN]; /* of a pet: its owner; "" when it has none */
    char pet_id[UUID_TEXT_LEN];    /* "" when the result is the client */
    int points;
    int64_t seen; /* start of the client's latest appointment; 0 never */
};

/* The best results first: by fit, then by who was here or will be here last; archived cards come
 * after all others. A query that thousands of cards fit is answered from the first of them, whole
 * words before beginnings of words and newer cards before older. */
MUST_USE int search_find(struct db *db, const struct actor *who, const char *typed, unsigned kinds,
                         struct search_result out[static SEARCH_LIMIT_MAX], size_t limit,
                         size_t *count, struct err *err);

/* Every household (at most max) that is listed under exactly that folded word: client_id may be
 * NULL, text is as in search_text.h. */
typedef int search_card_fn(void *arg, const char *client_id, const char *text, struct err *err);
MUST_USE int search_by_word(struct db *db, const struct actor *who, const char *word, size_t max,
                            search_card_fn *each, void *arg, struct err *err);

#endif
