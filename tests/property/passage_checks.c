/*
 * passage_checks.c: what must be so once a passage is over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "model_send.h"
#include "passage.h"

static bool complain(struct passage *p, const char *what, const char *one, const char *two)
{
    if (p->why != NULL && p->why->len == 0) {
        out_printf(p->why, "#   %s: %s %s\n", what, one, two);
    }
    return false;
}

static bool same_text(struct passage *p, const char *title, const struct out *before,
                      const struct out *after)
{
    if (strcmp(before->data, after->data) == 0) {
        return true;
    }
    if (p->why != NULL && p->why->len == 0) {
        out_printf(p->why, "#   %s:\n", title);
        compare_print(before->data, after->data, p->why);
    }
    return false;
}

/* The oldest of the ids that have become this appointment: the first one that an answer named. */
static bool survives_oldest(struct passage *p, const char *id)
{
    for (size_t i = 0; i < p->arrivals.count; i++) {
        char now[37];
        const char *named = p->answer[i].event_id;
        if (named[0] == '\0' || !box_resolve(p->db, named, now) || strcmp(now, id) != 0) {
            continue;
        }
        return strcmp(named, id) == 0 ||
               complain(p, "the oldest id did not survive: older, kept", named, id);
    }
    return true;
}

bool passage_ids_hold(struct passage *p)
{
    if (p->named_nobody) {
        return complain(p, "an answer named an appointment that is not there", "", "");
    }
    bool holds = true;
    for (size_t i = 0; i < p->arrivals.count; i++) {
        const char *named = p->answer[i].event_id;
        char id[37];
        if (named[0] == '\0') {
            continue;
        }
        if (!box_resolve(p->db, named, id)) {
            return complain(p, "an appointment's id is not answered any more", named, "");
        }
        /* The same delivery again says where its booking is now. */
        struct inbox_result again;
        box_replay(p->db, p->answer[i].log_id, p->now, &again);
        if (strcmp(again.event_id, id) != 0) {
            return complain(p, "an id leads elsewhere than its booking: id, booking in", id,
                            again.event_id);
        }
        char visit[64];
        char at[37];
        (void)snprintf(visit, sizeof visit, "visit of %s", named);
        if (!box_ask(p->db, "SELECT event_id FROM pet_visits WHERE id = :a", visit, at,
                     sizeof at) ||
            strcmp(at, id) != 0) {
            return complain(p, "what was attached did not follow to", id, visit);
        }
        holds = survives_oldest(p, id) && holds;
    }
    return holds;
}

bool passage_replay_changes_nothing(struct passage *p)
{
    struct out before = {0};
    struct out after = {0};
    box_everything(p->db, &before);
    out_text(&before, "");
    for (size_t i = 0; i < p->arrivals.count; i++) {
        const struct model_delivery *d = p->arrivals.list[i].d;
        struct inbox_result r;
        box_deliver(p->db, d->body, d->len, p->now, &r);
        box_replay(p->db, p->answer[i].log_id, p->now, &r);
    }
    box_everything(p->db, &after);
    out_text(&after, "");
    bool same = same_text(p, "a replay changed something (- before, + after)", &before, &after);
    out_free(&before);
    out_free(&after);
    return same;
}

bool passage_silence_unlinks_nothing(struct passage *p)
{
    static const char *const triggers[] = {"BOOKING_REQUESTED", "BOOKING_CREATED",
                                           "BOOKING_CANCELLED", "BOOKING_REJECTED"};
    static const struct model_extra nothing = {.leaver = -1};
    struct out before = {0};
    struct out after = {0};
    struct model later;
    box_links(p->db, &before);
    out_text(&before, "");
    model_copy(&later, p->m);
    size_t first = later.deliveries;
    later.now = p->end + MODEL_MINUTE;
    for (size_t b = 0; b < later.bookings; b++) {
        const struct model_how how = {.shape =
                                          SHAPE_NO_NOTES | SHAPE_NO_PHONE |
                                          (b % 2 == 0 ? SHAPE_NO_METADATA : SHAPE_EMPTY_METADATA)};
        /* A seated event's attendees may differ from what was told; that is not silence. */
        if (later.booking[b].service->seats == 0) {
            model_send(&later, triggers[later.booking[b].status], b, &nothing, how);
        }
    }
    for (size_t i = first; i < later.deliveries; i++) {
        struct inbox_result r;
        box_deliver(p->db, later.delivery[i].body, later.delivery[i].len, later.now, &r);
    }
    box_links(p->db, &after);
    out_text(&after, "");
    bool same = same_text(p, "deliveries without metadata changed a link (- before, + after)",
                          &before, &after);
    model_done(&later);
    out_free(&before);
    out_free(&after);
    return same;
}

bool passage_desk_holds(struct passage *p)
{
    if (p->desk.kind == 0) {
        return true;
    }
    char id[37];
    char said[24] = "";
    if (!box_resolve(p->db, p->desk.id, id)) {
        return complain(p, "an appointment's id is not answered any more", p->desk.id, "");
    }
    (void)box_ask(p->db, "SELECT desk_status FROM calendar_events WHERE id = :a", id, said,
                  sizeof said);
    const char *expected = p->desk.moved ? "" : "arrived";
    return strcmp(said, expected) == 0 ||
           complain(p,
                    p->desk.moved ? "a new start did not clear the desk's word"
                                  : "the desk's word was lost",
                    id, said);
}

bool passage_staff_links_hold(struct passage *p)
{
    for (int i = 0; i < p->links; i++) {
        char id[37];
        if (!box_resolve(p->db, p->link[i].id, id)) {
            return complain(p, "an appointment's id is not answered any more", p->link[i].id, "");
        }
        bool later = false;
        for (int k = i + 1; k < p->links; k++) {
            char other[37];
            later = later || (box_resolve(p->db, p->link[k].id, other) && strcmp(other, id) == 0);
        }
        if (later) {
            continue; /* of two staff links the later wins */
        }
        const struct act *a = &p->link[i];
        const bool linked = a->kind == 1;
        char client[40] = "";
        char pet[40] = "";
        (void)box_ask(p->db, "SELECT client_id FROM calendar_events WHERE id = :a", id, client,
                      sizeof client);
        (void)box_ask(p->db, "SELECT pet_id FROM calendar_events WHERE id = :a", id, pet,
                      sizeof pet);
        if (strcmp(client, linked ? model_clients[a->client].id : "") != 0 ||
            strcmp(pet, linked && a->pet >= 0 ? model_pets[a->pet].id : "") != 0) {
            return complain(p,
                            linked ? "staff's link was lost: client, pet are"
                                   : "staff's unlinking was undone:",
                            client, pet);
        }
    }
    return true;
}
