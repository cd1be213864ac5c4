/*
 * first_run.h: the one-time link by which the owner's account is made. Its token is random, only
 * its hash is stored, it is good for FIRST_RUN_VALID, once, and never after an owner exists.
 *
 * Order for a face: first_run_check (cheap: strangers must not make the box compute password
 * hashes), then staff_draft_init, then first_run_complete_job, which checks again.
 */
#ifndef BARKBOOK_SALON_FIRST_RUN_H
#define BARKBOOK_SALON_FIRST_RUN_H

#include "base/clock.h"
#include "salon/staff.h"

#define FIRST_RUN_VALID     CLOCK_DAY
#define FIRST_RUN_TOKEN_LEN 44 /* 43 characters and NUL */

/* 1 while no owner exists. */
MUST_USE int first_run_needed(struct db *db, struct err *err);

/* Makes a token; one made earlier is dead from then on. Returns 1, or 0 when an owner exists. */
struct first_run_link {
    int64_t now;
    char token[FIRST_RUN_TOKEN_LEN]; /* out */
};
writer_fn first_run_link_job;

/* 0 good. ERR_CONFLICT: an owner exists; ERR_FORBIDDEN: wrong, used or too old. token may be NULL.
 */
MUST_USE int first_run_check(struct db *db, const char *token, int64_t now, struct err *err);

/* Makes the owner and names the salon, both or neither. Errors as first_run_check. */
struct first_run_complete {
    const char *token;
    struct staff_draft *owner; /* role owner; its id is filled in */
    const char *salon_name;    /* NULL or "": named later */
    int64_t now;
};
writer_fn first_run_complete_job;

#endif
