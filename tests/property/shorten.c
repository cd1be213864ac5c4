/*
 * shorten.c: see shorten.h. Greedy, a few rounds: a later removal can make an earlier one possible.
 */
#include "shorten.h"

static bool drop_steps(struct history *h, shorten_still *still, void *arg)
{
    bool shorter = false;
    for (size_t i = h->steps; i > 0; i--) {
        struct step *s = &h->step[i - 1];
        if (s->skipped) {
            continue;
        }
        s->skipped = true;
        s->skipped = still(arg);
        shorter = s->skipped || shorter;
    }
    return shorter;
}

/* Tries one simplification of a step: keeps it if it still shows. */
static bool keep_if(struct step *s, struct step simpler, shorten_still *still, void *arg)
{
    const struct step was = *s;
    *s = simpler;
    if (still(arg)) {
        return true;
    }
    *s = was;
    return false;
}

static bool simplify_step(struct step *s, shorten_still *still, void *arg)
{
    bool simpler = false;
    if (s->how.copies > 0) {
        struct step once = *s;
        once.how.copies = 0;
        simpler = keep_if(s, once, still, arg);
    }
    for (int bit = 0; bit < SHAPE_BITS; bit++) {
        struct step plain = *s;
        plain.how.shape &= ~(1U << bit);
        if (plain.how.shape != s->how.shape) {
            simpler = keep_if(s, plain, still, arg) || simpler;
        }
    }
    struct step plain = *s;
    plain.booking.meta = META_NONE;
    plain.booking.named_pet = 0;
    plain.booking.minutes = 0;
    if (s->kind == STEP_BOOK &&
        (s->booking.meta != META_NONE || s->booking.named_pet != 0 || s->booking.minutes != 0)) {
        simpler = keep_if(s, plain, still, arg) || simpler;
    }
    return simpler;
}

void shorten_history(struct history *h, shorten_still *still, void *arg)
{
    for (int round = 0; round < 6; round++) {
        bool shorter = drop_steps(h, still, arg);
        for (size_t i = 0; i < h->steps; i++) {
            if (!h->step[i].skipped) {
                shorter = simplify_step(&h->step[i], still, arg) || shorter;
            }
        }
        if (!shorter) {
            return;
        }
    }
}
