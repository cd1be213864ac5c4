/*
 * decode_samples.c: deliveries and a page as Cal.com publishes them, where they lie beside the
 * checkout. Skipped, and counted as skipped, elsewhere.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "decoded.h"

#define SAMPLES TEST_FIXTURES "/../../../shared/calcom/samples/"

static struct decoded sample(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, SAMPLES "%s", name);
    if (access(path, R_OK) != 0) {
        cr_skip_test("no samples beside the checkout");
    }
    return deliver(path, NULL, 0);
}

Test(decode_samples, every_published_delivery_is_told_apart)
{
    static const struct {
        const char *name;
        int rc;
        const char *uid;
        enum obs_status status;
    } cases[] = {
        {"01-created.json", DECODE_BOOKING, "bFJeNb2uX8ANpT3JL5EfXw", OBS_STATUS_ACCEPTED},
        {"02-rescheduled-new-uid.json", DECODE_BOOKING, "q7Hs2LrTzK9mYd4WcVx1Pa",
         OBS_STATUS_ACCEPTED},
        {"03-cancelled-without-metadata.json", DECODE_BOOKING, "q7Hs2LrTzK9mYd4WcVx1Pa",
         OBS_STATUS_CANCELLED},
        {"04-meeting-ended-flat.json", DECODE_BOOKING, "mN4kZ8vQ2sXw7RtYb1LcDe",
         OBS_STATUS_ACCEPTED},
        {"05-meeting-ended-nested.json", DECODE_BOOKING, "mN4kZ8vQ2sXw7RtYb1LcDe",
         OBS_STATUS_ACCEPTED},
        {"06-no-show.json", DECODE_BOOKING, "mN4kZ8vQ2sXw7RtYb1LcDe", OBS_STATUS_NONE},
        {"07-requested-no-metadata-no-phone.json", DECODE_BOOKING, "Zx9Pq3Wn6Lk8Jh5Gf2DsAa",
         OBS_STATUS_PENDING},
        {"08-reschedule-arriving-as-requested.json", DECODE_BOOKING, "Rr5Tt6Yy7Uu8Ii9Oo0PpQq",
         OBS_STATUS_PENDING},
        {"09-ping.json", DECODE_IGNORED, NULL, OBS_STATUS_NONE},
        {"10-unknown-trigger.json", DECODE_IGNORED, NULL, OBS_STATUS_NONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(decoded_done) struct decoded d = sample(cases[i].name);
        cr_assert_eq(d.rc, cases[i].rc, "%s: %s", cases[i].name, d.err.msg);
        cr_assert_eq(d.o.status, cases[i].status, "%s", cases[i].name);
        cr_assert(cases[i].uid == NULL ? d.o.uid == NULL : strcmp(d.o.uid, cases[i].uid) == 0, "%s",
                  cases[i].name);
    }
}

Test(decode_samples, both_published_ends_of_a_meeting_say_the_same)
{
    CLEANUP(decoded_done) struct decoded flat = sample("04-meeting-ended-flat.json");
    CLEANUP(decoded_done) struct decoded nested = sample("05-meeting-ended-nested.json");
    cr_assert(flat.o.ended && nested.o.ended);
    for (int i = 0; i < FACT_COUNT; i++) {
        says(flat, (enum fact)i, nested.o.value[i]);
    }
}

Test(decode_samples, the_published_row_says_what_the_published_reschedule_says)
{
    CLEANUP(decoded_done) struct decoded delivery = sample("02-rescheduled-new-uid.json");
    CLEANUP(decoded_done)
    struct decoded row = read_row(SAMPLES "api-bookings-page.json", NULL, 0, RECEIVED_AT);
    cr_assert_str_eq(row.o.uid, delivery.o.predecessor_uid);
    cr_assert_str_eq(row.o.successor_uid, delivery.o.uid);
    cr_assert_eq(row.o.status, OBS_STATUS_CANCELLED);
    static const enum fact same[] = {FACT_NAME,     FACT_EMAIL,     FACT_PHONE,
                                     FACT_LOCATION, FACT_SERVICE,   FACT_CLIENT_REF,
                                     FACT_PET_REFS, FACT_ORGANIZER, FACT_TITLE};
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        says(row, same[i], delivery.o.value[same[i]]);
    }
}
