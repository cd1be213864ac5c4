/*
 * import.h: a salon's paper card index, typed into a spreadsheet, becomes clients and pets. Every
 * line is created, merged into a card that is there, or skipped with a reason; nothing that a card
 * says already is overwritten, so that importing a file again changes nothing.
 */
#ifndef BARKBOOK_SALON_IMPORT_H
#define BARKBOOK_SALON_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "db/db.h"
#include "salon/actor.h"

#define IMPORT_LINES_MAX 100000
#define IMPORT_FILE_MAX  ((size_t)16 << 20) /* bytes */

enum import_outcome { IMPORT_CREATED, IMPORT_MERGED, IMPORT_SKIPPED };
const char *import_outcome_name(enum import_outcome o); /* "created", "merged", "skipped" */

/* Why a line was skipped. */
#define IMPORT_INVALID     "invalid"     /* a field cannot be right: see message */
#define IMPORT_KNOWN       "known"       /* everything is there already */
#define IMPORT_OTHER_NAME  "other_name"  /* phone or e-mail is of somebody of another name */
#define IMPORT_TWO_CLIENTS "two_clients" /* phone and e-mail are of two clients */
#define IMPORT_AMBIGUOUS   "ambiguous"   /* several clients may be meant */

struct import_line {
    int line;
    enum import_outcome outcome;
    const char *reason;  /* of a skipped one; NULL otherwise */
    const char *message; /* a sentence; NULL: none */
    const char *name;    /* who the line is about; borrowed, as all text here */
};
typedef int import_line_fn(void *arg, const struct import_line *line, struct err *err);
typedef void import_progress_fn(void *arg, double done, int lines);

struct import_counts {
    int lines; /* without the header */
    int created;
    int merged;
    int skipped;
    int clients; /* new cards */
    int pets;
    char ignored[256]; /* columns that are not ours */
};

struct import_job {
    const char *text; /* of the file, UTF-8: see csv_decode */
    size_t len;
    const char *salon_id; /* NULL: the actor's, else the first */
    bool dry_run;         /* writes nothing, so that a reader will do */
    import_line_fn *each; /* may be NULL, as the next */
    import_progress_fn *progress;
    void *arg;
};

/* Inside the caller's transaction: when it fails nothing may be kept. ERR_INVALID for a file that
 * is none; ERR_TOO_LARGE; ERR_NOT_FOUND: the salon. The search index is brought up to date
 * afterwards, in steps (search_index.h). */
MUST_USE int import_clients(struct db *db, const struct actor *who, const struct import_job *job,
                            struct import_counts *out, struct err *err);

#endif
