/*
 * search_text.h: the words a card is found by, a query taken apart, and how well the two fit. Pure.
 *
 * The text of a search card is made of lines: first the client ("c", flag, name, surname, digits of
 * the phone, e-mail before its @), then one per pet ("p", flag, id, name, breed); fields are parted
 * by tabs, all words are folded, the flag is "-" or "x" for archived or dead.
 */
#ifndef BARKBOOK_SALON_SEARCH_TEXT_H
#define BARKBOOK_SALON_SEARCH_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define SEARCH_WORD_MAX  40 /* bytes; longer words are cut */
#define SEARCH_WORD_LEN  (SEARCH_WORD_MAX + 1)
#define SEARCH_TERMS_MAX 8   /* further words of a query are not looked at */
#define SEARCH_QUERY_MAX 200 /* bytes */
#define SEARCH_TAIL_MIN  3   /* so many last digits of a phone at least */

#define SEARCH_TEXT_MAX ((size_t)256 * 1024)

/* Appends the client's line. Everything may be NULL. Sticky failure of out: out of memory. */
void search_text_client(struct buf *out, bool hidden, const char *name, const char *surname,
                        const char *phone, const char *email);
void search_text_pet(struct buf *out, bool hidden, const char *id, const char *name,
                     const char *breed);

/* The words under which the card is listed; the same word may come several times. */
typedef int search_word_fn(void *arg, const char *word, struct err *err);
MUST_USE int search_text_words(const char *text, search_word_fn *each, void *arg, struct err *err);

/* One word somebody typed: the beginning of a word, or the last digits of a phone. */
struct search_term {
    char text[SEARCH_WORD_LEN];
    char tail[SEARCH_WORD_LEN]; /* '#' and the digits backwards; "" when it is no number */
};
struct search_query {
    struct search_term terms[SEARCH_TERMS_MAX];
    size_t count;
};

/* Folds and parts what was typed. 1 there is something to look for, 0 nothing, ERR_NOMEM. */
MUST_USE int search_query_parse(const char *typed, struct search_query *out, struct err *err);

/* How well a subject of the card (the client, or one of the pets) fits all terms. */
struct search_fit {
    const char *pet; /* borrowed from text, pet_len bytes; NULL: the client */
    size_t pet_len;
    int points;  /* more is better */
    bool hidden; /* an archived or dead pet */
};
typedef void search_fit_fn(void *arg, const struct search_fit *fit);
/* Calls each for every subject that fits: a pet when all terms are found in it and in its client,
 * and one at least in the pet itself; the client when all terms are found in it, or when they are
 * found only in several of the pets together. */
void search_text_match(const char *text, const struct search_query *query, search_fit_fn *each,
                       void *arg);

/* A word, or words, of a card's text: borrowed, not terminated. */
struct search_piece {
    const char *s;
    size_t n;
};

/* What the card's lines are about, for those who compare names themselves. */
struct search_person {
    struct search_piece name;
    struct search_piece surname;
    bool hidden;
};
void search_text_person(const char *text, struct search_person *out);

struct search_pet {
    struct search_piece id;
    struct search_piece name;
    bool hidden;
};
/* The pet of the line at *text, which then moves on to the next; false when there is none left.
 * Begin with the whole text. */
bool search_text_next_pet(const char **text, struct search_pet *out);

#endif
