/*
 * laws.h: the laws of the sync engine as questions to one history.
 */
#ifndef BARKBOOK_TESTS_LAWS_H
#define BARKBOOK_TESTS_LAWS_H

#include "box.h"
#include "history.h"

enum law {
    LAW_TRUTH,    /* all deliveries, in order: what Cal.com says */
    LAW_ORDER,    /* 1: any order, the same appointments */
    LAW_COPIES,   /* 1: any number of copies */
    LAW_LOSS,     /* 1: also of a part of the deliveries */
    LAW_REPLAY,   /* 4: the past cannot come back */
    LAW_IDENTITY, /* 5: ids stay, nothing attached is lost */
    LAW_LINKS,    /* 6: links only get better, staff's word wins */
    LAW_STAFF,    /* 7: what staff recorded is theirs */
    LAWS
};
const char *law_sentence(enum law l);

#define LAW_BIT(l) (1U << (l))
#define ALL_LAWS   (LAW_BIT(LAWS) - 1)

struct trial {
    struct box *box;
    struct history history;
    enum history_profile profile;
    const bool *dropped; /* deliveries left out, for LAW_ORDER, LAW_COPIES and LAW_LOSS */
};

/* Which of the wanted laws (LAW_BIT) this history breaks; why (may be NULL) gets a description of
 * the first one. */
unsigned laws_broken(const struct trial *t, unsigned wanted, struct out *why);

/* Shortens the history while it still breaks the law, and prints it as a script with the order of
 * arrival and the difference. */
void laws_shrink(struct trial *t, enum law law, struct out *report);

#endif
