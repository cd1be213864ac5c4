/*
 * fuzz_row.c: any answer of Cal.com's API, a page or one booking, read as bookings.
 */
#include "base/json.h"
#include "check.h"
#include "remote/calcom_decode.h"

static void row_check(const cJSON *row)
{
    struct err err = {0};
    CLEANUP(observation_done) struct observation o = {0};
    CLEANUP(observation_done) struct observation again = {0};
    const int rc = calcom_decode_row(row, FUZZ_NOW, &o, &err);
    REQUIRE(rc == 0 || rc == -(int)ERR_UNPROCESSABLE);
    REQUIRE(calcom_row_updated_at(row) >= 0);
    if (rc < 0) {
        REQUIRE(o.uid == NULL && err.msg[0] != '\0');
        return;
    }
    observation_check(&o);
    REQUIRE(o.source == OBS_API && !o.needs_read && !o.ended);
    REQUIRE(o.as_of >= FUZZ_NOW - CALCOM_REPLICA_LAG_MS);
    REQUIRE(calcom_decode_row(row, FUZZ_NOW, &again, &err) == 0);
    REQUIRE(observation_equal(&o, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;
    CLEANUP(json_free) cJSON *doc = NULL;
    if (json_parse((const char *)data, size, &doc, &err) < 0) {
        return 0;
    }
    row_check(doc);
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, json_get(doc, "data"))
    {
        row_check(row);
    }
    return 0;
}
