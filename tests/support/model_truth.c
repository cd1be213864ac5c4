/*
 * model_truth.c: see model_truth.h. Chains are found from scratch by joining, heads by looking, so
 * that no order of events can matter here. Choices where the rules are silent:
 * - An empty text never takes a known one back, so the model never empties one.
 * - Among several unsuperseded live bookings of one chain "the latest" is the one made last; the
 *   histories give it the later start as well, so that both readings agree.
 * - Absence counts for accepted bookings only; a cancelled one stays cancelled.
 * - "Completed at once" by MEETING_ENDED holds for an accepted head, whatever the clock says.
 * - The price is the head's own; Cal.com's zero is "no price asked".
 */
#include "model_truth.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

void model_lower(const char *text, char *out, size_t n)
{
    size_t i = 0;
    for (; i + 1 < n && text[i] != '\0'; i++) {
        out[i] = (char)tolower((unsigned char)text[i]);
    }
    out[i] = '\0';
}

const struct model_attendee *model_first(const struct model_booking *b)
{
    for (int i = 0; i < b->attendees; i++) {
        if (!b->attendee[i].gone) {
            return &b->attendee[i];
        }
    }
    return &b->attendee[0];
}

/* What was said, and where nothing was, what a MEETING_* filled in. */
static struct model_view view_as_told(const struct model_told *t, const struct model_booking *is)
{
    struct model_view v = {.b = t->said,
                           .known = t->said_mask | t->filled_mask,
                           .from = MODEL_NONE};
    const unsigned fills = t->filled_mask & ~t->said_mask;
    if (fills & TOLD_TIMES) {
        v.b.start = t->filled.start;
        v.b.end = t->filled.end;
    }
    if (fills & TOLD_TITLE) {
        memcpy(v.b.title, t->filled.title, sizeof v.b.title);
    }
    if (fills & TOLD_DESCRIPTION) {
        memcpy(v.b.description, t->filled.description, sizeof v.b.description);
    }
    if (fills & TOLD_LOCATION) {
        memcpy(v.b.location, t->filled.location, sizeof v.b.location);
    }
    if (fills & TOLD_ATTENDEE) {
        memcpy(v.b.attendee, t->filled.attendee, sizeof v.b.attendee);
        v.b.attendees = t->filled.attendees;
    }
    /* What never changes at Cal.com is taken from there, if it was said at all. */
    memcpy(v.b.uid, is->uid, sizeof v.b.uid);
    v.b.created_at = is->created_at;
    v.b.service = is->service;
    if (v.known & TOLD_META) {
        memcpy(v.b.client_ref, is->client_ref, sizeof v.b.client_ref);
        memcpy(v.b.pet_refs, is->pet_refs, sizeof v.b.pet_refs);
    }
    if (v.known & TOLD_FROM) {
        memcpy(v.b.from_uid, is->from_uid, sizeof v.b.from_uid);
    }
    return v;
}

static struct model_view view_as_it_is(const struct model_booking *is)
{
    struct model_view v = {.b = *is, .known = ~(unsigned)TOLD_ENDED, .from = MODEL_NONE};
    const struct model_attendee *first = model_first(is);
    if (is->description[0] == '\0') {
        v.known &= ~(unsigned)TOLD_DESCRIPTION;
    }
    if (!is->attendee_phone_known || first->guest->phone == NULL) {
        v.known &= ~(unsigned)TOLD_PHONE;
    }
    if (is->client_ref[0] == '\0' && is->pet_refs[0] == '\0') {
        v.known &= ~(unsigned)TOLD_META;
    }
    /* Rows have no price and do not say that a rebooking was asked for. */
    v.known &= ~(unsigned)TOLD_PRICE;
    v.b.rebook = false;
    if (is->foreign || is->vanished) {
        v.known = 0;
    }
    return v;
}

/* Joins chains until nothing moves. Bookings are few, chains short. */
static void find_chains(struct model_view *view, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        view[i].chain = i;
        for (size_t k = 0; view[i].b.from_uid[0] != '\0' && k < n; k++) {
            if (strcmp(view[k].b.uid, view[i].b.from_uid) == 0) {
                view[i].from = k;
                view[k].superseded = true;
            }
        }
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < n; i++) {
            size_t f = view[i].from;
            if (f == MODEL_NONE || view[f].chain == view[i].chain) {
                continue;
            }
            size_t low = view[f].chain < view[i].chain ? view[f].chain : view[i].chain;
            view[f].chain = view[i].chain = low;
            moved = true;
        }
    }
}

static bool better_head(const struct model_booking *a, const struct model_booking *b)
{
    if (model_live(a) != model_live(b)) {
        return model_live(a);
    }
    if (a->created_at != b->created_at) {
        return a->created_at > b->created_at;
    }
    return strcmp(a->uid, b->uid) > 0;
}

static const char *status_of(const struct model_view *v, int64_t now, int64_t grace)
{
    switch (v->b.status) {
    case MODEL_PENDING:
        return "pending";
    case MODEL_CANCELLED:
    case MODEL_REJECTED:
        return "cancelled";
    case MODEL_ACCEPTED:
        break;
    }
    if (model_first(&v->b)->absent) {
        return "no_show";
    }
    return (v->known & TOLD_ENDED) || v->b.end + grace <= now ? "completed" : "scheduled";
}

static void fill(struct model_appointment *a, const struct model_view *view, size_t head,
                 int64_t now, int64_t grace)
{
    const struct model_view *v = &view[head];
    const struct model_guest *g = model_first(&v->b)->guest;
    *a = (struct model_appointment){.head = head,
                                    .start = v->b.start,
                                    .end = v->b.end,
                                    .salon = v->b.salon};
    a->status = status_of(v, now, grace);
    memcpy(a->title, v->b.title, sizeof a->title);
    memcpy(a->location, v->b.location, sizeof a->location);
    (void)snprintf(a->name, sizeof a->name, "%s", g->name);
    model_lower(g->email_typed, a->email, sizeof a->email);
    a->service = v->b.service->slug;
    a->price = v->known & TOLD_PRICE ? v->b.service->price : 0;
    if (!model_live(&v->b)) {
        memcpy(a->reason, v->b.reason, sizeof a->reason);
        memcpy(a->cancelled_by, v->b.cancelled_by, sizeof a->cancelled_by);
        a->awaiting_rebook = v->b.rebook;
    }
    /* A successor inherits notes and telephone. */
    for (size_t i = head; i != MODEL_NONE; i = view[i].from) {
        if (a->description[0] == '\0' && (view[i].known & TOLD_DESCRIPTION)) {
            memcpy(a->description, view[i].b.description, sizeof a->description);
        }
        const char *phone = model_first(&view[i].b)->guest->phone;
        if (a->phone[0] == '\0' && (view[i].known & TOLD_PHONE) && phone != NULL) {
            (void)snprintf(a->phone, sizeof a->phone, "%s", phone);
        }
    }
    a->link = model_link_of(view, head);
    if (a->link.client >= 0) {
        a->salon = model_clients[a->link.client].salon;
    }
}

static void find_rows(struct model_truth *t, size_t n, int64_t now, int64_t grace)
{
    find_chains(t->view, n);
    t->row = need(calloc(n + 1, sizeof *t->row));
    size_t *head = need(calloc(n + 1, sizeof *head)); /* by chain; 0: none yet, else index + 1 */
    for (size_t i = 0; i < n; i++) {
        const struct model_view *v = &t->view[i];
        size_t *best = &head[v->chain];
        if (!v->superseded && (v->known & TOLD_TIMES) &&
            (*best == 0 || better_head(&v->b, &t->view[*best - 1].b))) {
            *best = i + 1;
        }
    }
    for (size_t c = 0; c < n; c++) {
        if (head[c] != 0) {
            fill(&t->row[t->rows++], t->view, head[c] - 1, now, grace);
        }
    }
    free(head);
}

void model_truth_as_told(const struct model *m, int64_t now, int64_t grace, struct model_truth *out)
{
    *out = (struct model_truth){.view = need(calloc(m->bookings + 1, sizeof *out->view))};
    for (size_t i = 0; i < m->bookings; i++) {
        out->view[i] = view_as_told(&m->told[i], &m->booking[i]);
    }
    find_rows(out, m->bookings, now, grace);
}

void model_truth_as_it_is(const struct model *m, int64_t now, int64_t grace,
                          struct model_truth *out)
{
    *out = (struct model_truth){.view = need(calloc(m->bookings + 1, sizeof *out->view))};
    for (size_t i = 0; i < m->bookings; i++) {
        out->view[i] = view_as_it_is(&m->booking[i]);
    }
    find_rows(out, m->bookings, now, grace);
}

void model_truth_done(struct model_truth *t)
{
    free(t->view);
    free(t->row);
    *t = (struct model_truth){0};
}
