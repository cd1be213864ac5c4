/*
 * model.h: Cal.com in small. It keeps bookings as Cal.com keeps them, has a clock of its own, lets
 * things happen to the bookings, writes the deliveries Cal.com would send, and (model_truth.h)
 * knows what the salon's calendar must say in the end. It shares no code with the program it
 * judges.
 *
 * Everything follows from the seed and the calls. A struct model belongs to one thread at a time.
 */
#ifndef BARKBOOK_TESTS_MODEL_H
#define BARKBOOK_TESTS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model_people.h"
#include "model_time.h"
#include "rng.h"

#define MODEL_UID_LEN   24
#define MODEL_TEXT_LEN  144
#define MODEL_ATTENDEES 3
#define MODEL_NONE      SIZE_MAX

enum model_status { MODEL_PENDING, MODEL_ACCEPTED, MODEL_CANCELLED, MODEL_REJECTED };

struct model_attendee {
    const struct model_guest *guest;
    bool absent;
    bool gone; /* gave the seat back */
};

struct model_booking {
    char uid[MODEL_UID_LEN];
    int64_t number;
    enum model_status status;
    int64_t start, end;
    int64_t created_at, updated_at; /* updated_at 0: null, as on old rows */
    char title[MODEL_TEXT_LEN];
    char description[MODEL_TEXT_LEN];
    char location[MODEL_TEXT_LEN];
    struct model_attendee attendee[MODEL_ATTENDEES];
    int attendees;
    bool attendee_phone_known;                                /* false: the form did not ask */
    char client_ref[MODEL_REF_LEN], pet_refs[MODEL_REFS_LEN]; /* metadata, as sent */
    enum model_meta meta;
    const struct model_service *service;
    int salon; /* whose calendar: the organizer */
    char from_uid[MODEL_UID_LEN], to_uid[MODEL_UID_LEN];
    char reason[MODEL_TEXT_LEN]; /* of a cancellation or rejection */
    char cancelled_by[MODEL_TEXT_LEN];
    bool rebook;   /* cancelled by "request reschedule" */
    bool unpaid;   /* waits for payment */
    bool foreign;  /* the key's owner is only an attendee of it */
    bool vanished; /* removed from Cal.com's database */
    char series_uid[MODEL_UID_LEN];
};

/* The facts of a booking, as a mask: which of them a delivery has told the salon. */
enum model_fact {
    TOLD_STATUS = 1 << 0,
    TOLD_TIMES = 1 << 1,
    TOLD_TITLE = 1 << 2,
    TOLD_DESCRIPTION = 1 << 3,
    TOLD_ATTENDEE = 1 << 4, /* name and e-mail of the first */
    TOLD_PHONE = 1 << 5,
    TOLD_LOCATION = 1 << 6,
    TOLD_SERVICE = 1 << 7,
    TOLD_PRICE = 1 << 8,
    TOLD_META = 1 << 9,
    TOLD_ORGANIZER = 1 << 10,
    TOLD_CANCELLATION = 1 << 11, /* reason, by whom, whether to be rebooked */
    TOLD_FROM = 1 << 12,         /* the predecessor */
    TOLD_ENDED = 1 << 13,
    TOLD_ABSENCE = 1 << 14, /* shifted by the attendee's number, so up to bit 16 */
};

/* What deliveries have said so far: the values at the moment they were last said. A MEETING_* only
 * fills what nothing else ever said, so it is kept apart. */
struct model_told {
    struct model_booking said, filled;
    unsigned said_mask, filled_mask;
};

struct model_delivery {
    int64_t sent_at; /* when Cal.com sent it: the envelope's createdAt where it has one */
    size_t booking;  /* MODEL_NONE: about none */
    char trigger[40];
    char uid[MODEL_UID_LEN];
    char *body; /* owned; NUL-terminated JSON */
    size_t len;
    int op;   /* number of the step that caused it, for a stable identity; -1 */
    int copy; /* 0: the original */
};

/* A past state of a booking, for answers from a replica that lags. */
struct model_version {
    int64_t until; /* the state before the change made at this moment */
    size_t booking;
    struct model_booking state;
};

struct model {
    struct rng rng;
    int64_t now;
    struct model_booking *booking;
    struct model_told *told; /* one per booking; NULL unless remember_told */
    size_t bookings, bookings_cap, told_cap;
    struct model_delivery *delivery;
    size_t deliveries, deliveries_cap;
    struct model_version *version;
    size_t versions, versions_cap;
    bool remember_told;     /* needed for the truth by deliveries alone */
    bool remember_versions; /* needed for stale answers */
    bool silent;            /* no deliveries at all */
    uint64_t changes;       /* grows with every change of any booking */
    size_t unstamped;       /* changes that left updatedAt as it was, or null */
    int op;
    int64_t next_number;
};

void model_init(struct model *m, uint64_t seed);
void model_done(struct model *m);
/* An independent copy (bookings, told, deliveries). */
void model_copy(struct model *to, const struct model *from);

size_t model_find(const struct model *m, const char *uid); /* MODEL_NONE when unknown */
/* Adds an empty booking with new uid, number and created_at = now; its index. May move m->booking.
 */
size_t model_add(struct model *m);
/* Call before changing a booking: keeps the state before, then stamps updated_at. */
struct model_booking *model_touch(struct model *m, size_t b, bool stamp);
/* A live booking is pending or accepted. */
bool model_live(const struct model_booking *b);

/* How a step's delivery looks: bits of model_shape, and how many extra copies of it are sent, each
 * with a createdAt of its own. */
struct model_how {
    unsigned shape;
    int copies;
};

/* Each returns whether it could happen; nothing changed when it could not. Times move as the caller
 * sets m->now; a step sends its deliveries at m->now and the copies within the following two
 * seconds. */
struct model_new {
    int guest, service, salon;
    enum model_meta meta;
    int64_t start;
    int minutes;       /* 0: as the service says */
    bool confirm;      /* waits for the salon's confirmation */
    bool pay;          /* waits for payment */
    int named_pet;     /* the notes name this pet of the guest's client, from 1; 0 none, -1 two */
    const char *notes; /* instead, when not NULL */
    int extra_seats;   /* further attendees, for seated services */
    bool foreign;
    bool null_updated;
};
size_t model_book(struct model *m, const struct model_new *n, struct model_how how);
bool model_confirm(struct model *m, size_t b, struct model_how how);
bool model_reject(struct model *m, size_t b, struct model_how how);
bool model_pay(struct model *m, size_t b, struct model_how how);
/* A new booking takes b's place; its index. confirm: it waits for the salon (a guest's reschedule
 * where confirmation is required). Also of a booking that the host asked to be rebooked. */
size_t model_reschedule(struct model *m, size_t b, int64_t start, bool confirm,
                        struct model_how how);
/* The host moves a seated event: same uid. */
bool model_move_seated(struct model *m, size_t b, int64_t start, struct model_how how);
bool model_cancel(struct model *m, size_t b, const char *reason, struct model_how how);
bool model_ask_to_rebook(struct model *m, size_t b, const char *reason, struct model_how how);
bool model_leave_seat(struct model *m, size_t b, int attendee, struct model_how how);
/* n bookings a week apart; the first one's index, the others follow it. */
size_t model_series(struct model *m, const struct model_new *n, int count, struct model_how how);
/* Cancels what is left of b's series from b on; one delivery, about b. */
bool model_cancel_series(struct model *m, size_t b, const char *reason, struct model_how how);
/* tell false: set through the API, which sends nothing and does not touch updatedAt. */
bool model_absent(struct model *m, size_t b, int attendee, bool absent, bool tell,
                  struct model_how how);
/* Only for an accepted booking whose time has come (late for a cancelled one: Cal.com's cron
 * sometimes sends it anyway). */
bool model_meeting(struct model *m, size_t b, bool ended, struct model_how how);
enum model_edit {
    EDIT_LOCATION,
    EDIT_TITLE,
    EDIT_DESCRIPTION,
    EDIT_REASSIGN,
    EDIT_VANISH,
    EDIT_KINDS
};
bool model_edit(struct model *m, size_t b, enum model_edit what, bool stamp);
/* Deliveries without a booking in them, or of unknown kind. */
#define MODEL_NOISES 7
void model_noise(struct model *m, size_t b, int kind);

#endif
