/*
 * history.c: runs and prints scripts. See history.h.
 */
#include "history.h"

#include <inttypes.h>
#include <string.h>

void history_cursor_init(struct history_cursor *c)
{
    *c = (struct history_cursor){0};
    for (int i = 0; i < HISTORY_CHAINS; i++) {
        c->tip[i] = MODEL_NONE;
    }
}

static int64_t quarter_hour(int64_t ms)
{
    const int64_t q = 15 * MODEL_MINUTE;
    return (ms + q - 1) / q * q;
}

static void pass_time(struct model *m, const struct history_cursor *c, const struct step *s)
{
    size_t tip = s->chain < HISTORY_CHAINS ? c->tip[s->chain] : MODEL_NONE;
    if (s->when != AFTER_WAIT && tip != MODEL_NONE) {
        int64_t at = s->when == AT_START ? m->booking[tip].start : m->booking[tip].end;
        m->now = at > m->now ? at : m->now;
    }
    m->now += s->wait;
}

static bool book(struct model *m, struct history_cursor *c, const struct step *s)
{
    struct model_new n = s->booking;
    n.start = quarter_hour(m->now + s->ahead * MODEL_MINUTE);
    const int count = s->kind == STEP_SERIES ? s->arg : 1;
    if (s->chain + count > HISTORY_CHAINS) {
        return false;
    }
    size_t first =
        s->kind == STEP_SERIES ? model_series(m, &n, count, s->how) : model_book(m, &n, s->how);
    for (int i = 0; i < count; i++) {
        c->tip[s->chain + i] = first + (size_t)i;
    }
    if (s->chain + count > c->chains) {
        c->chains = s->chain + count;
    }
    return true;
}

static bool reschedule(struct model *m, struct history_cursor *c, const struct step *s)
{
    size_t from = c->tip[s->chain];
    int64_t start = quarter_hour(m->now + s->ahead * MODEL_MINUTE);
    if (s->kind == STEP_AGAIN) {
        /* The sibling's start comes first, so that the one made last is also the later one. */
        int64_t sibling = m->booking[from].start;
        start =
            quarter_hour((sibling > m->now ? sibling : m->now) + (s->ahead + 30) * MODEL_MINUTE);
        from = model_find(m, m->booking[from].from_uid);
        if (from == MODEL_NONE) {
            return false;
        }
    } else if (!model_live(&m->booking[from]) && !m->booking[from].rebook) {
        return false;
    }
    size_t next = model_reschedule(m, from, start, s->flag, s->how);
    if (next == MODEL_NONE) {
        return false;
    }
    c->tip[s->chain] = next;
    return true;
}

bool history_step(struct model *m, struct history_cursor *c, uint64_t seed, size_t number,
                  const struct step *s)
{
    /* A fresh sequence per step: uids stay the same when other steps are removed. */
    m->rng.state = rng_mix(seed, number + 1000);
    m->op = (int)number;
    pass_time(m, c, s);
    if (s->kind == STEP_BOOK || s->kind == STEP_SERIES) {
        return book(m, c, s);
    }
    size_t tip = s->chain < HISTORY_CHAINS ? c->tip[s->chain] : MODEL_NONE;
    if (s->kind == STEP_NOISE) {
        model_noise(m, tip, s->arg);
        return true;
    }
    if (tip == MODEL_NONE) {
        return false;
    }
    switch (s->kind) {
    case STEP_CONFIRM:
        return model_confirm(m, tip, s->how);
    case STEP_REJECT:
        return model_reject(m, tip, s->how);
    case STEP_PAY:
        return model_pay(m, tip, s->how);
    case STEP_RESCHEDULE:
    case STEP_AGAIN:
        return reschedule(m, c, s);
    case STEP_MOVE_SEATED:
        return model_move_seated(m, tip, quarter_hour(m->now + s->ahead * MODEL_MINUTE), s->how);
    case STEP_CANCEL:
        return model_cancel(m, tip, "Pies chory", s->how);
    case STEP_ASK_REBOOK:
        return model_ask_to_rebook(m, tip, "Proszę wybrać inny termin", s->how);
    case STEP_LEAVE_SEAT:
        return model_leave_seat(m, tip, s->arg, s->how);
    case STEP_CANCEL_SERIES:
        return model_cancel_series(m, tip, "Wyjeżdżamy", s->how);
    case STEP_ABSENT:
    case STEP_PRESENT:
        return model_absent(m, tip, s->arg, s->kind == STEP_ABSENT, !s->quiet, s->how);
    case STEP_STARTED:
    case STEP_ENDED:
        return model_meeting(m, tip, s->kind == STEP_ENDED, s->how);
    case STEP_EDIT:
        return model_edit(m, tip, (enum model_edit)s->arg, s->flag);
    case STEP_BOOK:
    case STEP_SERIES:
    case STEP_NOISE:
    case STEP_KINDS:
        break;
    }
    return false;
}

size_t history_run(const struct history *h, struct model *m)
{
    struct history_cursor c;
    history_cursor_init(&c);
    size_t done = 0;
    for (size_t i = 0; i < h->steps; i++) {
        if (!h->step[i].skipped && history_step(m, &c, h->seed, i, &h->step[i])) {
            done++;
        }
    }
    return done;
}

static void print_details(const struct step *s, struct out *to)
{
    const struct model_new *n = &s->booking;
    if (s->kind == STEP_BOOK || s->kind == STEP_SERIES) {
        const char *named = n->named_pet < 0   ? ", notes name two pets"
                            : n->named_pet > 0 ? ", notes name a pet"
                                               : "";
        out_printf(to, " %s at %s, metadata %s%s%s%s", model_guests[n->guest].name,
                   model_services[n->service].slug, model_meta_name(n->meta),
                   n->confirm ? ", to be confirmed" : "", n->pay ? ", to be paid" : "", named);
    }
    if (s->kind == STEP_RESCHEDULE && s->flag) {
        out_text(to, " to be confirmed");
    }
    if (s->kind == STEP_LEAVE_SEAT || s->kind == STEP_ABSENT || s->kind == STEP_PRESENT) {
        out_printf(to, " attendee %d", s->arg);
    }
    if (s->kind == STEP_EDIT) {
        static const char *const what[EDIT_KINDS] = {"location", "title", "notes", "host",
                                                     "vanishes"};
        out_printf(to, " %s%s", what[s->arg % EDIT_KINDS], s->flag ? "" : ", updatedAt untouched");
    }
    if (s->kind == STEP_SERIES || s->kind == STEP_NOISE) {
        out_printf(to, " number %d", s->arg);
    }
    for (int bit = 0; bit < SHAPE_BITS; bit++) {
        if (s->how.shape & (1U << bit)) {
            out_printf(to, " [%s]", model_shape_name(bit));
        }
    }
    if (s->how.copies > 0) {
        out_printf(to, " sent %d times", s->how.copies + 1);
    }
}

void history_print(const struct history *h, struct out *to)
{
    static const char *const names[STEP_KINDS] = {
        "book",    "series",      "confirm", "reject",        "pay",        "reschedule",
        "again",   "move seated", "cancel",  "ask to rebook", "leave seat", "cancel series",
        "no-show", "no-show off", "started", "ended",         "edit",       "noise",
    };
    static const char *const when[] = {"", " after its start", " after its end"};
    for (size_t i = 0; i < h->steps; i++) {
        const struct step *s = &h->step[i];
        if (s->skipped) {
            continue;
        }
        out_printf(to, "#   step %zu, %" PRId64 " s later%s: %s, appointment %d%s", i,
                   s->wait / 1000, when[s->when], names[s->kind], s->chain,
                   s->quiet ? ", silently" : "");
        print_details(s, to);
        out_text(to, "\n");
    }
}
