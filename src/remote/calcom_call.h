/*
 * calcom_call.h: how any request to Cal.com is made: paced, repeated where that helps, its answer
 * parsed. For the files calcom*.c only.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_CALL_H
#define BARKBOOK_REMOTE_CALCOM_CALL_H

#include "remote/calcom.h"

/* Versions are per resource, and another version answers in another shape. */
#define CALCOM_VERSION_BOOKINGS    "cal-api-version: 2024-08-13"
#define CALCOM_VERSION_EVENT_TYPES "cal-api-version: 2024-06-14"
#define CALCOM_VERSION_SLOTS       "cal-api-version: 2024-09-04"

struct calcom_call {
    const char *path;    /* "/v2/bookings?take=100", escaped */
    const char *version; /* one of the above; NULL for resources that have none */
    bool list;           /* data must be an array */
    const char *method;  /* NULL: GET */
    const char *body;    /* JSON; NULL: none */
};

/* A GET, tried again where fetch.h's table says so. 0: out->doc has status "success" and out->data
 * is its data. 1: 404. On failure *failure says which (may be NULL). */
MUST_USE int calcom_get(struct calcom *c, const struct calcom_call *call, struct calcom_answer *out,
                        enum fetch_failure *failure, struct err *err);

/* One request, made once and never again: for what changes something there. 0 and 1 as calcom_get.
 * What Cal.com said against it goes into *why, in its own words ("" when it said nothing). */
MUST_USE int calcom_once(struct calcom *c, const struct calcom_call *call,
                         struct calcom_answer *out, struct calcom_refusal *why,
                         enum fetch_failure *failure, struct err *err);

const char *calcom_url(const struct calcom *c);

#endif
