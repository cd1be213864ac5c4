/*
 * observation.h: one statement about one booking, whoever made it: a delivery, an API row, or
 * Cal.com's answer to our own booking. Decoded once (remote/calcom_decode.h), applied by one
 * function (sync/apply.h).
 *
 * Values are canonical text, so that two statements of the same thing compare equal byte for byte.
 */
#ifndef BARKBOOK_REMOTE_OBSERVATION_H
#define BARKBOOK_REMOTE_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/* What can be said of a booking, each with its own moment (SYNC law 1 needs it per fact: a newer
 * statement that is silent about the description must not make an older one of it invisible). */
enum fact {
    FACT_TIMES, /* "2026-11-23T13:00:00.000Z/2026-11-23T14:00:00.000Z", end after start */
    FACT_TITLE,
    FACT_DESCRIPTION, /* description, else the notes */
    FACT_NAME,        /* first attendee */
    FACT_EMAIL,       /* lower case */
    FACT_PHONE,       /* E.164 when it is a number, else as typed */
    FACT_LOCATION,    /* an address or a name; "integrations:..." is kept as it is */
    FACT_MEETING_URL, /* http(s) only */
    FACT_SERVICE,     /* event type slug, else its number as text */
    FACT_PRICE,       /* "18000 PLN"; 0 is not said: Cal.com sends it for "no price asked" */
    FACT_CLIENT_REF,  /* metadata barkbookClientId */
    FACT_PET_REFS,    /* metadata barkbookPetId, comma-separated without spaces */
    FACT_ORGANIZER,   /* username */
    FACT_REASON,      /* cancellation or rejection reason */
    FACT_BY,          /* who cancelled */
    FACT_REBOOK,      /* "1": the host asked for another time */
    FACT_COUNT
};

enum obs_source {
    OBS_DELIVERY,
    OBS_MEETING, /* MEETING_STARTED/ENDED: fills only what is lacking, whatever its moment */
    OBS_API,     /* a row read from Cal.com, or its answer to a write of ours */
};

enum obs_status {
    OBS_STATUS_NONE, /* says nothing about it */
    OBS_STATUS_PENDING,
    OBS_STATUS_ACCEPTED,
    OBS_STATUS_CANCELLED,
    OBS_STATUS_REJECTED,
    OBS_STATUS_VANISHED, /* asked by uid, answered 404: "not at Cal.com any more" */
};

struct obs_absent {
    char *email; /* lower case, owned */
    bool absent;
};

struct observation {
    enum obs_source source;
    char trigger[48];      /* "BOOKING_CREATED"; "api" for a row */
    char *uid;             /* owned, never NULL or empty once decoded */
    char *predecessor_uid; /* owned or NULL; never equal to uid */
    char *successor_uid;
    int64_t as_of; /* ms; when it was true at Cal.com (SYNC.md, as_of) */
    int64_t
        made_at;    /* ms; when the booking was made, as far as this statement knows; 0: not said */
    int64_t number; /* Cal.com's numeric id; 0: not said */
    enum obs_status status;
    bool ended;         /* MEETING_ENDED */
    bool needs_read;    /* the API must be asked: a seat or a series was cancelled, nothing can be
                           concluded from this alone */
    char *service_name; /* what Cal.com's event type is called; owned or NULL. A word about the
                           service, not about this booking */
    char *value[FACT_COUNT]; /* owned; NULL: not said (absent, null and empty never win) */
    struct obs_absent *absents;
    size_t absent_count;
};

void observation_done(struct observation *o); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct observation, observation_done);

#endif
