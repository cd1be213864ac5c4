/*
 * fake_world.c: see fake_world.h. Which booking gets which change follows from the model's own
 * sequence.
 */
#include "fake_world.h"

#include <stdlib.h>

#include "out.h"

static const struct model_how plain = {0};

void world_make(struct model *m, size_t n, int back, int days)
{
    const int64_t quarter = 15 * MODEL_MINUTE;
    const int64_t first = m->now - back * MODEL_DAY;
    const int64_t span = (back + days) * MODEL_DAY;
    for (size_t i = 0; i < n; i++) {
        const struct model_new one = {
            .guest = (int)(i % MODEL_GUESTS),
            .service = (int)(i / 5 % 3),
            .meta = i % 4 == 3 ? META_NONE : META_PET,
            .start = (first + span / (int64_t)n * (int64_t)i) / quarter * quarter,
        };
        (void)model_book(m, &one, plain);
        /* A real booking is made before it begins, and not all in one moment. */
        struct model_booking *b = &m->booking[m->bookings - 1];
        const int64_t latest = b->start < m->now ? b->start - MODEL_DAY : m->now;
        b->created_at = latest - (int64_t)(i * 7919 % 100000) * MODEL_SECOND;
        b->updated_at = b->created_at;
        m->changes++;
    }
}

static bool change_one(struct model *m, size_t b, struct world_changes *out)
{
    const struct model_booking *is = &m->booking[b];
    const unsigned dice = rng_below(&m->rng, 10);
    if (is->status != MODEL_ACCEPTED || is->foreign || is->vanished) {
        return false;
    }
    m->now += 5;
    if (is->start < m->now) {
        const bool done = model_absent(m, b, 0, true, true, plain);
        out->absent += done ? 1 : 0;
        return done;
    }
    if (dice < 5) {
        const bool done = model_reschedule(m, b, is->start + MODEL_DAY, false, plain) != MODEL_NONE;
        out->moved += done ? 1 : 0;
        return done;
    }
    if (dice < 8) {
        const bool done = model_cancel(m, b, "Pies chory", plain);
        out->cancelled += done ? 1 : 0;
        return done;
    }
    out->edited++;
    return model_edit(m, b, dice == 8 ? EDIT_LOCATION : EDIT_TITLE, true);
}

size_t world_change(struct model *m, size_t n, struct world_changes *out)
{
    *out = (struct world_changes){0};
    size_t done = 0;
    const size_t there = m->bookings; /* not those that the moves make */
    size_t *order = need(calloc(there + 1, sizeof *order));
    for (size_t i = 0; i < there; i++) {
        const size_t k = rng_below(&m->rng, (unsigned)i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    for (size_t i = 0; i < there && done < n; i++) {
        done += change_one(m, order[i], out) ? 1 : 0;
    }
    free(order);
    return done;
}
