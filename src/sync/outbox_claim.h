/*
 * outbox_claim.h: the transactions of the outbox, one struct and one job each. Private to outbox*.c
 * but for the test of each.
 */
#ifndef BARKBOOK_SYNC_OUTBOX_CLAIM_H
#define BARKBOOK_SYNC_OUTBOX_CLAIM_H

#include "salon/message_template.h"
#include "sync/outbox.h"

#define OUTBOX_LOOK_FIRST (2 * CLOCK_MINUTE)  /* no request lives that long */
#define OUTBOX_LOOK_AGAIN (10 * CLOCK_MINUTE) /* the carrier's list may be behind */
#define OUTBOX_PAUSE      (15 * CLOCK_MINUTE) /* when the settings are refused */
#define OUTBOX_AROUND     (15 * CLOCK_MINUTE) /* between their clock and ours */
#define OUTBOX_GIVE_UP    (2 * CLOCK_DAY)     /* asking about one that cannot be found out */

/* Takes the next one that is due: the row is `sending` when this is committed. 1 there is one, 0
 * not now. What must not go out is cancelled on the way. */
struct outbox_claim {
    const struct message_settings *settings;
    int64_t now;
    char id[UUID_TEXT_LEN]; /* out */
    char phone[24];
    char body[4 * MESSAGE_BODY_MAX + 1];
};
writer_fn outbox_claim_job;

/* Writes what the carrier said. */
struct outbox_settle {
    const char *id;
    const char *phone;
    const struct messenger_answer *answer;
    bool callback; /* news will come by itself */
    int64_t now;
};
writer_fn outbox_settle_job;

/* Reads the next one to ask about: 1 or 0. */
struct outbox_look {
    int64_t now;
    char id[UUID_TEXT_LEN]; /* out */
    bool lost;              /* sending or unknown: to be looked for by number */
    bool unknown;
    char phone[24];
    char sid[MESSENGER_SID_LEN];
    char body[4 * MESSAGE_BODY_MAX + 1];
    int64_t attempted_at, latest_at;
    int64_t looks;
};
writer_fn outbox_look_job;

/* What looking for it at the carrier brought. */
struct outbox_find {
    char sid[MESSENGER_SID_LEN];
    enum messenger_state state;
    int code;
    bool same_body;
};
struct outbox_found {
    const struct outbox_look *look;
    const struct outbox_find *list; /* those of about that moment */
    size_t count;
    bool asked;        /* false: the carrier could not be asked to the end */
    const char *error; /* then */
    int64_t now;
};
writer_fn outbox_found_job;

/* When to ask again about one that is under way; 0: no more. */
struct outbox_later {
    const char *id;
    int64_t attempted_at;
    int64_t now;
};
writer_fn outbox_later_job;

#endif
