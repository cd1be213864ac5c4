/*
 * history.h: what happened, as a script of steps that can be made from a seed, run on a model,
 * shortened, and printed for a person. A step names appointments by the order in which they were
 * first booked, so that removing one step leaves the meaning of the others alone.
 */
#ifndef BARKBOOK_TESTS_HISTORY_H
#define BARKBOOK_TESTS_HISTORY_H

#include "model.h"
#include "model_send.h"
#include "out.h"

#define HISTORY_STEPS  24
#define HISTORY_CHAINS 16

enum step_kind {
    STEP_BOOK,
    STEP_SERIES, /* arg: how many */
    STEP_CONFIRM,
    STEP_REJECT,
    STEP_PAY,
    STEP_RESCHEDULE, /* flag: waits for confirmation */
    STEP_AGAIN,      /* the booking before the last one is rescheduled a second time */
    STEP_MOVE_SEATED,
    STEP_CANCEL,
    STEP_ASK_REBOOK,
    STEP_LEAVE_SEAT, /* arg: attendee */
    STEP_CANCEL_SERIES,
    STEP_ABSENT, /* arg: attendee */
    STEP_PRESENT,
    STEP_STARTED,
    STEP_ENDED,
    STEP_EDIT,  /* arg: enum model_edit; flag: stamps updatedAt */
    STEP_NOISE, /* arg: kind */
    STEP_KINDS
};

enum step_when { AFTER_WAIT, AT_START, AT_END }; /* of the appointment's last booking, then wait */

struct step {
    enum step_kind kind;
    int chain;
    enum step_when when;
    int64_t wait;  /* ms */
    int64_t ahead; /* of a booking or reschedule: its start is this far from now, in minutes */
    int arg;
    bool flag;
    bool quiet; /* done through the API: sends nothing */
    struct model_how how;
    struct model_new booking; /* start is taken from ahead */
    bool skipped;             /* removed by shortening */
};

struct history {
    uint64_t seed;
    struct step step[HISTORY_STEPS];
    size_t steps;
};

enum history_profile {
    HISTORY_PLAIN, /* only what the rules decide: deliveries lead to the model's truth */
    HISTORY_WILD,  /* also contradictions, ties and nonsense: only order and copies must not matter
                    */
    HISTORY_API,   /* for a reconciler: also what sends nothing, foreign and vanished bookings */
};

void history_make(struct history *h, uint64_t seed, enum history_profile profile);

/* Runs the steps that are not skipped. How many happened; what could not happen is passed over. */
size_t history_run(const struct history *h, struct model *m);

/* The state between steps: which booking each appointment has come to. */
struct history_cursor {
    size_t tip[HISTORY_CHAINS];
    int chains;
};
void history_cursor_init(struct history_cursor *c);
bool history_step(struct model *m, struct history_cursor *c, uint64_t seed, size_t number,
                  const struct step *s);

/* A line per step that is not skipped. */
void history_print(const struct history *h, struct out *to);

#endif
