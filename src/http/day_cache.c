/*
 * day_cache.c: a handful of places, searched one after another.
 */
#include "http/day_cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define PLACES   6
#define BODY_MAX ((size_t)256 << 10)

struct place {
    char key[DAY_KEY_LEN]; /* "": empty */
    char etag[DAY_ETAG_LEN];
    struct day_stamp at;
    struct buf body;
};

struct day_cache {
    pthread_mutex_t lock; /* over the places */
    struct place places[PLACES];
    unsigned oldest;
};

int day_cache_new(struct day_cache **out, struct err *err)
{
    struct day_cache *c = calloc(1, sizeof *c);
    if (c == NULL || pthread_mutex_init(&c->lock, NULL) != 0) {
        free(c);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    for (int i = 0; i < PLACES; i++) {
        buf_init(&c->places[i].body, BODY_MAX);
    }
    *out = c;
    return 0;
}

void day_cache_free(struct day_cache *c)
{
    if (c == NULL) {
        return;
    }
    for (int i = 0; i < PLACES; i++) {
        buf_done(&c->places[i].body);
    }
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

static struct place *find(struct day_cache *c, const char *key)
{
    for (int i = 0; i < PLACES; i++) {
        if (strcmp(c->places[i].key, key) == 0) {
            return &c->places[i];
        }
    }
    return NULL;
}

bool day_cache_get(struct day_cache *c, const char *key, const struct day_stamp *at,
                   struct buf *body, char etag[static DAY_ETAG_LEN])
{
    (void)pthread_mutex_lock(&c->lock);
    const struct place *p = find(c, key);
    /* Within the same second of the clock, so that all that is said of time is as true as ever. */
    const bool good = p != NULL && p->at.version == at->version &&
                      p->at.now / CLOCK_SECOND == at->now / CLOCK_SECOND;
    if (good) {
        buf_add(body, p->body.data, p->body.len);
        memcpy(etag, p->etag, DAY_ETAG_LEN);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return good;
}

void day_cache_put(struct day_cache *c, const char *key, const struct day_stamp *at,
                   const struct buf *body, const char *etag)
{
    if (body->failed || body->len > BODY_MAX) {
        return;
    }
    (void)pthread_mutex_lock(&c->lock);
    struct place *p = find(c, key);
    if (p == NULL) {
        p = &c->places[c->oldest];
        c->oldest = (c->oldest + 1) % PLACES;
    }
    buf_reset(&p->body);
    buf_add(&p->body, body->data, body->len);
    (void)snprintf(p->key, sizeof p->key, "%s", p->body.failed ? "" : key);
    (void)snprintf(p->etag, sizeof p->etag, "%s", etag);
    p->at = *at;
    (void)pthread_mutex_unlock(&c->lock);
}
