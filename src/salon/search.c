/*
 * search.c: see search.h. The cards listed under all words of the query are looked at whole. Both
 * the lists and what is looked at are bounded, so that no query holds a reader for long.
 */
#include "salon/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define X(name, sql) static const char name[] = sql;
#include "salon/search.sql.def"
#undef X

#define SALONS_MAX 16
#define LIST_MAX   8000 /* cards listed for one word of the query; of more it is a common word */
#define SCAN_MAX   800  /* cards looked at for one query, per salon */
#define RANKED_MAX 100  /* results whose last visit is looked up */
#define HIDDEN     1000 /* points an archived card has less */

/* Greater than every word that begins with what stands before it. */
#define AFTER_ALL "\xf4\x8f\xbf\xbf"
/* Greater than the word alone, smaller than any longer one. */
#define AFTER_WORD "\x01"

struct range {
    const char *from;
    char to[SEARCH_WORD_LEN + 4];
};

static struct range range_of(const char *from, const char *after)
{
    struct range r = {.from = from};
    (void)snprintf(r.to, sizeof r.to, "%s%s", from, after);
    return r;
}

struct salons {
    int64_t number[SALONS_MAX];
    size_t count;
};

static int load_salons(struct db *db, const struct actor *who, struct salons *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SEARCH_SALONS, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":salon", who->salon_id);
    out->count = 0;
    while (out->count < SALONS_MAX && (rc = db_step(db, st, err)) > 0) {
        out->number[out->count++] = db_int(st, 0);
    }
    return rc < 0 ? rc : 0;
}

static void bind_range(sqlite3_stmt *st, int64_t salon, const struct range *r, int64_t max)
{
    db_bind_int(st, ":salon", salon);
    db_bind_text(st, ":from", r->from);
    db_bind_text(st, ":to", r->to);
    db_bind_int(st, ":max", max);
}

/* Cards, each once, by number. */
struct numbers {
    int64_t *list; /* owned */
    size_t count;
    size_t room;
};

static void numbers_done(struct numbers *n)
{
    free(n->list);
}

static int take_numbers(struct db *db, int64_t salon, const struct range *r, size_t max,
                        struct numbers *out, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SEARCH_NUMBERS, &st, err);
    if (rc < 0) {
        return rc;
    }
    bind_range(st, salon, r, (int64_t)max);
    while ((rc = db_step(db, st, err)) > 0) {
        if (out->count == out->room) {
            size_t room = out->room == 0 ? 256 : out->room * 2;
            int64_t *list = realloc(out->list, room * sizeof *list);
            if (list == NULL) {
                return err_set(err, ERR_NOMEM, "out of memory");
            }
            out->list = list;
            out->room = room;
        }
        out->list[out->count++] = db_int(st, 0);
    }
    return rc;
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Each card once, in the order they lie in. */
static void sort_numbers(struct numbers *n)
{
    if (n->count == 0) {
        return;
    }
    qsort(n->list, n->count, sizeof *n->list, compare_numbers);
    size_t kept = 1;
    for (size_t i = 1; i < n->count; i++) {
        if (n->list[i] != n->list[kept - 1]) {
            n->list[kept++] = n->list[i];
        }
    }
    n->count = kept;
}

static int each_card(struct db *db, const struct numbers *n, search_card_fn *each, void *arg,
                     struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SEARCH_CARD, &st, err);
    for (size_t i = 0; i < n->count && rc >= 0; i++) {
        (void)sqlite3_reset(st);
        db_bind_int(st, ":number", n->list[i]);
        rc = db_step(db, st, err);
        const char *text = rc > 0 ? db_text(st, 1) : NULL;
        if (text != NULL) {
            rc = each(arg, db_text(st, 0), text, err);
        }
    }
    return rc < 0 ? rc : 0;
}

struct hits {
    const struct search_query *query;
    unsigned kinds;
    const char *client_id; /* of the card that is looked at */
    bool hidden;
    struct search_result *list; /* owned */
    size_t count;
    size_t room;
    bool failed;
};

static void hits_done(struct hits *h)
{
    free(h->list);
}
DEFINE_CLEANUP_REF(struct hits, hits_done);

static void add_hit(void *arg, const struct search_fit *fit)
{
    struct hits *h = arg;
    bool pet = fit->pet != NULL;
    if ((h->kinds & (pet ? SEARCH_PETS : SEARCH_CLIENTS)) == 0 || (!pet && h->client_id == NULL) ||
        fit->pet_len >= UUID_TEXT_LEN) {
        return;
    }
    if (h->count == h->room) {
        size_t room = h->room == 0 ? 64 : h->room * 2;
        struct search_result *list = realloc(h->list, room * sizeof *list);
        if (list == NULL) {
            h->failed = true;
            return;
        }
        h->list = list;
        h->room = room;
    }
    struct search_result *r = &h->list[h->count++];
    *r = (struct search_result){.points = fit->points};
    if (h->client_id != NULL) {
        (void)snprintf(r->client_id, sizeof r->client_id, "%s", h->client_id);
    }
    if (pet) {
        memcpy(r->pet_id, fit->pet, fit->pet_len);
    }
    if (fit->hidden || h->hidden) {
        r->points -= HIDDEN;
    }
}

static int look_at(void *arg, const char *client_id, const char *text, struct err *err)
{
    struct hits *h = arg;
    h->client_id = client_id;
    h->hidden = strncmp(text, "c\tx", 3) == 0;
    search_text_match(text, h->query, add_hit, h);
    return h->failed ? err_set(err, ERR_NOMEM, "out of memory") : 0;
}

/* The cards listed under a term. 1 when there are more than the list takes. */
static int list_term(struct db *db, int64_t salon, const struct search_term *t, size_t max,
                     struct numbers *out, struct err *err)
{
    struct range begins = range_of(t->text, AFTER_ALL);
    int rc = take_numbers(db, salon, &begins, max, out, err);
    bool common = out->count >= max;
    if (rc >= 0 && t->tail[0] != '\0') {
        struct range ends = range_of(t->tail, AFTER_ALL);
        rc = take_numbers(db, salon, &ends, max, out, err);
    }
    sort_numbers(out);
    return rc < 0 ? rc : common;
}

/* Keeps in `a` what is in both. */
static void keep_common(struct numbers *a, const struct numbers *b)
{
    size_t kept = 0;
    size_t k = 0;
    for (size_t i = 0; i < a->count; i++) {
        while (k < b->count && b->list[k] < a->list[i]) {
            k++;
        }
        if (k < b->count && b->list[k] == a->list[i]) {
            a->list[kept++] = a->list[i];
        }
    }
    a->count = kept;
}

/* Lists of words that are not common are complete, and what is not in all of them does not fit. A
 * list of a common word is only a part, and is used when there is nothing better. */
static int list_query(struct db *db, int64_t salon, const struct search_query *q,
                      struct numbers *out, struct err *err)
{
    bool some = false;
    bool complete = false;
    for (size_t i = 0; i < q->count; i++) {
        struct numbers n = {0};
        int rc = list_term(db, salon, &q->terms[i], q->count == 1 ? SCAN_MAX : LIST_MAX, &n, err);
        bool common = rc > 0;
        if (rc >= 0 && some && common == !complete) {
            keep_common(out, &n);
        } else if (rc >= 0 && (!some || !common)) {
            struct numbers worse = *out;
            *out = n;
            n = worse;
            complete = !common;
        }
        some = true;
        numbers_done(&n);
        if (rc < 0) {
            return rc;
        }
    }
    /* The newer cards. */
    if (out->count > SCAN_MAX) {
        memmove(out->list, out->list + (out->count - SCAN_MAX), SCAN_MAX * sizeof *out->list);
        out->count = SCAN_MAX;
    }
    return 0;
}

static int scan_salon(struct db *db, int64_t salon, const struct search_query *q, struct hits *hits,
                      struct err *err)
{
    struct numbers n = {0};
    int rc = list_query(db, salon, q, &n, err);
    if (rc >= 0) {
        rc = each_card(db, &n, look_at, hits, err);
    }
    numbers_done(&n);
    return rc;
}

static int better_first(const void *a, const void *b)
{
    const struct search_result *x = a;
    const struct search_result *y = b;
    if (x->points != y->points) {
        return x->points < y->points ? 1 : -1;
    }
    if (x->seen != y->seen) {
        return x->seen < y->seen ? 1 : -1;
    }
    /* Ids ascend with time: newer cards first. */
    int order = strcmp(y->client_id, x->client_id);
    return order != 0 ? order : strcmp(x->pet_id, y->pet_id);
}

static int load_seen(struct db *db, struct search_result *r, struct err *err)
{
    CLEANUP(db_reset) sqlite3_stmt *st = NULL;
    int rc = db_stmt(db, SQL_SEARCH_SEEN, &st, err);
    if (rc < 0) {
        return rc;
    }
    db_bind_text(st, ":client", r->client_id);
    rc = db_step(db, st, err);
    if (rc > 0) {
        r->seen = db_time(st, 0);
    }
    return rc < 0 ? rc : 0;
}

/* A pet of two owners is found on both their cards. */
static bool known_pet(const struct search_result *list, size_t count, const char *pet_id)
{
    for (size_t i = 0; i < count && pet_id[0] != '\0'; i++) {
        if (strcmp(list[i].pet_id, pet_id) == 0) {
            return true;
        }
    }
    return false;
}

static int rank(struct db *db, struct hits *h, struct err *err)
{
    int rc = 0;
    if (h->count > 1) {
        qsort(h->list, h->count, sizeof *h->list, better_first);
    }
    h->count = h->count > RANKED_MAX ? RANKED_MAX : h->count;
    for (size_t i = 0; i < h->count && rc >= 0; i++) {
        rc = h->list[i].client_id[0] == '\0' ? 0 : load_seen(db, &h->list[i], err);
    }
    if (rc >= 0 && h->count > 1) {
        qsort(h->list, h->count, sizeof *h->list, better_first);
    }
    return rc;
}

int search_find(struct db *db, const struct actor *who, const char *typed, unsigned kinds,
                struct search_result out[static SEARCH_LIMIT_MAX], size_t limit, size_t *count,
                struct err *err)
{
    struct search_query q;
    struct salons salons = {0};
    CLEANUP(hits_done) struct hits hits = {.query = &q, .kinds = kinds};
    int rc = search_query_parse(typed, &q, err);
    if (rc > 0) {
        rc = load_salons(db, who, &salons, err);
    }
    for (size_t i = 0; i < salons.count && rc >= 0; i++) {
        rc = scan_salon(db, salons.number[i], &q, &hits, err);
    }
    if (rc >= 0) {
        rc = rank(db, &hits, err);
    }
    if (rc < 0) {
        return rc;
    }
    size_t n = 0;
    for (size_t i = 0; i < hits.count && n < limit && n < SEARCH_LIMIT_MAX; i++) {
        if (!known_pet(out, n, hits.list[i].pet_id)) {
            out[n++] = hits.list[i];
        }
    }
    *count = n;
    return 0;
}

static int cards_of_word(struct db *db, int64_t salon, const char *word, size_t max,
                         search_card_fn *each, void *arg, struct err *err)
{
    struct numbers n = {0};
    struct range exactly = range_of(word, AFTER_WORD);
    int rc = take_numbers(db, salon, &exactly, max, &n, err);
    if (rc >= 0) {
        rc = each_card(db, &n, each, arg, err);
    }
    numbers_done(&n);
    return rc;
}

int search_by_word(struct db *db, const struct actor *who, const char *word, size_t max,
                   search_card_fn *each, void *arg, struct err *err)
{
    struct salons salons = {0};
    int rc = strlen(word) > SEARCH_WORD_MAX ? 0 : load_salons(db, who, &salons, err);
    for (size_t i = 0; i < salons.count && rc >= 0; i++) {
        rc = cards_of_word(db, salons.number[i], word, max, each, arg, err);
    }
    return rc < 0 ? rc : 0;
}
