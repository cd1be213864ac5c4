/*
 * spawn.h: runs a program of the owner's (a copy to somewhere else, a word to a telephone) and
 * keeps what it said. No shell: the program is one file, its arguments are whole. Thread-safe.
 */
#ifndef BARKBOOK_BASE_SPAWN_H
#define BARKBOOK_BASE_SPAWN_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SPAWN_SAID_LEN 400

struct spawn_options {
    const char *const *argv; /* argv[0] is an absolute path; ended by NULL */
    const char *input;       /* on its standard input; NULL: nothing */
    int64_t timeout_ms;
    const atomic_int *stop; /* not 0: it is ended; or NULL */
};

/* Waits for it. Its last words (stdout and stderr, the end of them) in said, on one line. Negative:
 * ERR_CONFIG it cannot be started, ERR_REMOTE it ended with another status than 0, ERR_TIMEOUT and
 * ERR_STOPPED it was ended (with all it started), each with its last words. */
MUST_USE int spawn_run(const struct spawn_options *o, char said[static SPAWN_SAID_LEN],
                       struct err *err);

#endif
