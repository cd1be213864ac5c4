/*
 * calcom.h: Cal.com's API v2, with pinned version headers: the list of bookings, one booking, the
 * key's owner. Paced and patient: what passes is tried again with growing pauses, what does not is
 * returned at once with what to do about it. Reads only (calcom_write.h writes); knows nothing of
 * the salon.
 *
 * Thread-safe: one client may serve several threads; they share its pace.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_H
#define BARKBOOK_REMOTE_CALCOM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "remote/fetch.h"

#define CALCOM_TAKE_MAX 250

/* Called before a pause of at least a second: why (an error's sentence), and how long. */
typedef void calcom_waiting_fn(void *arg, const char *why, int64_t wait_ms);

/* One pace for all that talks to one account, so that together they stay below Cal.com's limits,
 * and a pause asked of one is kept by all. Thread-safe; lives longer than the clients that share
 * it. */
struct calcom_pace;
MUST_USE int calcom_pace_new(double requests_per_second, struct calcom_pace **out, struct err *err);
void calcom_pace_free(struct calcom_pace *p); /* accepts NULL */
DEFINE_CLEANUP(struct calcom_pace *, calcom_pace_free);

struct calcom_options {
    const char *api_url; /* "https://api.cal.com"; copied */
    const char *api_key; /* copied; never shown */
    double requests_per_second;
    struct calcom_pace *pace;    /* shared with others, instead of requests_per_second; or NULL */
    int64_t patience_ms;         /* without progress, per call; 0: 60 s */
    int64_t backoff_ms;          /* the first pause; 0: 1 s */
    int tries;                   /* per call; 0: 7 */
    int64_t write_ms;            /* for a request that changes something; 0: 20 s */
    const atomic_int *stop;      /* a fetch_stop: ends pauses at once; NULL: never */
    struct fetch_options limits; /* zeros: the usual ones; its stop is ignored */
    calcom_waiting_fn *waiting;  /* may be NULL */
    void *waiting_arg;
};

struct calcom;

/* ERR_CONFIG without a key, or with one that cannot be a header's value. */
MUST_USE int calcom_new(const struct calcom_options *o, struct calcom **out, struct err *err);
void calcom_free(struct calcom *c); /* accepts NULL; wipes the key */
DEFINE_CLEANUP(struct calcom *, calcom_free);

/* HTTP requests made so far, repeated ones included. */
int64_t calcom_requests(const struct calcom *c);

enum calcom_sort { CALCOM_BY_UPDATED, CALCOM_BY_START };

struct calcom_query {
    enum calcom_sort sort; /* ascending */
    int64_t after_updated; /* ms; 0: no such filter. All bounds are for the server, which may treat
                              them as inclusive, exclusive or not at all: check the rows. */
    int64_t after_start;
    int64_t before_end;
    int take;
    int64_t skip;
};

struct calcom_answer {
    cJSON *doc;        /* owned */
    const cJSON *data; /* borrowed from doc: the list, or the booking (or an array of them) */
    int64_t date;      /* when the server says it answered, ms; 0: it does not say */
    int has_next;      /* pagination of a list: 1, 0, -1 not said */
    int64_t items_per_page, remaining; /* -1: not said */
};

void calcom_answer_done(struct calcom_answer *a); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct calcom_answer, calcom_answer_done);

/* The errors of both are fetch.h's, with advice. *out is for the caller to end with
 * calcom_answer_done. */
MUST_USE int calcom_bookings(struct calcom *c, const struct calcom_query *q,
                             struct calcom_answer *out, struct err *err);

/* 1: Cal.com knows no such booking (then only date is filled in). 2: it is not for
 * this key, or the uid is none: there is nothing to learn by asking again. */
#define CALCOM_NONE    1
#define CALCOM_REFUSED 2
MUST_USE int calcom_booking(struct calcom *c, const char *uid, struct calcom_answer *out,
                            struct err *err);

/* What Cal.com said against a request, in its own words: text from outside. */
struct calcom_refusal {
    int status;    /* HTTP; 0: no answer */
    char code[64]; /* "BadRequestException" */
    char words[240];
};

struct calcom_me {
    char username[128]; /* "" when there is none */
    char email[256];
    char time_zone[64];
    int64_t date; /* Cal.com's clock, ms; 0: it does not say */
};
MUST_USE int calcom_me(struct calcom *c, struct calcom_me *out, struct err *err);

#endif
