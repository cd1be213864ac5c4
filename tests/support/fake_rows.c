/*
 * fake_rows.c: filters, sorting, paging by offset over whatever is there at that moment.
 */
#include "fake_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_row.h"

enum sort_key { SORT_NONE, SORT_START, SORT_END, SORT_CREATED, SORT_UPDATED };

struct question {
    int64_t after_start, before_end, after_created, before_created, after_updated, before_updated;
    char uid[MODEL_UID_LEN];
    char status[160];
    char types[160];
    enum sort_key key;
    bool descending;
    int64_t take, skip;
};

static bool read_time(const struct http_request *r, const char *name, int64_t *out,
                      const char **why)
{
    char text[64];
    if (http_param(r, name, text, sizeof text) && !model_time_read(text, out)) {
        *why = name;
        return false;
    }
    return true;
}

static bool read_whole(const struct http_request *r, const char *name, int64_t least, int64_t most,
                       int64_t *out, const char **why)
{
    char text[64];
    char *end = NULL;
    if (!http_param(r, name, text, sizeof text)) {
        return true;
    }
    *out = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || *out < least || *out > most) {
        *why = name;
        return false;
    }
    return true;
}

static bool read_sort(const struct http_request *r, struct question *q, const char **why)
{
    static const struct {
        const char *name;
        enum sort_key key;
    } sorts[] = {{"sortStart", SORT_START},
                 {"sortEnd", SORT_END},
                 {"sortCreated", SORT_CREATED},
                 {"sortUpdatedAt", SORT_UPDATED}};
    for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++) {
        char text[16];
        if (!http_param(r, sorts[i].name, text, sizeof text)) {
            continue;
        }
        q->key = sorts[i].key;
        q->descending = strcmp(text, "desc") == 0;
        if (!q->descending && strcmp(text, "asc") != 0) {
            *why = sorts[i].name;
            return false;
        }
    }
    return true;
}

static bool read_question(const struct http_request *r, struct question *q, const char **why)
{
    *q = (struct question){.take = 100};
    (void)http_param(r, "bookingUid", q->uid, sizeof q->uid);
    (void)http_param(r, "status", q->status, sizeof q->status);
    (void)http_param(r, "eventTypeIds", q->types, sizeof q->types);
    return read_time(r, "afterStart", &q->after_start, why) &&
           read_time(r, "beforeEnd", &q->before_end, why) &&
           read_time(r, "afterCreatedAt", &q->after_created, why) &&
           read_time(r, "beforeCreatedAt", &q->before_created, why) &&
           read_time(r, "afterUpdatedAt", &q->after_updated, why) &&
           read_time(r, "beforeUpdatedAt", &q->before_updated, why) &&
           read_whole(r, "take", 1, 250, &q->take, why) &&
           read_whole(r, "skip", 0, INT32_MAX, &q->skip, why) && read_sort(r, q, why);
}

/* The booking as a replica that far behind shows it; NULL when it did not exist then, or not any
 * more. */
static const struct model_booking *state_of(const struct model *m, size_t b, int64_t stale_ms)
{
    const struct model_booking *now = &m->booking[b];
    if (stale_ms == 0) {
        return now->vanished ? NULL : now;
    }
    const int64_t moment = m->now - stale_ms;
    if (now->created_at > moment) {
        return NULL;
    }
    for (size_t i = 0; i < m->versions; i++) {
        const struct model_version *v = &m->version[i];
        if (v->booking == b && v->until > moment) {
            return v->state.vanished ? NULL : &v->state;
        }
    }
    return now->vanished ? NULL : now;
}

static bool in_list(const char *list, const char *word)
{
    const size_t n = strlen(word);
    for (const char *p = list; *p != '\0';) {
        size_t len = strcspn(p, ",");
        if (len == n && strncmp(p, word, n) == 0) {
            return true;
        }
        p += len + (p[len] == ',' ? 1 : 0);
    }
    return false;
}

static bool has_status(const struct model *m, const struct model_booking *b, const char *list)
{
    if (list[0] == '\0') {
        return true;
    }
    const bool live = model_live(b);
    return (in_list(list, "upcoming") && live && b->end >= m->now) ||
           (in_list(list, "past") && live && b->end < m->now) ||
           (in_list(list, "cancelled") && !live) ||
           (in_list(list, "unconfirmed") && b->status == MODEL_PENDING) ||
           (in_list(list, "recurring") && live && b->series_uid[0] != '\0' && b->end >= m->now);
}

static bool has_type(const struct model_booking *b, const char *list)
{
    char type[16];
    (void)snprintf(type, sizeof type, "%d", b->service->id);
    return in_list(list, type);
}

/* A null is neither after nor before anything. */
static bool within(int64_t value, int64_t after, int64_t before, bool exclusive)
{
    if (after != 0 && (value == 0 || value < after || (exclusive && value == after))) {
        return false;
    }
    return before == 0 || (value != 0 && value <= before);
}

static bool asked_for(const struct model *m, const struct model_booking *b,
                      const struct question *q, const struct fake_shape *s)
{
    return s->no_filters ||
           (within(b->start, q->after_start, 0, s->exclusive) &&
            within(b->end, 0, q->before_end, false) &&
            within(b->created_at, q->after_created, q->before_created, s->exclusive) &&
            within(b->updated_at, q->after_updated, q->before_updated, s->exclusive) &&
            (q->uid[0] == '\0' || strcmp(q->uid, b->uid) == 0) &&
            (q->types[0] == '\0' || has_type(b, q->types)) && has_status(m, b, q->status));
}

struct item {
    const struct model_booking *b;
    int64_t key;
    uint64_t tie;
};

static int by_key(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

static int64_t key_of(const struct model_booking *b, const struct question *q)
{
    int64_t key = q->key == SORT_START     ? b->start
                  : q->key == SORT_END     ? b->end
                  : q->key == SORT_CREATED ? b->created_at
                  : q->key == SORT_UPDATED ? b->updated_at
                                           : b->number;
    if (q->key == SORT_UPDATED && key == 0) {
        key = INT64_MAX; /* nulls come last, as in PostgreSQL */
    }
    return q->descending ? -key : key;
}

/* All bookings in the order asked for. Pages of one question share it while nothing changes:
 * sorting tens of thousands for each page would make the fake slower than who reads it. */
static const struct item *sorted(const struct model *m, const struct question *q,
                                 const struct fake_shape *s, struct fake_sorted *cache,
                                 size_t *count)
{
    const bool usable = s->stale_ms == 0 && s->shuffle == cache->shuffle && cache->items != NULL &&
                        cache->changes == m->changes && cache->key == (int)q->key &&
                        cache->descending == q->descending;
    if (!usable) {
        free(cache->items);
        struct item *items = need(calloc(m->bookings + 1, sizeof *items));
        size_t n = 0;
        for (size_t i = 0; i < m->bookings; i++) {
            const struct model_booking *b = state_of(m, i, s->stale_ms);
            if (b != NULL) {
                const uint64_t number = (uint64_t)b->number;
                const uint64_t tie = s->shuffle == 0 ? number : rng_mix(s->shuffle, number);
                items[n++] = (struct item){b, key_of(b, q), tie};
            }
        }
        qsort(items, n, sizeof *items, by_key);
        *cache = (struct fake_sorted){.items = items,
                                      .count = n,
                                      .changes = s->stale_ms == 0 ? m->changes : UINT64_MAX,
                                      .key = (int)q->key,
                                      .descending = q->descending,
                                      .shuffle = s->shuffle};
    }
    *count = cache->count;
    return cache->items;
}

static void put_row(struct js *j, const char *key, const struct model_booking *b,
                    const struct fake_shape *s)
{
    struct model_booking shown = *b;
    if (s->null_updated) {
        shown.updated_at = 0;
    }
    model_row(j, key, &shown);
}

static void put_pagination(struct js *j, const struct question *q, int64_t total, int64_t rows,
                           bool more)
{
    const int64_t left = total - q->skip - rows;
    js_open(j, "pagination", '{');
    js_int(j, "returnedItems", rows);
    js_int(j, "totalItems", total);
    js_int(j, "itemsPerPage", q->take);
    js_int(j, "remainingItems", left > 0 ? left : 0);
    js_int(j, "currentPage", q->skip / q->take + 1);
    js_int(j, "totalPages", (total + q->take - 1) / q->take);
    js_bool(j, "hasNextPage", more);
    js_bool(j, "hasPreviousPage", q->skip > 0);
    js_close(j, '}');
}

int64_t fake_list(const struct model *m, const struct http_request *r, const struct fake_shape *s,
                  struct fake_sorted *cache, struct out *to, const char **why)
{
    struct question q;
    if (!read_question(r, &q, why)) {
        return -1;
    }
    if (s->at_most > 0 && q.take > s->at_most) {
        q.take = s->at_most;
    }
    size_t count = 0;
    const struct item *items = sorted(m, &q, s, cache, &count);
    struct js j = {.out = to};
    js_open(&j, NULL, '{');
    js_str(&j, "status", "success");
    js_open(&j, "data", '[');
    int64_t found = 0;
    int64_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (!asked_for(m, items[i].b, &q, s)) {
            continue;
        }
        if (found++ >= q.skip && rows < q.take) {
            put_row(&j, NULL, items[i].b, s);
            rows++;
        }
    }
    js_close(&j, ']');
    const bool more = !s->no_next && q.skip + rows < found;
    put_pagination(&j, &q, s->wrong_totals ? (int64_t)m->bookings : found, rows, more);
    js_close(&j, '}');
    return rows;
}

bool fake_one(const struct model *m, const char *uid, const struct fake_shape *s, struct out *to)
{
    struct js j = {.out = to};
    size_t b = model_find(m, uid);
    const struct model_booking *one = b == MODEL_NONE ? NULL : state_of(m, b, s->stale_ms);
    js_open(&j, NULL, '{');
    js_str(&j, "status", "success");
    if (one != NULL) {
        put_row(&j, "data", one, s);
        js_close(&j, '}');
        return true;
    }
    bool any = false;
    js_open(&j, "data", '[');
    for (size_t i = 0; i < m->bookings; i++) {
        const struct model_booking *each = state_of(m, i, s->stale_ms);
        if (each != NULL && uid[0] != '\0' && strcmp(each->series_uid, uid) == 0) {
            put_row(&j, NULL, each, s);
            any = true;
        }
    }
    js_close(&j, ']');
    js_close(&j, '}');
    return any;
}
