/*
 * numbers.c: how long each table of numbers takes with a million appointments over five years
 * (bench_numbers APPOINTMENTS), after the tallies were counted by the job that does it in earnest.
 * Ends with 1 when one needs more than 100 ms of the processor for a year, or for all five.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "salon/numbers.h"
#include "salon/tally.h"
#include "temp_db.h"

#define ALLOWED_MS 100.0

static void must(bool ok, const char *what)
{
    if (!ok) {
        (void)fprintf(stderr, "bench_numbers: %s\n", what);
        exit(2);
    }
}

static double now_ms(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* A pet for every seven appointments or so, one for each client; prices, no-shows and cancellations
 * in about the proportions of a salon. */
static void fill(struct db *db, long n)
{
    char sql[4096];
    temp_db_exec(db, "BEGIN");
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO clients (id, salon_id, name) WITH RECURSIVE i (n) AS (SELECT 0 "
                   "UNION ALL SELECT n + 1"
                   " FROM i WHERE n < %ld) SELECT 'c' || n, s.id, 'Klient' FROM i, salons s;"
                   "INSERT INTO pets (id, salon_id, name) SELECT 'p' || substr(id, 2), salon_id, "
                   "'Burek' FROM clients;"
                   "INSERT INTO client_pets SELECT id, 'p' || substr(id, 2) FROM clients;",
                   n / 7);
    temp_db_exec(db, sql);
    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO calendar_events (id, salon_id, client_id, pet_id, title, start_time, end_time,"
        " duration_minutes, status, price_minor, currency) WITH RECURSIVE i (n) AS (SELECT 0 UNION "
        "ALL"
        " SELECT n + 1 FROM i WHERE n < %ld) SELECT 'e' || n, s.id, 'c' || (n * 7919 %% %ld),"
        " 'p' || (n * 7919 %% %ld), 'Usługa ' || (n %% 12), strftime('%%Y-%%m-%%dT%%H:%%M:00.000Z',"
        " '2021-11-22', '+' || (n * 1825 / %ld) || ' days', '+' || (7 + n %% 10) || ' hours'),"
        " strftime('%%Y-%%m-%%dT%%H:%%M:00.000Z', '2021-11-22', '+' || (n * 1825 / %ld) || ' days',"
        " '+' || (8 + n %% 10) || ' hours'), 60, CASE n %% 20 WHEN 0 THEN 'no_show' WHEN 1 THEN "
        "'cancelled'"
        " ELSE 'completed' END, iif(n %% 9, 18000, NULL), 'PLN' FROM i, salons s;",
        n - 1, n / 7, n / 7, n, n);
    temp_db_exec(db, sql);
    temp_db_exec(
        db,
        "INSERT INTO event_pets SELECT id, pet_id FROM calendar_events;"
        "INSERT INTO pet_visits (id, pet_id, event_id, visit_date, price_minor, currency, paid_by)"
        " SELECT 'v' || substr(id, 2), pet_id, id, substr(start_time, 1, 10), 18000, 'PLN', 'card'"
        " FROM calendar_events WHERE status = 'completed';");
    temp_db_exec(db, "COMMIT");
}

static void count(struct db *db)
{
    struct err err = {0};
    double began = now_ms();
    long done = 0;
    int rc = TALLY_REFRESH_MAX;
    while (rc == TALLY_REFRESH_MAX) {
        rc = db_transaction(db, tally_refresh_job, NULL, &err);
        done += rc;
    }
    must(rc >= 0, err.msg);
    (void)printf("%ld days, clients and pets counted in %.1f s\n", done, (now_ms() - began) / 1e3);
}

static double ask(struct db *db, const char *what, const char *from, const char *to)
{
    struct err err = {0};
    struct numbers_query q = {.from = from, .to = to, .today = "2026-11-22", .hour = -1};
    must(time_parse("2021-11-21T23:00:00Z", &q.from_ms) &&
             time_parse("2026-12-30T00:00:00Z", &q.to_ms),
         "time");
    double worst = 0;
    for (int i = 0; i < 5; i++) {
        CLEANUP(buf_done) struct buf out;
        struct jw w;
        buf_init(&out, (size_t)16 << 20);
        jw_init(&w, &out);
        double began = now_ms();
        jw_array(&w, NULL);
        must(numbers_write(db, what, &q, &w, &err) >= 0, err.msg);
        jw_end_array(&w);
        double took = now_ms() - began;
        worst = i > 0 && took > worst ? took : worst; /* the first one warms up */
    }
    return worst;
}

int main(int argc, char **argv)
{
    static const char *const what[] = {"revenue", "attendance", "services", "hours",
                                       "clients", "pets",       "overdue",  "appointments"};
    struct temp_db t = {0};
    struct err err = {0};
    struct db *reader = NULL;
    bool good = true;
    long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
    must(zone_init("Europe/Warsaw", &err) == 0, err.msg);
    temp_db_make(&t);
    temp_db_exec(t.db, "PRAGMA synchronous = OFF");
    fill(t.db, n);
    (void)printf("%ld appointments\n", n);
    count(t.db);
    must(db_open(t.path, DB_READ, false, &reader, &err) == 0, err.msg);
    for (size_t i = 0; i < ARRAY_LEN(what); i++) {
        double year = ask(reader, what[i], "2025-12-01", "2026-11-30");
        double all = ask(reader, what[i], "2021-11-01", "2026-11-30");
        (void)printf("%-12s a year %6.1f ms, five years %6.1f ms\n", what[i], year, all);
        good = good && year <= ALLOWED_MS && all <= ALLOWED_MS;
    }
    db_close(reader);
    temp_db_done(&t);
    return good ? 0 : 1;
}
