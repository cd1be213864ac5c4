/*
 * model_groups.c: bookings that are several at once: seats of one event, and series.
 */
#include <stdio.h>
#include <string.h>

#include "model_send.h"

static int seated(const struct model_booking *b)
{
    int n = 0;
    for (int i = 0; i < b->attendees; i++) {
        n += b->attendee[i].gone ? 0 : 1;
    }
    return n;
}

bool model_leave_seat(struct model *m, size_t i, int attendee, struct model_how how)
{
    const struct model_booking *now = &m->booking[i];
    if (now->service->seats == 0 || !model_live(now) || attendee >= now->attendees ||
        now->attendee[attendee].gone) {
        return false;
    }
    /* Seats do not touch updatedAt; the last one ends the booking, which does. */
    const bool last = seated(now) == 1;
    struct model_booking *b = model_touch(m, i, last);
    struct model_extra x = {.leaver = attendee};
    (void)snprintf(b->reason, sizeof b->reason, "Nie damy rady");
    model_send(m, "BOOKING_CANCELLED", i, &x, how);
    b = &m->booking[i];
    b->attendee[attendee].gone = true;
    if (last) {
        b->status = MODEL_CANCELLED;
        b->attendee[attendee].gone = false; /* the list keeps its last name */
    } else {
        b->reason[0] = '\0';
    }
    return true;
}

bool model_move_seated(struct model *m, size_t i, int64_t start, struct model_how how)
{
    if (m->booking[i].service->seats == 0 || !model_live(&m->booking[i])) {
        return false;
    }
    struct model_booking *b = model_touch(m, i, true);
    struct model_extra x = {.leaver = -1, .was_start = b->start, .was_end = b->end};
    b->end = start + (b->end - b->start);
    b->start = start;
    /* It names itself as the booking it replaces. */
    x.from = b->uid;
    x.from_number = b->number;
    model_send(m, "BOOKING_RESCHEDULED", i, &x, how);
    return true;
}

size_t model_series(struct model *m, const struct model_new *n, int count, struct model_how how)
{
    size_t first = MODEL_NONE;
    char series[MODEL_UID_LEN] = "";
    struct model_new each = *n;
    for (int k = 0; k < count; k++) {
        size_t i = model_book(m, &each, how);
        struct model_booking *b = &m->booking[i];
        if (first == MODEL_NONE) {
            first = i;
            memcpy(series, b->uid, sizeof series);
            series[0] = 'r';
            series[1] = 'c';
        }
        memcpy(b->series_uid, series, sizeof series);
        each.start += 7 * MODEL_DAY;
        m->now += 250;
    }
    return first;
}

bool model_cancel_series(struct model *m, size_t i, const char *reason, struct model_how how)
{
    if (m->booking[i].series_uid[0] == '\0' || !model_cancel(m, i, reason, how)) {
        return false;
    }
    for (size_t k = 0; k < m->bookings; k++) {
        const struct model_booking *b = &m->booking[k];
        if (strcmp(b->series_uid, m->booking[i].series_uid) != 0 || !model_live(b) ||
            b->start < m->booking[i].start) {
            continue;
        }
        struct model_booking *rest = model_touch(m, k, true);
        rest->status = MODEL_CANCELLED;
        (void)snprintf(rest->reason, sizeof rest->reason, "%s", reason);
    }
    return true;
}
