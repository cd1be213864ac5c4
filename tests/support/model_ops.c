/*
 * model_ops.c: what guests and the salon do at Cal.com to single bookings, and what Cal.com then
 * stores and sends. Groups (series, seats) are in model_groups.c.
 */
#include <stdio.h>
#include <string.h>

#include "model_send.h"

static const struct model_extra nothing = {.leaver = -1};

static void set_notes(struct model_booking *b, const struct model_new *n,
                      const struct model_guest *g)
{
    if (n->notes != NULL) {
        (void)snprintf(b->description, sizeof b->description, "%s", n->notes);
        return;
    }
    if (n->named_pet == 0 || g->client < 0 || model_clients[g->client].pets == 0) {
        return;
    }
    const struct model_client *c = &model_clients[g->client];
    if (n->named_pet < 0 && c->pets > 1) {
        (void)snprintf(b->description, sizeof b->description, "%s i %s, proszę razem.",
                       model_pets[c->pet[0]].name, model_pets[c->pet[1]].name);
        return;
    }
    int which = n->named_pet < 0 ? 0 : (n->named_pet - 1) % c->pets;
    (void)snprintf(b->description, sizeof b->description, "%s boi się suszarki",
                   model_pets[c->pet[which]].name);
}

size_t model_book(struct model *m, const struct model_new *n, struct model_how how)
{
    const struct model_guest *g = &model_guests[n->guest];
    size_t i = model_add(m);
    struct model_booking *b = &m->booking[i];
    b->service = &model_services[n->service];
    b->salon = n->salon;
    b->status = n->confirm || n->pay ? MODEL_PENDING : MODEL_ACCEPTED;
    b->unpaid = n->pay;
    b->start = n->start;
    b->end = n->start + (n->minutes > 0 ? n->minutes : b->service->minutes) * MODEL_MINUTE;
    b->attendee[b->attendees++] = (struct model_attendee){.guest = g};
    /* Who else sits in a seated event: people with telephones of their own. */
    static const int others[] = {11, 3};
    for (int k = 0; k < n->extra_seats && k < MODEL_ATTENDEES - 1 && b->service->seats > 0; k++) {
        b->attendee[b->attendees++] = (struct model_attendee){.guest = &model_guests[others[k]]};
    }
    b->attendee_phone_known = true;
    b->meta = n->meta;
    model_meta_refs(n->meta, g, b->client_ref, b->pet_refs);
    b->foreign = n->foreign;
    (void)snprintf(b->title, sizeof b->title, "%s — %s i %s", b->service->title,
                   model_salons[n->salon].name, g->name);
    (void)snprintf(b->location, sizeof b->location, "%s", b->service->location);
    set_notes(b, n, g);
    if (n->null_updated) {
        b->updated_at = 0;
        m->unstamped++;
    }
    if (!n->foreign) { /* the other host's webhooks are the other host's */
        const char *trigger = n->pay       ? "BOOKING_PAYMENT_INITIATED"
                              : n->confirm ? "BOOKING_REQUESTED"
                                           : "BOOKING_CREATED";
        model_send(m, trigger, i, &nothing, how);
    }
    return i;
}

bool model_confirm(struct model *m, size_t i, struct model_how how)
{
    if (m->booking[i].status != MODEL_PENDING || m->booking[i].unpaid) {
        return false;
    }
    model_touch(m, i, true)->status = MODEL_ACCEPTED;
    struct model_extra x = nothing;
    size_t from = model_find(m, m->booking[i].from_uid);
    if (from != MODEL_NONE) {
        x.from_number = m->booking[from].number;
    }
    model_send(m, "BOOKING_CREATED", i, &x, how);
    return true;
}

bool model_pay(struct model *m, size_t i, struct model_how how)
{
    if (m->booking[i].status != MODEL_PENDING || !m->booking[i].unpaid) {
        return false;
    }
    struct model_booking *b = model_touch(m, i, true);
    b->status = MODEL_ACCEPTED;
    b->unpaid = false;
    model_send(m, "BOOKING_CREATED", i, &nothing, how);
    m->now += 12;
    how.shape |= SHAPE_NO_METADATA;
    how.copies = 0;
    model_send(m, "BOOKING_PAID", i, &nothing, how);
    return true;
}

bool model_reject(struct model *m, size_t i, struct model_how how)
{
    if (m->booking[i].status != MODEL_PENDING) {
        return false;
    }
    struct model_booking *b = model_touch(m, i, true);
    b->status = MODEL_REJECTED;
    (void)snprintf(b->reason, sizeof b->reason, "Nie mamy wtedy czasu");
    model_send(m, "BOOKING_REJECTED", i, &nothing, how);
    return true;
}

bool model_cancel(struct model *m, size_t i, const char *reason, struct model_how how)
{
    if (!model_live(&m->booking[i])) {
        return false;
    }
    struct model_booking *b = model_touch(m, i, true);
    b->status = MODEL_CANCELLED;
    (void)snprintf(b->reason, sizeof b->reason, "%s", reason);
    (void)snprintf(b->cancelled_by, sizeof b->cancelled_by, "%s",
                   b->attendee[0].guest->email_typed);
    model_send(m, "BOOKING_CANCELLED", i, &nothing, how);
    return true;
}

bool model_ask_to_rebook(struct model *m, size_t i, const char *reason, struct model_how how)
{
    if (!model_live(&m->booking[i]) || m->booking[i].service->seats > 0) {
        return false;
    }
    struct model_booking *b = model_touch(m, i, true);
    b->status = MODEL_CANCELLED;
    b->rebook = true;
    (void)snprintf(b->reason, sizeof b->reason, "%s", reason);
    (void)snprintf(b->cancelled_by, sizeof b->cancelled_by, "salon@example.pl");
    struct model_extra x = nothing;
    x.ask_rebook = true;
    model_send(m, "BOOKING_CANCELLED", i, &x, how);
    return true;
}

size_t model_reschedule(struct model *m, size_t b, int64_t start, bool confirm,
                        struct model_how how)
{
    const bool rejected = m->booking[b].status == MODEL_REJECTED;
    if (rejected || m->booking[b].service->seats > 0 || m->booking[b].unpaid ||
        m->booking[b].foreign) {
        return MODEL_NONE;
    }
    size_t next = model_add(m);
    struct model_booking *old = model_touch(m, b, true);
    struct model_booking *successor = &m->booking[next];
    if (model_live(old)) {
        /* Cal.com sends nothing of this: the successor's delivery is all there is. */
        old->status = MODEL_CANCELLED;
    }
    struct model_booking made = *old;
    memcpy(made.uid, successor->uid, sizeof made.uid);
    memcpy(made.from_uid, old->uid, sizeof made.from_uid);
    memcpy(old->to_uid, successor->uid, sizeof old->to_uid);
    made.to_uid[0] = made.reason[0] = made.cancelled_by[0] = '\0';
    made.rebook = false;
    made.number = successor->number;
    made.created_at = successor->created_at;
    made.updated_at = successor->updated_at;
    made.status = confirm ? MODEL_PENDING : MODEL_ACCEPTED;
    made.end = start + (old->end - old->start);
    made.start = start;
    for (int k = 0; k < made.attendees; k++) {
        made.attendee[k].absent = false;
    }
    *successor = made;
    struct model_extra x = nothing;
    x.was_start = old->start;
    x.was_end = old->end;
    x.from_number = old->number;
    how.shape &= ~(unsigned)SHAPE_FORGETS_FROM;
    model_send(m, confirm ? "BOOKING_REQUESTED" : "BOOKING_RESCHEDULED", next, &x, how);
    return next;
}

bool model_absent(struct model *m, size_t i, int attendee, bool absent, bool tell,
                  struct model_how how)
{
    const struct model_booking *b = &m->booking[i];
    if (b->status != MODEL_ACCEPTED || attendee >= b->attendees || b->attendee[attendee].gone ||
        b->attendee[attendee].absent == absent || m->now < b->start) {
        return false;
    }
    model_touch(m, i, false)->attendee[attendee].absent = absent;
    if (tell) {
        model_send_absence(m, i, attendee, how);
    }
    return true;
}

bool model_meeting(struct model *m, size_t i, bool ended, struct model_how how)
{
    const struct model_booking *b = &m->booking[i];
    bool due = m->now >= (ended ? b->end : b->start);
    if (!due || b->status == MODEL_PENDING || b->status == MODEL_REJECTED || b->foreign) {
        return false;
    }
    model_send_meeting(m, i, ended, how);
    return true;
}

bool model_edit(struct model *m, size_t i, enum model_edit what, bool stamp)
{
    struct model_booking *b = model_touch(m, i, stamp);
    size_t len = strlen(b->title);
    switch (what) {
    case EDIT_LOCATION:
        /* A room stays a room and an address an address: what a link turned into a street means for
         * the stored link is nobody's rule. */
        (void)snprintf(b->location, sizeof b->location, "%s%u",
                       strncmp(b->location, "http", 4) == 0 ? "https://video.example.com/room"
                                                            : "ul. Nowa ",
                       1 + rng_below(&m->rng, 90));
        return true;
    case EDIT_TITLE:
        (void)snprintf(b->title + len, sizeof b->title - len, " (zmiana)");
        return true;
    case EDIT_DESCRIPTION:
        /* Says nothing of any pet, and only where notes were: what was told is never taken back by
         * an empty text, and which pet is meant must not depend on which notes arrived. */
        if (b->description[0] == '\0') {
            (void)snprintf(b->description, sizeof b->description, "Proszę dzwonić przed wizytą");
        }
        return true;
    case EDIT_REASSIGN:
        b->salon = (b->salon + 1) % MODEL_SALONS;
        return true;
    case EDIT_VANISH:
        b->vanished = true;
        return true;
    case EDIT_KINDS:
        break;
    }
    return false;
}
