/*
 * export.h: the salon's records as files for others: CSV for Polish spreadsheets, JSON with a
 * version, calendars (ICS, RFC 5545). Written row by row, so that a million rows need no memory.
 * What a figure means is the same as on the page of numbers: the same statements are asked.
 */
#ifndef BARKBOOK_SALON_EXPORT_H
#define BARKBOOK_SALON_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

#define EXPORT_VERSION 1

enum export_what {
    EXPORT_APPOINTMENTS,
    EXPORT_CLIENTS,
    EXPORT_PETS,
    EXPORT_VISITS,
    EXPORT_REVENUE,
    EXPORT_ACCOUNTING, /* a month for the accountant: no names */
    EXPORT_EVERYTHING,
};
enum export_format { EXPORT_CSV, EXPORT_JSON, EXPORT_ICS };

struct export_query {
    enum export_what what;
    enum export_format format;
    const char *salon_id; /* NULL: every salon */
    const char *language; /* of the headings: "pl" or "en" */
    int64_t from, to;     /* ms, [from, to): appointments by start, visits by day */
    int64_t now;
    const char *title; /* of a calendar */
};

/* False for another word. "everything" comes as JSON, only appointments come as ICS. */
MUST_USE bool export_what_parse(const char *text, enum export_what *out);
MUST_USE bool export_format_parse(const char *text, enum export_format *out);
/* The format that suits when none is asked for, and what cannot be: ERR_INVALID. */
enum export_format export_usual_format(enum export_what what);
MUST_USE int export_check(const struct export_query *q, struct err *err);

/* "barkbook-revenue-2026-10-01-2026-10-31.csv", and the media type. */
#define EXPORT_NAME_LEN 80
void export_name(const struct export_query *q, char out[static EXPORT_NAME_LEN]);
const char *export_type(enum export_format format);

/* Gets the pieces of the file in order; negative stops. */
typedef int export_sink(void *arg, const void *data, size_t n, struct err *err);
/* The tallies must have been counted (tally.h) for revenue to be whole. */
MUST_USE int export_run(struct db *db, const struct export_query *q, export_sink *sink, void *arg,
                        struct err *err);

#endif
