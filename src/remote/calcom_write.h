/*
 * calcom_write.h: what BarkBook asks Cal.com to change: a new booking, another time, a
 * cancellation, a request confirmed or declined, an attendee who did not come. Each is sent once
 * and never again: what became of one whose answer was lost is for the caller to find out
 * (CALCOM_UNSURE).
 *
 * Thread-safe, as the client is.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_WRITE_H
#define BARKBOOK_REMOTE_CALCOM_WRITE_H

#include "base/buf.h"
#include "remote/calcom.h"
#include "remote/observation.h"

enum calcom_order_kind {
    ORDER_BOOK,
    ORDER_RESCHEDULE,
    ORDER_CANCEL,
    ORDER_CONFIRM,
    ORDER_DECLINE,
    ORDER_ABSENT,
};

/* Metadata by which a booking of ours is known again, whatever happened to the answer. */
#define CALCOM_META_CLIENT  "barkbookClientId"
#define CALCOM_META_PETS    "barkbookPetId"
#define CALCOM_META_REQUEST "barkbookRequestId"

/* All text is borrowed. */
struct calcom_order {
    enum calcom_order_kind kind;
    const char *uid;    /* of the booking it is about; NULL for ORDER_BOOK */
    int64_t start;      /* ms; ORDER_BOOK, ORDER_RESCHEDULE */
    const char *reason; /* NULL: none */
    const char *by;     /* ORDER_RESCHEDULE: e-mail of the calendar's owner, so that it needs no
                           confirmation; NULL: not known */
    const char *email;  /* attendee's; ORDER_BOOK, ORDER_ABSENT */
    bool absent;

    /* ORDER_BOOK */
    const char *request_id;
    const char *client_id;
    const char *pet_ids; /* comma-separated */
    int64_t event_type;
    int64_t length; /* minutes; 0: the event type's own */
    const char *name;
    const char *phone;    /* E.164; NULL: unknown */
    const char *language; /* "pl" */
    const char *zone;     /* "Europe/Warsaw" */
    const char *notes;    /* NULL: none */
    const char *price; /* what the service costs, as FACT_PRICE: not sent, but the answer lacks it
                          and the webhook brings it; NULL: unknown */
};

/* What has become of it. */
enum calcom_fate {
    CALCOM_DONE = 0,
    CALCOM_SAID_NO = 1,  /* Cal.com refused: nothing was changed */
    CALCOM_NOT_SENT = 2, /* it never reached Cal.com */
    CALCOM_UNSURE = 3,   /* sent, but what Cal.com made of it is not known */
};

struct calcom_outcome {
    struct calcom_answer answer; /* of CALCOM_DONE */
    enum fetch_failure failure;
    struct calcom_refusal refusal;
};
void calcom_outcome_done(struct calcom_outcome *o); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct calcom_outcome, calcom_outcome_done);

/* A calcom_fate, with the reason in err for all but CALCOM_DONE; negative only when the request
 * could not even be made (memory). */
MUST_USE int calcom_write(struct calcom *c, const struct calcom_order *order,
                          struct calcom_outcome *out, struct err *err);

/* The request's path and body (empty: none), as calcom_write sends them. */
MUST_USE int calcom_order_text(const struct calcom_order *order, struct buf *path, struct buf *body,
                               struct err *err);

/* The booking that a successful answer describes (of a list the first), as an observation of the
 * moment the answer was made: it comes from the write itself, not from a copy that may lag behind,
 * and what was asked for counts even where the answer does not show it yet. */
MUST_USE int calcom_order_result(const struct calcom_order *order, const cJSON *data,
                                 int64_t answered_at, struct observation *out, struct err *err);

/* Does a booking, as the API gives it, show that the order was carried out? */
bool calcom_order_shows(const struct calcom_order *order, const cJSON *row);

#endif
