/*
 * message_carrier.h: a carrier of text messages for the simulation: it keeps what it accepted, and
 * fails in every way a carrier and the way to it can. It knows nothing of the program but the
 * interface.
 */
#ifndef BARKBOOK_TESTS_PROPERTY_MESSAGE_CARRIER_H
#define BARKBOOK_TESTS_PROPERTY_MESSAGE_CARRIER_H

#include <stddef.h>

#include "remote/messenger.h"
#include "rng.h"

struct carried {
    char sid[MESSENGER_SID_LEN];
    char to[24];
    char body[200];
    int64_t made_at;
    enum messenger_state state;
};

/* Called when a text is accepted: the moment to see whether it was right. */
typedef void carrier_accepted_fn(void *arg, const struct carried *c, int64_t asked_at);

struct carrier {
    struct rng *rng;
    const int64_t *now; /* of the simulation */
    bool away;          /* it cannot be reached */
    bool calm;          /* it does not fail at all */
    struct carried *list;
    size_t count, room;
    carrier_accepted_fn *accepted;
    void *arg;
    long sends, lost_answers, crashes;
};

void carrier_messenger(struct carrier *c, struct messenger *out);
void carrier_done(struct carrier *c);

#endif
