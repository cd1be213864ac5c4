/*
 * lifeline.h: what ties the process to its surroundings: word to the service manager, the signals
 * that end it.
 */
#ifndef BARKBOOK_LIFELINE_H
#define BARKBOOK_LIFELINE_H

#include <signal.h>

#include "base/err.h"

/* One datagram to $NOTIFY_SOCKET ("READY=1"), as sd_notify(3) describes it; nothing without one. */
void lifeline_notify(const char *state);

/* Blocks SIGTERM and SIGINT for this thread and all it starts. */
MUST_USE int lifeline_block_signals(sigset_t *stop, struct err *err);
/* Waits for one of them. */
void lifeline_wait(const sigset_t *stop);

#endif
