/*
 * salon.h: the salon itself: its name, address and the Cal.com user whose bookings are its.
 */
#ifndef BARKBOOK_SALON_SALON_H
#define BARKBOOK_SALON_SALON_H

#include "base/uuid.h"
#include "db/writer.h"
#include "salon/field.h"

#define SALON_NAME_MAX     120 /* code points */
#define SALON_ADDRESS_MAX  300
#define SALON_USERNAME_MAX 100

struct salon {
    char id[UUID_TEXT_LEN];
    char name[4 * SALON_NAME_MAX + 1]; /* "": not named yet */
    char address[4 * SALON_ADDRESS_MAX + 1];
    char nip[FIELD_NIP_LEN];
    char cal_com_username[4 * SALON_USERNAME_MAX + 1];
};

/* 1 found, 0 there is none. id NULL: the first salon (a migrated database always has one). */
MUST_USE int salon_get(struct db *db, const char *id, struct salon *out, struct err *err);

/* Sets what is not NULL; "" clears (but not the name). A writer_fn; ERR_INVALID, ERR_NOT_FOUND. */
struct salon_change {
    const char *id; /* NULL: the first salon */
    const char *name;
    const char *address;
    const char *nip;
    const char *cal_com_username;
    int64_t now;
};
writer_fn salon_change_job;

#endif
