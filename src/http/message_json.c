/*
 * message_json.c: see message_json.h. What the texts of visits come to is written as JSON once, by
 * visit, and put in where the visit is.
 */
#include "http/message_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/gsm.h"
#include "base/phone.h"
#include "http/visit_json.h"

#define PHONE_SHOWN_LEN 40
#define TEXTS_MAX       ((size_t)4 << 20)

static void time_or_null(struct jw *w, const char *key, int64_t ms)
{
    if (ms > 0) {
        jw_time(w, key, ms);
    } else {
        jw_null(w, key);
    }
}

static void local_or_null(struct jw *w, const char *key, int64_t ms)
{
    char local[VISIT_LOCAL_LEN];
    if (ms > 0) {
        visit_local_text(ms, local);
        jw_text(w, key, local);
    } else {
        jw_null(w, key);
    }
}

static void write_pets(struct jw *w, const char *pets)
{
    jw_array(w, "pets");
    for (const char *s = pets; s != NULL;) {
        size_t n = strcspn(s, "\x1f");
        jw_text_n(w, NULL, s, n);
        s = s[n] == '\0' ? NULL : s + n + 1;
    }
    jw_end_array(w);
}

void message_json(struct jw *w, const struct message_line *m)
{
    char shown[PHONE_SHOWN_LEN];
    jw_object(w, NULL);
    jw_text(w, "id", m->id);
    jw_text(w, "direction", m->direction);
    jw_text(w, "kind", m->kind);
    jw_text(w, "state", m->state);
    jw_text(w, "reason", m->reason);
    jw_text(w, "event_id", m->event_id);
    if (m->client_id != NULL) {
        jw_object(w, "client");
        jw_text(w, "id", m->client_id);
        jw_text(w, "name", m->client_name);
        jw_text(w, "surname", m->client_surname);
        jw_end_object(w);
    } else {
        jw_null(w, "client");
    }
    write_pets(w, m->pets);
    jw_text(w, "phone", m->phone);
    if (m->phone != NULL) {
        phone_display(m->phone, shown, sizeof shown);
    }
    jw_text(w, "phone_display", m->phone != NULL ? shown : NULL);
    jw_text(w, "text", m->body);
    jw_int(w, "segments", m->segments);
    jw_int(w, "error_code", m->error_code);
    jw_text(w, "error", m->error);
    jw_text(w, "answer", m->answer);
    jw_text(w, "by", m->by);
    time_or_null(w, "start", m->start);
    local_or_null(w, "start_local", m->start);
    time_or_null(w, "due_at", m->due_at);
    local_or_null(w, "due_local", m->due_at);
    time_or_null(w, "sent_at", m->attempted_at);
    local_or_null(w, "sent_local", m->attempted_at);
    time_or_null(w, "handled_at", m->handled_at);
    jw_text(w, "handled_by", m->handled_by);
    jw_bool(w, "current", m->current);
    jw_time(w, "created_at", m->created_at);
    local_or_null(w, "created_local", m->created_at);
    jw_time(w, "updated_at", m->updated_at);
    jw_end_object(w);
}

void message_size_json(struct jw *w, const char *key, const char *text, int64_t segment_price)
{
    struct gsm_size size;
    gsm_measure(text, &size);
    jw_object(w, key);
    jw_int(w, "segments", (int64_t)size.segments);
    jw_int(w, "units", (int64_t)size.units);
    jw_int(w, "room", (int64_t)size.room);
    jw_bool(w, "ucs2", size.ucs2);
    if (segment_price >= 0) {
        jw_int(w, "price_minor", segment_price * (int64_t)size.segments);
    } else {
        jw_null(w, "price_minor");
    }
    jw_end_object(w);
}

void message_fact_json(struct jw *w, const char *key, const struct message_fact *f,
                       const struct message_settings *s, int64_t now)
{
    if (!s->rules.able) {
        jw_null(w, key);
        return;
    }
    jw_array(w, key);
    for (int k = 0; k < MESSAGE_PLANNED; k++) {
        const struct message_fact_row *row = &f->rows[k];
        struct message_plan plan;
        const bool out = row->id != NULL && strcmp(row->state, "planned") != 0 &&
                         strcmp(row->state, "cancelled") != 0;
        const bool staff = row->id != NULL && row->reason != NULL &&
                           strcmp(row->reason, message_reason_name(MESSAGE_STAFF)) == 0;
        message_plan(&f->visit, &s->rules, (enum message_kind)k, now, &plan);
        if (!out && !s->rules.on[k]) {
            continue;
        }
        const bool due = !out && !staff && plan.reason == MESSAGE_DUE;
        /* One that waits for the morning is told by its real hour. */
        const int64_t at = due && plan.due_at <= now
                               ? message_allowed(&s->rules, now - now % CLOCK_MINUTE)
                               : plan.due_at;
        jw_object(w, NULL);
        jw_text(w, "kind", message_kind_name((enum message_kind)k));
        jw_text(w, "id", row->id);
        jw_text(w, "state", out ? row->state : due ? "planned" : "none");
        jw_text(w, "reason",
                out || due ? NULL
                : staff    ? row->reason
                           : message_reason_name(plan.reason));
        time_or_null(w, "at", out ? row->attempted_at : due ? at : 0);
        local_or_null(w, "at_local", out ? row->attempted_at : due ? at : 0);
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* Where in `json` the texts of a visit stand. */
struct place {
    char event[UUID_TEXT_LEN];
    size_t at, len;
};
struct visit_texts {
    struct buf json;
    struct place *places;
    size_t count, room;
    int64_t now;
    struct message_settings settings;
};

static int keep(const struct message_fact *f, void *arg, struct err *err)
{
    struct visit_texts *t = arg;
    if (t->count == t->room) {
        size_t room = t->room == 0 ? 32 : 2 * t->room;
        struct place *more = realloc(t->places, room * sizeof *more);
        if (more == NULL) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        t->places = more;
        t->room = room;
    }
    struct place *p = &t->places[t->count++];
    struct jw w;
    *p = (struct place){.at = t->json.len};
    memcpy(p->event, f->event_id, strnlen(f->event_id, sizeof p->event - 1));
    jw_init(&w, &t->json);
    message_fact_json(&w, NULL, f, &t->settings, t->now);
    p->len = t->json.len - p->at;
    return t->json.failed ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

int visit_texts_new(struct http_context *cx, struct db *db, const char *salon_id, int64_t from,
                    int64_t to, int64_t now, struct visit_texts **out, struct err *err)
{
    CLEANUP(visit_texts_free) struct visit_texts *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    t->now = now;
    buf_init(&t->json, TEXTS_MAX);
    int rc = message_settings_load(db, cx->config, cx->demo, &t->settings, err);
    if (rc >= 0 && t->settings.rules.able) {
        rc = message_facts(db, salon_id, from, to, keep, t, err);
    }
    if (rc < 0) {
        return rc;
    }
    *out = t;
    t = NULL;
    return 0;
}

void visit_texts_free(struct visit_texts *t)
{
    if (t != NULL) {
        message_settings_done(&t->settings);
        buf_done(&t->json);
        free(t->places);
        free(t);
    }
}

void visit_texts_json(struct jw *w, const struct visit_texts *t, const char *event_id)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->places[i].event, event_id) == 0) {
            jw_raw(w, "texts", t->json.data + t->places[i].at, t->places[i].len);
            return;
        }
    }
    jw_null(w, "texts");
}
