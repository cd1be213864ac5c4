/*
 * pager.c: the three ways of paging and when to change between them; see pager.h. Pure.
 */
#include "sync/pager.h"

#include <stdio.h>
#include <string.h>

/* Rows that leave a tie while it is read make a pass miss others; each further pass could only miss
 * one that moved during two passes. */
#define PASSES_MAX 5

/* What one page says, as numbers. */
struct digest {
    size_t count;
    size_t fresh;      /* not read before */
    size_t fresh_tied; /* of them, at the base or without a key */
    int64_t last;      /* key of the last row that has one; 0: none has */
    bool ordered;      /* keys never go down */
    bool outside;      /* keys below what was asked for */
    bool over;         /* keys above the upper bound */
    bool last_page;    /* the server means it */
    bool again;        /* the same rows as on the page before */
};

void pager_init(struct pager *p, int64_t from, int64_t to)
{
    *p = (struct pager){.from = from, .to = to, .base = from};
    seen_init(&p->seen);
}

void pager_done(struct pager *p)
{
    seen_done(&p->seen);
}

int64_t pager_after(const struct pager *p)
{
    return p->base > 1 ? p->base - 1 : 1;
}

int64_t pager_position(const struct pager *p)
{
    return p->ended && p->reach > p->base ? p->reach : p->base;
}

/* Remembers the ends of the page, for the next one to be compared with. */
static void note_ends(struct pager *p, const struct pager_page *page, struct digest *d)
{
    if (page->count == 0) {
        p->page_before = 0;
        return;
    }
    char first[sizeof p->first];
    char last[sizeof p->last];
    (void)snprintf(first, sizeof first, "%s", page->rows[0].uid);
    (void)snprintf(last, sizeof last, "%s", page->rows[page->count - 1].uid);
    d->again = d->fresh == 0 && page->count == p->page_before && strcmp(first, p->first) == 0 &&
               strcmp(last, p->last) == 0;
    memcpy(p->first, first, sizeof first);
    memcpy(p->last, last, sizeof last);
    p->page_before = page->count;
}

static int look_at(struct pager *p, const struct pager_page *page, enum pager_verdict *verdicts,
                   struct digest *d, struct err *err)
{
    *d = (struct digest){.count = page->count, .ordered = true};
    for (size_t i = 0; i < page->count; i++) {
        const struct pager_row *r = &page->rows[i];
        int fresh = seen_note(&p->seen, r->uid, r->key, err);
        if (fresh < 0) {
            return fresh;
        }
        const int64_t judged = r->key != 0 ? r->key : r->stand_in;
        const bool asked = judged >= p->from - 1 && judged <= p->to;
        verdicts[i] = fresh == 0 ? PAGER_SEEN : asked ? PAGER_NEW : PAGER_NOT_ASKED;
        d->fresh += fresh != 0;
        d->fresh_tied += fresh != 0 && r->key <= p->base;
        if (r->key == 0) {
            continue;
        }
        d->ordered = d->ordered && r->key >= d->last;
        d->last = r->key;
        d->outside = d->outside || r->key < p->base - 1;
        d->over = d->over || r->key > p->to;
        if (r->key <= p->to && r->key > p->reach) {
            p->reach = r->key;
        }
    }
    note_ends(p, page, d);
    /* hasNextPage alone is not enough: a server may return fewer rows than it was asked for. */
    d->last_page =
        d->count == 0 || (page->has_next == 0 && page->items_per_page >= 0 &&
                          d->count < (uint64_t)page->items_per_page && page->remaining <= 0);
    return 0;
}

static int end(struct pager *p)
{
    p->ended = true;
    return PAGER_END;
}

/* A page came again though another was asked for. When it is as long as pages get there must be
 * more behind it; otherwise it simply was the last one. */
static int repeated(struct pager *p, const struct digest *d, const struct pager_page *page,
                    struct err *err)
{
    if (page->has_next != 0 && d->count >= p->longest_page) {
        return err_set(err, ERR_REMOTE_RETRY,
                       "Cal.com answers the same page whatever is asked: the bookings behind it "
                       "cannot be read now");
    }
    return end(p);
}

static void begin_pass(struct pager *p, int pass)
{
    p->pass = pass;
    p->skip = 0;
    p->pass_rows = 0;
    p->pass_fresh = 0;
}

/* At the end of a pass. True: another one is needed to be sure of it. */
static bool pass_unsure(struct pager *p)
{
    if (p->pass_rows > p->longest_pass) {
        p->longest_pass = p->pass_rows;
    }
    /* One page alone was read in one piece. A server that ignored the bound once may heed it the
     * next time, so that the offsets of one pass counted different lists. */
    const bool doubtful = p->pass_fresh > 0 || (p->mode == PAGER_OFFSET && p->pass == 1);
    return p->skip > 0 && doubtful && p->pass < PASSES_MAX;
}

static int page_offset(struct pager *p, const struct digest *d, const struct pager_page *page,
                       struct err *err)
{
    p->pass_rows += (int64_t)d->count;
    p->pass_fresh += (int64_t)d->fresh;
    bool over = d->last_page || (d->over && d->ordered) ||
                (p->pass > 1 && p->pass_rows >= p->longest_pass + (int64_t)d->count);
    if (!over && p->pass == 1 && p->skip > 0 && d->again) {
        return repeated(p, d, page, err);
    }
    if (!over) {
        p->skip += (int64_t)d->count;
        return PAGER_MORE;
    }
    if (pass_unsure(p)) {
        begin_pass(p, p->pass + 1);
        return PAGER_MORE;
    }
    return end(p);
}

static int page_tied(struct pager *p, const struct digest *d, const struct pager_page *page,
                     struct err *err)
{
    p->pass_rows += (int64_t)d->count;
    p->pass_fresh += (int64_t)d->fresh_tied;
    const bool past = d->last > p->base;
    bool over = d->last_page || past ||
                (p->pass > 1 && p->pass_rows >= p->longest_pass + (int64_t)d->count);
    if (!over && p->pass == 1 && p->skip > 0 && d->again) {
        return repeated(p, d, page, err);
    }
    if (!over) {
        p->skip += (int64_t)d->count;
        return PAGER_MORE;
    }
    if (pass_unsure(p)) {
        begin_pass(p, p->pass + 1);
        return PAGER_MORE;
    }
    if (d->last_page || d->over || !past) {
        return end(p);
    }
    p->mode = PAGER_MOVING;
    p->longest_pass = 0;
    p->base = d->last;
    p->skip = 0;
    return PAGER_MORE;
}

int pager_page(struct pager *p, const struct pager_page *page, enum pager_verdict *verdicts,
               struct err *err)
{
    struct digest d;
    int rc = look_at(p, page, verdicts, &d, err);
    if (rc < 0) {
        return rc;
    }
    if (d.count > p->longest_page) {
        p->longest_page = d.count;
    }
    if (p->mode != PAGER_OFFSET && (!d.ordered || d.outside)) {
        const bool from_start = p->skip == 0;
        p->mode = PAGER_OFFSET;
        p->longest_pass = 0;
        begin_pass(p, 1);
        if (!from_start) {
            return PAGER_MORE; /* this page was part of another list */
        }
    }
    if (p->mode == PAGER_OFFSET) {
        return page_offset(p, &d, page, err);
    }
    if (p->mode == PAGER_TIED) {
        return page_tied(p, &d, page, err);
    }
    if (d.last_page || d.over) {
        return end(p);
    }
    if (d.last > p->base) {
        p->base = d.last;
        return PAGER_MORE;
    }
    p->mode = PAGER_TIED;
    begin_pass(p, 1);
    d.again = false; /* another question than the one before */
    return page_tied(p, &d, page, err);
}
