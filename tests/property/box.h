/*
 * box.h: a database of the program's own, filled with the model's salon, in which a run of
 * deliveries can be tried and taken back. The deliveries go through the real inbox. One thread.
 */
#ifndef BARKBOOK_TESTS_BOX_H
#define BARKBOOK_TESTS_BOX_H

#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"
#include "out.h"
#include "sync/inbox.h"

#define BOX_GRACE (15 * INT64_C(60000))

struct box {
    struct db *db;
    char dir[64];
};

/* Both end the program with "Bail out!" when the machine does not give what they need. */
void box_open(struct box *b);
void box_close(struct box *b);
/* Ends the program when rc is negative: for calls that cannot fail in a sound program. */
void box_must(int rc, const struct err *err, const char *what);

/* Runs fn in one transaction and takes everything back. */
typedef void box_fn(struct db *db, void *arg);
void box_try(struct box *b, box_fn *fn, void *arg);

/* The salon, its clients and pets, for other tests that bring their own database. */
void box_people(struct db *db);

/* Delivers one body at the moment now. */
void box_deliver(struct db *db, const char *body, size_t len, int64_t now,
                 struct inbox_result *out);
void box_replay(struct db *db, const char *log_id, int64_t now, struct inbox_result *out);
void box_complete(struct db *db, int64_t now);

/* A line per appointment, in the order of their bookings' uids: all that a user sees of it. Ids and
 * processing times are left out. */
void box_appointments(struct db *db, struct out *to);
/* The links alone: uid, client, pets. */
void box_links(struct db *db, struct out *to);
/* Everything of every appointment, ids, times and history included. */
void box_everything(struct db *db, struct out *to);

/* The appointment that answers to this id, through aliases: false when none does. */
bool box_resolve(struct db *db, const char *id, char out[static 37]);
/* The first column of the first row for one text parameter ":a" (and ":b"), as text in out; false
 * when there is no row or it is NULL. sql must be a literal. */
bool box_ask(struct db *db, const char *sql, const char *a, char *out, size_t n);
void box_do(struct db *db, const char *sql, const char *a, const char *b, const char *c);

#endif
