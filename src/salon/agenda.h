/*
 * agenda.h: appointments as the front desk sees them: a day's or week's list, one with its history.
 * Reads only. Every question is asked for a salon: its appointments and those of no salon (nothing
 * is ever hidden for lack of one); NULL asks for all.
 */
#ifndef BARKBOOK_SALON_AGENDA_H
#define BARKBOOK_SALON_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

/* Text of an appointment, in the order of the SELECT; any may be NULL but the first. */
enum agenda_text {
    AGENDA_ID,
    AGENDA_UID,
    AGENDA_TITLE,
    AGENDA_SERVICE,
    AGENDA_DESCRIPTION,
    AGENDA_STATUS,
    AGENDA_DESK_STATUS,
    AGENDA_CANCEL_REASON,
    AGENDA_CANCELLED_BY,
    AGENDA_ATTENDEE_NAME,
    AGENDA_ATTENDEE_EMAIL,
    AGENDA_ATTENDEE_PHONE,
    AGENDA_LINK_REASON,
    AGENDA_LINK_SOURCE,
    AGENDA_CURRENCY,
    AGENDA_LOCATION,
    AGENDA_MEETING_URL,
    AGENDA_CLIENT_ID,
    AGENDA_CLIENT_NAME,
    AGENDA_CLIENT_SURNAME,
    AGENDA_CLIENT_PHONE,
    AGENDA_SERVICE_NAME,
    AGENDA_TEXTS
};

enum agenda_pet_text {
    AGENDA_PET_ID,
    AGENDA_PET_NAME,
    AGENDA_PET_TYPE,
    AGENDA_PET_BREED,
    AGENDA_PET_ALLERGIES,
    AGENDA_PET_BEHAVIOUR,
    AGENDA_PET_HEALTH,
    AGENDA_PET_NOTE_DATE, /* of the last visit before this one that has a note */
    AGENDA_PET_NOTE,
    AGENDA_PET_TEXTS
};

struct agenda_pet {
    char *text[AGENDA_PET_TEXTS]; /* owned */
    bool booked; /* false: the appointment's pet is not known and this is one of the client's, for
                    warnings */
};

enum agenda_change { AGENDA_SAME, AGENDA_NEW, AGENDA_MOVED, AGENDA_CANCELLED };

struct agenda_entry {
    char *text[AGENDA_TEXTS]; /* owned */
    int64_t start, end;       /* ms */
    int64_t duration_minutes;
    int64_t price_minor; /* -1: not known */
    int64_t desk_at;     /* 0: never */
    int64_t created_at, updated_at;
    bool awaiting_rebook;
    struct agenda_pet *pets; /* booked ones first, the first pet first */
    size_t pet_count;
    enum agenda_change change; /* since the moment asked for */
    int64_t change_at;
    int64_t moved_from; /* earlier start, of AGENDA_MOVED */
};

struct agenda {
    struct agenda_entry *entries; /* by start, then id */
    size_t count;
};
void agenda_done(struct agenda *a);
DEFINE_CLEANUP_REF(struct agenda, agenda_done);

/* Appointments that start in [from, to). changed_since: what counts as new for `change`. */
MUST_USE int agenda_load(struct db *db, const char *salon_id, int64_t from, int64_t to,
                         int64_t changed_since, struct agenda *out, struct err *err);

/* One appointment, by its id or one it was merged from: 1 and a list of one, 0 not found. */
MUST_USE int agenda_get(struct db *db, const char *salon_id, const char *id, int64_t changed_since,
                        struct agenda *out, struct err *err);

/* Its history, oldest first. Text is borrowed for the call; by is the staff member's name or NULL.
 */
struct agenda_event {
    int64_t at;
    const char *field;
    const char *before;
    const char *after;
    const char *cause;
    const char *by;
};
typedef int agenda_event_fn(const struct agenda_event *e, void *arg, struct err *err);
MUST_USE int agenda_history(struct db *db, const char *id, agenda_event_fn *each, void *arg,
                            struct err *err);

#endif
