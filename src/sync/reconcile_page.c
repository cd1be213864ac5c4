/*
 * reconcile_page.c: one page of Cal.com's list: asks for it, lets the pager judge it, decodes what
 * is news. Writes nothing. Threads: the run's own.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/reconcile_work.h"

/* A page as the pager sees it. Uids are borrowed from the document. */
struct view {
    struct pager_row *rows;
    enum pager_verdict *verdicts;
    size_t count;
};

static void view_done(struct view *v)
{
    free(v->rows);
    free(v->verdicts);
    *v = (struct view){0};
}

static int64_t time_of(const cJSON *row, const char *key)
{
    int64_t at = 0;
    return json_time(row, key, &at) ? at : 0;
}

static int view_init(struct view *v, const cJSON *list, enum calcom_sort sort, int64_t from,
                     struct err *err)
{
    const size_t count = (size_t)cJSON_GetArraySize(list);
    v->rows = calloc(count + 1, sizeof *v->rows);
    v->verdicts = calloc(count + 1, sizeof *v->verdicts);
    if (v->rows == NULL || v->verdicts == NULL) {
        view_done(v);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, list)
    {
        struct pager_row *r = &v->rows[v->count++];
        const char *uid = json_text(row, "uid");
        r->uid = uid != NULL ? uid : "";
        r->key = time_of(row, sort == CALCOM_BY_UPDATED ? "updatedAt" : "start");
        /* updatedAt is null on old rows; one that does not even say when it was made is looked at.
         */
        r->stand_in = sort == CALCOM_BY_UPDATED ? time_of(row, "createdAt") : 0;
        r->stand_in = r->stand_in != 0 ? r->stand_in : from;
    }
    return 0;
}

static void note_newest(struct batch *b, const cJSON *row)
{
    int64_t at = time_of(row, "updatedAt");
    if (at > b->state.sweep.newest) {
        b->state.sweep.newest = at;
    }
}

/* Lets the pager judge the rows and decodes those that are news. */
static int take_page(struct work *w, struct pager *p, const struct calcom_answer *a,
                     int64_t read_at, const struct view *v, struct batch *b, struct err *err)
{
    const struct pager_page page = {.rows = v->rows,
                                    .count = v->count,
                                    .has_next = a->has_next,
                                    .items_per_page = a->items_per_page,
                                    .remaining = a->remaining};
    int more = pager_page(p, &page, v->verdicts, err);
    if (more < 0) {
        return more;
    }
    int rc = batch_init(b, v->count, w, err);
    const cJSON *row = a->data->child;
    for (size_t i = 0; i < v->count && rc >= 0; i++, row = row->next) {
        if (v->verdicts[i] == PAGER_NEW) {
            note_newest(b, row);
            rc = batch_row(b, w, row, read_at, err);
        } else if (v->verdicts[i] == PAGER_NOT_ASKED) {
            b->dropped++;
        }
    }
    if (rc < 0) {
        return rc;
    }
    b->pages = 1;
    w->report->remaining = more == PAGER_END ? 0 : a->remaining;
    return more;
}

int page_read(struct work *w, struct pager *p, enum calcom_sort sort, struct batch *b,
              int64_t *read_at, struct err *err)
{
    const int take = w->env->take > 0 ? w->env->take : CALCOM_TAKE_MAX;
    struct calcom_query q = {.sort = sort, .take = take, .skip = p->skip};
    if (sort == CALCOM_BY_UPDATED) {
        q.after_updated = pager_after(p);
    } else {
        q.after_start = pager_after(p);
        /* A day more than the longest visit; by its end, because there is no filter for the start.
         */
        q.before_end = p->to + CLOCK_DAY;
    }
    CLEANUP(calcom_answer_done) struct calcom_answer a = {0};
    int rc = calcom_bookings(w->env->calcom, &q, &a, err);
    if (rc < 0) {
        return rc;
    }
    const int64_t at = work_read_at(w, &a);
    struct view v = {0};
    rc = view_init(&v, a.data, sort, p->from, err);
    if (rc == 0) {
        rc = take_page(w, p, &a, at, &v, b, err);
        view_done(&v);
    }
    if (rc >= 0) {
        *read_at = at;
    }
    return rc;
}
