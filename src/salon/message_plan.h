/*
 * message_plan.h: does this visit get a text, when, and if not, why not. One pure function of the
 * appointment, its client, the settings and the clock; whatever changes, asking again gives what is
 * right now. Needs the zone to be set.
 *
 * A text of the day before goes out at the visit's own wall-clock time (or at a fixed one), one of
 * the same day some hours before; both are moved into the hours in which texts may be sent.
 */
#ifndef BARKBOOK_SALON_MESSAGE_PLAN_H
#define BARKBOOK_SALON_MESSAGE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

enum message_kind {
    MESSAGE_DAY_BEFORE,
    MESSAGE_SAME_DAY,
    MESSAGE_PLANNED, /* those before are planned from appointments */
    MESSAGE_MANUAL = MESSAGE_PLANNED,
    MESSAGE_BULK,
    MESSAGE_REPLY,
    MESSAGE_KINDS
};
const char *message_kind_name(enum message_kind kind); /* day_before, same_day, … */

/* Why there is none. The first that holds is told, so the order is that of what can be done. */
enum message_reason {
    MESSAGE_DUE,       /* there is one */
    MESSAGE_OFF,       /* this kind is not wanted, or nobody can send */
    MESSAGE_CANCELLED, /* or a no-show */
    MESSAGE_PENDING,   /* not agreed yet */
    MESSAGE_PAST,      /* the visit has begun */
    MESSAGE_NO_CLIENT, /* not linked: the number typed into the booking form is never used */
    MESSAGE_NO_PHONE,
    MESSAGE_LANDLINE,
    MESSAGE_NO_CONSENT,
    MESSAGE_OPTED_OUT, /* the client answered STOP */
    MESSAGE_PET_DEAD,
    MESSAGE_JUST_BOOKED, /* agreed after the text would have gone out */
    MESSAGE_TOO_LATE,    /* no allowed hour is left before the visit */
    MESSAGE_MOVED,       /* the visit is at another time now */
    MESSAGE_STAFF,       /* taken back by hand */
    MESSAGE_REASONS
};
const char *message_reason_name(enum message_reason r); /* "due", "off", "cancelled", … */

struct message_rules {
    bool able;                /* somebody can send */
    bool on[MESSAGE_PLANNED]; /* which kinds are wanted */
    int from, to;             /* minutes of the local day in which texts may go out: [from, to) */
    int day_before_at;        /* minutes of the local day; -1: the visit's own time */
    int same_day_before;      /* minutes before the visit */
};

#define MESSAGE_MARGIN 5 /* minutes before `to` at which the last texts are planned */

struct message_visit {
    int64_t start;
    int64_t agreed_at;  /* when this start was agreed */
    const char *status; /* of calendar_events */
    bool linked;        /* the client is known */
    const char *phone;  /* the client's own, E.164; NULL: none */
    bool consent;
    bool opted_out;
    bool pet_dead;   /* one of its pets is deceased */
    bool told_other; /* the last text about this visit named another time: it must be put right */
};

struct message_plan {
    enum message_reason reason;
    int64_t due_at;    /* with MESSAGE_DUE: not before; inside the allowed hours */
    int64_t latest_at; /* not after */
};

void message_plan(const struct message_visit *v, const struct message_rules *r,
                  enum message_kind kind, int64_t now, struct message_plan *out);

/* Whether a client may be written to at all, whatever it is about: MESSAGE_DUE, or why not. */
enum message_reason message_addressee(const struct message_visit *v);

/* The first allowed instant that is not before at; at itself inside the hours. */
int64_t message_allowed(const struct message_rules *r, int64_t at);

/* Polish numbers by which no text arrives. */
bool message_is_landline(const char *phone);

#endif
