/*
 * model.c: the model's memory: bookings, their past states, and copies of the whole.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "out.h"

void model_init(struct model *m, uint64_t seed)
{
    *m = (struct model){.rng = {.state = rng_mix(seed, 77)}, .next_number = 910001, .op = -1};
    m->now = model_time_at(2026, 11, 22, 9, 30) + rng_between(&m->rng, 0, 20 * MODEL_DAY);
}

void model_done(struct model *m)
{
    for (size_t i = 0; i < m->deliveries; i++) {
        free(m->delivery[i].body);
    }
    free(m->booking);
    free(m->told);
    free(m->delivery);
    free(m->version);
    *m = (struct model){0};
}

static void *duplicate(const void *array, size_t count, size_t size)
{
    void *copy = need(calloc(count + 1, size));
    if (count > 0) {
        memcpy(copy, array, count * size);
    }
    return copy;
}

void model_copy(struct model *to, const struct model *from)
{
    *to = *from;
    to->booking = duplicate(from->booking, from->bookings, sizeof *from->booking);
    to->bookings_cap = from->bookings + 1;
    to->told = NULL;
    to->told_cap = 0;
    if (from->told != NULL) {
        to->told = duplicate(from->told, from->bookings, sizeof *from->told);
        to->told_cap = from->bookings + 1;
    }
    to->delivery = duplicate(from->delivery, from->deliveries, sizeof *from->delivery);
    to->deliveries_cap = from->deliveries + 1;
    for (size_t i = 0; i < to->deliveries; i++) {
        to->delivery[i].body = need(strdup(from->delivery[i].body));
    }
    to->version = duplicate(from->version, from->versions, sizeof *from->version);
    to->versions_cap = from->versions + 1;
}

size_t model_find(const struct model *m, const char *uid)
{
    /* From the end: what is asked for is mostly young. */
    for (size_t i = m->bookings; uid[0] != '\0' && i > 0; i--) {
        if (strcmp(m->booking[i - 1].uid, uid) == 0) {
            return i - 1;
        }
    }
    return MODEL_NONE;
}

static void new_uid(struct model *m, char out[static MODEL_UID_LEN])
{
    static const char letters[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    for (int i = 0; i < 22; i++) {
        out[i] = letters[rng_below(&m->rng, sizeof letters - 1)];
    }
    out[22] = '\0';
}

size_t model_add(struct model *m)
{
    m->booking = grow(m->booking, &m->bookings_cap, m->bookings, sizeof *m->booking);
    m->changes++;
    size_t b = m->bookings++;
    m->booking[b] = (struct model_booking){.number = m->next_number++, .created_at = m->now};
    m->booking[b].updated_at = m->now;
    new_uid(m, m->booking[b].uid);
    if (m->remember_told) {
        m->told = grow(m->told, &m->told_cap, b, sizeof *m->told);
        m->told[b] = (struct model_told){0};
    }
    return b;
}

struct model_booking *model_touch(struct model *m, size_t b, bool stamp)
{
    m->changes++;
    if (m->remember_versions) {
        m->version = grow(m->version, &m->versions_cap, m->versions, sizeof *m->version);
        m->version[m->versions++] = (struct model_version){m->now, b, m->booking[b]};
    }
    if (stamp) {
        m->booking[b].updated_at = m->now;
    } else {
        m->unstamped++;
    }
    return &m->booking[b];
}

bool model_live(const struct model_booking *b)
{
    return b->status == MODEL_PENDING || b->status == MODEL_ACCEPTED;
}
