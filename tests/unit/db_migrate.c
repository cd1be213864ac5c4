/*
 * db_migrate.c: a database of any version becomes one of the newest, or stays exactly what it was.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "db/internal.h"
#include "temp_db.h"

static const struct migration three[] = {
    {1, "one", "CREATE TABLE a (x INTEGER PRIMARY KEY) STRICT; INSERT INTO a VALUES (7);"},
    {2, "two", "CREATE TABLE b (x INTEGER REFERENCES a (x)) STRICT; INSERT INTO b VALUES (7);"},
    {3, "three", "ALTER TABLE b ADD COLUMN y TEXT;"},
};

struct empty {
    char dir[TEMP_PATH_LEN];
    char path[TEMP_PATH_LEN];
    struct db *db;
};

static void empty_make(struct empty *e)
{
    struct err err;
    temp_dir_make(e->dir);
    temp_path(e->dir, "barkbook.db", e->path);
    cr_assert_eq(db_open(e->path, DB_WRITE, true, &e->db, &err), 0);
}

static void empty_done(struct empty *e)
{
    db_close(e->db);
    temp_dir_remove(e->dir);
}
DEFINE_CLEANUP_REF(struct empty, empty_done);

/* Number of backups in the folder; the path of the last one seen in path (may be NULL). */
static int backups(const char *dir, char *path)
{
    int n = 0;
    DIR *d = opendir(dir);
    cr_assert_not_null(d);
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strncmp(e->d_name, "before-migration-", 17) == 0) {
            n++;
            if (path != NULL) {
                temp_path(dir, e->d_name, path);
            }
        }
    }
    (void)closedir(d);
    return n;
}

Test(db_migrate, a_new_database_arrives_at_the_newest_version_and_needs_no_backup)
{
    CLEANUP(empty_done) struct empty e = {0};
    empty_make(&e);
    struct err err = {0};
    int version = 0;
    cr_assert_eq(db_migrate(e.db, e.dir, &err), 0, "%s", err.msg);
    cr_assert_eq(db_schema_version(e.db, &version, &err), 0);
    cr_expect_eq(version, migration_count);
    cr_expect_eq(temp_db_int(e.db, "PRAGMA application_id"), DB_APPLICATION_ID);
    cr_expect_eq(temp_db_int(e.db, "SELECT count(*) FROM salons"), 1);
    cr_expect_eq(backups(e.dir, NULL), 0);
    cr_expect_eq(db_migrate(e.db, e.dir, &err), 0, "a second time there is nothing to do");
    cr_expect_eq(backups(e.dir, NULL), 0);
}

Test(db_migrate, a_newer_database_is_refused_with_both_versions)
{
    CLEANUP(empty_done) struct empty e = {0};
    empty_make(&e);
    struct err err = {0};
    cr_assert_eq(migrations_apply(e.db, three, 3, NULL, &err), 0);
    cr_expect_eq(migrations_apply(e.db, three, 2, NULL, &err), -ERR_DB);
    cr_expect_not_null(strstr(err.msg, "schema version 3"), "%s", err.msg);
    cr_expect_not_null(strstr(err.msg, "up to 2"), "%s", err.msg);
    cr_expect_eq(temp_db_int(e.db, "PRAGMA user_version"), 3);
}

Test(db_migrate, an_existing_database_is_copied_first_and_the_copy_is_private_and_whole)
{
    CLEANUP(empty_done) struct empty e = {0};
    empty_make(&e);
    struct err err = {0};
    char path[TEMP_PATH_LEN];
    cr_assert_eq(migrations_apply(e.db, three, 1, e.dir, &err), 0);
    cr_assert_eq(migrations_apply(e.db, three, 3, e.dir, &err), 0, "%s", err.msg);
    cr_expect_eq(temp_db_int(e.db, "PRAGMA user_version"), 3);
    cr_expect_eq(temp_db_int(e.db, "PRAGMA foreign_keys"), 1);
    cr_assert_eq(backups(e.dir, path), 1);
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    struct db *copy = NULL;
    cr_assert_eq(db_open(path, DB_WRITE, false, &copy, &err), 0, "%s", err.msg);
    cr_expect_eq(temp_db_int(copy, "PRAGMA user_version"), 1);
    cr_expect_eq(temp_db_int(copy, "SELECT x FROM a"), 7);
    cr_expect_eq(temp_db_int(copy, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
    db_close(copy);
}

Test(db_migrate, a_migration_that_fails_half_way_leaves_nothing_behind)
{
    const struct migration bad[] = {three[0],
                                    {2, "bad",
                                     "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1);"}};
    CLEANUP(empty_done) struct empty e = {0};
    empty_make(&e);
    struct err err = {0};
    cr_assert_eq(migrations_apply(e.db, bad, 1, NULL, &err), 0);
    cr_expect_eq(migrations_apply(e.db, bad, 2, e.dir, &err), -ERR_DB);
    cr_expect_not_null(strstr(err.msg, "0002_bad"), "%s", err.msg);
    cr_expect_eq(temp_db_int(e.db, "PRAGMA user_version"), 1);
    cr_expect_eq(temp_db_int(e.db, "SELECT count(*) FROM sqlite_schema WHERE name = 'c'"), 0);
    cr_expect_eq(temp_db_int(e.db, "PRAGMA foreign_keys"), 1);
    cr_expect_eq(backups(e.dir, NULL), 0, "copies of an unchanged database must not pile up");
    cr_expect_eq(migrations_apply(e.db, three, 3, e.dir, &err), 0, "a good one works afterwards");
}

Test(db_migrate, a_migration_that_leaves_a_reference_to_nothing_is_undone)
{
    const struct migration bad[] = {three[0], three[1], {3, "orphan", "DELETE FROM a;"}};
    CLEANUP(empty_done) struct empty e = {0};
    empty_make(&e);
    struct err err = {0};
    cr_expect_eq(migrations_apply(e.db, bad, 3, NULL, &err), -ERR_DB);
    cr_expect_not_null(strstr(err.msg, "row of b"), "%s", err.msg);
    cr_expect_eq(temp_db_int(e.db, "PRAGMA user_version"), 2);
    cr_expect_eq(temp_db_int(e.db, "SELECT count(*) FROM a"), 1);
}

Test(db_migrate, without_a_place_for_the_backup_nothing_is_migrated)
{
    CLEANUP(empty_done) struct empty e = {0};
    empty_make(&e);
    struct err err = {0};
    cr_assert_eq(migrations_apply(e.db, three, 1, NULL, &err), 0);
    cr_expect_eq(migrations_apply(e.db, three, 3, "/nonexistent", &err), -ERR_IO);
    cr_expect_eq(temp_db_int(e.db, "PRAGMA user_version"), 1);
}

#define SCHEMA                                                                     \
    "SELECT group_concat(type || ' ' || name || ' ' || ifnull(sql, ''), char(10))" \
    " FROM (SELECT * FROM sqlite_schema ORDER BY type, name)"

/* Rows of every table, as a salon with some weeks of use would have them. */
static const char *const rows_of_version[] = {
    NULL,
    "INSERT INTO staff (id, name, role, password_hash) VALUES ('s1', 'Ola', 'owner', 'h');"
    "INSERT INTO sessions VALUES ('t', 's1', '2026-11-22', '2026-11-22', '2026-12-22', NULL, NULL);"
    "INSERT INTO settings (key, value) VALUES ('instance', 'i');"
    "INSERT INTO clients (id, salon_id, name, phone_number, email)"
    " SELECT 'c1', id, 'Jan', '+48600100200', 'Jan@example.pl' FROM salons;"
    "INSERT INTO pets (id, salon_id, name, allergies) SELECT 'p1', id, 'Burek', 'kurczak' FROM "
    "salons;"
    "INSERT INTO client_pets VALUES ('c1', 'p1');"
    "INSERT INTO calendar_events (id, cal_com_event_id, client_id, pet_id, start_time, end_time,"
    " duration_minutes, status, price_minor, currency) VALUES ('e1', 'u1', 'c1', 'p1',"
    " '2026-11-22T13:00:00.000Z', '2026-11-22T14:00:00.000Z', 60, 'scheduled', 18000, 'PLN');"
    "INSERT INTO event_pets VALUES ('e1', 'p1');"
    "INSERT INTO appointment_aliases VALUES ('e0', 'e1', '2026-11-22T13:00:00.000Z');"
    "INSERT INTO bookings (uid, chain_id, created_at, updated_at) VALUES ('u1', 'e1', 'x', 'x');"
    "INSERT INTO booking_links VALUES ('u0', 'u1');"
    "INSERT INTO event_changes VALUES ('h1', 'e1', 'title', 'a', 'b', 'delivery', 'w1', 'x');"
    "INSERT INTO webhook_logs (id, webhook_type, status, payload)"
    " VALUES ('w1', 'calcom', 'success', '{}');"
    "INSERT INTO webhook_rejects (minute, reason, address) VALUES ('x', 'signature', '10.0.0.1');"
    "INSERT INTO pet_visits (id, pet_id, event_id, visit_date) VALUES ('v1', 'p1', 'e1', "
    "'2026-11-22');"
    "INSERT INTO visit_photos (id, visit_id, sha256) VALUES ('f1', 'v1', 'ab');"
    "INSERT INTO reconcile_runs (id, kind, cause, status, started_at)"
    " VALUES ('r1', 'sweep', 'start', 'complete', 'x');",

    "INSERT INTO settings (key, value) VALUES ('instance', 'i');"
    "UPDATE reconcile_state SET cursor = '2026-11-22T13:00:00.000Z' WHERE id = 1;"
    "INSERT INTO reconcile_runs (id, kind, cause, status, started_at, initial)"
    " VALUES ('r1', 'sweep', 'start', 'complete', 'x', 1);"
    "INSERT INTO reconcile_asks VALUES ('u9', 'linked', 'x', NULL);"
    "INSERT INTO reconcile_findings (run_id, appointment_id, uid, kind, found_at)"
    " VALUES ('r1', 'e1', 'u1', 'created', 'x');",

    "INSERT INTO clients (id, salon_id, name) SELECT 'c1', id, 'Jan' FROM salons;"
    "INSERT INTO consent_changes SELECT 'k1', id, 'sms', 1, NULL, 'x' FROM clients;"
    "INSERT INTO clients (id, salon_id, name, merged_into) SELECT 'c2', salon_id, 'Jan', id FROM "
    "clients;"
    "INSERT INTO card_merges VALUES ('m1', 'client', 'c1', 'c2', NULL, 'x', NULL);"
    "INSERT INTO card_merge_moves VALUES ('m1', 'owner', 'p1', NULL, NULL);"
    "INSERT INTO search_salons SELECT 1, id FROM salons;"
    "INSERT INTO search_cards VALUES (1, 1, 'c1', NULL, 0, 'jan', 'c');"
    "INSERT INTO search_words VALUES (1, 'jan', 1);",

    "INSERT INTO staff (id, name, role, password_hash) VALUES ('s1', 'Ola', 'owner', 'h');"
    "INSERT INTO sessions VALUES ('t', 's1', 'x', 'x', 'y', NULL, NULL, 1);"
    "INSERT INTO devices VALUES ('d1', 'Tablet', 'x', 's1', 'x');"
    "INSERT INTO device_pins VALUES ('d1', 's1', 'h', 0, 'x');",

    "INSERT INTO staff (id, name, role, password_hash) VALUES ('s1', 'Ola', 'owner', 'h');"
    "INSERT INTO pets (id, salon_id, name) SELECT 'p1', id, 'Burek' FROM salons;"
    "INSERT INTO pet_visits (id, pet_id, visit_date, blade, shampoo, minutes, price_minor, "
    "currency,"
    " paid_by, staff_id) VALUES ('v1', 'p1', '2026-11-22', '7F', 'Owsiany', 75, 18000, 'PLN', "
    "'card', 's1');"
    "INSERT INTO visit_drafts VALUES ('v1', 's1', '{}', 'x');",

    "INSERT INTO calcom_writes (id, kind, state, digest, created_at)"
    " VALUES ('w1', 'book', 'done', 'd', 'x');",

    "INSERT INTO tally_stale VALUES ('day', '2026-11-22');"
    "INSERT INTO tally_hours VALUES ('2026-11-22', '2026-11-22', 14, '', 'done', 'PLN', 1, 0, "
    "18000, 0);"
    "INSERT INTO tally_services VALUES ('2026-11-22', '2026-11-22', '', 'x', 'done', 'PLN', 1, 60, "
    "18000);"
    "INSERT INTO tally_cash VALUES ('2026-11-22', '', 'PLN', 'card', 1, 18000);"
    "INSERT INTO tally_clients VALUES ('c1', '', 1, '2026-11-22', '2026-11-22', '2026-11-22');"
    "INSERT INTO tally_client_months VALUES ('2026-11', 'c1', '');"
    "INSERT INTO tally_pets VALUES ('p1', '', 1, '2026-11-22', '2026-11-22', '2026-11-22', NULL, "
    "NULL);",
    "INSERT INTO upkeep VALUES ('backup', 'ok', 'ok', NULL, 0, 'x', 'x', NULL);"
    "INSERT INTO retention_marks VALUES ('payloads', 'x');",

    "INSERT INTO messages (id, direction, kind, state, created_at, updated_at)"
    " VALUES ('n1', 'out', 'manual', 'delivered', 'x', 'x');"
    "INSERT INTO message_opt_outs VALUES ('+48600100200', 'x');",

    "INSERT INTO staff (id, name, role, password_hash) VALUES ('s1', 'Ola', 'owner', 'h');"
    "INSERT INTO ics_feeds VALUES ('s1', 'ab', 'x', NULL);"
    "INSERT INTO tally_months VALUES ('2026-11', '', 1);",

    "INSERT INTO services VALUES ('kapiel-30', 'Kąpiel', 'x');",

    "INSERT INTO audit_lines VALUES ('2026-11-22T13', 's1', 'read', 'client', 'c1', 'x');"
    "INSERT INTO erasures VALUES ('e1', 'c9', 's1', 'x', 1, 1, 1, 1, 0, 1);",

    "INSERT INTO pets (id, salon_id, name) SELECT 'p1', id, 'Burek' FROM salons;"
    "INSERT INTO pet_visits (id, pet_id, visit_date) VALUES ('v1', 'p1', '2026-11-22');"
    "INSERT INTO visit_photos (id, visit_id, sha256, thumb_sha256) VALUES ('f1', 'v1', 'ab', "
    "'cd');",
};

/* Each table of the database must have kept its rows. */
static int64_t total_rows(struct db *db)
{
    char *sql = temp_db_text(db, "SELECT group_concat('SELECT count(*) AS n FROM ' || name,"
                                 " ' UNION ALL ') FROM sqlite_schema WHERE type = 'table'"
                                 " AND name NOT LIKE 'sqlite_%'");
    char whole[16384];
    (void)snprintf(whole, sizeof whole, "SELECT sum(n) FROM (%s)", sql);
    free(sql);
    return temp_db_int(db, whole);
}

Test(db_migrate, every_earlier_version_becomes_the_same_schema_and_keeps_its_rows)
{
    cr_assert_eq((int)ARRAY_LEN(rows_of_version), migration_count + 1,
                 "a new migration needs rows of its version here");
    CLEANUP(temp_db_done) struct temp_db fresh = {0};
    temp_db_make(&fresh);
    char *expected = temp_db_text(fresh.db, SCHEMA);
    struct err err = {0};
    for (int version = 1; version <= migration_count; version++) {
        CLEANUP(empty_done) struct empty e = {0};
        empty_make(&e);
        cr_assert_eq(db_migrate_to(e.db, version, &err), 0, "%s", err.msg);
        cr_expect_eq(temp_db_int(e.db, "PRAGMA user_version"), version);
        temp_db_exec(e.db, rows_of_version[version]);
        int64_t before = total_rows(e.db);
        cr_assert_eq(db_migrate(e.db, e.dir, &err), 0, "%s", err.msg);
        cr_expect_geq(total_rows(e.db), before);
        char *schema = temp_db_text(e.db, SCHEMA);
        cr_expect_str_eq(schema, expected);
        free(schema);
        char *sound = temp_db_text(e.db, "PRAGMA integrity_check");
        cr_expect_str_eq(sound, "ok");
        free(sound);
        cr_expect_eq(temp_db_int(e.db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    }
    free(expected);
}
