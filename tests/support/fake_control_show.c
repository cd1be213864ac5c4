/*
 * fake_control_show.c: see fake_control_show.h.
 */
#include "fake_control_show.h"

#include "model_truth.h"

static void show_client(struct js *j, const struct model_client *c)
{
    js_open(j, NULL, '{');
    js_str(j, "id", c->id);
    js_str(j, "salonId", model_salons[c->salon].id);
    js_str(j, "name", c->name);
    js_str(j, "surname", c->surname);
    js_str(j, "email", c->email);
    js_str(j, "phone", c->phone);
    js_open(j, "petIds", '[');
    for (int i = 0; i < c->pets; i++) {
        js_str(j, NULL, model_pets[c->pet[i]].id);
    }
    js_close(j, ']');
    js_close(j, '}');
}

void show_people(struct out *to)
{
    struct js j = {.out = to};
    js_open(&j, NULL, '{');
    js_open(&j, "salons", '[');
    for (int i = 0; i < MODEL_SALONS; i++) {
        js_open(&j, NULL, '{');
        js_str(&j, "id", model_salons[i].id);
        js_str(&j, "name", model_salons[i].name);
        js_str(&j, "username", model_salons[i].username);
        js_close(&j, '}');
    }
    js_close(&j, ']');
    js_open(&j, "clients", '[');
    for (int i = 0; i < MODEL_CLIENTS; i++) {
        show_client(&j, &model_clients[i]);
    }
    js_close(&j, ']');
    js_open(&j, "pets", '[');
    for (int i = 0; i < MODEL_PETS; i++) {
        js_open(&j, NULL, '{');
        js_str(&j, "id", model_pets[i].id);
        js_str(&j, "salonId", model_salons[model_pets[i].salon].id);
        js_str(&j, "name", model_pets[i].name);
        js_close(&j, '}');
    }
    js_close(&j, ']');
    js_close(&j, '}');
}

void show_deliveries(const struct model *m, size_t from, struct out *to)
{
    struct js j = {.out = to};
    js_open(&j, NULL, '[');
    for (size_t i = from; i < m->deliveries; i++) {
        const struct model_delivery *d = &m->delivery[i];
        js_open(&j, NULL, '{');
        js_str(&j, "trigger", d->trigger);
        js_str(&j, "uid", d->booking == MODEL_NONE ? NULL : d->uid);
        js_time(&j, "sentAt", d->sent_at);
        js_str(&j, "body", d->body);
        js_close(&j, '}');
    }
    js_close(&j, ']');
}

static void show_appointment(struct js *j, const struct model *m, const struct model_appointment *a)
{
    js_open(j, NULL, '{');
    js_str(j, "uid", m->booking[a->head].uid);
    js_str(j, "status", a->status);
    js_time(j, "start", a->start);
    js_time(j, "end", a->end);
    js_str(j, "title", a->title);
    js_str(j, "description", a->description[0] == '\0' ? NULL : a->description);
    js_str(j, "attendeeName", a->name);
    js_str(j, "attendeeEmail", a->email);
    js_str(j, "attendeePhone", a->phone[0] == '\0' ? NULL : a->phone);
    js_str(j, "location", a->location);
    js_str(j, "salonId", model_salons[a->salon].id);
    js_str(j, "clientId", a->link.client < 0 ? NULL : model_clients[a->link.client].id);
    js_open(j, "petIds", '[');
    for (int i = 0; i < a->link.pets; i++) {
        js_str(j, NULL, model_pets[a->link.pet[i]].id);
    }
    js_close(j, ']');
    js_close(j, '}');
}

void show_truth(const struct model *m, int64_t grace, struct out *to)
{
    struct model_truth t;
    struct js j = {.out = to};
    model_truth_as_it_is(m, m->now, grace, &t);
    js_open(&j, NULL, '[');
    for (size_t i = 0; i < t.rows; i++) {
        show_appointment(&j, m, &t.row[i]);
    }
    js_close(&j, ']');
    model_truth_done(&t);
}

void show_requests(struct fake *f, struct out *to)
{
    struct js j = {.out = to};
    struct fake_request r;
    js_open(&j, NULL, '[');
    for (size_t i = 0; fake_request(f, i, &r); i++) {
        js_open(&j, NULL, '{');
        js_int(&j, "atMs", r.at_ms);
        js_str(&j, "target", r.target);
        js_int(&j, "status", r.status);
        js_int(&j, "rows", r.rows);
        js_close(&j, '}');
    }
    js_close(&j, ']');
}
