/*
 * delivery.h: what can be said of a delivery before the database is asked: is it JSON, which
 * booking is it about, what of it is kept. Pure but for memory, so that it runs on the connection's
 * own thread.
 */
#ifndef BARKBOOK_SYNC_DELIVERY_H
#define BARKBOOK_SYNC_DELIVERY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "remote/calcom_decode.h"

enum delivery_verdict {
    DELIVERY_BOOKING, /* observation is filled in */
    DELIVERY_IGNORED, /* authentic, but no booking in it */
    DELIVERY_NOT_JSON,
    DELIVERY_UNPROCESSABLE, /* a booking trigger without what it needs */
};

#define DELIVERY_KEY_LEN 64

struct delivery {
    enum delivery_verdict verdict;
    struct delivery_head head;
    struct observation observation;
    char *payload;              /* what is kept: JSON text, secrets cut out; owned */
    char key[DELIVERY_KEY_LEN]; /* same for byte-identical bodies; starts with the moment it was
                                   sent, so that new ones land at the right edge of the index */
    char why[480];              /* of NOT_JSON and UNPROCESSABLE */
};

void delivery_done(struct delivery *d);
DEFINE_CLEANUP_REF(struct delivery, delivery_done);

/* raw: n bytes as received. Negative only when memory ran out. */
MUST_USE int delivery_read(const char *raw, size_t n, int64_t received_at, struct delivery *out,
                           struct err *err);

/* The same of a payload as webhook_logs keeps it; key is left empty. */
MUST_USE int delivery_reread(const char *payload, int64_t received_at, struct delivery *out,
                             struct err *err);

#endif
