/*
 * alarm.h: tells the owner, by a program of theirs, when something has gone bad and when it is well
 * again: each thing once a day at most, and only what lasted longer than a moment.
 */
#ifndef BARKBOOK_SYNC_ALARM_H
#define BARKBOOK_SYNC_ALARM_H

#include "sync/health.h"

#define ALARM_LOOKS    2 /* in a row, before it is told */
#define ALARM_CODES    24
#define ALARM_TEXT_LEN 600

struct alarm_known {
    char code[40]; /* "" free */
    int looks;     /* in a row that showed it */
    bool told;
    int64_t told_at;
    bool seen; /* in the look under way */
};

/* Belongs to one thread. */
struct alarm {
    struct alarm_known known[ALARM_CODES];
};

/* Takes one look. 1: text holds what to tell now (in "pl" or "en"), 0: nothing to tell. */
int alarm_look(struct alarm *a, const struct health *h, const char *language, int64_t now,
               char text[static ALARM_TEXT_LEN]);

/* The sentence for a code; a general one for a code without. */
const char *alarm_text(const char *code, const char *language);

#endif
