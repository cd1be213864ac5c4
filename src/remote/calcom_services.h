/*
 * calcom_services.h: what can be booked at Cal.com, and when: its event types (the salon's
 * services) and the free slots of one. Reads only. Thread-safe, as the client is.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_SERVICES_H
#define BARKBOOK_REMOTE_CALCOM_SERVICES_H

#include "remote/calcom.h"

#define SERVICE_LENGTHS_MAX 24
#define SERVICES_MAX        200
#define SLOTS_MAX           4000

struct calcom_service {
    int64_t id;
    char slug[128];
    char title[200];
    char url[512];    /* its booking page, http or https; "" unknown */
    char currency[8]; /* upper case; "" unknown */
    int64_t price;    /* minor units; 0: none */
    int64_t length;   /* minutes */
    int64_t
        lengths[SERVICE_LENGTHS_MAX]; /* that may be chosen, ascending; just the one otherwise */
    size_t length_count;
    bool hidden;   /* from the public page; the salon may still book it */
    bool confirms; /* public bookings wait for the salon's word */
};

struct calcom_services {
    struct calcom_service *list; /* owned */
    size_t count;
};
void calcom_services_done(struct calcom_services *s); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct calcom_services, calcom_services_done);

/* The event types of that user (NULL: the key's owner). Errors as calcom_bookings. */
MUST_USE int calcom_services(struct calcom *c, const char *username, struct calcom_services *out,
                             struct err *err);
/* The same from a document that was kept: {"data":[…]} as Cal.com gave it. */
MUST_USE int calcom_services_read(const cJSON *list, struct calcom_services *out, struct err *err);

struct calcom_slot_query {
    int64_t event_type;
    int64_t from, to; /* ms */
    const char *zone;
    int64_t length;         /* minutes; 0: the event type's own */
    const char *reschedule; /* uid whose own time counts as free; NULL */
};

struct calcom_slot {
    int64_t start, end; /* ms; end 0: not said */
};
struct calcom_slots {
    struct calcom_slot *list; /* owned; ascending, none twice */
    size_t count;
};
void calcom_slots_done(struct calcom_slots *s);
DEFINE_CLEANUP_REF(struct calcom_slots, calcom_slots_done);

MUST_USE int calcom_slots(struct calcom *c, const struct calcom_slot_query *q,
                          struct calcom_slots *out, struct err *err);

#endif
