/*
 * sync_delivery.c: what is kept of a delivery that is strange, and that applying it again says what
 * was said the first time.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "sync/delivery.h"
#include "sync/inbox.h"
#include "testdb.h"

static struct testdb t;
static int64_t now;

static void setup(void)
{
    testdb_open(&t);
    cr_assert(time_parse("2026-11-22T12:00:00Z", &now));
}

static void teardown(void)
{
    testdb_close(&t);
}
TestSuite(delivery, .init = setup, .fini = teardown);

static struct inbox_result deliver(const char *body, size_t n)
{
    struct inbox_result r = {0};
    struct err err = {0};
    cr_assert(inbox_deliver_in(t.db, 0, body, n, now, &r, &err) >= 0, "%s", err.msg);
    return r;
}

#define BODY(text)             \
    {                          \
        text, sizeof(text) - 1 \
    }

static const struct body {
    const char *bytes;
    size_t n;
} strange[] = {
    BODY("\"just a string\""),
    BODY(" \"{\\\"triggerEvent\\\":\\\"PING\\\"}\"\n"),
    BODY("\"\""),
    BODY("[\"a\"]"),
    BODY("7"),
    BODY("null"),
    BODY("a=1&b=2"),
    BODY(""),
    BODY("{\"a\":\"\\ud800\"}x"),
    BODY("{\"a\":\"\0\"}"),
    BODY("{}\0"),
    BODY("\xff\xfe"),
    BODY("base64:aGVq"),
    BODY("\"base64:aGVq\""),
    BODY("{\"shape\":\"nobody knows\"}"),
    BODY("{\"triggerEvent\":\"BOOKING_CREATED\",\"payload\":{\"title\":\"x\"}}"),
};

Test(delivery, law_9_applied_again_it_says_the_same_whatever_it_was)
{
    for (size_t i = 0; i < ARRAY_LEN(strange); i++) {
        struct inbox_result first = deliver(strange[i].bytes, strange[i].n);
        char *row = testdb_ask(&t,
                               "SELECT status, error_message, payload FROM webhook_logs"
                               " WHERE id = %Q",
                               first.log_id);
        struct inbox_result again = {0};
        struct err err = {0};
        cr_assert_geq(inbox_replay_in(t.db, 0, first.log_id, now, &again, &err), 0, "%s", err.msg);
        cr_assert_eq(again.status, first.status, "%zu: %s", i, row);
        cr_assert_str_eq(again.message, first.message, "%zu: %s", i, row);
        char *later = testdb_ask(&t,
                                 "SELECT status, error_message, payload FROM webhook_logs"
                                 " WHERE id = %Q",
                                 first.log_id);
        cr_assert_str_eq(later, row);
        free(row);
        free(later);
    }
}

Test(delivery, what_is_no_object_is_kept_so_that_its_very_text_can_be_read_back)
{
    static const char *const texts[] = {"\"just a string\"", " \"x\" ", "a=1&b=2", "{\"a\":"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct inbox_result r = deliver(texts[i], strlen(texts[i]));
        char *kept =
            testdb_ask(&t, "SELECT json_extract(payload, '$') FROM webhook_logs WHERE id = %Q",
                       r.log_id);
        cr_assert_str_eq(kept, texts[i]);
        free(kept);
    }
}

/* A hundred people are marked absent; more than that of one delivery is not read. */
static struct inbox_result mark_absent(int first)
{
    CLEANUP(buf_done) struct buf body = {.max = (size_t)1 << 20};
    buf_printf(&body,
               "{\"triggerEvent\":\"BOOKING_NO_SHOW_UPDATED\",\"createdAt\":"
               "\"2026-11-22T11:00:%02dZ\",\"payload\":{\"bookingUid\":\"A\",\"attendees\":[",
               first / 100);
    for (int i = 0; i < 100; i++) {
        buf_printf(&body, "%s{\"email\":\"%0200d@example.pl\",\"noShow\":true}", i == 0 ? "" : ",",
                   first + i);
    }
    buf_str(&body, "]}}");
    cr_assert(!body.failed);
    return deliver(body.data, body.len);
}

Test(delivery, marks_of_absence_of_more_people_than_are_kept_are_refused_and_not_tried_for_ever)
{
    cr_assert_eq(mark_absent(0).status, INBOX_SUCCESS);
    cr_assert_eq(mark_absent(100).status, INBOX_SUCCESS);
    struct inbox_result r = mark_absent(200);
    for (int more = 300; r.status == INBOX_SUCCESS && more < 1000; more += 100) {
        r = mark_absent(more);
    }
    cr_assert_eq(r.status, INBOX_UNPROCESSABLE, "%s", r.message);
    char *row = testdb_ask(&t,
                           "SELECT status, error_message LIKE '%%absence%%' FROM webhook_logs"
                           " WHERE id = %Q",
                           r.log_id);
    cr_assert_str_eq(row, "error|1");
    free(row);
}
