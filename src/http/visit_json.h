/*
 * visit_json.h: one appointment as the pages get it. Times are given twice: as instants, and as the
 * salon's wall clock, since a browser in another zone must still show the salon's time.
 */
#ifndef BARKBOOK_HTTP_VISIT_JSON_H
#define BARKBOOK_HTTP_VISIT_JSON_H

#include "base/json.h"
#include "salon/agenda.h"

/* The members of one appointment, inside an object that the caller has opened. */
void visit_json(struct jw *w, const struct agenda_entry *e);

/* "2026-11-23 14:00" of the salon's wall clock. */
#define VISIT_LOCAL_LEN 17
void visit_local_text(int64_t ms, char out[static VISIT_LOCAL_LEN]);

#endif
