/*
 * scene.c: see scene.h.
 */
#include "scene.h"

#include <criterion/criterion.h>
#include <stdarg.h>

#include "base/log.h"
#include "remote/calcom_decode.h"
#include "testdb.h"

int64_t scene_now;
static struct testdb db;

void scene_open(void)
{
    testdb_open(&db);
    cr_assert(time_parse("2026-11-22T12:00:00Z", &scene_now));
    scene_do("UPDATE salons SET id = 'salon-1', name = 'Psi Azyl'");
    scene_do("INSERT INTO clients (id, salon_id, name, surname, phone_number, email) VALUES"
             " ('c-jan', 'salon-1', 'Jan', 'Nowak', '+48600100200', 'jan@example.pl'),"
             " ('c-ewa', 'salon-1', 'Ewa', 'Lis', '+48600100300', 'ewa@example.pl')");
    scene_do("INSERT INTO pets (id, salon_id, name) VALUES ('p-burek', 'salon-1', 'Burek'),"
             " ('p-fafik', 'salon-1', 'Fafik'), ('p-luna', 'salon-1', 'Luna')");
    scene_do("INSERT INTO client_pets VALUES ('c-jan', 'p-burek'), ('c-ewa', 'p-luna'),"
             " ('c-ewa', 'p-fafik')");
}

void scene_close(void)
{
    testdb_close(&db);
}

/* "23T13:00" and an hour later. */
static void hour_of(const char *start, char from[static 40], char to[static 40])
{
    int64_t ms = 0;
    (void)snprintf(from, 40, "2026-11-%s:00.000Z", start);
    cr_assert(time_parse(from, &ms), "%s", from);
    time_format(ms + CLOCK_HOUR, to);
}

struct inbox_result scene_send(const char *trigger, const char *sent, const char *uid,
                               const char *start, const char *more)
{
    char body[4096];
    char from[40];
    char to[40];
    hour_of(start, from, to);
    const int n = snprintf(body, sizeof body,
                           "{\"triggerEvent\":\"%s\",\"createdAt\":\"2026-11-22T%sZ\",\"payload\":{"
                           "\"uid\":\"%s\",\"startTime\":\"%s\",\"endTime\":\"%s\"%s}}",
                           trigger, sent, uid, from, to, more);
    cr_assert(n > 0 && (size_t)n < sizeof body);
    struct inbox_result r = {0};
    struct err err = {0};
    cr_assert_eq(inbox_deliver_in(db.db, SCENE_GRACE, body, (size_t)n, scene_now, &r, &err), 0,
                 "%s", err.msg);
    cr_assert_eq(r.status, INBOX_SUCCESS, "%s", r.message);
    return r;
}

static struct apply_result apply(const struct observation *o)
{
    const struct apply_context ctx = {.now = scene_now,
                                      .complete_after_ms = SCENE_GRACE,
                                      .cause = "reconcile",
                                      .cause_id = "run"};
    struct apply_result r = {0};
    struct err err = {0};
    cr_assert_eq(apply_observation(db.db, &ctx, o, &r, &err), 0, "%s", err.msg);
    return r;
}

struct apply_result scene_read(const char *status, const char *updated, const char *uid,
                               const char *start, const char *more)
{
    char text[4096];
    char from[40];
    char to[40];
    struct err err = {0};
    hour_of(start, from, to);
    const int n = snprintf(text, sizeof text,
                           "{\"status\":\"%s\",\"updatedAt\":\"2026-11-22T%sZ\",\"uid\":\"%s\","
                           "\"start\":\"%s\",\"end\":\"%s\"%s}",
                           status, updated, uid, from, to, more);
    cr_assert(n > 0 && (size_t)n < sizeof text);
    CLEANUP(json_free) cJSON *row = NULL;
    cr_assert_eq(json_parse(text, (size_t)n, &row, &err), 0, "%s", err.msg);
    CLEANUP(observation_done) struct observation o = {0};
    cr_assert_eq(calcom_decode_row(row, scene_now, &o, &err), 0, "%s", err.msg);
    return apply(&o);
}

struct apply_result scene_missed(const char *uid)
{
    CLEANUP(observation_done)
    struct observation o = {.source = OBS_API,
                            .trigger = "api",
                            .status = OBS_STATUS_VANISHED,
                            .as_of = scene_now};
    o.uid = strdup(uid);
    cr_assert_not_null(o.uid);
    return apply(&o);
}

void scene_expect_at(int line, const char *answer, const char *query)
{
    char *got = testdb_ask(&db, "%s", query);
    cr_assert_str_eq(got, answer, "line %d: %s\n  gave %s\n  not  %s", line, query, got, answer);
    free(got);
}

void scene_do(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *sql = sqlite3_vmprintf(fmt, ap);
    va_end(ap);
    cr_assert_not_null(sql);
    testdb_exec(&db, "%s", sql);
    sqlite3_free(sql);
}
