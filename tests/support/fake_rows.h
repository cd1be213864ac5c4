/*
 * fake_rows.h: which bookings a list request gets. Private to the fake.
 */
#ifndef BARKBOOK_TESTS_FAKE_ROWS_H
#define BARKBOOK_TESTS_FAKE_ROWS_H

#include "fake_http.h"
#include "model.h"

/* The shape faults give to a list. */
struct fake_shape {
    int64_t stale_ms;
    bool no_filters, exclusive, no_next, wrong_totals, null_updated;
    int64_t at_most;  /* rows; 0: as asked */
    uint64_t shuffle; /* of ties; 0: by number */
};

/* The order of the last list, kept for its next page. Zeroed at first; items is freed by the owner.
 */
struct fake_sorted {
    void *items;
    size_t count;
    uint64_t changes, shuffle;
    int key;
    bool descending;
};

/* Writes the answer to GET /v2/bookings; the number of rows, or -1 with *why when the question is
 * bad. */
int64_t fake_list(const struct model *m, const struct http_request *r, const struct fake_shape *s,
                  struct fake_sorted *cache, struct out *to, const char **why);
/* Writes the answer to GET /v2/bookings/{uid}; false: no such booking. */
bool fake_one(const struct model *m, const char *uid, const struct fake_shape *s, struct out *to);

#endif
