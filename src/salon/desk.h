/*
 * desk.h: the front desk's own word about a visit. Sync never overwrites it (law 7); a new start
 * clears it.
 */
#ifndef BARKBOOK_SALON_DESK_H
#define BARKBOOK_SALON_DESK_H

#include "db/writer.h"

/* Sets or (status NULL) clears it; undo is setting what was there. A writer_fn. ERR_INVALID for
 * another word than confirmed, arrived, in_progress, ready, picked_up, no_show; ERR_NOT_FOUND for
 * an appointment that is not this salon's. The appointment's history keeps who and when. Once the
 * work has begun (in_progress and later) there is a visit for each pet to write into. */
struct desk_change {
    const char *id;       /* appointment or one merged into it */
    const char *salon_id; /* NULL: any */
    const char *status;
    const char *staff_id;
    int64_t now;
};
writer_fn desk_change_job;

#endif
