/*
 * placeholder.h: the e-mail address that stands for a client who has none. Cal.com wants one for
 * every booking; this one leads nowhere (RFC 2606 keeps .invalid free), is the same each time, and
 * names the client when it comes back. Nothing is ever sent to it. Pure.
 */
#ifndef BARKBOOK_SALON_PLACEHOLDER_H
#define BARKBOOK_SALON_PLACEHOLDER_H

#include <stdbool.h>

#include "base/util.h"
#include "base/uuid.h"

#define PLACEHOLDER_LEN 64

void placeholder_email(const char *client_id, char out[static PLACEHOLDER_LEN]);

/* True when it is such an address; then client_id is filled in (NULL: not wanted). */
bool placeholder_read(const char *email, char *client_id);

#endif
