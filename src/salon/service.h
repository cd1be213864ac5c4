/*
 * service.h: what the salon's services are called. A booking names its service by a slug; the name
 * comes with deliveries and with Cal.com's list of event types, and holds for every appointment of
 * that slug, also for those that only the API told of.
 */
#ifndef BARKBOOK_SALON_SERVICE_H
#define BARKBOOK_SALON_SERVICE_H

#include <stdint.h>

#include "db/db.h"

/* Notes that at that moment (ms) the service was called so. What is newer stays. Inside a writer
 * job. */
MUST_USE int service_learn(struct db *db, const char *slug, const char *name, int64_t at,
                           struct err *err);

#endif
