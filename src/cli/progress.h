/*
 * progress.h: how far long work is, on stderr: a bar on a terminal, a plain line now and then
 * otherwise. Results are none of its business. One thread.
 */
#ifndef BARKBOOK_CLI_PROGRESS_H
#define BARKBOOK_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool terminal;
    bool silent;
    bool drawn;         /* the bar is on the screen */
    int64_t started_at; /* monotonic */
    int64_t said_at;    /* of the last plain line */
};

void progress_begin(struct progress *p, bool silent);

/* done: between 0 and 1, negative when nobody knows. what: "12 pages, 3,000 bookings". count:
 * things done so far, for the rate and the time left. */
void progress_show(struct progress *p, double done, int64_t count, const char *what);

/* A line of its own above the bar. */
void progress_say(struct progress *p, const char *sentence);

void progress_end(struct progress *p); /* takes the bar away */

#endif
