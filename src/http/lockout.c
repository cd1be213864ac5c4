/*
 * lockout.c: see lockout.h. It must never compute a password: that is what it saves.
 */
#include "http/lockout.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/secret.h"

struct pair {
    uint64_t key; /* 0: free */
    int tries;
    int64_t last;
};

struct lockout {
    pthread_mutex_t lock; /* over pairs */
    uint64_t seed;
    struct pair pairs[LOCKOUT_PAIRS];
};

/* FNV-1a, seeded so that nobody outside can aim at somebody else's pair. */
static uint64_t pair_key(const struct lockout *l, const char *name, const struct net_address *from)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ l->seed;
    for (const char *p = name; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32U : c)) * UINT64_C(0x100000001b3);
    }
    h *= UINT64_C(0x100000001b3); /* a byte no name has */
    for (size_t i = 0; i < sizeof from->bytes; i++) {
        h = (h ^ from->bytes[i]) * UINT64_C(0x100000001b3);
    }
    return h == 0 ? 1 : h;
}

int lockout_new(struct lockout **out, struct err *err)
{
    struct lockout *l = calloc(1, sizeof *l);
    if (l == NULL || pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = secret_random(&l->seed, sizeof l->seed, err);
    if (rc < 0) {
        lockout_free(l);
        return rc;
    }
    *out = l;
    return 0;
}

void lockout_free(struct lockout *l)
{
    if (l != NULL) {
        pthread_mutex_destroy(&l->lock);
        free(l);
    }
}

static struct pair *find(struct lockout *l, uint64_t key)
{
    for (size_t i = 0; i < LOCKOUT_PAIRS; i++) {
        if (l->pairs[i].key == key) {
            return &l->pairs[i];
        }
    }
    return NULL;
}

static bool over(const struct pair *p, int64_t now)
{
    return p->key == 0 || now - p->last >= LOCKOUT_MS || now < p->last;
}

/* One that is free or over, else the one tried least, and of those the oldest. */
static struct pair *make_room(struct lockout *l, int64_t now)
{
    struct pair *worst = &l->pairs[0];
    for (size_t i = 0; i < LOCKOUT_PAIRS; i++) {
        struct pair *p = &l->pairs[i];
        if (over(p, now)) {
            return p;
        }
        if (p->tries < worst->tries || (p->tries == worst->tries && p->last < worst->last)) {
            worst = p;
        }
    }
    return worst;
}

int64_t lockout_try(struct lockout *l, const char *name, const struct net_address *from,
                    int64_t now)
{
    uint64_t key = pair_key(l, name, from);
    int64_t left = 0;
    pthread_mutex_lock(&l->lock);
    struct pair *p = find(l, key);
    if (p == NULL || over(p, now)) {
        p = p == NULL ? make_room(l, now) : p;
        *p = (struct pair){.key = key};
    }
    if (p->tries >= LOCKOUT_TRIES) {
        left = LOCKOUT_MS - (now - p->last);
    } else {
        p->tries++;
        p->last = now;
    }
    pthread_mutex_unlock(&l->lock);
    return left;
}

void lockout_take_back(struct lockout *l, const char *name, const struct net_address *from)
{
    uint64_t key = pair_key(l, name, from);
    pthread_mutex_lock(&l->lock);
    struct pair *p = find(l, key);
    if (p != NULL && p->tries > 0) {
        p->tries--;
    }
    pthread_mutex_unlock(&l->lock);
}

void lockout_clear(struct lockout *l, const char *name, const struct net_address *from)
{
    uint64_t key = pair_key(l, name, from);
    pthread_mutex_lock(&l->lock);
    struct pair *p = find(l, key);
    if (p != NULL) {
        *p = (struct pair){0};
    }
    pthread_mutex_unlock(&l->lock);
}
