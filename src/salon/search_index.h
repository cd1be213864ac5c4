/*
 * search_index.h: keeps the search cards in step with clients and pets. Triggers note every card
 * that changed, by whatever means; what is noted is worked off here.
 */
#ifndef BARKBOOK_SALON_SEARCH_INDEX_H
#define BARKBOOK_SALON_SEARCH_INDEX_H

#include "db/writer.h"

/* What one job works off at most, so that a large import does not hold the writer. */
#define SEARCH_REFRESH_MAX 500

/* Works off at most max noted cards, inside the caller's transaction; how many it did. Whoever
 * changed cards calls it at the end of the same job. */
MUST_USE int search_refresh(struct db *db, int max, struct err *err);

/* The same as a job (arg unused): SEARCH_REFRESH_MAX cards. Come again until it returns 0. */
writer_fn search_refresh_job;

/* Notes every card anew, e.g. after an upgrade changed the folding; search_refresh does the work.
 */
MUST_USE int search_rebuild(struct db *db, struct err *err);

#endif
