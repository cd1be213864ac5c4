/*
 * fake_control.c: see fake_control.h.
 */
#include "fake_control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_control_show.h"
#include "fake_world.h"
#include "history.h"
#include "model_row.h"

static int64_t number_of(const struct http_request *r, const char *name, int64_t otherwise)
{
    char text[32];
    return http_param(r, name, text, sizeof text) ? strtoll(text, NULL, 10) : otherwise;
}

static void refuse(struct http_answer *a, const char *why)
{
    struct js j = {.out = &a->body};
    a->status = 400;
    js_open(&j, NULL, '{');
    js_str(&j, "error", why);
    js_close(&j, '}');
}

static void make(struct model *m, const struct http_request *r, struct http_answer *a)
{
    const int64_t n = number_of(r, "n", 10);
    if (n < 1 || n > 1000000) {
        refuse(a, "n: from 1 to 1000000");
        return;
    }
    world_make(m, (size_t)n, (int)number_of(r, "back", 5), (int)number_of(r, "days", 25));
    struct js j = {.out = &a->body};
    js_open(&j, NULL, '{');
    js_int(&j, "bookings", (int64_t)m->bookings);
    js_close(&j, '}');
}

static void change(struct model *m, const struct http_request *r, struct http_answer *a)
{
    struct world_changes c;
    const size_t done = world_change(m, (size_t)number_of(r, "n", 1), &c);
    struct js j = {.out = &a->body};
    js_open(&j, NULL, '{');
    js_int(&j, "changed", (int64_t)done);
    js_int(&j, "moved", (int64_t)c.moved);
    js_int(&j, "cancelled", (int64_t)c.cancelled);
    js_int(&j, "edited", (int64_t)c.edited);
    js_int(&j, "absent", (int64_t)c.absent);
    js_close(&j, '}');
}

/* One step on booking *b, which it may replace; false when it cannot happen. */
static bool do_to(struct model *m, const char *what, size_t *b, int64_t start)
{
    const struct model_how how = {0};
    if (strcmp(what, "reschedule") == 0 || strcmp(what, "request") == 0) {
        *b = model_reschedule(m, *b, start, what[2] == 'q', how);
        return *b != MODEL_NONE;
    }
    return (strcmp(what, "confirm") == 0 && model_confirm(m, *b, how)) ||
           (strcmp(what, "reject") == 0 && model_reject(m, *b, how)) ||
           (strcmp(what, "cancel") == 0 && model_cancel(m, *b, "Pies chory", how)) ||
           (strcmp(what, "ask-rebook") == 0 && model_ask_to_rebook(m, *b, "Inny termin", how)) ||
           (strcmp(what, "absent") == 0 && model_absent(m, *b, 0, true, true, how)) ||
           (strcmp(what, "present") == 0 && model_absent(m, *b, 0, false, true, how)) ||
           (strcmp(what, "location") == 0 && model_edit(m, *b, EDIT_LOCATION, true)) ||
           (strcmp(what, "title") == 0 && model_edit(m, *b, EDIT_TITLE, true)) ||
           (strcmp(what, "vanish") == 0 && model_edit(m, *b, EDIT_VANISH, true));
}

static void step(struct model *m, const struct http_request *r, struct http_answer *a)
{
    char what[24] = "";
    char uid[MODEL_UID_LEN] = "";
    char text[64];
    int64_t start = (m->now / MODEL_HOUR + 48) * MODEL_HOUR;
    (void)http_param(r, "what", what, sizeof what);
    (void)http_param(r, "uid", uid, sizeof uid);
    if (http_param(r, "start", text, sizeof text) && !model_time_read(text, &start)) {
        refuse(a, "start: not a time");
        return;
    }
    m->now += 10;
    size_t b = model_find(m, uid);
    if (strcmp(what, "book") == 0) {
        const struct model_new n = {.guest = (int)(number_of(r, "guest", 0) % MODEL_GUESTS),
                                    .service = (int)(number_of(r, "service", 0) % MODEL_SERVICES),
                                    .meta = (enum model_meta)(number_of(r, "meta", META_PET) %
                                                              META_KINDS),
                                    .confirm = number_of(r, "confirm", 0) != 0,
                                    .start = start};
        b = model_book(m, &n, (struct model_how){0});
    } else if (b == MODEL_NONE) {
        refuse(a, "uid: unknown");
        return;
    } else if (!do_to(m, what, &b, start)) {
        refuse(a, "what: unknown, or it cannot happen to this booking now");
        return;
    }
    struct js j = {.out = &a->body};
    model_row(&j, NULL, &m->booking[b]);
}

static void history(struct model *m, const struct http_request *r, struct http_answer *a)
{
    static const char *const names[] = {"plain", "wild", "api"};
    char profile[16] = "api";
    struct history h;
    (void)http_param(r, "profile", profile, sizeof profile);
    enum history_profile p = HISTORY_PLAIN;
    while (p < HISTORY_API && strcmp(profile, names[p]) != 0) {
        p++;
    }
    history_make(&h, (uint64_t)number_of(r, "seed", 1), p);
    const size_t done = history_run(&h, m);
    struct js j = {.out = &a->body};
    js_open(&j, NULL, '{');
    js_int(&j, "steps", (int64_t)done);
    js_close(&j, '}');
}

static void fault(struct fake *f, const struct http_request *r, struct http_answer *a)
{
    char kind[24] = "";
    struct fake_fault one = {.number = number_of(r, "number", 0),
                             .after = number_of(r, "after", 0),
                             .times = number_of(r, "times", 0)};
    (void)http_param(r, "path", one.path, sizeof one.path);
    (void)http_param(r, "kind", kind, sizeof kind);
    if (strcmp(kind, "none") == 0) {
        fake_faults_clear(f);
    } else if (fake_fault_kind(kind, &one.kind)) {
        fake_fault(f, one);
    } else {
        refuse(a, "kind: unknown");
        return;
    }
    out_text(&a->body, "{}");
}

static bool change_model(struct model *m, const char *name, const struct http_request *r,
                         struct http_answer *a)
{
    static const struct {
        const char *name;
        void (*fn)(struct model *m, const struct http_request *r, struct http_answer *a);
    } table[] = {{"make", make}, {"change", change}, {"do", step}, {"history", history}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strcmp(name, table[i].name) == 0) {
            const bool was = m->silent;
            m->silent = was || number_of(r, "silent", 0) != 0;
            table[i].fn(m, r, a);
            m->silent = was;
            return true;
        }
    }
    return false;
}

static void look(struct fake *f, const char *name, const struct http_request *r,
                 struct http_answer *a)
{
    struct model *m = fake_lock(f);
    if (change_model(m, name, r, a)) {
        /* done */
    } else if (strcmp(name, "people") == 0) {
        show_people(&a->body);
    } else if (strcmp(name, "clock") == 0) {
        m->now += number_of(r, "advance", 0);
        out_text(&a->body, "{}");
    } else if (strcmp(name, "deliveries") == 0) {
        show_deliveries(m, (size_t)number_of(r, "from", 0), &a->body);
    } else if (strcmp(name, "truth") == 0) {
        show_truth(m, number_of(r, "grace", 15 * MODEL_MINUTE), &a->body);
    } else {
        refuse(a, "no such thing to control");
    }
    fake_unlock(f);
}

void fake_control(struct fake *f, const struct http_request *r, struct http_answer *a)
{
    const char *name = r->path + strlen("/_control/");
    a->status = 200;
    out_text(&a->headers, "Content-Type: application/json; charset=utf-8\r\n");
    if (strcmp(name, "fault") == 0) {
        fault(f, r, a);
    } else if (strcmp(name, "requests") == 0) {
        show_requests(f, &a->body);
        if (number_of(r, "clear", 0) != 0) {
            fake_requests_clear(f);
        }
    } else {
        look(f, name, r, a);
    }
}
