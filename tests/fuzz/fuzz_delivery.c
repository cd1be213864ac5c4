/*
 * fuzz_delivery.c: any body → JSON → observation → what is kept. Whatever comes, it is told apart,
 * it is kept as JSON, and reading what was kept says the same again (it is what a replay does).
 */
#include <string.h>

#include "base/json.h"
#include "check.h"
#include "sync/delivery.h"
#include "sync/redact.h"

static void kept_check(const struct delivery *d)
{
    struct err err;
    CLEANUP(json_free) cJSON *kept = NULL;
    REQUIRE(json_parse(d->payload, strlen(d->payload), &kept, &err) == 0);
    if (d->verdict == DELIVERY_NOT_JSON) {
        REQUIRE(cJSON_IsString(kept));
    }
    if (cJSON_IsString(kept)) {
        return; /* what is no object is kept as it came */
    }
    CLEANUP(buf_done) struct buf again;
    buf_init(&again, strlen(d->payload) + 4096);
    redact_json(d->payload, strlen(d->payload), &again);
    REQUIRE(!again.failed && strcmp(again.data, d->payload) == 0);
}

static void replay_check(const struct delivery *d)
{
    struct err err;
    CLEANUP(delivery_done) struct delivery replayed = {0};
    REQUIRE(delivery_reread(d->payload, FUZZ_NOW, &replayed, &err) == 0);
    REQUIRE(replayed.verdict == d->verdict);
    REQUIRE(strcmp(replayed.why, d->why) == 0);
    REQUIRE(strcmp(replayed.head.uid, d->head.uid) == 0);
    REQUIRE(observation_equal(&replayed.observation, &d->observation));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;
    CLEANUP(delivery_done) struct delivery d = {0};
    REQUIRE(delivery_read((const char *)data, size, FUZZ_NOW, &d, &err) == 0);
    REQUIRE(memchr(d.head.trigger, '\0', sizeof d.head.trigger) != NULL);
    REQUIRE(memchr(d.head.uid, '\0', sizeof d.head.uid) != NULL);
    REQUIRE((d.verdict == DELIVERY_BOOKING) == (d.observation.uid != NULL));
    REQUIRE((d.verdict == DELIVERY_NOT_JSON || d.verdict == DELIVERY_UNPROCESSABLE) ==
            (d.why[0] != '\0'));
    if (d.verdict == DELIVERY_BOOKING) {
        observation_check(&d.observation);
        REQUIRE(d.observation.source != OBS_API);
    }
    kept_check(&d);
    replay_check(&d);
    return 0;
}
