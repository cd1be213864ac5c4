/*
 * sync_upkeep.c: when a nightly backup is due, and what is remembered of each kind of upkeep.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "sync/scheduler_clock.h"
#include "sync/upkeep_backup.h"
#include "sync/upkeep_note.h"
#include "temp_db.h"

static void note(struct db *db, const char *job, enum health_level level, int64_t now)
{
    struct upkeep_note n = {.job = job,
                            .level = level,
                            .outcome = level == HEALTH_OK ? "ok" : "backup_failed",
                            .detail = "why",
                            .now = now};
    struct err err;
    cr_assert_eq(db_transaction(db, upkeep_note_job, &n, &err), 0, "%s", err.msg);
}

static int due(struct db *db, int64_t now)
{
    struct err err = {0};
    int rc = upkeep_backup_due(db, now, &err);
    cr_assert_geq(rc, 0, "%s", err.msg);
    return rc;
}

Test(upkeep, a_backup_is_due_once_a_night_and_after_a_failure_every_hour)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    struct err err;
    int64_t noon = 0;
    temp_db_make(&t);
    cr_assert_eq(zone_init("Europe/Warsaw", &err), 0);
    cr_assert(time_parse("2027-01-15T11:00:00.000Z", &noon));
    const int64_t night = scheduler_night(noon);
    cr_expect_eq(due(t.db, noon), 1, "never made");
    note(t.db, UPKEEP_BACKUP, HEALTH_BAD, noon);
    cr_expect_eq(due(t.db, noon + CLOCK_MINUTE), 0, "just tried");
    cr_expect_eq(due(t.db, noon + CLOCK_HOUR), 1);
    note(t.db, UPKEEP_BACKUP, HEALTH_OK, noon + CLOCK_HOUR);
    cr_expect_eq(due(t.db, noon + 3 * CLOCK_HOUR), 0);
    cr_expect_eq(due(t.db, night + CLOCK_DAY - CLOCK_MINUTE), 0);
    cr_expect_eq(due(t.db, night + CLOCK_DAY + CLOCK_MINUTE), 1, "the next night");
}

Test(upkeep, a_clock_that_was_ahead_does_not_keep_backups_from_being_made)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    struct err err;
    int64_t now = 0;
    temp_db_make(&t);
    cr_assert_eq(zone_init("Europe/Warsaw", &err), 0);
    cr_assert(time_parse("2027-01-15T11:00:00.000Z", &now));
    note(t.db, UPKEEP_BACKUP, HEALTH_BAD, now + 30 * CLOCK_DAY);
    cr_expect_eq(due(t.db, now), 1);
}

Test(upkeep, what_goes_wrong_is_remembered_since_when_and_when_it_last_went_well)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    struct upkeep_row row;
    struct err err;
    temp_db_make(&t);
    cr_expect_eq(upkeep_get(t.db, "disk", &row, &err), 0);
    note(t.db, "disk", HEALTH_OK, 1000);
    note(t.db, "disk", HEALTH_WARN, 2000);
    note(t.db, "disk", HEALTH_BAD, 3000);
    cr_assert_eq(upkeep_get(t.db, "disk", &row, &err), 1);
    cr_expect_eq(row.level, HEALTH_BAD);
    cr_expect_eq(row.ok_at, 1000);
    cr_expect_eq(row.bad_at, 2000);
    cr_expect_eq(row.at, 3000);
    cr_expect_str_eq(row.detail, "why");
    note(t.db, "disk", HEALTH_OK, 4000);
    cr_assert_eq(upkeep_get(t.db, "disk", &row, &err), 1);
    cr_expect_eq(row.ok_at, 4000);
    cr_expect_eq(row.bad_at, 0);
}
