/*
 * live.h: tells open pages that something changed. GET /api/live is an event stream; each one holds
 * a worker, so their number is capped and past the cap browsers poll. Only a counter is told, no
 * data.
 */
#ifndef BARKBOOK_HTTP_LIVE_H
#define BARKBOOK_HTTP_LIVE_H

#include <stdint.h>

#include "db/writer.h"
#include "http/route.h"

#define LIVE_STREAMS_MAX 40

struct live;

MUST_USE int live_new(struct live **out, struct err *err);
void live_free(struct live *l); /* after the listeners; accepts NULL */

/* Something was committed: wakes every stream. Any thread, never blocks: a writer_committed_fn. */
writer_committed_fn live_changed;

/* Asks whether another process (the command line) committed something since the last time. */
MUST_USE int live_look(struct live *l, struct writer *w, struct err *err);

/* GET /api/live */
route_handler live_get;

int live_streams(struct live *l);

/* Counts the commits that live_changed was told of: what was read after asking is at least as new.
 * Any thread. */
uint64_t live_version(struct live *l);

#endif
