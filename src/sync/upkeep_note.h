/*
 * upkeep_note.h: how each kind of upkeep went the last time, for the pages, the command line and
 * alarms.
 */
#ifndef BARKBOOK_SYNC_UPKEEP_NOTE_H
#define BARKBOOK_SYNC_UPKEEP_NOTE_H

#include "db/writer.h"
#include "sync/health.h"

#define UPKEEP_BACKUP  "backup"         /* the nightly one */
#define UPKEEP_COPY    "backup_copy"    /* the same to retention.backup_copy */
#define UPKEEP_COMMAND "backup_command" /* retention.backup_command after it */
#define UPKEEP_CHECK   "quick_check"
#define UPKEEP_DISK    "disk"
#define UPKEEP_TUNNEL  "tunnel"
#define UPKEEP_ALARM   "alarm_command"

/* A job: writes the row. The texts are borrowed. */
struct upkeep_note {
    const char *job;
    enum health_level level;
    const char *outcome; /* "ok", or a word the pages have a sentence for */
    const char *detail;  /* or NULL */
    int64_t value;
    int64_t now;
};
writer_fn upkeep_note_job;

struct upkeep_row {
    char job[32];
    enum health_level level;
    char outcome[40];
    char detail[480];
    int64_t value;
    int64_t at, ok_at, bad_at; /* 0: never */
};

/* 1 found, 0 never done. */
MUST_USE int upkeep_get(struct db *db, const char *job, struct upkeep_row *out, struct err *err);

typedef int upkeep_fn(void *arg, const struct upkeep_row *row, struct err *err);
MUST_USE int upkeep_each(struct db *db, upkeep_fn *fn, void *arg, struct err *err);

#endif
