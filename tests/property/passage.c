/*
 * passage.c: see passage.h. To every appointment that an answer names for the first time a visit
 * with notes is attached at once: the visit must follow it wherever it goes.
 */
#include "passage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "model_send.h"

void passage_open(struct passage *p, struct db *db, const struct model *m,
                  const struct run_plan *plan, struct out *why)
{
    *p = (struct passage){.db = db, .m = m, .plan = plan, .why = why, .end = run_end_of(m)};
    p->now = m->deliveries > 0 ? m->delivery[0].sent_at : p->end;
    run_line_up(m, plan, &p->arrivals);
    p->answer = need(calloc(p->arrivals.count + 1, sizeof *p->answer));
}

void passage_close(struct passage *p)
{
    run_arrivals_done(&p->arrivals);
    free(p->answer);
}

static bool first_named(const struct passage *p, size_t upto, const char *id)
{
    for (size_t i = 0; i < upto; i++) {
        if (strcmp(p->answer[i].event_id, id) == 0) {
            return false;
        }
    }
    return id[0] != '\0';
}

static void staff_links(struct passage *p, struct act *a, uint64_t dice)
{
    const char *id = a->id;
    char at[MODEL_TIME_LEN];
    a->client = (int)(dice % MODEL_CLIENTS);
    a->kind = dice % 5 == 0 ? 2 : 1;
    const struct model_client *c = &model_clients[a->client];
    a->pet = c->pets > 0 ? c->pet[0] : -1;
    const bool unlink = a->kind == 2;
    const char *pet = unlink || a->pet < 0 ? NULL : model_pets[a->pet].id;
    model_time_text(p->now, MODEL_TIME_MILLIS, at);
    box_do(p->db, "DELETE FROM event_pets WHERE event_id = :a", id, NULL, NULL);
    box_do(p->db,
           "UPDATE calendar_events SET client_id = NULL, pet_id = NULL, link_source = 'staff',"
           " link_reason = 'staff_unlinked', link_at = :b,"
           " link_by = '57aff000-0000-4000-8000-000000000001' WHERE id = :a",
           id, at, NULL);
    if (!unlink) {
        box_do(p->db,
               "UPDATE calendar_events SET client_id = :b, link_reason = iif(:c = '', 'pet_open', "
               "NULL)"
               " WHERE id = :a",
               id, c->id, pet == NULL ? "" : pet);
    }
    if (pet != NULL) {
        box_do(p->db, "UPDATE calendar_events SET pet_id = :b WHERE id = :a", id, pet, NULL);
        box_do(p->db, "INSERT INTO event_pets (event_id, pet_id) VALUES (:a, :b)", id, pet, NULL);
    }
}

static void desk_records(struct passage *p, const char *id)
{
    char at[MODEL_TIME_LEN];
    p->desk.kind = 3;
    memcpy(p->desk.id, id, sizeof p->desk.id);
    (void)box_ask(p->db, "SELECT start_time FROM calendar_events WHERE id = :a", id, p->desk.start,
                  sizeof p->desk.start);
    box_do(p->db,
           "UPDATE calendar_events SET desk_status = 'arrived', desk_at = :b,"
           " desk_by = '57aff000-0000-4000-8000-000000000001' WHERE id = :a",
           id, model_time_text(p->now, MODEL_TIME_MILLIS, at), NULL);
}

/* Staff act right after the answer to arrival i, on the appointment it named. */
static void staff_act(struct passage *p, size_t i, const char *id)
{
    const uint64_t dice = rng_mix(p->plan->staff, i);
    if (dice % 4 == 0 && p->links < PASSAGE_ACTS) {
        struct act *a = &p->link[p->links++];
        memcpy(a->id, id, sizeof a->id);
        staff_links(p, a, dice >> 8);
    }
    if (p->desk.kind == 0 && (dice >> 32) % 3 == 0) {
        desk_records(p, id);
    }
}

static void watch_desk(struct passage *p)
{
    char id[37];
    char start[25] = "";
    if (p->desk.kind != 0 && box_resolve(p->db, p->desk.id, id) &&
        box_ask(p->db, "SELECT start_time FROM calendar_events WHERE id = :a", id, start,
                sizeof start) &&
        strcmp(start, p->desk.start) != 0) {
        p->desk.moved = true;
    }
}

void passage_deliver_one(struct passage *p, size_t i)
{
    const struct model_delivery *d = p->arrivals.list[i].d;
    const int64_t at = p->plan->live ? d->sent_at + 150 : p->end + (int64_t)i;
    if (p->plan->live && at - p->now > MODEL_HOUR) {
        box_complete(p->db, at - MODEL_MINUTE); /* as every minute in the salon */
    }
    p->now = at > p->now ? at : p->now;
    box_deliver(p->db, d->body, d->len, p->now, &p->answer[i]);
    const char *id = p->answer[i].event_id;
    char there[37];
    if (id[0] == '\0') {
        watch_desk(p);
        return;
    }
    /* A body that came before is answered with the id it had then, which may have been merged. */
    if (!box_resolve(p->db, id, there)) {
        p->named_nobody = true;
        return;
    }
    if (first_named(p, i, id)) {
        char visit[64];
        (void)snprintf(visit, sizeof visit, "visit of %s", id);
        box_do(p->db,
               "INSERT INTO pet_visits (id, pet_id, event_id, visit_date, notes)"
               " VALUES (:a, :c, :b, '2026-11-22', :b)",
               visit, id, model_pets[0].id);
    }
    watch_desk(p);
    if (p->plan->staff != 0) {
        staff_act(p, i, there);
    }
}

void passage_deliver(struct passage *p)
{
    for (size_t i = 0; i < p->arrivals.count; i++) {
        passage_deliver_one(p, i);
    }
    if (p->now < p->end) {
        p->now = p->end;
    }
    box_complete(p->db, p->end);
    watch_desk(p);
}
