/*
 * sync_pager.c: the paging of a list that lives while it is read. A small imitation of Cal.com's
 * list, well or badly behaved, is read to its end; nothing that was there all the time may be lost.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "count.h"
#include "sync/pager.h"

#define ROWS_MAX 2000
#define T0       INT64_C(1760000000000)

struct row {
    char uid[12];
    int64_t key;
    int64_t got; /* the key it was read with; 0: not read */
};

struct list {
    struct row rows[ROWS_MAX];
    size_t count;
    int64_t clock; /* keys of changes made meanwhile */
    /* behaviour */
    size_t cap; /* rows per page at most */
    bool exclusive, ignores_bound, ignores_skip, ignores_order, lies_about_next, mute;
    int changes_per_page;
    uint64_t seed;
    /* what happened */
    int requests;
    int64_t low; /* least key it should have been asked for */
};

static uint32_t draw(struct list *l, uint32_t below)
{
    l->seed = l->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((l->seed >> 33) % below);
}

static void add(struct list *l, int64_t key)
{
    struct row *r = &l->rows[l->count];
    (void)snprintf(r->uid, sizeof r->uid, "b%zu", l->count);
    r->key = key;
    r->got = 0;
    l->count++;
}

static struct list *sorting;

static int by_key(const void *a, const void *b)
{
    const struct row *x = &sorting->rows[*(const size_t *)a];
    const struct row *y = &sorting->rows[*(const size_t *)b];
    if (sorting->ignores_order) {
        return strcmp(x->uid, y->uid);
    }
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return strcmp(x->uid, y->uid);
}

/* Something changes at Cal.com: the row moves to the end of the list. */
static void change(struct list *l)
{
    l->clock += 1 + draw(l, 3);
    l->rows[draw(l, (uint32_t)l->count)].key = l->clock;
}

/* Reads the list to its end. take: rows asked for. */
static int read_all(struct list *l, struct pager *p, size_t take, struct err *err)
{
    static size_t order[ROWS_MAX];
    static struct pager_row rows[ROWS_MAX];
    static enum pager_verdict verdicts[ROWS_MAX];
    for (;;) {
        cr_assert_lt(++l->requests, 5000, "it does not end");
        size_t n = 0;
        for (size_t i = 0; i < l->count; i++) {
            int64_t after = pager_after(p);
            int64_t key = l->rows[i].key;
            if (l->ignores_bound || (l->exclusive ? key > after : key >= after)) {
                order[n++] = i;
            }
        }
        sorting = l;
        qsort(order, n, sizeof order[0], by_key);
        size_t skip = l->ignores_skip ? 0 : (size_t)p->skip;
        size_t page = take < l->cap ? take : l->cap;
        size_t count = 0;
        for (size_t i = skip; i < n && count < page; i++) {
            const struct row *r = &l->rows[order[i]];
            rows[count++] = (struct pager_row){.uid = r->uid, .key = r->key, .stand_in = r->key};
        }
        const struct pager_page said = {
            .rows = rows,
            .count = count,
            .has_next = l->mute                                  ? -1
                        : l->lies_about_next || skip + count < n ? 1
                                                                 : 0,
            .items_per_page = l->mute ? -1 : (int64_t)page,
            .remaining = l->mute ? -1
                         : l->lies_about_next
                             ? 77
                             : (int64_t)(n - skip - count < n ? n - skip - count : 0),
        };
        int rc = pager_page(p, &said, verdicts, err);
        if (rc < 0) {
            return rc;
        }
        for (size_t i = 0; i < count; i++) {
            struct row *r = &l->rows[order[skip + i]];
            if (verdicts[i] == PAGER_NEW) {
                cr_assert_geq(r->key, p->from - 1, "a row that was not asked for was let through");
                r->got = r->key;
            }
        }
        if (rc == PAGER_END) {
            return rc;
        }
        /* A list that changes faster than it is read, for ever, has no end. */
        for (int i = 0; i < l->changes_per_page && l->requests < 200; i++) {
            change(l);
        }
    }
}

/* Every row that has a key in [from, until] was read with the key it has now. */
static size_t lost(const struct list *l, int64_t from, int64_t until)
{
    size_t n = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct row *r = &l->rows[i];
        n += r->key >= from && r->key <= until && r->got != r->key;
    }
    return n;
}

static struct list plain(size_t count, int64_t step)
{
    struct list l = {.cap = 250, .clock = T0 + INT64_C(100000000), .seed = 1};
    for (size_t i = 0; i < count; i++) {
        add(&l, T0 + (int64_t)i * step);
    }
    return l;
}

static int read_plain(struct list *l, int64_t from, struct err *err)
{
    CLEANUP(pager_done) struct pager p;
    pager_init(&p, from, INT64_MAX);
    return read_all(l, &p, 250, err);
}

Test(pager, an_empty_list_takes_one_request)
{
    struct list l = plain(0, 1);
    cr_assert_eq(read_plain(&l, T0, NULL), PAGER_END);
    cr_assert_eq(l.requests, 1);
}

Test(pager, twelve_hundred_changes_take_six_requests)
{
    struct list l = plain(1200, 60000);
    cr_assert_eq(read_plain(&l, T0, NULL), PAGER_END);
    cr_assert_eq(lost(&l, T0, INT64_MAX), 0);
    cr_assert_leq(l.requests, 6);
}

Test(pager, a_server_that_caps_pages_at_a_hundred_is_read_whole)
{
    struct list l = plain(450, 60000);
    l.cap = 100;
    cr_assert_eq(read_plain(&l, T0, NULL), PAGER_END);
    cr_assert_eq(lost(&l, T0, INT64_MAX), 0);
}

Test(pager, equal_moments_across_a_page_boundary_lose_nothing)
{
    struct list l = plain(240, 1);
    for (int i = 0; i < 30; i++) {
        add(&l, T0 + 240);
    }
    for (int i = 0; i < 30; i++) {
        add(&l, T0 + 241 + i);
    }
    cr_assert_eq(read_plain(&l, T0, NULL), PAGER_END);
    cr_assert_eq(lost(&l, T0, INT64_MAX), 0);
}

Test(pager, pages_full_of_one_moment_lose_nothing_and_end)
{
    for (int variant = 0; variant < 4; variant++) {
        struct list l = plain(10, 1);
        l.exclusive = variant & 1;
        l.lies_about_next = variant & 2;
        for (int i = 0; i < 900; i++) {
            add(&l, T0 + 500);
        }
        for (int i = 0; i < 20; i++) {
            add(&l, T0 + 600 + i);
        }
        cr_assert_eq(read_plain(&l, T0, NULL), PAGER_END);
        cr_assert_eq(lost(&l, T0, INT64_MAX), 0, "variant %d", variant);
    }
}

Test(pager, rows_that_leave_a_tie_while_it_is_read_push_none_across_a_page)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct list l = plain(5, 1);
        l.seed = seed;
        l.changes_per_page = 3;
        for (int i = 0; i < 700; i++) {
            add(&l, T0 + 500);
        }
        cr_assert_eq(read_plain(&l, T0, NULL), PAGER_END);
        cr_assert_eq(lost(&l, T0, T0 + 1000), 0, "seed %llu", (unsigned long long)seed);
    }
}

Test(pager, a_lower_bound_that_is_ignored_is_made_up_for)
{
    struct list l = plain(1000, 1000);
    l.ignores_bound = true;
    cr_assert_eq(read_plain(&l, T0 + 700000, NULL), PAGER_END);
    cr_assert_eq(lost(&l, T0 + 700000, INT64_MAX), 0);
    cr_assert_eq(l.rows[10].got, 0, "what was not asked for is dropped");
}

Test(pager, an_order_that_is_ignored_is_made_up_for)
{
    struct list l = plain(1000, 1000);
    l.ignores_order = true;
    l.changes_per_page = 1;
    CLEANUP(pager_done) struct pager p;
    pager_init(&p, T0 + 100000, INT64_MAX);
    cr_assert_eq(read_all(&l, &p, 250, NULL), PAGER_END);
    cr_assert_eq(lost(&l, T0 + 100000, T0 + INT64_C(99999999)), 0);
}

Test(pager, without_order_nothing_counts_as_read_before_the_end)
{
    CLEANUP(pager_done) struct pager p;
    pager_init(&p, T0, INT64_MAX);
    struct pager_row rows[3] = {{"b", T0 + 500, 0}, {"c", T0 + 900, 0}, {"a", T0 + 100, 0}};
    enum pager_verdict verdicts[3];
    const struct pager_page page = {rows, 3, 1, 3, 10};
    cr_assert_eq(pager_page(&p, &page, verdicts, NULL), PAGER_MORE);
    cr_assert_eq(pager_position(&p), T0);
}

Test(pager, a_server_that_repeats_a_full_page_for_ever_is_reported)
{
    struct list l = plain(1000, 1000);
    l.ignores_bound = true;
    l.ignores_skip = true;
    struct err err = {0};
    cr_assert_lt(read_plain(&l, T0 + 700000, &err), 0);
    cr_assert_eq(err.code, ERR_REMOTE_RETRY);
}

Test(pager, a_last_page_whose_server_promises_more_ends_it)
{
    for (int skips = 0; skips < 2; skips++) {
        struct list l = plain(30, 1000);
        l.lies_about_next = true;
        l.ignores_skip = skips == 0;
        /* With offsets ignored too the same 30 rows come for ever. */
        l.cap = 250;
        CLEANUP(pager_done) struct pager p;
        pager_init(&p, T0 - 5, INT64_MAX);
        int rc = read_all(&l, &p, 250, NULL);
        cr_assert_eq(rc, PAGER_END);
        cr_assert_leq(l.requests, 5);
        cr_assert_eq(lost(&l, T0, INT64_MAX), 0);
    }
}

Test(pager, a_server_without_pagination_is_read_until_nothing_new_comes)
{
    struct list l = plain(600, 1000);
    l.mute = true;
    cr_assert_eq(read_plain(&l, T0, NULL), PAGER_END);
    cr_assert_eq(lost(&l, T0, INT64_MAX), 0);
}

Test(pager, rows_without_a_key_are_judged_by_their_stand_in)
{
    CLEANUP(pager_done) struct pager p;
    pager_init(&p, T0, INT64_MAX);
    struct pager_row rows[2] = {{"old", 0, T0 - 1000}, {"new", 0, T0 + 1000}};
    enum pager_verdict verdicts[2];
    const struct pager_page page = {rows, 2, 0, 250, 0};
    cr_assert_eq(pager_page(&p, &page, verdicts, NULL), PAGER_END);
    cr_assert_eq(verdicts[0], PAGER_NOT_ASKED);
    cr_assert_eq(verdicts[1], PAGER_NEW);
}

Test(pager, a_row_that_changes_while_the_list_is_read_is_read_again)
{
    CLEANUP(pager_done) struct pager p;
    pager_init(&p, T0, INT64_MAX);
    struct pager_row first[2] = {{"a", T0 + 1, 0}, {"b", T0 + 2, 0}};
    struct pager_row second[2] = {{"b", T0 + 2, 0}, {"a", T0 + 9, 0}};
    enum pager_verdict verdicts[2];
    const struct pager_page one = {first, 2, 1, 2, 1};
    const struct pager_page two = {second, 2, 0, 3, 0};
    cr_assert_eq(pager_page(&p, &one, verdicts, NULL), PAGER_MORE);
    cr_assert_eq(pager_page(&p, &two, verdicts, NULL), PAGER_END);
    cr_assert_eq(verdicts[0], PAGER_SEEN);
    cr_assert_eq(verdicts[1], PAGER_NEW);
    cr_assert_eq(pager_position(&p), T0 + 9);
}

Test(pager, an_upper_bound_ends_it_where_the_server_ignores_it)
{
    struct list l = plain(1500, 1000);
    CLEANUP(pager_done) struct pager p;
    pager_init(&p, T0, T0 + 300500);
    cr_assert_eq(read_all(&l, &p, 250, NULL), PAGER_END);
    cr_assert_leq(l.requests, 3);
    cr_assert_eq(lost(&l, T0, T0 + 300500), 0);
    cr_assert_eq(l.rows[400].got, 0);
    cr_assert_eq(pager_position(&p), T0 + 300000);
}

Test(pager, random_lists_that_change_while_they_are_read_lose_nothing)
{
    long rounds = test_count("pager: random living lists", 400, 20000);
    for (long i = 0; i < rounds; i++) {
        struct list l = {.seed = (uint64_t)i * 7919 + 1, .clock = T0 + INT64_C(10000000)};
        const uint32_t count = draw(&l, 1200);
        const int64_t spread = 1 + draw(&l, 4000);
        for (uint32_t k = 0; k < count; k++) {
            add(&l, T0 + draw(&l, (uint32_t)spread));
        }
        l.cap = 20 + draw(&l, 231);
        l.exclusive = draw(&l, 2);
        l.lies_about_next = draw(&l, 4) == 0;
        l.mute = draw(&l, 6) == 0;
        l.changes_per_page = count > 0 ? (int)draw(&l, 4) : 0;
        CLEANUP(pager_done) struct pager p;
        pager_init(&p, T0, INT64_MAX);
        struct err err = {0};
        int rc = read_all(&l, &p, 250, &err);
        cr_assert_eq(rc, PAGER_END, "round %ld: %s", i, err.msg);
        cr_assert_eq(lost(&l, T0, T0 + INT64_C(9999999)), 0, "round %ld lost rows", i);
    }
}
