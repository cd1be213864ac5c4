/*
 * seen.c: a hash table of uids. Never forgets during a run. One thread at a time.
 */
#include "sync/seen.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#define FIRST_CAP 1024

void seen_init(struct seen *s)
{
    *s = (struct seen){0};
}

void seen_done(struct seen *s)
{
    free(s->slots);
    *s = (struct seen){0};
}

/* Never 0, which marks an empty slot. */
static int hash_of(const char *uid, uint64_t *hash, struct err *err)
{
    uint8_t digest[SHA256_LEN];
    int rc = secret_sha256(uid, strlen(uid), digest, err);
    if (rc < 0) {
        return rc;
    }
    memcpy(hash, digest, sizeof *hash);
    *hash += *hash == 0 ? 1 : 0;
    return 0;
}

/* The slot of that uid, or the empty one where it belongs. */
static struct seen_slot *slot_of(struct seen_slot *slots, size_t cap, uint64_t hash)
{
    for (size_t i = (size_t)hash;; i++) {
        struct seen_slot *slot = &slots[i & (cap - 1)];
        if (slot->hash == 0 || slot->hash == hash) {
            return slot;
        }
    }
}

static int grow(struct seen *s, struct err *err)
{
    /* Past it a run fails instead of eating the machine's memory. */
    if (s->count >= SEEN_MAX) {
        return err_set(err, ERR_TOO_LARGE, "more than %zu bookings in one run", SEEN_MAX);
    }
    const size_t cap = s->cap == 0 ? FIRST_CAP : s->cap * 2;
    struct seen_slot *slots = calloc(cap, sizeof *slots);
    if (slots == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < s->cap; i++) {
        if (s->slots[i].hash != 0) {
            *slot_of(slots, cap, s->slots[i].hash) = s->slots[i];
        }
    }
    free(s->slots);
    s->slots = slots;
    s->cap = cap;
    return 0;
}

int seen_note(struct seen *s, const char *uid, int64_t key, struct err *err)
{
    uint64_t hash;
    int rc = hash_of(uid, &hash, err);
    /* At most four fifths full. */
    if (rc == 0 && s->count >= s->cap / 5 * 4) {
        rc = grow(s, err);
    }
    if (rc < 0) {
        return rc;
    }
    struct seen_slot *slot = slot_of(s->slots, s->cap, hash);
    if (slot->hash == hash && slot->key == key) {
        return 0;
    }
    s->count += slot->hash == 0 ? 1 : 0;
    *slot = (struct seen_slot){.key = key, .hash = hash};
    return 1;
}

int seen_has(const struct seen *s, const char *uid, struct err *err)
{
    uint64_t hash;
    int rc = s->cap > 0 ? hash_of(uid, &hash, err) : 0;
    return rc < 0 || s->cap == 0 ? rc : slot_of(s->slots, s->cap, hash)->hash != 0;
}
