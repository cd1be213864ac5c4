/*
 * model_send.h: between the model's steps and its mail: how a delivery looks on the wire. Private
 * to the model, but for the shapes, which scripts of tests name.
 */
#ifndef BARKBOOK_TESTS_MODEL_SEND_H
#define BARKBOOK_TESTS_MODEL_SEND_H

#include "model.h"
#include "out.h"

/* Payload variations that have been seen from Cal.com. */
enum model_shape {
    SHAPE_NO_METADATA = 1 << 0,
    SHAPE_EMPTY_METADATA = 1 << 1,
    SHAPE_MORE_METADATA = 1 << 2,    /* further keys of every type */
    SHAPE_RESPONSES_FLAT = 1 << 3,   /* {"email":"x"} */
    SHAPE_RESPONSES_ARRAY = 1 << 4,  /* {"email":{"label":…,"value":["x"]}} */
    SHAPE_RESPONSES_OBJECT = 1 << 5, /* the name as {"firstName":…,"lastName":…} */
    SHAPE_NO_RESPONSES = 1 << 6,
    SHAPE_NO_ATTENDEES = 1 << 7, /* an empty array; who it is stands in the responses */
    SHAPE_NO_PHONE = 1 << 8,
    SHAPE_PHONE_IN_RESPONSES = 1 << 9, /* only there */
    SHAPE_NO_NOTES = 1 << 10,
    SHAPE_ADDITIONAL_NOTES = 1 << 11, /* no description, only additionalNotes */
    SHAPE_NUMBERS_AS_TEXT = 1 << 12,
    SHAPE_MILLIS = 1 << 13,
    SHAPE_EAST = 1 << 14, /* a numeric offset instead of Z */
    SHAPE_WEST = 1 << 15,
    SHAPE_BARE = 1 << 16,         /* a cancellation that says no more than which booking */
    SHAPE_FORGETS_FROM = 1 << 17, /* a confirmation that does not repeat rescheduleUid */
    SHAPE_FLAT = 1 << 18,         /* MEETING_* without payload */
    SHAPE_SECRETS = 1 << 19,      /* one-time and video passwords */
    SHAPE_NO_STATUS = 1 << 20,
    SHAPE_NO_UID = 1 << 21, /* a seated reschedule with a null uid */
    SHAPE_BITS = 22
};
const char *model_shape_name(int bit);

/* What only some triggers add. */
struct model_extra {
    int64_t was_start, was_end; /* the previous times; 0: none */
    const char *from;           /* rescheduleUid; NULL: as the booking says */
    int64_t from_number;
    int leaver; /* the attendee who gives the seat back; -1 */
    bool ask_rebook;
};

/* A BOOKING_* delivery about b, and its copies. */
void model_send(struct model *m, const char *trigger, size_t b, const struct model_extra *x,
                struct model_how how);
void model_send_meeting(struct model *m, size_t b, bool ended, struct model_how how);
void model_send_absence(struct model *m, size_t b, int attendee, struct model_how how);

/* Wraps payload (JSON text, or NULL: flat is the whole body) into an envelope per copy and keeps
 * them. */
void model_post(struct model *m, const char *trigger, size_t b, const char *payload,
                const char *flat, int copies);
/* Notes that the facts in mask were said as they are now. */
void model_tell(struct model *m, size_t b, unsigned mask, bool only_fill);

enum model_time_form model_shape_time(unsigned shape);
const char *model_status_name(enum model_status s, bool capitals);

#endif
