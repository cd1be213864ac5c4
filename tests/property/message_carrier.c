/*
 * message_carrier.c: see message_carrier.h. A process that dies while it sends is a send that
 * returns a failure: whoever called goes no further, as after a crash.
 */
#include "message_carrier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define IN_FLIGHT CLOCK_MINUTE /* a request may still arrive that long after its sender died */

static int crash(struct carrier *c, struct err *err)
{
    c->crashes++;
    return err_set(err, ERR_STOPPED, "crash");
}

static const struct carried *accept(struct carrier *c, const struct messenger_order *o, int64_t at)
{
    if (c->count == c->room) {
        c->room = c->room == 0 ? 64 : 2 * c->room;
        c->list = realloc(c->list, c->room * sizeof *c->list);
        if (c->list == NULL) {
            abort();
        }
    }
    struct carried *m = &c->list[c->count];
    *m = (struct carried){.made_at = at, .state = MESSENGER_ACCEPTED};
    (void)snprintf(m->sid, sizeof m->sid, "SM%032zx", c->count);
    (void)snprintf(m->to, sizeof m->to, "%s", o->to);
    (void)snprintf(m->body, sizeof m->body, "%s", o->body);
    c->count++;
    c->accepted(c->arg, m, *c->now);
    return m;
}

static int carrier_send(void *self, const struct messenger_order *o, struct messenger_answer *a,
                        struct err *err)
{
    struct carrier *c = self;
    c->sends++;
    if (c->away) {
        *a = (struct messenger_answer){.outcome = MESSENGER_WAIT};
        return 0;
    }
    const unsigned fate = c->calm ? 99 : rng_below(c->rng, 40);
    if (fate == 0) {
        return crash(c, err); /* before anything was sent */
    }
    if (fate == 1) { /* dead, and the request on its way */
        (void)accept(c, o, *c->now + rng_between(c->rng, 0, IN_FLIGHT));
        return crash(c, err);
    }
    if (fate == 2) { /* accepted, and the answer lost */
        c->lost_answers++;
        (void)accept(c, o, *c->now);
        *a = (struct messenger_answer){.outcome = MESSENGER_UNSURE};
        return 0;
    }
    if (fate == 3) { /* lost before it was accepted */
        *a = (struct messenger_answer){.outcome = MESSENGER_UNSURE};
        return 0;
    }
    if (fate == 4) {
        *a = (struct messenger_answer){.outcome = MESSENGER_WAIT, .wait_ms = 30 * CLOCK_SECOND};
        return 0;
    }
    if (fate == 5) {
        *a = (struct messenger_answer){.outcome = MESSENGER_REFUSED, .code = 21614};
        return 0;
    }
    const struct carried *m = accept(c, o, *c->now);
    *a = (struct messenger_answer){.outcome = MESSENGER_TAKEN, .state = m->state};
    (void)snprintf(a->sid, sizeof a->sid, "%s", m->sid);
    return 0;
}

static int tell(const struct carrier *c, struct carried *m, messenger_fn *each, void *arg,
                struct err *err)
{
    if (m->state == MESSENGER_ACCEPTED && *c->now > m->made_at + 5 * CLOCK_MINUTE) {
        m->state = rng_one_in(c->rng, 10) ? MESSENGER_UNDELIVERED : MESSENGER_DELIVERED;
    }
    const struct messenger_message said = {.sid = m->sid,
                                           .to = m->to,
                                           .body = m->body,
                                           .state = m->state,
                                           .made_at = m->made_at};
    return each(&said, arg, err);
}

static int carrier_find(void *self, const char *to, int64_t since, messenger_fn *each, void *arg,
                        struct err *err)
{
    struct carrier *c = self;
    if (c->away || (!c->calm && rng_one_in(c->rng, 10))) {
        return err_set(err, ERR_REMOTE_RETRY, "away");
    }
    for (size_t i = c->count; i > 0 && c->list[i - 1].made_at >= since; i--) {
        struct carried *m = &c->list[i - 1];
        if (strcmp(m->to, to) == 0 && m->made_at <= *c->now) {
            int rc = tell(c, m, each, arg, err);
            if (rc < 0) {
                return rc;
            }
        }
    }
    return 0;
}

static int carrier_look(void *self, const char *sid, messenger_fn *each, void *arg, struct err *err)
{
    struct carrier *c = self;
    if (c->away) {
        return err_set(err, ERR_REMOTE_RETRY, "away");
    }
    const unsigned long n = strtoul(sid + 2, NULL, 16);
    if (n >= c->count) {
        return 0;
    }
    int rc = tell(c, &c->list[n], each, arg, err);
    return rc < 0 ? rc : 1;
}

static int carrier_received(void *self, int64_t since, messenger_fn *each, void *arg,
                            struct err *err)
{
    (void)self;
    (void)since;
    (void)each;
    (void)arg;
    (void)err;
    return 0;
}

void carrier_messenger(struct carrier *c, struct messenger *out)
{
    *out = (struct messenger){.self = c,
                              .send = carrier_send,
                              .find = carrier_find,
                              .look = carrier_look,
                              .received = carrier_received};
}

void carrier_done(struct carrier *c)
{
    free(c->list);
}
