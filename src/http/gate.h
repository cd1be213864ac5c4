/*
 * gate.h: one password computation at a time. Each takes a good part of a second of one core;
 * strangers who ask for many must not keep the desk waiting or the box busy.
 *
 * Addresses that were signed in lately go first; the others wait in a short queue, two of an
 * address.
 */
#ifndef BARKBOOK_HTTP_GATE_H
#define BARKBOOK_HTTP_GATE_H

#include <stdbool.h>

#include "base/err.h"
#include "http/address.h"

struct gate;

MUST_USE int gate_new(struct gate **out, struct err *err);
void gate_free(struct gate *g); /* accepts NULL; nobody may be inside */

/* Waits for the turn; then the caller computes and calls gate_leave. ERR_RATE: too many wait
 * already, or the turn did not come in time. ERR_STOPPED. */
MUST_USE int gate_enter(struct gate *g, const struct net_address *from, struct err *err);
void gate_leave(struct gate *g);

/* That address just used a session. */
void gate_know(struct gate *g, const struct net_address *from);

/* Whoever waits is sent away. */
void gate_stop_soon(struct gate *g);

#endif
