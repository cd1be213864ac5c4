/*
 * reconcile.h: asks Cal.com what is true and makes the appointments so (law 2). Every booking read
 * becomes an observation and goes through apply's door, like a delivery.
 *
 * A run is a sweep, when one is asked for or nothing was ever read; then the bookings changed since
 * the cursor; then those it has to ask for one by one. Each page is committed together with the
 * cursor, so that a run that is cut short, by whatever, goes on from there the next time.
 *
 * How a run ends, by what happened (fetch.h has the causes), and how the program that ran it exits:
 *
 *   complete   everything was read                                                           0
 *   stopped    network, DNS, TLS, time-out, 408, 429, 5xx, an answer that was cut off or     75
 *              is no JSON (an HTML page, half a document), for up to a minute without
 *              progress; a signal; another run that does not end
 *   failed     400, 401, 403, 404 of the API itself, a redirect; configuration; database     1
 *
 * A clock that differs from Cal.com's is no failure: what Cal.com says is dated by Cal.com's clock,
 * and the report says how far apart they are.
 */
#ifndef BARKBOOK_SYNC_RECONCILE_H
#define BARKBOOK_SYNC_RECONCILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/uuid.h"
#include "db/writer.h"
#include "remote/calcom.h"

#define RECONCILE_OVERLAP_MS    (10 * CLOCK_MINUTE) /* read again before the cursor: replicas lag */
#define RECONCILE_SWEEP_BEFORE  (30 * CLOCK_DAY)
#define RECONCILE_SWEEP_AFTER   (180 * CLOCK_DAY)
#define RECONCILE_WEBHOOK_GRACE (2 * CLOCK_MINUTE)
#define RECONCILE_SKEW_WARN     (2 * CLOCK_MINUTE)

/* Where a run writes: durably, one job at a time. The writer of the service, or the CLI's own
 * connection. */
struct reconcile_store {
    int (*run)(void *self, writer_fn *fn, void *arg, struct err *err);
    void *self;
};
struct reconcile_store reconcile_store_writer(struct writer *w);
struct reconcile_store reconcile_store_db(struct db *db);

enum reconcile_kind { /* of a change */
                      RECONCILE_CREATED,
                      RECONCILE_RESCHEDULED,
                      RECONCILE_CANCELLED,
                      RECONCILE_NO_SHOW,
                      RECONCILE_UPDATED,
                      RECONCILE_KIND_COUNT
};
const char *reconcile_kind_name(enum reconcile_kind k);

enum reconcile_status {
    RECONCILE_RUNNING,
    RECONCILE_COMPLETE,
    RECONCILE_STOPPED,
    RECONCILE_FAILED,
};
const char *reconcile_status_name(enum reconcile_status s);

#define RECONCILE_FIELDS_MAX 28
struct reconcile_field {
    char name[24]; /* a column of calendar_events, or "pets" */
    int64_t count; /* appointments that differed in it */
};

struct reconcile_report {
    char run_id[UUID_TEXT_LEN];
    enum reconcile_status status;
    bool sweep;   /* it compared the whole window, not only what changed lately */
    bool initial; /* nothing had ever been read before */
    bool resumed; /* the sweep went on where an earlier one was cut short */
    int64_t started_at, ended_at;
    int64_t pages;
    int64_t requests;   /* pages, single bookings, and everything that had to be repeated */
    int64_t seen;       /* bookings read and applied */
    int64_t dropped;    /* rows that were not asked for: the server ignored a filter */
    int64_t others;     /* bookings of others, where the key's owner is only a guest */
    int64_t unreadable; /* rows that could not be understood: they stay as they are here */
    int64_t asked;      /* bookings asked for by uid */
    int64_t gone;       /* of them, those Cal.com does not know any more */
    int64_t changes[RECONCILE_KIND_COUNT]; /* appointments, by what came of them */
    struct reconcile_field fields[RECONCILE_FIELDS_MAX];
    size_t field_count;
    int64_t missed;                 /* changes no webhook brought, so far: see reconcile_settle */
    int64_t last_delivery;          /* ms; 0: never */
    int64_t cursor;                 /* ms; 0: none yet */
    int64_t window_from, window_to; /* of the sweep, by start */
    int64_t swept_to;             /* everything in the window that starts before it has been read */
    int64_t remaining;            /* bookings still to read, Cal.com's own guess; -1 unknown */
    int64_t skew_ms;              /* Cal.com's clock minus ours */
    char unreadable_example[160]; /* which and why */
};

int64_t reconcile_changes(const struct reconcile_report *r); /* of all kinds */

struct reconcile_env {
    struct reconcile_store store;
    struct calcom *calcom;
    const char *username;      /* Cal.com user whose bookings are the salon's; NULL: any */
    int64_t complete_after_ms; /* grace after which an accepted visit counts as completed */
    const atomic_int *stop;    /* a fetch_stop; NULL: never */
    int take;                  /* rows per page; 0: as many as Cal.com gives */
    int64_t (*now)(void *arg); /* NULL: clock_now_ms */
    void (*progress)(void *arg,
                     const struct reconcile_report *r); /* after each page; may be NULL */
    void *arg;                                          /* of both */
};

struct reconcile_options {
    const char *cause; /* start, interval, cli, button, hint, nightly */
    bool full;         /* sweep, also if there is a cursor */
    int64_t since;     /* lower bound of the sweep, ms; 0: 30 days ago. Means full. */
};

/* One run. The caller holds the lock of reconcile_lock.h. *out is filled in whatever comes back: 0
 * complete, negative with the reason. */
MUST_USE int reconcile_run(const struct reconcile_env *env, const struct reconcile_options *o,
                           struct reconcile_report *out, struct err *err);

/* Decides, for changes found at least two minutes ago, whether their webhook came after all, and
 * corrects missed of their runs. A change counts as missed unless a delivery about that booking, or
 * one that ended in that appointment, was received within two minutes before or after it was found.
 */
MUST_USE int reconcile_settle(const struct reconcile_store *store, int64_t now, struct err *err);

/* What a run found, for lines of a report. Text is borrowed for the time of the call. */
struct reconcile_change {
    const char *appointment_id;
    const char *uid;
    enum reconcile_kind kind;
    const char *fields; /* comma-separated; "" for a new one */
    const char *status; /* of the appointment now; NULL when it is gone */
    int64_t start;      /* of the appointment now; 0 when it is gone */
    int64_t start_was;  /* where that differed; else 0 */
    bool missed;
};
/* Negative ends it and is returned. */
typedef int reconcile_change_fn(void *arg, const struct reconcile_change *c, struct err *err);

/* In order of start. Runs where a reader or a job runs. */
MUST_USE int reconcile_changes_each(struct db *db, const char *run_id, reconcile_change_fn *fn,
                                    void *arg, struct err *err);

#endif
