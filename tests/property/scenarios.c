/*
 * scenarios.c: the list. Guests, services and metadata are rows of model_people.c: guest 0 is a
 * client with one dog, 2 one with two, 9 a stranger; service 3 is seated.
 */
#include "scenarios.h"

#define SOON (10 * MODEL_SECOND)
#define LATE (3 * MODEL_HOUR)

#define BOOK(who, refs, ...)                            \
    {                                                   \
        .kind = STEP_BOOK, .wait = SOON, .ahead = 2880, \
        .booking =                                      \
        {.guest = (who),                                \
         .meta = (refs),                                \
         __VA_ARGS__ }                                  \
    }
#define DO(what, ...)                                            \
    {                                                            \
        .kind = (what), .wait = LATE, .ahead = 4320, __VA_ARGS__ \
    }
#define AT(moment, what, ...)                                       \
    {                                                               \
        .kind = (what), .when = (moment), .wait = SOON, __VA_ARGS__ \
    }
#define SHAPE(bits) .how = {.shape = (bits)}
#define THEN(...)   .step = {__VA_ARGS__, {.kind = STEP_KINDS}}

const struct scenario scenarios[] = {
    {.name = "a booking", THEN(BOOK(0, META_PET, .salon = 0))},
    {.name = "a booking that is cancelled", THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_CANCEL))},
    {.name = "a request that is confirmed",
     THEN(BOOK(3, META_NONE, .confirm = true), DO(STEP_CONFIRM))},
    {.name = "a request that is rejected",
     THEN(BOOK(9, META_NONE, .confirm = true), DO(STEP_REJECT))},
    {.name = "a request that is confirmed, then cancelled by a body that says little",
     THEN(BOOK(3, META_NONE, .confirm = true), DO(STEP_CONFIRM),
          DO(STEP_CANCEL, SHAPE(SHAPE_BARE)))},
    {.name = "a booking that is moved", THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_RESCHEDULE))},
    {.name = "a booking that is moved three times, then cancelled",
     THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_RESCHEDULE), DO(STEP_RESCHEDULE),
          DO(STEP_RESCHEDULE), DO(STEP_CANCEL))},
    {.name = "a booking that is moved four times and takes place",
     THEN(BOOK(1, META_NONE, .salon = 1), DO(STEP_RESCHEDULE), DO(STEP_RESCHEDULE),
          DO(STEP_RESCHEDULE), DO(STEP_RESCHEDULE), AT(AT_END, STEP_ENDED, SHAPE(SHAPE_FLAT)))},
    {.name = "a guest's move that waits, arrives as a request, and is confirmed without naming "
             "what it moved",
     THEN(BOOK(3, META_NONE, .salon = 0), DO(STEP_RESCHEDULE, .flag = true),
          DO(STEP_CONFIRM, SHAPE(SHAPE_FORGETS_FROM)))},
    {.name = "a guest's move that is rejected",
     THEN(BOOK(3, META_NONE, .salon = 0), DO(STEP_RESCHEDULE, .flag = true), DO(STEP_REJECT))},
    {.name = "a guest's move that the guest cancels",
     THEN(BOOK(3, META_NONE, .salon = 0), DO(STEP_RESCHEDULE, .flag = true), DO(STEP_CANCEL))},
    {.name = "a request moved while it waits, confirmed, moved again, over",
     THEN(BOOK(11, META_NONE, .confirm = true), DO(STEP_RESCHEDULE, .flag = true), DO(STEP_CONFIRM),
          DO(STEP_RESCHEDULE), AT(AT_START, STEP_STARTED), AT(AT_END, STEP_ENDED))},
    {.name = "the host asks for another time",
     THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_ASK_REBOOK))},
    {.name = "the host asks for another time and the guest chooses one",
     THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_ASK_REBOOK), DO(STEP_RESCHEDULE))},
    {.name = "the host asks twice for another time",
     THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_ASK_REBOOK), DO(STEP_RESCHEDULE),
          DO(STEP_ASK_REBOOK), DO(STEP_RESCHEDULE), DO(STEP_CANCEL))},
    {.name = "a guest who does not come",
     THEN(BOOK(0, META_PET, .salon = 0), AT(AT_START, STEP_ABSENT))},
    {.name = "no-show, taken back, and again",
     THEN(BOOK(0, META_PET, .salon = 0), AT(AT_START, STEP_ABSENT), DO(STEP_PRESENT),
          DO(STEP_ABSENT))},
    {.name = "no-show taken back after a move, and over",
     THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_RESCHEDULE), AT(AT_START, STEP_ABSENT),
          DO(STEP_PRESENT), AT(AT_END, STEP_ENDED))},
    {.name = "no-show, though the meeting counts as over",
     THEN(BOOK(2, META_PETS, .salon = 0), AT(AT_START, STEP_STARTED), AT(AT_START, STEP_ABSENT),
          AT(AT_END, STEP_ENDED, SHAPE(SHAPE_FLAT)))},
    {.name = "started and over, flat and nested, each more than once",
     THEN(BOOK(4, META_NONE, .salon = 0), AT(AT_START, STEP_STARTED, .how = {SHAPE_FLAT, 1}),
          AT(AT_END, STEP_ENDED, .how = {SHAPE_FLAT, 1}), AT(AT_END, STEP_ENDED))},
    {.name = "over, before the grace has passed",
     THEN(BOOK(0, META_PET, .salon = 0), AT(AT_END, STEP_ENDED, .chain = 0))},
    {.name = "a meeting's end sent for a booking that was cancelled",
     THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_CANCEL),
          AT(AT_END, STEP_ENDED, SHAPE(SHAPE_FLAT)))},
    {.name = "a seated event that one guest leaves and the host moves",
     THEN(BOOK(0, META_NONE, .service = 3, .extra_seats = 2), DO(STEP_LEAVE_SEAT, .arg = 1),
          DO(STEP_MOVE_SEATED), DO(STEP_LEAVE_SEAT, .arg = 2), AT(AT_END, STEP_ENDED))},
    {.name = "a seated event moved twice, its second guest absent",
     THEN(BOOK(0, META_PET, .service = 3, .extra_seats = 1), DO(STEP_MOVE_SEATED),
          {.kind = STEP_MOVE_SEATED, .wait = LATE, .ahead = 1440},
          AT(AT_START, STEP_ABSENT, .arg = 1))},
    {.name = "a series of three, one moved, the rest cancelled at once",
     THEN({.kind = STEP_SERIES,
           .arg = 3,
           .wait = SOON,
           .ahead = 2880,
           .booking = {.guest = 0, .meta = META_PET}},
          DO(STEP_RESCHEDULE, .chain = 2), DO(STEP_CANCEL_SERIES, .chain = 1))},
    {.name = "two moves of one booking",
     THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_RESCHEDULE), DO(STEP_AGAIN))},
    {.name = "two moves of one booking, the later one cancelled",
     THEN(BOOK(0, META_PET, .salon = 0), DO(STEP_RESCHEDULE), DO(STEP_AGAIN), DO(STEP_RESCHEDULE),
          DO(STEP_CANCEL))},
    {.name =
         "two moves of one booking, the earlier with bad metadata, the later's own move given up",
     THEN(BOOK(6, META_MIXED_PETS, .salon = 1), DO(STEP_RESCHEDULE, .flag = true),
          DO(STEP_AGAIN, SHAPE(SHAPE_NO_METADATA)), DO(STEP_RESCHEDULE, .flag = true),
          DO(STEP_ASK_REBOOK))},
    {.name = "a booking that is paid for", THEN(BOOK(0, META_PET, .pay = true), DO(STEP_PAY))},
    {.name = "a booking that is paid for, moved and cancelled",
     THEN(BOOK(0, META_PET, .pay = true), DO(STEP_PAY), DO(STEP_RESCHEDULE), DO(STEP_CANCEL))},
    {.name = "each delivery sent twice with a moment of its own",
     THEN({.kind = STEP_BOOK,
           .wait = SOON,
           .ahead = 2880,
           .how = {0, 1},
           .booking = {.guest = 0, .meta = META_PET}},
          DO(STEP_RESCHEDULE, .how = {0, 1}), DO(STEP_CANCEL, .how = {0, 1}))},
    {.name = "metadata and telephone that the later deliveries lack",
     THEN(BOOK(2, META_PETS_SPACED, .salon = 0),
          DO(STEP_RESCHEDULE, SHAPE(SHAPE_NO_METADATA | SHAPE_NO_PHONE | SHAPE_NO_NOTES)),
          DO(STEP_RESCHEDULE, SHAPE(SHAPE_EMPTY_METADATA | SHAPE_NO_RESPONSES)),
          DO(STEP_CANCEL, SHAPE(SHAPE_NO_METADATA | SHAPE_NO_PHONE)))},
    {.name = "metadata that only the end of the meeting brings",
     THEN({.kind = STEP_BOOK,
           .wait = SOON,
           .ahead = 2880,
           .how = {SHAPE_NO_METADATA, 0},
           .booking = {.guest = 9, .meta = META_PET}},
          AT(AT_START, STEP_STARTED), AT(AT_END, STEP_ENDED))},
    {.name = "metadata that names somebody else's dog",
     THEN(BOOK(0, META_FOREIGN_PET, .salon = 0), DO(STEP_RESCHEDULE, SHAPE(SHAPE_NO_METADATA)),
          DO(STEP_CANCEL))},
    {.name = "a client with two dogs whose notes name one",
     THEN(BOOK(2, META_NONE, .named_pet = 2), DO(STEP_RESCHEDULE, SHAPE(SHAPE_NO_NOTES)),
          DO(STEP_CANCEL))},
    {.name = "place, title and host changed in silence, then told by a move",
     THEN(BOOK(9, META_NONE, .salon = 0), DO(STEP_EDIT, .arg = EDIT_LOCATION),
          DO(STEP_EDIT, .arg = EDIT_TITLE), DO(STEP_EDIT, .arg = EDIT_REASSIGN),
          DO(STEP_RESCHEDULE), DO(STEP_CANCEL))},
    {.name = "two guests' appointments, one moved, one cancelled",
     THEN(BOOK(0, META_PET, .salon = 0),
          {.kind = STEP_BOOK,
           .chain = 1,
           .wait = SOON,
           .ahead = 4320,
           .booking = {.guest = 2, .salon = 0}},
          DO(STEP_RESCHEDULE, .chain = 1), DO(STEP_CANCEL), DO(STEP_RESCHEDULE, .chain = 1))},
    {.name = "a couple with one telephone, each with an appointment",
     THEN(BOOK(5, META_NONE, .salon = 1),
          {.kind = STEP_BOOK,
           .chain = 1,
           .wait = SOON,
           .ahead = 4320,
           .booking = {.guest = 6, .salon = 1}},
          DO(STEP_RESCHEDULE, SHAPE(SHAPE_NO_PHONE)),
          DO(STEP_RESCHEDULE, .chain = 1, SHAPE(SHAPE_NO_PHONE)))},
    {.name = "noise between a booking and its cancellation",
     THEN({.kind = STEP_NOISE, .arg = 0}, BOOK(0, META_PET, .salon = 0),
          {.kind = STEP_NOISE, .arg = 1}, {.kind = STEP_NOISE, .arg = 2}, DO(STEP_CANCEL))},
};

const size_t scenario_count = sizeof scenarios / sizeof scenarios[0];
