/*
 * fake_world.h: many bookings at once, for rehearsals and benchmarks.
 */
#ifndef BARKBOOK_TESTS_FAKE_WORLD_H
#define BARKBOOK_TESTS_FAKE_WORLD_H

#include "model.h"

/* n accepted bookings with starts evenly from `back` days before now to `days` after it. */
void world_make(struct model *m, size_t n, int back, int days);

struct world_changes {
    size_t moved, cancelled, edited, absent;
};
/* Changes n different bookings, each of which can be seen in the calendar: mostly moves,
 * cancellations and edits of what is to come, some no-shows of what was. Returns how many it could.
 */
size_t world_change(struct model *m, size_t n, struct world_changes *out);

#endif
