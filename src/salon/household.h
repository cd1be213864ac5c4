/*
 * household.h: who belongs together: a client, those who share a pet with them, those who share one
 * with these, and all their pets. Reads only; whose card it is has been checked.
 */
#ifndef BARKBOOK_SALON_HOUSEHOLD_H
#define BARKBOOK_SALON_HOUSEHOLD_H

#include "salon/client.h"

#define HOUSEHOLD_CLIENTS_MAX 20
#define HOUSEHOLD_PETS_MAX    60

MUST_USE int household_each_client(struct db *db, const char *client_id, client_fn *each, void *arg,
                                   struct err *err);
/* Pets of any of them, once each. */
MUST_USE int household_each_pet(struct db *db, const char *client_id, pet_short_fn *each, void *arg,
                                struct err *err);

#endif
