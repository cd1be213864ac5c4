/*
 * history_make.c: random scripts. Each step is tried on a model while it is made, so that most
 * steps happen; what the profile leaves out is documented in model_link.c and model_truth.c.
 */
#include <string.h>

#include "history.h"
#include "model_truth.h"

struct maker {
    struct rng rng;
    struct model m;
    struct history_cursor at;
    enum history_profile profile;
    int next_chain;
};

/* What the rules leave open, and what no Cal.com sends, must not be asked. */
static unsigned allowed_shape(const struct maker *k, enum step_kind kind, const struct model_new *n)
{
    const bool seated = model_services[n->service].seats > 0;
    const bool cancels = kind == STEP_CANCEL || kind == STEP_ASK_REBOOK;
    unsigned ok = (1U << SHAPE_BITS) - 1;
    if (!cancels || seated) {
        ok &= ~(unsigned)SHAPE_BARE;
    }
    if (seated) {
        ok &= ~(unsigned)(SHAPE_NO_PHONE | SHAPE_NO_ATTENDEES);
    }
    if (n->pay || kind == STEP_PAY) {
        ok &= ~(unsigned)SHAPE_NO_STATUS;
    }
    if (k->profile == HISTORY_WILD) {
        return ok;
    }
    ok &= ~(unsigned)SHAPE_NO_UID;
    return ok;
}

static struct model_how some_how(struct maker *k, enum step_kind kind, const struct model_new *n)
{
    struct model_how how = {0};
    /* Mostly one to three variations at a time. */
    for (unsigned i = rng_below(&k->rng, 4); i > 0; i--) {
        how.shape |= 1U << rng_below(&k->rng, SHAPE_BITS);
    }
    if (kind != STEP_STARTED && kind != STEP_ENDED) {
        how.shape &= ~(unsigned)SHAPE_FLAT;
    } else if (rng_one_in(&k->rng, 2)) {
        how.shape |= SHAPE_FLAT;
    }
    how.shape &= allowed_shape(k, kind, n);
    /* Somebody must be named somewhere. */
    if (how.shape & (SHAPE_NO_ATTENDEES | SHAPE_PHONE_IN_RESPONSES)) {
        how.shape &= ~(unsigned)SHAPE_NO_RESPONSES;
    }
    if (rng_one_in(&k->rng, 4)) {
        how.copies = 1 + (int)rng_below(&k->rng, 2);
    }
    return how;
}

static void some_booking(struct maker *k, struct step *s)
{
    struct model_new *n = &s->booking;
    *n = (struct model_new){.guest = (int)rng_below(&k->rng, MODEL_GUESTS),
                            .service = (int)rng_below(&k->rng, 3),
                            .salon = (int)rng_below(&k->rng, MODEL_SALONS),
                            .named_pet = (int)rng_below(&k->rng, 5) - 1};
    n->meta = rng_one_in(&k->rng, 3) ? META_NONE : (enum model_meta)rng_below(&k->rng, META_KINDS);
    if (k->profile != HISTORY_WILD && n->meta == META_PET_ONLY) {
        n->meta = META_PET;
    }
    if (k->profile == HISTORY_API && n->meta == META_NUMBER) {
        n->meta =
            META_GARBAGE; /* a row shows no metadata then: what is known depends on deliveries */
    }
    if (s->kind == STEP_BOOK && rng_one_in(&k->rng, 8)) {
        static const int hosts_of_many[] = {0, 2, 5};
        n->service = 3;
        n->guest = hosts_of_many[rng_below(&k->rng, 3)];
        n->extra_seats = (int)rng_below(&k->rng, MODEL_ATTENDEES);
        n->meta = rng_one_in(&k->rng, 2) ? META_NONE : META_PET;
    } else if (s->kind == STEP_BOOK) {
        n->confirm = rng_one_in(&k->rng, 4);
        n->pay = !n->confirm && rng_one_in(&k->rng, 10);
    }
    n->minutes = rng_one_in(&k->rng, 3) ? 30 * (1 + (int)rng_below(&k->rng, 4)) : 0;
    if (k->profile == HISTORY_API) {
        n->salon = 0; /* whose key it is: other hosts' bookings are not read */
        n->foreign = s->kind == STEP_BOOK && rng_one_in(&k->rng, 10);
        n->null_updated = rng_one_in(&k->rng, 12);
    }
}

static void some_time(struct maker *k, struct step *s)
{
    static const int64_t spans[] = {20 * MODEL_SECOND, 5 * MODEL_MINUTE, 3 * MODEL_HOUR,
                                    2 * MODEL_DAY};
    s->wait = 4 * MODEL_SECOND + rng_between(&k->rng, 0, spans[rng_below(&k->rng, 4)]);
    s->ahead = rng_between(&k->rng, 1, INT64_C(30) * 24 * 4) * 15;
    if (k->profile == HISTORY_WILD && rng_one_in(&k->rng, 5)) {
        s->wait = 0; /* two changes in the same millisecond */
    }
}

/* Whether the profile lets this happen to that booking. */
static bool fits(const struct maker *k, const struct step *s, const struct model_booking *b)
{
    const bool seated = b->service->seats > 0;
    const bool first_absent = b->attendee[0].absent;
    if (b->vanished || (b->foreign && s->kind != STEP_CANCEL)) {
        return false;
    }
    switch (s->kind) {
    case STEP_RESCHEDULE:
        /* Cal.com lets nobody move what is over. */
        return model_live(b) ? b->start > k->m.now : b->rebook;
    case STEP_AGAIN:
        return model_find(&k->m, b->from_uid) != MODEL_NONE;
    case STEP_MOVE_SEATED:
        return b->start > k->m.now;
    case STEP_CANCEL:
    case STEP_ASK_REBOOK:
        return !first_absent;
    case STEP_LEAVE_SEAT:
        return s->arg > 0 || b->meta == META_NONE;
    case STEP_EDIT:
        if (s->arg == EDIT_REASSIGN && k->profile == HISTORY_API) {
            return false;
        }
        if (s->arg == EDIT_VANISH) {
            return k->profile == HISTORY_API && b->start > k->m.now + 2 * MODEL_DAY &&
                   b->status == MODEL_ACCEPTED && b->from_uid[0] == '\0';
        }
        return !seated;
    case STEP_ABSENT:
    case STEP_PRESENT:
        return !s->quiet || k->profile == HISTORY_API;
    case STEP_BOOK:
    case STEP_SERIES:
    case STEP_CONFIRM:
    case STEP_REJECT:
    case STEP_PAY:
    case STEP_CANCEL_SERIES:
    case STEP_STARTED:
    case STEP_ENDED:
    case STEP_NOISE:
    case STEP_KINDS:
        break;
    }
    return true;
}

static enum step_kind some_kind(struct maker *k)
{
    static const struct {
        enum step_kind kind;
        unsigned weight;
    } table[] = {
        {STEP_BOOK, 9},   {STEP_SERIES, 1},      {STEP_CONFIRM, 5},    {STEP_REJECT, 2},
        {STEP_PAY, 3},    {STEP_RESCHEDULE, 16}, {STEP_AGAIN, 1},      {STEP_MOVE_SEATED, 3},
        {STEP_CANCEL, 6}, {STEP_ASK_REBOOK, 3},  {STEP_LEAVE_SEAT, 3}, {STEP_CANCEL_SERIES, 2},
        {STEP_ABSENT, 4}, {STEP_PRESENT, 3},     {STEP_STARTED, 2},    {STEP_ENDED, 5},
        {STEP_EDIT, 4},   {STEP_NOISE, 1},
    };
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        sum += table[i].weight;
    }
    unsigned pick = rng_below(&k->rng, sum);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (pick < table[i].weight) {
            return table[i].kind;
        }
        pick -= table[i].weight;
    }
    return STEP_BOOK;
}

static bool some_step(struct maker *k, struct step *s)
{
    *s = (struct step){.kind = k->next_chain == 0 ? STEP_BOOK : some_kind(k)};
    some_time(k, s);
    if (s->kind == STEP_BOOK || s->kind == STEP_SERIES) {
        s->chain = k->next_chain;
        s->arg = 2 + (int)rng_below(&k->rng, 2);
        some_booking(k, s);
        s->how = some_how(k, s->kind, &s->booking);
        return k->next_chain + s->arg <= HISTORY_CHAINS && k->next_chain < 6;
    }
    s->chain = (int)rng_below(&k->rng, (unsigned)k->next_chain);
    s->flag = rng_one_in(&k->rng, 3);
    s->quiet = k->profile == HISTORY_API && rng_one_in(&k->rng, 4);
    s->arg = (int)rng_below(&k->rng, s->kind == STEP_NOISE ? MODEL_NOISES : MODEL_ATTENDEES);
    if (s->kind == STEP_EDIT) {
        s->arg = (int)rng_below(&k->rng, EDIT_KINDS);
    }
    if (s->kind == STEP_ABSENT || s->kind == STEP_STARTED) {
        s->when = AT_START;
    } else if (s->kind == STEP_ENDED || s->kind == STEP_PRESENT) {
        s->when = AT_END;
    }
    if (s->kind == STEP_STARTED || s->kind == STEP_ENDED) {
        s->wait = rng_between(&k->rng, 0, 20 * MODEL_SECOND);
    }
    size_t tip = k->at.tip[s->chain];
    if (tip == MODEL_NONE) {
        return false;
    }
    const struct model_booking *b = &k->m.booking[tip];
    if (s->kind == STEP_RESCHEDULE && b->status == MODEL_PENDING) {
        s->flag = true;
    }
    struct model_new like = {.guest = 0, .meta = b->meta, .pay = b->unpaid};
    while (&model_guests[like.guest] != model_first(b)->guest) {
        like.guest++;
    }
    while (&model_services[like.service] != b->service) {
        like.service++;
    }
    s->how = some_how(k, s->kind, &like);
    return fits(k, s, b);
}

void history_make(struct history *h, uint64_t seed, enum history_profile profile)
{
    struct maker k = {.rng = {.state = rng_mix(seed, 1 + profile)}, .profile = profile};
    *h = (struct history){.seed = seed};
    model_init(&k.m, seed);
    k.m.silent = true;
    history_cursor_init(&k.at);
    const size_t length = 2 + rng_below(&k.rng, 10);
    for (int tries = 0; h->steps < length && tries < 300; tries++) {
        struct step s;
        if (!some_step(&k, &s)) {
            continue;
        }
        /* Time stands still for a step that cannot happen. */
        const int64_t before = k.m.now;
        if (history_step(&k.m, &k.at, seed, h->steps, &s)) {
            h->step[h->steps++] = s;
            k.next_chain = k.at.chains;
        } else {
            k.m.now = before;
        }
    }
    model_done(&k.m);
}
