/*
 * ticker.h: what must happen from time to time whoever asks: visits that are over, changes made by
 * the command line, refusals to write down, ended sessions, word to the watchdog.
 */
#ifndef BARKBOOK_TICKER_H
#define BARKBOOK_TICKER_H

#include "http/context.h"

struct ticker;

/* Starts its thread; cx is borrowed. */
MUST_USE int ticker_new(struct http_context *cx, struct ticker **out, struct err *err);
void ticker_free(struct ticker *t); /* stops it; accepts NULL */

#endif
