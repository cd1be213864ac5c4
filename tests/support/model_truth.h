/*
 * model_truth.h: what the salon's calendar must say, derived from how things stand at Cal.com in
 * the end and from the rules of projection: one appointment per chain of bookings joined by
 * reschedules.
 *
 * There are two truths. "As told" is what can be known from all deliveries: the values at the
 * moment they were last sent. "As it is" is Cal.com's own state, which a complete reconcile must
 * reach.
 *
 * Where the rules leave something open, the choice made is written down at the head of
 * model_truth.c and model_link.c.
 */
#ifndef BARKBOOK_TESTS_MODEL_TRUTH_H
#define BARKBOOK_TESTS_MODEL_TRUTH_H

#include "model.h"

struct model_link {
    int client; /* index into model_clients; -1: to be linked */
    int pet[MODEL_PETS];
    int pets;
};

/* A booking as far as it is known: the values, and which of them. */
struct model_view {
    struct model_booking b;
    unsigned known; /* enum model_fact */
    size_t from;    /* predecessor's index, MODEL_NONE */
    size_t chain;   /* the smallest index of its chain */
    bool superseded;
};

struct model_appointment {
    size_t head;
    const char *status; /* pending, scheduled, completed, cancelled, no_show */
    int64_t start, end;
    char title[MODEL_TEXT_LEN], description[MODEL_TEXT_LEN];
    char name[64], email[64], phone[24];
    char location[MODEL_TEXT_LEN]; /* an address, or an http(s) link */
    const char *service;
    int price; /* 0: not known */
    char reason[MODEL_TEXT_LEN], cancelled_by[MODEL_TEXT_LEN];
    bool awaiting_rebook;
    int salon;
    struct model_link link;
};

struct model_truth {
    struct model_view *view; /* one per booking of the model */
    struct model_appointment *row;
    size_t rows;
};

/* now, grace: when an accepted booking counts as completed. */
void model_truth_as_told(const struct model *m, int64_t now, int64_t grace,
                         struct model_truth *out);
void model_truth_as_it_is(const struct model *m, int64_t now, int64_t grace,
                          struct model_truth *out);
void model_truth_done(struct model_truth *t);

/* The link of one booking by the rules, staff's word aside. */
struct model_link model_link_of(const struct model_view *view, size_t b);
/* The attendee who counts: the first that is still there. */
const struct model_attendee *model_first(const struct model_booking *b);
void model_lower(const char *text, char *out, size_t n);

#endif
