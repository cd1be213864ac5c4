/*
 * fake_control_show.h: what the back door shows, as JSON. Private to the fake.
 */
#ifndef BARKBOOK_TESTS_FAKE_CONTROL_SHOW_H
#define BARKBOOK_TESTS_FAKE_CONTROL_SHOW_H

#include "fake_calcom.h"
#include "out.h"

void show_people(struct out *to);
void show_deliveries(const struct model *m, size_t from, struct out *to);
void show_truth(const struct model *m, int64_t grace, struct out *to);
void show_requests(struct fake *f, struct out *to); /* takes the lock itself */

#endif
