/*
 * calcom_decode.h: Cal.com's JSON to an observation. Pure: no clock, no database, no network.
 * The shapes and their quirks are those Cal.com really sends; anything else fails softly, with the
 * path.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_DECODE_H
#define BARKBOOK_REMOTE_CALCOM_DECODE_H

#include "base/err.h"
#include "base/json.h"
#include "remote/observation.h"

enum decode_kind {
    DECODE_BOOKING = 1, /* *out is filled in */
    DECODE_IGNORED = 2, /* authentic, but no booking in it: PING, Test, unknown trigger, {} */
};

/* What a delivery is about, filled in as far as it could be read, also when decoding fails: for the
 * log row. Text is owned by the struct (bounded copies). */
struct delivery_head {
    char trigger[64]; /* "" when there is none */
    char uid[128];
    int64_t sent_at; /* envelope createdAt in ms; 0 when absent or flat */
};

/* body: any JSON value. received_at (ms) stands in for a missing envelope createdAt. Returns a
 * decode_kind, or ERR_UNPROCESSABLE naming the path: a booking trigger without a uid, or CREATED,
 * RESCHEDULED, REQUESTED without usable times (end not after start is not usable). */
MUST_USE int calcom_decode_delivery(const cJSON *body, int64_t received_at,
                                    struct delivery_head *head, struct observation *out,
                                    struct err *err);

/* One row of GET /v2/bookings (or the data of GET /v2/bookings/{uid}, or the answer to a write).
 * read_at is the server's Date of that answer; as_of is the later of updatedAt (else createdAt) and
 * read_at - 10 minutes. */
#define CALCOM_REPLICA_LAG_MS (10 * INT64_C(60000))
MUST_USE int calcom_decode_row(const cJSON *row, int64_t read_at, struct observation *out,
                               struct err *err);

/* updatedAt of a row, else its createdAt; 0 when neither is there. For cursors. */
int64_t calcom_row_updated_at(const cJSON *row);

#endif
