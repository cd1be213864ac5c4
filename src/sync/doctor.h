/*
 * doctor.h: looks at everything BarkBook depends on, one line each, with the cure. Asks Cal.com,
 * the tunnel and the sender of text messages, so it takes seconds. Changes nothing.
 */
#ifndef BARKBOOK_SYNC_DOCTOR_H
#define BARKBOOK_SYNC_DOCTOR_H

#include <stdatomic.h>

#include "base/config.h"
#include "sync/health.h"

#define DOCTOR_LINES_MAX 12

struct doctor_line {
    const char
        *check; /* static: config, database, backup, disk, key, clock, subscription, tunnel, sms */
    enum health_level level;
    const char
        *outcome; /* static: "ok", or what is wrong; pages have a sentence for check.outcome */
    char text[480];
    char cure[300]; /* "" when nothing is wrong */
};

struct doctor_report {
    struct doctor_line lines[DOCTOR_LINES_MAX];
    size_t count;
    enum health_level level; /* the worst */
};

struct doctor_options {
    const struct config *config;
    struct db *db; /* for reading; NULL: it could not be opened, for the reason below */
    const struct err *db_error;
    const atomic_int *stop; /* a fetch_stop; or NULL */
    bool offline;           /* the made-up salon: nobody is asked */
};

void doctor_run(const struct doctor_options *o, struct doctor_report *out);

/* ok, warn, fail. */
const char *doctor_level_name(enum health_level l);

#endif
