/*
 * numbers.h: the salon's figures, each a small table: what was earned, who came and came again,
 * when, for what. Read from the tallies (tally.h); rows of appointments from the appointments
 * themselves. What each figure means is said in words beside it on the page (numbers.js) and in
 * the manual: the three must agree.
 */
#ifndef BARKBOOK_SALON_NUMBERS_H
#define BARKBOOK_SALON_NUMBERS_H

#include "base/json.h"
#include "db/db.h"

struct numbers_query {
    const char *from; /* local days, both included */
    const char *to;
    const char *salon_id; /* NULL: every salon */
    const char *today;
    const char *outcome; /* of "appointments" only; NULL: any */
    const char *service; /* NULL: any */
    int64_t weekday;     /* 1 Monday .. 7; 0: any */
    int64_t hour;        /* -1: any */
    int64_t from_ms;     /* the same period as instants, of "appointments": [from, to) */
    int64_t to_ms;
    bool untaken; /* only those without a price taken */
};

/* Is it a table's name: revenue, attendance, services, hours, clients, pets, overdue, appointments?
 */
bool numbers_known(const char *what);

/* Writes the rows as objects into an array that is open; keys are the columns' names. How many. */
MUST_USE int numbers_write(struct db *db, const char *what, const struct numbers_query *q,
                           struct jw *w, struct err *err);

/* The bound statement of a table, for who wants to read its rows otherwise. */
typedef int numbers_ask_fn(void *arg, sqlite3_stmt *st, struct err *err);
MUST_USE int numbers_ask(struct db *db, const char *what, const struct numbers_query *q,
                         numbers_ask_fn *read, void *arg, struct err *err);

/* How many days and cards are noted but not counted yet; stops counting at 1000. */
MUST_USE int numbers_pending(struct db *db, int64_t *out, struct err *err);

#endif
