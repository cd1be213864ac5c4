/*
 * db_sql.c: every statement of the program fits the schema, takes named parameters only, and reads
 * no big table from end to end unless its .sql.def says why that is right (X_SCAN).
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "statements.h"
#include "temp_db.h"

/* Tables that grow for as long as the salon is open. */
static const char *const big[] =
    {"calendar_events", "bookings",   "booking_links", "event_changes",
     "webhook_logs",    "clients",    "pets",          "client_pets",
     "event_pets",      "pet_visits", "visit_photos",  "appointment_aliases",
     "messages"};

/* Words that may follow a table's name where another word would be its alias. */
static const char *const no_alias[] = {"SET",     "WHERE",     "ORDER",   "GROUP",  "LEFT",
                                       "JOIN",    "ON",        "INNER",   "CROSS",  "LIMIT",
                                       "UNION",   "VALUES",    "USING",   "HAVING", "INDEXED",
                                       "NOT",     "SELECT",    "DEFAULT", "EXCEPT", "INTERSECT",
                                       "NATURAL", "RETURNING", "WINDOW"};

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(word, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const char *skip_space(const char *s)
{
    while (isspace((unsigned char)*s)) {
        s++;
    }
    return s;
}

/* Reads a word; where it ends. */
static const char *word_of(const char *s, char *out, size_t out_len)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    (void)snprintf(out, out_len, "%.*s", (int)n, s);
    return s + n;
}

/* Is `name`, as a query plan writes it, a big table of this statement: by its own name or as an
 * alias? */
static bool names_big_table(const char *sql, const char *name)
{
    if (is_one_of(name, big, ARRAY_LEN(big))) {
        return true;
    }
    for (const char *s = sql; *s != '\0';) {
        char word[64];
        char alias[64];
        const char *after = word_of(s, word, sizeof word);
        if (after == s) {
            s++;
            continue;
        }
        s = after;
        if (!is_one_of(word, big, ARRAY_LEN(big))) {
            continue;
        }
        after = word_of(skip_space(s), alias, sizeof alias);
        if (strcasecmp(alias, "AS") == 0) {
            (void)word_of(skip_space(after), alias, sizeof alias);
        }
        if (alias[0] != '\0' && !is_one_of(alias, no_alias, ARRAY_LEN(no_alias)) &&
            strcasecmp(alias, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The first line of the plan that goes through a whole big table; "" when there is none. */
static void find_scan(struct db *db, const char *sql, char *out, size_t out_len)
{
    char explain[16384];
    out[0] = '\0';
    int n = snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    cr_assert(n > 0 && (size_t)n < sizeof explain);
    sqlite3_stmt *st = NULL;
    cr_assert_eq(sqlite3_prepare_v2(db_handle(db), explain, -1, &st, NULL), SQLITE_OK, "%s: %s",
                 sql, sqlite3_errmsg(db_handle(db)));
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(st, 3);
        char table[64];
        bool scan = strncmp(detail, "SCAN ", 5) == 0;
        /* An index made for this one run, out of the whole table. */
        bool automatic = strncmp(detail, "SEARCH ", 7) == 0 && strstr(detail, "AUTOMATIC") != NULL;
        if (scan || automatic) {
            (void)word_of(detail + (scan ? 5 : 7), table, sizeof table);
            if (names_big_table(sql, table)) {
                (void)snprintf(out, out_len, "%s", detail);
                break;
            }
        }
    }
    sqlite3_finalize(st);
}

Test(db_sql, every_statement_fits_the_schema_and_is_a_single_one)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    cr_assert_gt(statement_count, 0);
    for (size_t i = 0; i < statement_count; i++) {
        const struct statement *s = &statements[i];
        sqlite3_stmt *st = NULL;
        const char *tail = NULL;
        int rc = sqlite3_prepare_v2(db_handle(t.db), s->sql, -1, &st, &tail);
        cr_expect_eq(rc, SQLITE_OK, "%s: %s: %s", s->file, s->name,
                     sqlite3_errmsg(db_handle(t.db)));
        cr_expect(rc != SQLITE_OK || (st != NULL && *skip_space(tail) == '\0'),
                  "%s: %s: more than one statement", s->file, s->name);
        sqlite3_finalize(st);
    }
}

Test(db_sql, parameters_are_named)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    for (size_t i = 0; i < statement_count; i++) {
        const struct statement *s = &statements[i];
        sqlite3_stmt *st = NULL;
        if (sqlite3_prepare_v2(db_handle(t.db), s->sql, -1, &st, NULL) != SQLITE_OK) {
            continue; /* told by the test before */
        }
        for (int p = 1; p <= sqlite3_bind_parameter_count(st); p++) {
            const char *name = sqlite3_bind_parameter_name(st, p);
            cr_expect(name != NULL && name[0] == ':', "%s: %s: parameter %d has no name", s->file,
                      s->name, p);
        }
        sqlite3_finalize(st);
    }
}

Test(db_sql, no_big_table_is_read_from_end_to_end_without_a_reason)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    for (size_t i = 0; i < statement_count; i++) {
        const struct statement *s = &statements[i];
        char scan[512];
        find_scan(t.db, s->sql, scan, sizeof scan);
        cr_expect(scan[0] == '\0' || s->may_scan != NULL,
                  "%s: %s: %s: give it an index, or write X_SCAN(%s, \"why it may\", …)", s->file,
                  s->name, scan, s->name);
        cr_expect(scan[0] != '\0' || s->may_scan == NULL,
                  "%s: %s scans nothing big: write X instead of X_SCAN", s->file, s->name);
    }
}

Test(db_sql, the_check_sees_a_scan_behind_an_alias_and_not_a_search)
{
    CLEANUP(temp_db_done) struct temp_db t = {0};
    temp_db_make(&t);
    const char *bad[] = {"SELECT 1 FROM calendar_events",
                         "SELECT 1 FROM pets AS p JOIN staff s WHERE p.name = s.name",
                         "SELECT 1 FROM staff s, clients c WHERE c.surname = s.name",
                         "UPDATE bookings SET title = NULL WHERE title = :x",
                         "DELETE FROM webhook_logs WHERE payload = :x",
                         "SELECT 1 FROM staff WHERE name IN (SELECT name FROM pets b)",
                         "WITH w (n) AS (SELECT name FROM pets) SELECT n FROM w LIMIT 1"};
    const char *good[] = {"SELECT 1 FROM calendar_events WHERE id = :id", "SELECT 1 FROM staff",
                          "SELECT 1 FROM calendar_events e WHERE e.start_time >= :a",
                          "SELECT 1 FROM staff s JOIN clients c ON c.id = s.name",
                          "INSERT INTO event_pets (event_id, pet_id) VALUES (:e, :p)"};
    char scan[512];
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        find_scan(t.db, bad[i], scan, sizeof scan);
        cr_expect_neq(scan[0], '\0', "%s", bad[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        find_scan(t.db, good[i], scan, sizeof scan);
        cr_expect_str_eq(scan, "", "%s: %s", good[i], scan);
    }
}
