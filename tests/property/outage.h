/*
 * outage.h: a history that the salon sees only in part, and reconciles that make up for it, against
 * a Cal.com over real HTTP that misbehaves: laws 2, 3, 4 and 11.
 */
#ifndef BARKBOOK_TESTS_OUTAGE_H
#define BARKBOOK_TESTS_OUTAGE_H

#include "box.h"
#include "fake_calcom.h"
#include "history.h"
#include "remote/calcom.h"

enum catch_up {
    CATCH_TRUTH,  /* 2: after a complete reconcile the appointments are what Cal.com says */
    CATCH_AGAIN,  /* 3: a second one changes nothing and reports nothing */
    CATCH_LATE,   /* 4: the deliveries of before, come late, change nothing of it */
    CATCH_HONEST, /* 11: one that was cut short says so, and the next one goes on */
    CATCHES
};
const char *catch_sentence(enum catch_up c);

/* What all histories share: one server, one client, one database. */
struct outage_place {
    struct box box;
    struct model m;
    struct fake *fake;
    struct calcom *calcom;
    int64_t our_clock; /* minus Cal.com's, ms */
    /* What the tests saw, to know that they saw anything. */
    long requests, stopped, complete;
};
void outage_open(struct outage_place *p);
void outage_close(struct outage_place *p);

/* Which catches fail (a bit each); why (may be NULL) describes the first. */
unsigned outage_broken(struct outage_place *p, const struct history *h, struct out *why);

#endif
