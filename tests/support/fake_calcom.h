/*
 * fake_calcom.h: Cal.com's API version 2 over real HTTP on 127.0.0.1, answering from a model, and
 * as unreliable as it is told to be. In a test's own process, or as the program fake_calcom.
 *
 * The model is shared between the server's threads and the test: touch it only between fake_lock
 * and fake_unlock while the server runs.
 */
#ifndef BARKBOOK_TESTS_FAKE_CALCOM_H
#define BARKBOOK_TESTS_FAKE_CALCOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "out.h"

#define FAKE_KEY     "cal_live_0123456789abcdef0123456789abcdef"
#define FAKE_VERSION "2024-08-13"

enum fake_fault_kind {
    FAKE_STATUS,      /* number: an error of that HTTP status, as JSON */
    FAKE_RATE,        /* 429; number: seconds in X-RateLimit-Reset-Default */
    FAKE_RETRY_AFTER, /* 429; number: seconds in Retry-After */
    FAKE_HTML,        /* number: an HTML error page of that status (0: 502) */
    FAKE_CUT,         /* number: the connection ends after that many bytes of the body (0: half) */
    FAKE_STALL,       /* number: half the body, then silence for that many ms */
    FAKE_HANG_UP,     /* no answer at all */
    FAKE_TRUNCATED,   /* status 200, complete as HTTP, but the JSON ends in the middle */
    FAKE_MALFORMED, /* status 200 and no JSON: number 0 text, 1 a list of the wrong shape, 2 an HTML
                       page */
    FAKE_LATE,      /* number: answers after that many ms */
    FAKE_STALE,     /* number: as a replica that many ms behind; needs model.remember_versions */
    FAKE_NO_FILTERS,   /* every filter ignored */
    FAKE_EXCLUSIVE,    /* "after" means later than, not from */
    FAKE_SHORT,        /* number: at most that many rows a page, whatever was asked */
    FAKE_NO_NEXT,      /* hasNextPage is always false */
    FAKE_WRONG_TOTALS, /* totalItems and what follows from it count all bookings */
    FAKE_NULL_UPDATED, /* updatedAt is null in every row */
    FAKE_SKEW,         /* number: ms added to the Date header */
    FAKE_NO_DATE,
    FAKE_SHUFFLE_TIES, /* rows that sort equal come in an order that number decides; 0: in another
                          one each time, which no client with small pages can survive */
    FAKE_REDIRECT,     /* 302 to another place */
    FAKE_FAULT_KINDS
};
const char *fake_fault_name(enum fake_fault_kind k);
bool fake_fault_kind(const char *name, enum fake_fault_kind *out);

/* Which requests it falls on. Several faults can fall on one request: the first that ends it wins,
 * the others shape the answer together. */
struct fake_fault {
    enum fake_fault_kind kind;
    int64_t number;
    int64_t after; /* so many requests that would fit pass first */
    int64_t times; /* then so many are hit; 0: all from then on */
    char path[64]; /* only where the path begins so; "" any */
};

struct fake_request {
    int64_t at_ms;    /* on a clock that never steps */
    char target[512]; /* path and query */
    int status;       /* answered; 0: hung up */
    int64_t rows;     /* of a list; -1 */
};

struct fake_options {
    int port;            /* 0: a free one */
    bool real_time;      /* the model's clock follows the machine's; else the test moves it */
    const char *ca_path; /* HTTPS, the authority's certificate goes there; NULL: HTTP */
    bool control;        /* also serve /_control/… */
    int rate_limit;      /* requests a minute, then 429 for the rest of it; 0: none */
};

struct fake;

/* m is borrowed. NULL when it cannot be started. */
struct fake *fake_start(struct model *m, const struct fake_options *o);
void fake_stop(struct fake *f);             /* accepts NULL */
const char *fake_url(const struct fake *f); /* "http://127.0.0.1:12345" */

struct model *fake_lock(struct fake *f);
void fake_unlock(struct fake *f);

void fake_fault(struct fake *f, struct fake_fault fault);
void fake_faults_clear(struct fake *f);

/* Called under the lock before each API request is answered, to change what is behind it. number
 * counts from 1. */
typedef void fake_before(void *arg, struct model *m, size_t number);
void fake_set_before(struct fake *f, fake_before *before, void *arg);

size_t fake_requests(struct fake *f); /* API requests so far, refused ones included */
bool fake_request(struct fake *f, size_t i, struct fake_request *out);
void fake_requests_clear(struct fake *f);
/* Forgets faults, requests and all it has kept of the model: to be called, under no lock, once the
 * model behind it was replaced by another. */
void fake_forget(struct fake *f);

#endif
