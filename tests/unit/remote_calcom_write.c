/*
 * remote_calcom_write.c: orders as requests, and what Cal.com's answers say of them.
 */
#include "remote/calcom_write.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define ANSWERED INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */

struct texts {
    struct buf path, body;
};

static void texts_done(struct texts *t)
{
    buf_done(&t->path);
    buf_done(&t->body);
}
DEFINE_CLEANUP_REF(struct texts, texts_done);

static int text_of(const struct calcom_order *o, struct texts *t, struct err *err)
{
    buf_init(&t->path, 1024);
    buf_init(&t->body, 65536);
    return calcom_order_text(o, &t->path, &t->body, err);
}

static cJSON *parse(const char *text)
{
    cJSON *doc = NULL;
    struct err err = {0};
    cr_assert_eq(json_parse(text, strlen(text), &doc, &err), 0, "%s", err.msg);
    return doc;
}

Test(calcom_write, a_booking_carries_who_what_and_the_request_it_was_made_by)
{
    CLEANUP(texts_done) struct texts t = {0};
    struct err err = {0};
    const struct calcom_order o = {.kind = ORDER_BOOK,
                                   .start = ANSWERED,
                                   .request_id = "wish-1",
                                   .client_id = "c1",
                                   .pet_ids = "p1,p2",
                                   .event_type = 7001,
                                   .length = 90,
                                   .name = "Żaneta \"Ż\" Łęcka",
                                   .email = "z@example.pl",
                                   .phone = "+48600100200",
                                   .language = "pl",
                                   .zone = "Europe/Warsaw",
                                   .notes = "Boi się\nsuszarki"};
    cr_assert_eq(text_of(&o, &t, &err), 0);
    cr_expect_str_eq(t.path.data, "/v2/bookings");
    cr_expect_str_eq(
        t.body.data,
        "{\"start\":\"2026-11-22T12:00:00.000Z\",\"eventTypeId\":7001,\"lengthInMinutes\":90,"
        "\"attendee\":{\"name\":\"Żaneta \\\"Ż\\\" Łęcka\",\"email\":\"z@example.pl\","
        "\"phoneNumber\":\"+48600100200\",\"timeZone\":\"Europe/Warsaw\",\"language\":\"pl\"},"
        "\"bookingFieldsResponses\":{\"notes\":\"Boi się\\nsuszarki\"},"
        "\"metadata\":{\"barkbookClientId\":\"c1\",\"barkbookPetId\":\"p1,p2\","
        "\"barkbookRequestId\":\"wish-1\"}}");
}

Test(calcom_write, what_is_not_known_is_left_out_and_not_sent_empty)
{
    CLEANUP(texts_done) struct texts t = {0};
    struct err err = {0};
    const struct calcom_order o = {.kind = ORDER_BOOK,
                                   .start = ANSWERED,
                                   .request_id = "w",
                                   .client_id = "c1",
                                   .pet_ids = "",
                                   .event_type = 1,
                                   .name = "Jan",
                                   .email = "j@example.pl",
                                   .zone = "Europe/Warsaw"};
    cr_assert_eq(text_of(&o, &t, &err), 0);
    static const char *const absent[] = {"phoneNumber",   "lengthInMinutes", "notes",
                                         "barkbookPetId", "language",        "null"};
    for (size_t i = 0; i < ARRAY_LEN(absent); i++) {
        cr_expect_null(strstr(t.body.data, absent[i]), "%s", absent[i]);
    }
}

Test(calcom_write, a_uid_cannot_lead_the_request_elsewhere)
{
    struct err err = {0};
    struct calcom_order o = {.kind = ORDER_CANCEL, .uid = "a/../../me?x#y"};
    {
        CLEANUP(texts_done) struct texts t = {0};
        cr_assert_eq(text_of(&o, &t, &err), 0);
        cr_expect_str_eq(t.path.data, "/v2/bookings/a%2F..%2F..%2Fme%3Fx%23y/cancel");
    }
    static const char *const none[] = {"", ".", ".."};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        CLEANUP(texts_done) struct texts t = {0};
        o.uid = none[i];
        cr_expect_eq(text_of(&o, &t, &err), -(int)ERR_UNPROCESSABLE);
    }
}

#define ROW(status, more)                                                             \
    "{\"uid\":\"u1\",\"status\":\"" status                                            \
    "\",\"start\":\"2026-11-23T09:00:00.000Z\",\"end\":\"2026-11-23T10:00:00.000Z\"," \
    "\"attendees\":[{\"name\":\"Jan\",\"email\":\"Jan@example.pl\",\"absent\":false}]" more "}"

static struct observation result(const struct calcom_order *o, const char *row)
{
    CLEANUP(json_free) cJSON *doc = parse(row);
    struct observation obs = {0};
    struct err err = {0};
    cr_assert_eq(calcom_order_result(o, doc, ANSWERED, &obs, &err), 0, "%s", err.msg);
    return obs;
}

Test(calcom_write, an_answer_is_as_new_as_the_write_itself)
{
    const struct calcom_order o = {.kind = ORDER_BOOK, .request_id = "w", .price = "18000 PLN"};
    CLEANUP(observation_done) struct observation obs = result(&o, ROW("accepted", ""));
    cr_expect_eq(obs.as_of, ANSWERED);
    cr_expect_eq(obs.status, OBS_STATUS_ACCEPTED);
    cr_expect_str_eq(obs.value[FACT_PRICE], "18000 PLN");
}

Test(calcom_write, a_cancellation_counts_even_where_the_answer_does_not_show_it_yet)
{
    const struct calcom_order o = {.kind = ORDER_CANCEL, .uid = "u1", .reason = "Pies chory"};
    CLEANUP(observation_done) struct observation obs = result(&o, ROW("accepted", ""));
    cr_expect_eq(obs.status, OBS_STATUS_CANCELLED);
    cr_expect_str_eq(obs.value[FACT_REASON], "Pies chory");
}

Test(calcom_write, a_move_names_its_predecessor_even_where_the_answer_does_not)
{
    const struct calcom_order o = {.kind = ORDER_RESCHEDULE, .uid = "u0", .start = ANSWERED};
    CLEANUP(observation_done) struct observation obs = result(&o, ROW("accepted", ""));
    cr_expect_str_eq(obs.predecessor_uid, "u0");
    const struct calcom_order seated = {.kind = ORDER_RESCHEDULE, .uid = "u1", .start = ANSWERED};
    CLEANUP(observation_done) struct observation same = result(&seated, ROW("accepted", ""));
    cr_expect_null(same.predecessor_uid, "a booking does not follow itself");
}

Test(calcom_write, an_absence_counts_for_the_one_it_was_about)
{
    const struct calcom_order o = {.kind = ORDER_ABSENT,
                                   .uid = "u1",
                                   .email = "jan@example.pl",
                                   .absent = true};
    CLEANUP(observation_done) struct observation obs = result(&o, ROW("accepted", ""));
    cr_assert_eq(obs.absent_count, 1);
    cr_expect(obs.absents[0].absent);
    const struct calcom_order bare = {.kind = ORDER_ABSENT,
                                      .uid = "u1",
                                      .email = "ewa@example.pl",
                                      .absent = true};
    CLEANUP(observation_done)
    struct observation other = result(&bare, "{\"uid\":\"u1\",\"status\":\"accepted\"}");
    cr_assert_eq(other.absent_count, 1);
    cr_expect_str_eq(other.absents[0].email, "ewa@example.pl");
}

Test(calcom_write, a_row_shows_whether_an_order_was_carried_out)
{
    static const struct {
        struct calcom_order o;
        const char *row;
        bool shows;
    } cases[] = {
        {{.kind = ORDER_BOOK, .request_id = "w1"},
         ROW("accepted", ",\"metadata\":{\"barkbookRequestId\":\"w1\"}"),
         true},
        {{.kind = ORDER_BOOK, .request_id = "w1"},
         ROW("accepted", ",\"metadata\":{\"barkbookRequestId\":\"w2\"}"),
         false},
        {{.kind = ORDER_BOOK, .request_id = "w1"}, ROW("accepted", ""), false},
        {{.kind = ORDER_CANCEL}, ROW("cancelled", ""), true},
        {{.kind = ORDER_CANCEL}, ROW("accepted", ""), false},
        {{.kind = ORDER_CONFIRM}, ROW("accepted", ""), true},
        {{.kind = ORDER_CONFIRM}, ROW("pending", ""), false},
        {{.kind = ORDER_DECLINE}, ROW("rejected", ""), true},
        {{.kind = ORDER_DECLINE}, ROW("pending", ""), false},
        {{.kind = ORDER_RESCHEDULE, .start = INT64_C(1795424400000)}, ROW("accepted", ""), true},
        {{.kind = ORDER_RESCHEDULE, .start = INT64_C(1795424400000)}, ROW("cancelled", ""), false},
        {{.kind = ORDER_RESCHEDULE, .start = INT64_C(1795428000000)}, ROW("accepted", ""), false},
        {{.kind = ORDER_ABSENT, .email = "jan@example.pl", .absent = false},
         ROW("accepted", ""),
         true},
        {{.kind = ORDER_ABSENT, .email = "jan@example.pl", .absent = true},
         ROW("accepted", ""),
         false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(json_free) cJSON *doc = parse(cases[i].row);
        cr_expect_eq(calcom_order_shows(&cases[i].o, doc), cases[i].shows, "case %zu", i);
    }
}
