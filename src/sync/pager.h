/*
 * pager.h: how to read a long, living list page by page without losing a row. Pure: it says what to
 * ask next and what to think of what came; somebody else asks.
 *
 * Cal.com pages by offset over a set that changes meanwhile and sorts by a key that is not unique.
 * A row that changes while we read moves to the end and pushes the others one place forward, across
 * a page that was read already. So the lower bound of the key is moved instead of the offset:
 *
 *   moving   ask for keys from the last one read, inclusive; what was read already is recognised.
 *   tied     a whole page has one key, so the bound cannot move: offsets within that key, again and
 *            again until a pass brings nothing new. (Rows of one key are expected in the same order
 * each time, as databases mostly give them; what that loses the next sweep finds.) offset   the
 * server ignores the bound or the order: offsets over everything, passes as above, and nothing
 * counts as read before the end.
 *
 * It ends at a page that the server calls the last one and that is shorter than the server's own
 * page, at an empty one, past the upper bound, or when asking again brings nothing new.
 */
#ifndef BARKBOOK_SYNC_PAGER_H
#define BARKBOOK_SYNC_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "sync/seen.h"

struct pager_row {
    const char *uid;
    int64_t key;      /* ms; 0: the row has none (updatedAt is null on old rows) */
    int64_t stand_in; /* judges whether a row without a key was asked for */
};

struct pager_page {
    const struct pager_row *rows;
    size_t count;
    int has_next;                      /* 1, 0, -1 not said */
    int64_t items_per_page, remaining; /* -1 not said */
};

enum pager_verdict {
    PAGER_NEW,       /* to be applied */
    PAGER_SEEN,      /* read before in this run, unchanged since */
    PAGER_NOT_ASKED, /* outside the bounds: the server ignored a filter */
};

enum pager_mode { PAGER_MOVING, PAGER_TIED, PAGER_OFFSET };

struct pager {
    int64_t from, to; /* ms, both inclusive */
    int64_t base;     /* everything below it has been read */
    int64_t skip;     /* to ask with */
    enum pager_mode mode;
    int pass;           /* of tied and offset, from 1 */
    int64_t pass_rows;  /* that came in this pass */
    int64_t pass_fresh; /* of them, news */
    int64_t longest_pass;
    size_t longest_page;
    char first[64],
        last[64]; /* uids at the ends of the page before: to notice that it came again */
    size_t page_before;
    int64_t reach; /* greatest key read; 0: none */
    bool ended;
    struct seen seen;
};

/* from: where to begin; to: INT64_MAX for no upper bound. */
void pager_init(struct pager *p, int64_t from, int64_t to);
void pager_done(struct pager *p); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct pager, pager_done);

/* The lower bound to ask the server for: a millisecond early, because servers differ on whether
 * "after" includes the moment itself. */
int64_t pager_after(const struct pager *p);

#define PAGER_MORE 0
#define PAGER_END  1
/* Takes in a page. verdicts has room for count. PAGER_MORE or PAGER_END; ERR_REMOTE_RETRY when the
 * server answers the same full page whatever is asked, so that what lies behind it cannot be read.
 */
MUST_USE int pager_page(struct pager *p, const struct pager_page *page,
                        enum pager_verdict *verdicts, struct err *err);

/* Every row with a smaller key has been read, and so have those with this key once it ended. */
int64_t pager_position(const struct pager *p);

#endif
