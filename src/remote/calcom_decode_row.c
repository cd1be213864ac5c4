/*
 * calcom_decode_row.c: a booking of Cal.com's API v2 to an observation; see calcom_decode.h. Pure.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "remote/calcom_decode.h"
#include "remote/calcom_values.h"

/* There is no "completed" at Cal.com: a past booking stays accepted. */
static enum obs_status row_status(const cJSON *row)
{
    static const struct {
        const char *word;
        enum obs_status status;
    } words[] = {
        {"accepted", OBS_STATUS_ACCEPTED},
        {"pending", OBS_STATUS_PENDING},
        {"cancelled", OBS_STATUS_CANCELLED},
        {"rejected", OBS_STATUS_REJECTED},
    };
    const char *said = json_text(row, "status");
    for (size_t i = 0; said != NULL && i < ARRAY_LEN(words); i++) {
        if (strcasecmp(words[i].word, said) == 0) {
            return words[i].status;
        }
    }
    return OBS_STATUS_NONE;
}

int64_t calcom_row_updated_at(const cJSON *row)
{
    const int64_t updated_at = calcom_time(row, "updatedAt");
    return updated_at != 0 ? updated_at : calcom_time(row, "createdAt");
}

static void take_facts(struct calcom_fill *f, const struct calcom_booking *b)
{
    const cJSON *row = b->main;
    calcom_take_times(f, calcom_time(row, "start"), calcom_time(row, "end"));
    calcom_take_title(f, b);
    calcom_take_attendee(f, b);
    calcom_take_place(f, b);
    calcom_take_price(f, row);
    calcom_take_refs(f, b);
    calcom_take_member(f, FACT_SERVICE, json_get(row, "eventType"), "slug", CALCOM_TEXT_MAX);
    calcom_take_member(f, FACT_SERVICE, row, "eventTypeId", CALCOM_TEXT_MAX);
    calcom_take_member(f, FACT_SERVICE, json_get(row, "eventType"), "id", CALCOM_TEXT_MAX);
    const cJSON *hosts = json_get(row, "hosts");
    calcom_take_member(f, FACT_ORGANIZER, cJSON_IsArray(hosts) ? hosts->child : NULL, "username",
                       CALCOM_TEXT_MAX);
    calcom_take_member(f, FACT_REASON, row, "cancellationReason", CALCOM_TEXT_MAX);
    calcom_take_person(f, FACT_BY, json_text(row, "cancelledByEmail"));
    const cJSON *a = NULL;
    cJSON_ArrayForEach(a, json_get(row, "attendees"))
    {
        calcom_take_absence(f, a, "absent");
    }
}

int calcom_decode_row(const cJSON *row, int64_t read_at, struct observation *out, struct err *err)
{
    CLEANUP(observation_done) struct observation o = {.source = OBS_API, .trigger = "api"};
    struct calcom_fill f = {.o = &o};
    if (!cJSON_IsObject(row)) {
        return err_set(err, ERR_UNPROCESSABLE, "booking: not an object");
    }
    int rc = calcom_uid(row, "", "uid", &o.uid, err);
    if (rc < 0) {
        return rc;
    }
    const int64_t updated_at = calcom_row_updated_at(row);
    const int64_t read_of = read_at - CALCOM_REPLICA_LAG_MS;
    o.as_of = updated_at > read_of ? updated_at : read_of;
    o.made_at = calcom_time(row, "createdAt");
    o.number = calcom_number(row, "id");
    o.status = row_status(row);
    o.predecessor_uid = calcom_other_uid(&f, row, "rescheduledFromUid", o.uid);
    o.successor_uid = calcom_other_uid(&f, row, "rescheduledToUid", o.uid);
    /* A seated booking keeps responses and metadata with each attendee. */
    const cJSON *first = calcom_first_attendee(json_get(row, "attendees"));
    const struct calcom_booking b = {
        .main = row,
        .responses = {json_get(row, "bookingFieldsResponses"),
                      json_get(first, "bookingFieldsResponses")},
        .metadata = {json_get(row, "metadata"), json_get(first, "metadata")},
    };
    take_facts(&f, &b);
    if (f.nomem) {
        return err_set(err, ERR_NOMEM, "out of memory while decoding a booking");
    }
    *out = o;
    o = (struct observation){0};
    return 0;
}
