/*
 * messenger.h: what the outbox needs of whoever carries text messages: hand one over, ask what
 * became of one, find what was handed over without our knowing, and read what came in. Another
 * carrier is another struct of these four.
 *
 * A messenger belongs to one thread at a time. Nothing here is retried inside: whether a request
 * may be repeated is the outbox's business alone.
 */
#ifndef BARKBOOK_REMOTE_MESSENGER_H
#define BARKBOOK_REMOTE_MESSENGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define MESSENGER_SID_LEN 48

enum messenger_state {
    MESSENGER_ACCEPTED, /* taken, not yet on the network */
    MESSENGER_SENT,
    MESSENGER_DELIVERED,
    MESSENGER_UNDELIVERED,
    MESSENGER_FAILED,
    MESSENGER_RECEIVED, /* it came to us */
    MESSENGER_STATES
};
const char *messenger_state_name(enum messenger_state s); /* as messages.state */

/* What is known after handing over. */
enum messenger_outcome {
    MESSENGER_TAKEN,   /* accepted: sid and state are good */
    MESSENGER_REFUSED, /* certainly not accepted, and never will be: this number, this text */
    MESSENGER_WAIT,    /* certainly not accepted; try again after .wait_ms */
    MESSENGER_SETTING, /* certainly not accepted, and neither will any other be until the owner
                          changes something: key, sender, account */
    MESSENGER_UNSURE,  /* nobody can say: look for it before anything else */
};

struct messenger_order {
    const char *to;       /* E.164 */
    const char *body;     /* UTF-8 */
    const char *callback; /* URL for news about it; NULL: none can come */
};

struct messenger_answer {
    enum messenger_outcome outcome;
    char sid[MESSENGER_SID_LEN];
    enum messenger_state state;
    int code;        /* the carrier's own; 0: none */
    bool opted_out;  /* refused because this number wants no texts */
    char why[200];   /* for people; "" when taken */
    int64_t wait_ms; /* of MESSENGER_WAIT; 0: as you like */
};

/* A message as the carrier tells of it. Text is borrowed for the call. */
struct messenger_message {
    const char *sid;
    const char *from, *to;
    const char *body;
    enum messenger_state state;
    int64_t made_at; /* ms; 0: not told */
    int code;        /* why it was not delivered; 0: none */
};
typedef int messenger_fn(const struct messenger_message *m, void *arg, struct err *err);

struct messenger {
    void *self;
    /* Always fills *out; the return value says only whether memory lasted. */
    int (*send)(void *self, const struct messenger_order *o, struct messenger_answer *out,
                struct err *err);
    /* Messages to that number handed over since then, newest first, all pages. 0, or negative when
     * it could not be asked to the end. */
    int (*find)(void *self, const char *to, int64_t since, messenger_fn *each, void *arg,
                struct err *err);
    /* One: 1 told, 0 there is none. */
    int (*look)(void *self, const char *sid, messenger_fn *each, void *arg, struct err *err);
    /* Messages that came to us since then. */
    int (*received)(void *self, int64_t since, messenger_fn *each, void *arg, struct err *err);
    void (*free)(void *self);
};

/* A carrier's code in plain words, "" for one not known. */
const char *messenger_code_text(int code);

#endif
