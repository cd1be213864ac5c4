/*
 * pretend_messenger.h: a carrier that carries nothing, for the made-up salon: every text counts as
 * delivered a little later, and nothing leaves this computer.
 */
#ifndef BARKBOOK_REMOTE_PRETEND_MESSENGER_H
#define BARKBOOK_REMOTE_PRETEND_MESSENGER_H

#include "remote/messenger.h"

void pretend_messenger(struct messenger *out);

#endif
