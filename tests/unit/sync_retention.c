/*
 * sync_retention.c: what is forgotten, in which steps, and that the file shrinks.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/clock.h"
#include "sync/retention.h"
#include "temp_db.h"

#define NOW INT64_C(1800000000000) /* January 2027 */

static void add_deliveries(struct db *db, int n, const char *age)
{
    char sql[700];
    struct err err;
    (void)snprintf(sql, sizeof sql,
                   "WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d)"
                   " INSERT INTO webhook_logs (id, webhook_type, status, created_at, payload)"
                   " SELECT '%s' || i, 'calcom', 'success',"
                   " strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 1800000000, 'unixepoch', '%s'),"
                   " hex(randomblob(2000)) FROM k",
                   n, age, age);
    cr_assert_eq(db_exec(db, sql, &err), 0, "%s", err.msg);
}

/* Steps until there is nothing left to do; how many. */
static int work_off(struct db *db, int64_t now)
{
    struct retention_step s = {.now = now, .payload_days = 90};
    struct err err;
    int steps = 0;
    int rc = 1;
    while (rc > 0 && steps < 1000) {
        rc = db_transaction(db, retention_step_job, &s, &err);
        cr_assert_geq(rc, 0, "%s", err.msg);
        cr_expect_leq(rc, RETENTION_ROWS);
        steps++;
    }
    return steps;
}

Test(retention, old_payloads_are_cut_in_small_steps_even_when_all_came_in_one_millisecond)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    add_deliveries(t.db, 1000, "-91 days");
    add_deliveries(t.db, 10, "-89 days");
    cr_expect_gt(work_off(t.db, NOW), 5);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM webhook_logs"), 1010);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM webhook_logs WHERE payload IS NOT NULL"),
                 10);
}

Test(retention, very_old_deliveries_go_and_the_file_shrinks)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    add_deliveries(t.db, 2000, "-800 days");
    int64_t before = temp_db_int(t.db, "PRAGMA page_count");
    (void)work_off(t.db, NOW);
    cr_expect_eq(temp_db_int(t.db, "SELECT count(*) FROM webhook_logs"), 0);
    cr_expect_lt(temp_db_int(t.db, "PRAGMA page_count"), before / 2);
    cr_expect_eq(work_off(t.db, NOW), 1, "then there is nothing to do");
}
