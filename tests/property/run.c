/*
 * run.c: see run.h.
 */
#include "run.h"

#include <stdlib.h>

#include "rng.h"

static int by_key(const void *a, const void *b)
{
    const struct arrival *x = a;
    const struct arrival *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

void run_line_up(const struct model *m, const struct run_plan *plan, struct arrivals *out)
{
    size_t count = 0;
    struct arrival *list = need(calloc(m->deliveries * 3 + 1, sizeof *list));
    int op = -2;
    uint64_t nth = 0;
    for (size_t i = 0; i < m->deliveries; i++) {
        const struct model_delivery *d = &m->delivery[i];
        nth = d->op == op ? nth + 1 : 0;
        op = d->op;
        const uint64_t identity = (uint64_t)(op + 1) * 64 + nth;
        if (plan->dropped != NULL && plan->dropped[i]) {
            continue;
        }
        if (plan->lose != 0 && rng_mix(plan->lose, identity) % 4 == 0) {
            continue;
        }
        const uint64_t dice = plan->duplicate == 0 ? 5 : rng_mix(plan->duplicate, identity) % 6;
        const int times = dice == 0 ? 3 : dice == 1 ? 2 : 1;
        for (int k = 0; k < times; k++) {
            uint64_t key = plan->shuffle == 0 ? i * 4 + (uint64_t)k
                                              : rng_mix(plan->shuffle, identity * 4 + (uint64_t)k);
            list[count++] = (struct arrival){d, i, key, k};
        }
    }
    qsort(list, count, sizeof *list, by_key);
    *out = (struct arrivals){list, count};
}

void run_arrivals_done(struct arrivals *a)
{
    free(a->list);
    *a = (struct arrivals){0};
}

int64_t run_end_of(const struct model *m)
{
    const int64_t quarter = 15 * MODEL_MINUTE;
    int64_t end = m->now + 2 * MODEL_SECOND;
    if (quarter - end % quarter < 30 * MODEL_SECOND) {
        end += MODEL_MINUTE;
    }
    return end;
}
