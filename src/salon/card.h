/*
 * card.h: what clients' and pets' cards have in common: a field that an edit may leave, clear or
 * set. Pure.
 */
#ifndef BARKBOOK_SALON_CARD_H
#define BARKBOOK_SALON_CARD_H

#include <stdbool.h>
#include <string.h>

#include "salon/card_input.h"

/* The value a column is to get: given NULL leaves what was, else what was checked ("" is NULL). */
static inline const char *card_text(const char *given, const char *checked, const char *was)
{
    if (given == NULL) {
        return was;
    }
    return checked[0] == '\0' ? NULL : checked;
}

static inline bool card_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The moment in a column that a switch sets to now or to none. */
static inline int64_t card_switched(enum card_switch to, int64_t was, int64_t now)
{
    if (to == CARD_LEAVE) {
        return was;
    }
    if (to == CARD_OFF) {
        return 0;
    }
    return was > 0 ? was : now;
}

#endif
