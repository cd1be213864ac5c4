/*
 * refusals.c: see refusals.h. It must never write to the database from a request's thread.
 */
#include "http/refusals.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "salon/webhook_reject.h"

#define PENDING 256  /* rows gathered between two flushes */
#define LIMITED 4096 /* addresses remembered within a minute */

struct row {
    int64_t minute;
    enum refusal why;
    bool other; /* for addresses there was no room for */
    struct net_address from;
    int64_t count;
};

struct budget {
    struct net_address from;
    int64_t minute;
    int64_t used;
};

struct refusals {
    pthread_mutex_t lock; /* over everything below */
    int64_t rate;
    uint64_t totals[REFUSED_KINDS];
    struct row rows[PENDING + REFUSED_KINDS]; /* the last few are kept for "other" */
    size_t row_count;
    struct budget budgets[LIMITED]; /* by address, a few places each */
};

const char *refusal_name(enum refusal r)
{
    static const char *const names[REFUSED_KINDS] = {
        [REFUSED_SIGNATURE] = "signature", [REFUSED_TYPE] = "type",
        [REFUSED_RATE] = "rate",           [REFUSED_SIZE] = "size",
        [REFUSED_METHOD] = "method",       [REFUSED_ADDRESS] = "address",
        [REFUSED_BODY] = "body",
    };
    return r < REFUSED_KINDS ? names[r] : "?";
}

int refusals_new(int64_t rate, struct refusals **out, struct err *err)
{
    struct refusals *r = calloc(1, sizeof *r);
    if (r == NULL || pthread_mutex_init(&r->lock, NULL) != 0) {
        free(r);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    r->rate = rate;
    *out = r;
    return 0;
}

void refusals_free(struct refusals *r)
{
    if (r != NULL) {
        pthread_mutex_destroy(&r->lock);
        free(r);
    }
}

static int64_t minute_of(int64_t now)
{
    return now - now % CLOCK_MINUTE;
}

/* One of eight places that an address may have; make: the least used of another minute or of them
 * all is given up for it. NULL when it has none. */
static struct budget *budget_of(struct refusals *r, const struct net_address *from, int64_t minute,
                                bool make)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < sizeof from->bytes; i++) {
        h = (h ^ from->bytes[i]) * 16777619U;
    }
    struct budget *set = &r->budgets[(size_t)(h % (LIMITED / 8)) * 8];
    struct budget *least = &set[0];
    for (int i = 0; i < 8; i++) {
        bool live = set[i].minute == minute;
        if (live && net_equal(&set[i].from, from)) {
            return &set[i];
        }
        bool least_live = least->minute == minute;
        if ((least_live && !live) || (least_live == live && set[i].used < least->used)) {
            least = &set[i];
        }
    }
    if (make) {
        *least = (struct budget){.from = *from, .minute = minute};
        return least;
    }
    return NULL;
}

bool refusals_over(struct refusals *r, const struct net_address *from, int64_t now)
{
    pthread_mutex_lock(&r->lock);
    const struct budget *b = budget_of(r, from, minute_of(now), false);
    bool over = b != NULL && b->used >= r->rate;
    pthread_mutex_unlock(&r->lock);
    return over;
}

static struct row *row_of(struct refusals *r, enum refusal why, const struct net_address *from,
                          int64_t minute, bool as_other)
{
    struct row *other = NULL;
    for (size_t i = 0; i < r->row_count; i++) {
        struct row *row = &r->rows[i];
        if (row->why != why) {
            continue;
        }
        if (row->other) {
            other = row;
        } else if (!as_other && row->minute == minute && net_equal(&row->from, from)) {
            return row;
        }
    }
    if (other != NULL) {
        return other;
    }
    struct row *row = &r->rows[r->row_count];
    *row = (struct row){.minute = minute,
                        .why = why,
                        .from = *from,
                        .other = as_other || r->row_count >= PENDING};
    r->row_count++; /* at most one "other" of each kind follows the first PENDING */
    return row;
}

void refusals_add(struct refusals *r, enum refusal why, const struct net_address *from, int64_t now)
{
    int64_t minute = minute_of(now);
    pthread_mutex_lock(&r->lock);
    r->totals[why]++;
    budget_of(r, from, minute, true)->used++;
    row_of(r, why, from, minute, false)->count++;
    pthread_mutex_unlock(&r->lock);
}

uint64_t refusals_total(struct refusals *r, enum refusal why)
{
    pthread_mutex_lock(&r->lock);
    uint64_t total = r->totals[why];
    pthread_mutex_unlock(&r->lock);
    return total;
}

/* Puts back what could not be written, as far as there is room. */
static void put_back(struct refusals *r, const struct row *rows, size_t count)
{
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < count; i++) {
        row_of(r, rows[i].why, &rows[i].from, rows[i].minute, rows[i].other)->count +=
            rows[i].count;
    }
    pthread_mutex_unlock(&r->lock);
}

int refusals_flush(struct refusals *r, struct writer *w, struct err *err)
{
    struct row *rows = NULL;
    struct webhook_reject *out = NULL;
    char(*text)[NET_TEXT_LEN] = NULL;
    pthread_mutex_lock(&r->lock);
    size_t count = r->row_count;
    if (count > 0) {
        rows = calloc(count, sizeof *rows);
        out = calloc(count, sizeof *out);
        text = calloc(count, sizeof *text);
        if (rows != NULL && out != NULL && text != NULL) {
            memcpy(rows, r->rows, count * sizeof *rows);
            r->row_count = 0;
        }
    }
    pthread_mutex_unlock(&r->lock);
    int rc = 0;
    if (count > 0 && (rows == NULL || out == NULL || text == NULL)) {
        rc = err_set(err, ERR_NOMEM, "out of memory");
    } else if (count > 0) {
        for (size_t i = 0; i < count; i++) {
            net_format(&rows[i].from, text[i]);
            out[i] = (struct webhook_reject){.minute = rows[i].minute,
                                             .reason = refusal_name(rows[i].why),
                                             .address = rows[i].other ? "other" : text[i],
                                             .count = rows[i].count};
        }
        struct webhook_reject_add job = {.rows = out, .count = count};
        rc = writer_run(w, webhook_reject_add_job, &job, err);
        if (rc < 0) {
            put_back(r, rows, count);
        }
    }
    free(text);
    free(out);
    free(rows);
    return rc;
}
