/*
 * shorten.h: the shortest history that still shows what is wrong.
 */
#ifndef BARKBOOK_TESTS_SHORTEN_H
#define BARKBOOK_TESTS_SHORTEN_H

#include "history.h"

/* Whether the history, as it is now, still shows it. */
typedef bool shorten_still(void *arg);

/* First whole steps go, then what is special about each step. */
void shorten_history(struct history *h, shorten_still *still, void *arg);

#endif
