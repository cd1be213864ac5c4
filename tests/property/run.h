/*
 * run.h: one way of delivering the mail of a history, and what it led to.
 */
#ifndef BARKBOOK_TESTS_RUN_H
#define BARKBOOK_TESTS_RUN_H

#include "box.h"
#include "history.h"
#include "out.h"

/* How the deliveries of a history are lined up. Every choice hangs on the delivery's own identity
 * (the step that caused it and its number there), so that leaving one out changes nothing for the
 * others. */
struct run_plan {
    uint64_t shuffle;    /* 0: as they were sent */
    uint64_t duplicate;  /* other than 0: a third of them comes twice or three times */
    uint64_t lose;       /* other than 0: a fourth of them never comes */
    uint64_t staff;      /* other than 0: staff act meanwhile */
    bool live;           /* processed when sent; else all in the end */
    const bool *dropped; /* per delivery of the model; NULL: none */
};

struct arrival {
    const struct model_delivery *d;
    size_t number; /* in the model */
    uint64_t key;  /* place in the line */
    int repeat;    /* 1, 2: the same body again */
};

struct arrivals {
    struct arrival *list;
    size_t count;
};
void run_line_up(const struct model *m, const struct run_plan *plan, struct arrivals *out);
void run_arrivals_done(struct arrivals *a);

/* The moment everything is over: no completion falls due within the following seconds. */
int64_t run_end_of(const struct model *m);

#endif
