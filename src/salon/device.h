/*
 * device.h: tablets that several people share, and the PINs with which they take turns on them. A
 * device is known by its cookie (32 random bytes as URL-safe base64, stored only as SHA-256); a PIN
 * is good on the device it was set on and nowhere else, and after DEVICE_TRIES wrong ones only the
 * password helps there.
 *
 * Functions called ..._job are writer_fn, their arg is the struct of the same name. Token and PIN
 * are never stored, logged or put into a message.
 */
#ifndef BARKBOOK_SALON_DEVICE_H
#define BARKBOOK_SALON_DEVICE_H

#include "base/clock.h"
#include "salon/session.h"

#define DEVICE_TRIES    5
#define DEVICE_PIN_MIN  4
#define DEVICE_PIN_MAX  8
#define DEVICE_NAME_MAX 40                /* code points */
#define DEVICE_AGE      (400 * CLOCK_DAY) /* of the cookie: as long as browsers keep one */

/* Sets a person's PIN on a device; without a known token the device becomes one. */
struct device_pin_set {
    const char *token; /* of the device's cookie; NULL or unknown: a new device */
    const char *staff_id;
    const char *pin;  /* digits; ERR_INVALID otherwise, and for 1111, 1234 and the like */
    const char *name; /* of a new device; NULL: none */
    int64_t now;
    char made[SESSION_TOKEN_LEN]; /* out: a new device's token; "": it had one */
};
writer_fn device_pin_set_job;

/* 1 right, 0 wrong or there is no such PIN here; ERR_RATE once the tries are used up. Counts the
 * try in the same transaction, so that parallel ones cannot slip by. */
struct device_pin_try {
    const char *token;
    const char *staff_id;
    const char *pin;
    int64_t now;
    int left; /* out, after a wrong one */
};
writer_fn device_pin_try_job;

/* The person has proved the password on this device: the tries start afresh. */
struct device_pin_unlock {
    const char *token;
    const char *staff_id;
};
writer_fn device_pin_unlock_job;

/* Drops one person's PIN on the device; how many were there. */
struct device_pin_drop {
    const char *token;
    const char *staff_id;
};
writer_fn device_pin_drop_job;

/* Forgets a device and its PINs: ERR_NOT_FOUND. */
struct device_forget {
    const char *hash;
};
writer_fn device_forget_job;

/* 1: that token is a device of ours, and its hash; 0 not. token may be NULL or anything. */
MUST_USE int device_find(struct db *db, const char *token, char hash[static SESSION_HASH_LEN],
                         struct err *err);

/* Who has a PIN on the device (disabled accounts left out), by name. */
struct device_person {
    const char *staff_id;
    const char *name;
    int tries_left; /* 0: only the password helps */
};
typedef int device_person_fn(const struct device_person *p, void *arg, struct err *err);
MUST_USE int device_people(struct db *db, const char *hash, device_person_fn *each, void *arg,
                           struct err *err);

struct device_line {
    const char *hash;
    const char *name;
    const char *created_by; /* name; NULL: gone */
    int64_t created_at;
    int64_t last_seen_at;
    int64_t people; /* who have a PIN there */
};
typedef int device_each_fn(const struct device_line *d, void *arg, struct err *err);
MUST_USE int device_list(struct db *db, device_each_fn *each, void *arg, struct err *err);

#endif
