/*
 * fill.c: a database with as many appointments as wanted, put there by the same door as all others.
 *
 *   bench_fill DATABASE N
 *
 * Visits lie 70 a day, backwards from a month ahead, so that a day's list is as long whatever N.
 * Their clients are unknown, as with most bookings of the first years. No deliveries are logged.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "db/migrate.h"
#include "db/writer.h"
#include "sync/apply.h"

#define A_DAY 70
#define CHUNK 5000

static _Noreturn void give_up(const struct err *err)
{
    (void)fprintf(stderr, "bench_fill: %s\n", err->msg);
    exit(1);
}

struct chunk {
    int64_t now, first, end;
};

static char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text(const char *format, ...)
{
    char *out = NULL;
    va_list values;
    va_start(values, format);
    const int n = vasprintf(&out, format, values);
    va_end(values);
    if (n < 0) {
        abort();
    }
    return out;
}

static int apply_one(struct db *db, int64_t now, int64_t number, struct err *err)
{
    const int64_t start = now / CLOCK_DAY * CLOCK_DAY + (30 - number / A_DAY) * CLOCK_DAY +
                          7 * CLOCK_HOUR + number % A_DAY * 9 * CLOCK_MINUTE;
    char from[TIME_TEXT_LEN];
    char to[TIME_TEXT_LEN];
    time_format(start, from);
    time_format(start + CLOCK_HOUR, to);
    CLEANUP(observation_done)
    struct observation o = {
        .source = OBS_API,
        .trigger = "api",
        .uid = text("bench%017lld", (long long)number),
        .as_of = start - 9 * CLOCK_DAY,
        .made_at = start - 9 * CLOCK_DAY,
        .number = 500000 + number,
        .status = OBS_STATUS_ACCEPTED,
    };
    o.value[FACT_TIMES] = text("%s/%s", from, to);
    o.value[FACT_TITLE] =
        text("Strzyżenie z kąpielą między Salon Łapka i Klient %lld", (long long)(number % 9000));
    o.value[FACT_NAME] = text("Klient %lld", (long long)(number % 9000));
    o.value[FACT_EMAIL] = text("klient%lld@example.pl", (long long)(number % 9000));
    o.value[FACT_PHONE] = text("+48600%06lld", (long long)(number % 9000));
    o.value[FACT_SERVICE] = text("strzyzenie-60");
    o.value[FACT_PRICE] = text("18000 PLN");
    o.value[FACT_ORGANIZER] = text("salon-lapka");
    const struct apply_context context = {.now = now,
                                          .complete_after_ms = 15 * CLOCK_MINUTE,
                                          .cause = "reconcile"};
    struct apply_result result;
    return apply_observation(db, &context, &o, &result, err);
}

static int apply_chunk(struct db *db, void *arg, struct err *err)
{
    const struct chunk *c = arg;
    for (int64_t i = c->first; i < c->end; i++) {
        int rc = apply_one(db, c->now, i, err);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    const long long wanted = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
    if (wanted < 1) {
        (void)fprintf(stderr, "Usage: bench_fill DATABASE N\n");
        return 2;
    }
    struct err err = {0};
    CLEANUP(db_close) struct db *db = NULL;
    if (zone_init("Europe/Warsaw", &err) < 0 || db_open(argv[1], DB_WRITE, true, &db, &err) < 0 ||
        db_migrate(db, NULL, &err) < 0) {
        give_up(&err);
    }
    struct chunk c = {.now = clock_now_ms()};
    for (int64_t at = wanted; at > 0; at -= CHUNK) {
        /* The oldest first, as they came. */
        c.first = at > CHUNK ? at - CHUNK : 0;
        c.end = at;
        if (db_transaction(db, apply_chunk, &c, &err) < 0) {
            give_up(&err);
        }
    }
    return 0;
}
