/*
 * seen.c: a hash table of uids. Never forgets during a run. One thread at a time.
 */
#include "sync/seen.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 1024
/* A million uids and more; past it a run fails instead of eating the machine's memory. */
#define NAMES_MAX ((size_t)64 << 20)

void seen_init(struct seen *s)
{
    *s = (struct seen){0};
    buf_init(&s->names, NAMES_MAX);
}

void seen_done(struct seen *s)
{
    free(s->slots);
    buf_done(&s->names);
    *s = (struct seen){0};
}

static uint32_t hash_of(const char *uid) /* FNV-1a, folded */
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (const unsigned char *p = (const unsigned char *)uid; *p != '\0'; p++) {
        h = (h ^ *p) * UINT64_C(1099511628211);
    }
    return (uint32_t)(h ^ (h >> 32));
}

/* The slot of that uid, or the empty one where it belongs. */
static struct seen_slot *slot_of(const struct seen *s, const char *uid, uint32_t hash)
{
    for (size_t i = hash;; i++) {
        struct seen_slot *slot = &s->slots[i & (s->cap - 1)];
        if (slot->at == 0 ||
            (slot->hash == hash && strcmp(s->names.data + slot->at - 1, uid) == 0)) {
            return slot;
        }
    }
}

static int grow(struct seen *s, struct err *err)
{
    const size_t cap = s->cap == 0 ? FIRST_CAP : s->cap * 2;
    struct seen_slot *slots = calloc(cap, sizeof *slots);
    if (slots == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < s->cap; i++) {
        if (s->slots[i].at != 0) {
            size_t to = s->slots[i].hash & (cap - 1);
            while (slots[to].at != 0) {
                to = (to + 1) & (cap - 1);
            }
            slots[to] = s->slots[i];
        }
    }
    free(s->slots);
    s->slots = slots;
    s->cap = cap;
    return 0;
}

int seen_note(struct seen *s, const char *uid, int64_t key, struct err *err)
{
    /* At most four fifths full. */
    if (s->count >= s->cap / 5 * 4) {
        int rc = grow(s, err);
        if (rc < 0) {
            return rc;
        }
    }
    const uint32_t hash = hash_of(uid);
    struct seen_slot *slot = slot_of(s, uid, hash);
    if (slot->at == 0) {
        const size_t at = s->names.len;
        buf_add(&s->names, uid, strlen(uid) + 1);
        if (s->names.failed) {
            return err_set(err, ERR_NOMEM, "out of memory");
        }
        *slot = (struct seen_slot){.key = key, .at = (uint32_t)at + 1, .hash = hash};
        s->count++;
        return 1;
    }
    if (slot->key == key) {
        return 0;
    }
    slot->key = key;
    return 1;
}

bool seen_has(const struct seen *s, const char *uid)
{
    return s->cap > 0 && slot_of(s, uid, hash_of(uid))->at != 0;
}
