/*
 * passage.h: deliveries on their way into one database, with somebody watching: which id each
 * answer named, what staff attached and recorded meanwhile, and whether all of it is still so in
 * the end.
 */
#ifndef BARKBOOK_TESTS_PASSAGE_H
#define BARKBOOK_TESTS_PASSAGE_H

#include "box.h"
#include "model.h"
#include "run.h"

#define PASSAGE_ACTS 24

/* Something staff did to an appointment. */
struct act {
    char id[37];     /* the appointment's id at that time */
    int kind;        /* 0 nothing, 1 linked, 2 unlinked, 3 desk status */
    int client, pet; /* of a link */
    char start[25];  /* of the appointment when the desk recorded something */
    bool moved;      /* its start changed since */
};

struct passage {
    struct db *db;
    const struct model *m;
    const struct run_plan *plan;
    struct arrivals arrivals;
    int64_t end; /* after all deliveries */
    int64_t now;
    struct inbox_result *answer; /* one per arrival */
    struct act link[PASSAGE_ACTS], desk;
    int links;
    bool named_nobody; /* an answer named an appointment that is not there */
    struct out *why;   /* may be NULL; only the first trouble is written */
};

void passage_open(struct passage *p, struct db *db, const struct model *m,
                  const struct run_plan *plan, struct out *why);
void passage_close(struct passage *p);
void passage_deliver(struct passage *p);
/* Arrival i alone; those before it have come. */
void passage_deliver_one(struct passage *p, size_t i);

bool passage_ids_hold(struct passage *p);
bool passage_replay_changes_nothing(struct passage *p);
/* Copies of everything, sent later and without metadata, telephone and notes. */
bool passage_silence_unlinks_nothing(struct passage *p);
bool passage_desk_holds(struct passage *p);
bool passage_staff_links_hold(struct passage *p);

#endif
