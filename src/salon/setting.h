/*
 * setting.h: what the owner sets in the pages, and small facts of the appliance: text by key.
 */
#ifndef BARKBOOK_SALON_SETTING_H
#define BARKBOOK_SALON_SETTING_H

#include "base/uuid.h"
#include "db/writer.h"

/* 1 found (the caller frees *out), 0 not set. */
MUST_USE int setting_get(struct db *db, const char *key, char **out, struct err *err);

/* Inside the caller's transaction. value NULL: unset. */
MUST_USE int setting_set(struct db *db, const char *key, const char *value, int64_t now,
                         struct err *err);

/* The same as a job. */
struct setting_change {
    const char *key;
    const char *value;
    int64_t now;
};
writer_fn setting_change_job;

/* The id of this installation: made once, kept over backups and restores. */
#define SETTING_INSTANCE "instance_id"
struct setting_instance {
    int64_t now;
    char id[UUID_TEXT_LEN]; /* out */
};
writer_fn setting_instance_job;

#endif
