/*
 * scheduler_clock.c: jitter, the night's hour, the last sweep. No state.
 */
#include "sync/scheduler_clock.h"

#include "base/clock.h"
#include "base/secret.h"

#define X(name, sql) static const char name[] = sql;
#include "sync/scheduler_clock.sql.def"
#undef X

#define NIGHT_HOUR   3
#define NIGHT_MINUTE 30

int64_t scheduler_jitter(int64_t interval_ms)
{
    uint32_t random = 0;
    if (secret_random(&random, sizeof random, NULL) < 0) {
        return interval_ms;
    }
    const int64_t tenth = interval_ms / 10;
    return interval_ms - tenth + (int64_t)(((uint64_t)random * (uint64_t)(2 * tenth + 1)) >> 32);
}

static int64_t night_of(struct local_date d)
{
    int64_t at = 0;
    int64_t end = 0;
    if (zone_instant(d, NIGHT_HOUR, NIGHT_MINUTE, &at, NULL) < 0) {
        zone_day(d, &at, &end); /* a zone whose clocks jump over it that day */
    }
    return at;
}

int64_t scheduler_night(int64_t now)
{
    struct local_time t;
    zone_local(now, &t);
    const int64_t tonight = night_of(t.date);
    return tonight <= now ? tonight : night_of(date_add(t.date, -1));
}

int scheduler_last_sweep(struct db *db, int64_t *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_LAST_SWEEP, &st, err);
    if (rc < 0) {
        return rc;
    }
    rc = db_step(db, st, err);
    if (rc < 0) {
        return rc;
    }
    *out = rc > 0 ? db_time(st, 0) : 0;
    return 0;
}
