/*
 * project.c: which booking is the head of a chain, and what the appointment looks like. Pure.
 */
#include "sync/project.h"

#include <string.h>

const char *visit_status_name(enum visit_status s)
{
    static const char *const names[] = {
        [VISIT_PENDING] = "pending",     [VISIT_SCHEDULED] = "scheduled",
        [VISIT_COMPLETED] = "completed", [VISIT_CANCELLED] = "cancelled",
        [VISIT_NO_SHOW] = "no_show",
    };
    return names[s];
}

static bool is_live(const struct booking *b)
{
    enum obs_status s = booking_status(b);
    return s == OBS_STATUS_PENDING || s == OBS_STATUS_ACCEPTED || s == OBS_STATUS_NONE;
}

static bool has_times(const struct booking *b)
{
    int64_t start = 0;
    int64_t end = 0;
    return booking_times(b, &start, &end);
}

/* The later made wins; the uid decides where the moments are equal or unknown. */
static bool made_later(const struct booking *a, const struct booking *b)
{
    if (a->made_at != b->made_at) {
        return a->made_at > b->made_at;
    }
    return strcmp(a->uid, b->uid) > 0;
}

/* A successor supersedes as soon as it can be shown, pending too: Cal.com has cancelled the old
 * one. */
static bool is_superseded(const struct chain *c, size_t i)
{
    for (size_t k = 0; k < c->link_count; k++) {
        if (c->links[k].predecessor == i && c->links[k].successor != i &&
            has_times(&c->bookings[c->links[k].successor])) {
            return true;
        }
    }
    return false;
}

static size_t best(const struct chain *c, bool superseded_too)
{
    size_t found = NO_BOOKING;
    for (size_t i = 0; i < c->count; i++) {
        const struct booking *b = &c->bookings[i];
        if (!has_times(b) || (!superseded_too && is_superseded(c, i))) {
            continue;
        }
        if (found == NO_BOOKING) {
            found = i;
            continue;
        }
        const struct booking *f = &c->bookings[found];
        if (is_live(b) != is_live(f) ? is_live(b) : made_later(b, f)) {
            found = i;
        }
    }
    return found;
}

size_t chain_predecessor(const struct chain *c, size_t of)
{
    size_t found = NO_BOOKING;
    for (size_t k = 0; k < c->link_count; k++) {
        size_t p = c->links[k].predecessor;
        if (c->links[k].successor == of && p != of &&
            (found == NO_BOOKING || made_later(&c->bookings[p], &c->bookings[found]))) {
            found = p;
        }
    }
    return found;
}

const char *chain_value(const struct chain *c, size_t of, enum fact f)
{
    /* A chain is as long as it has bookings; links that run in a circle end there too. */
    for (size_t steps = 0; of != NO_BOOKING && steps < c->count; steps++) {
        if (c->bookings[of].value[f] != NULL) {
            return c->bookings[of].value[f];
        }
        of = chain_predecessor(c, of);
    }
    return NULL;
}

/* What a successor takes over from the booking it replaced. A price belongs to a service, and the
 * reason why an older booking was cancelled is that it was moved. */
static bool is_inherited(const struct chain *c, size_t head, enum fact f)
{
    switch (f) {
    case FACT_PRICE: {
        const char *mine = c->bookings[head].value[FACT_SERVICE];
        size_t p = chain_predecessor(c, head);
        const char *theirs = p == NO_BOOKING ? NULL : c->bookings[p].value[FACT_SERVICE];
        return mine == NULL || (theirs != NULL && strcmp(mine, theirs) == 0);
    }
    case FACT_TITLE:
    case FACT_DESCRIPTION:
    case FACT_NAME:
    case FACT_EMAIL:
    case FACT_PHONE:
    case FACT_LOCATION:
    case FACT_SERVICE:
    case FACT_ORGANIZER:
        return true;
    case FACT_TIMES:
    case FACT_MEETING_URL:
    case FACT_CLIENT_REF:
    case FACT_PET_REFS:
    case FACT_REASON:
    case FACT_BY:
    case FACT_REBOOK:
    case FACT_COUNT:
        break;
    }
    return false;
}

static void project_status(const struct booking *head, int64_t now, int64_t grace,
                           struct projection *p)
{
    switch (booking_status(head)) {
    case OBS_STATUS_CANCELLED:
    case OBS_STATUS_REJECTED:
        p->status = VISIT_CANCELLED;
        p->rebook = head->value[FACT_REBOOK] != NULL;
        return;
    case OBS_STATUS_VANISHED:
        p->status = VISIT_CANCELLED;
        p->vanished = true;
        return;
    case OBS_STATUS_NONE:
    case OBS_STATUS_PENDING:
        p->status = VISIT_PENDING;
        return;
    case OBS_STATUS_ACCEPTED:
        break;
    }
    if (booking_absent(head)) {
        p->status = VISIT_NO_SHOW;
    } else if (booking_has_ended(head)) {
        p->status = VISIT_COMPLETED;
    } else if (p->end + grace <= now) {
        p->status = VISIT_COMPLETED;
        p->by_clock = true;
    } else {
        p->status = VISIT_SCHEDULED;
    }
}

bool project_chain(const struct chain *c, int64_t now, int64_t complete_after_ms,
                   struct projection *out)
{
    size_t head = best(c, false);
    if (head == NO_BOOKING) {
        head = best(c, true); /* links in a circle: show something rather than nothing */
    }
    if (head == NO_BOOKING) {
        return false;
    }
    struct projection p = {.head = head};
    const struct booking *b = &c->bookings[head];
    if (!booking_times(b, &p.start, &p.end)) {
        return false;
    }
    for (enum fact f = 0; f < FACT_COUNT; f++) {
        p.value[f] = is_inherited(c, head, f) ? chain_value(c, head, f) : b->value[f];
    }
    project_status(b, now, complete_after_ms, &p);
    *out = p;
    return true;
}
