/*
 * tally.h: the sums behind the page of numbers, kept right. Triggers note which days, clients and
 * pets changed, whoever changed them; the job here counts those anew. Nothing else writes the tally
 * tables. What is noted but not counted yet is told by numbers.h, so that nobody takes a sum for
 * whole that is not.
 */
#ifndef BARKBOOK_SALON_TALLY_H
#define BARKBOOK_SALON_TALLY_H

#include "db/writer.h"

#define TALLY_REFRESH_MAX 128

/* A writer_fn (arg unused): counts up to TALLY_REFRESH_MAX things anew; how many. */
writer_fn tally_refresh_job;

/* A writer_fn; arg is the zone's name: when it is another than at the last time, every day is to be
 * counted anew. */
writer_fn tally_zone_job;

#endif
