/*
 * outgoing_store.h: the table calcom_writes: what BarkBook asked Cal.com to change, on disk before
 * the request leaves. Functions that write run inside a job of the writer.
 */
#ifndef BARKBOOK_SYNC_OUTGOING_STORE_H
#define BARKBOOK_SYNC_OUTGOING_STORE_H

#include "base/uuid.h"
#include "db/db.h"
#include "remote/calcom_write.h"

#define OUTGOING_ID_LEN     64
#define OUTGOING_DIGEST_LEN 33

enum outgoing_state {
    OUTGOING_SENDING, /* on its way */
    OUTGOING_UNSURE,  /* the answer was lost: Cal.com is being asked what it knows */
    OUTGOING_DONE,
    OUTGOING_REFUSED, /* Cal.com said no */
    OUTGOING_FAILED,  /* it did not happen */
};
const char *outgoing_state_name(enum outgoing_state s);
const char *outgoing_kind_name(enum calcom_order_kind k);

/* Why it was not done; the pages have a sentence for each. */
#define OUTGOING_WHY_SLOT    "slot_taken"
#define OUTGOING_WHY_REFUSED "refused"  /* another reason: Cal.com's own words are in detail */
#define OUTGOING_WHY_GONE    "gone"     /* Cal.com does not know the booking */
#define OUTGOING_WHY_KEY     "key"      /* Cal.com does not accept the key */
#define OUTGOING_WHY_DENIED  "denied"   /* the key may not do that */
#define OUTGOING_WHY_RATE    "rate"     /* Cal.com asks for a pause */
#define OUTGOING_WHY_DOWN    "down"     /* Cal.com cannot be reached */
#define OUTGOING_WHY_LOST    "not_done" /* the answer was lost, and Cal.com knows of nothing */

struct outgoing_row {
    char id[OUTGOING_ID_LEN];
    enum calcom_order_kind kind;
    enum outgoing_state state;
    char digest[OUTGOING_DIGEST_LEN];
    char event_id[UUID_TEXT_LEN]; /* "" unknown, as all text here */
    char uid[128];
    char client_id[UUID_TEXT_LEN];
    int64_t event_type;
    int64_t start; /* ms; 0: none */
    bool absent;
    char reason[24];
    char detail[240];
    char staff_id[UUID_TEXT_LEN];
    int64_t looks;
    int64_t created_at;
    int64_t ended_at;
};

/* 1 found, 0 not. */
MUST_USE int outgoing_find(struct db *db, const char *id, struct outgoing_row *out,
                           struct err *err);

/* Writes a new row. 1: there is one of that id (then *row is that one). ERR_CONFLICT: that id was
 * used for something else, or another change of the same appointment (a booking of the same client
 * at the same time) has not ended yet. */
#define OUTGOING_KNOWN 1
MUST_USE int outgoing_begin(struct db *db, struct outgoing_row *row, struct err *err);

/* State, event_id, uid, reason, detail, looks and ended_at as they are in the row. */
MUST_USE int outgoing_note(struct db *db, const struct outgoing_row *row, struct err *err);

/* At start-up: what was on its way when the program ended is unsure. */
MUST_USE int outgoing_recover(struct db *db, struct err *err);

/* The unsure ones, oldest first, at most max; how many. */
MUST_USE int outgoing_unsure(struct db *db, struct outgoing_row *out, int max, struct err *err);

/* Forgets what ended before that moment; how many. */
MUST_USE int outgoing_prune(struct db *db, int64_t before, struct err *err);

/* The booking that is current of an appointment, for someone of that salon (NULL: all). 1 found, 0
 * there is no such appointment. */
struct outgoing_subject {
    char event_id[UUID_TEXT_LEN];
    char uid[128];
    char email[321];
    char status[16];
    char service[321]; /* event type: slug or number */
    int64_t start;
    int64_t minutes;
};
MUST_USE int outgoing_subject(struct db *db, const char *salon_id, const char *event_id,
                              struct outgoing_subject *out, struct err *err);

#endif
