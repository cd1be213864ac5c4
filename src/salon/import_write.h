/*
 * import_write.h: what a line of an import adds to the cards. In a dry run it is only remembered,
 * so that the lines that follow find the same as they would.
 */
#ifndef BARKBOOK_SALON_IMPORT_WRITE_H
#define BARKBOOK_SALON_IMPORT_WRITE_H

#include "salon/import.h"
#include "salon/import_people.h"

struct import {
    struct db *db;
    const struct actor *who;
    const struct import_job *job;
    char salon_id[UUID_TEXT_LEN];
    struct import_people *people;
    struct import_header header;
    struct import_row row;
    size_t last; /* whom the line before was about */
    struct import_counts counts;
};

/* A card for somebody new; *number is whose. */
MUST_USE int import_add_client(struct import *m, size_t *number, struct err *err);
/* Gives the card what it lacks: 1 it got something, 0 it had everything. */
MUST_USE int import_fill_client(struct import *m, size_t number, struct err *err);
/* The line's animal, new or known: 1 something was written, 0 nothing. ERR_INVALID: what the card
 * says and the line do not fit together on it. */
MUST_USE int import_take_pet(struct import *m, size_t number, struct err *err);

#endif
