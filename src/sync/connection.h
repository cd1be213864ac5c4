/*
 * connection.h: the Cal.com account the salon works with, from the configuration and, where that is
 * silent, from what the owner saved in the pages.
 */
#ifndef BARKBOOK_SYNC_CONNECTION_H
#define BARKBOOK_SYNC_CONNECTION_H

#include "base/config.h"
#include "db/db.h"
#include "remote/calcom.h"

#define SETTING_CALCOM_KEY      "calcom.api_key"
#define SETTING_CALCOM_USERNAME "calcom.username"

struct connection {
    char *api_key;  /* owned; NULL: none */
    char *username; /* owned; NULL: not said */
};

void connection_done(struct connection *c); /* safe on a zeroed one; wipes the key */
DEFINE_CLEANUP_REF(struct connection, connection_done);

MUST_USE int connection_load(const struct config *config, struct db *db, struct connection *out,
                             struct err *err);

/* o: patience, stop and so on; address, key and pace are filled in. ERR_CONFIG without a key. */
MUST_USE int connection_open(const struct config *config, const struct connection *c,
                             const struct calcom_options *o, struct calcom **out, struct err *err);

#endif
