/*
 * outgoing_thread.c: the thread that finds out what became of orders whose answer was lost, also of
 * those of an earlier run of the program. Sends nothing but questions.
 * Threads: one; it shares struct outgoing under its lock.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "sync/outgoing_work.h"

#define IDLE_MS  CLOCK_MINUTE
#define AGAIN_MS (5 * CLOCK_SECOND) /* after a look that could not be made */
#define OVER_MS  (90 * CLOCK_SECOND)
#define KEPT_MS  (90 * CLOCK_DAY)
#define BATCH    32
#define PRUNE_MS (6 * CLOCK_HOUR)

int64_t outgoing_look_at(const struct outgoing_row *row)
{
    static const int64_t after[] = {0, 3, 10, 30, 60, 95};
    const size_t n = row->looks < 0 ? 0 : (size_t)row->looks;
    if (n < ARRAY_LEN(after)) {
        return row->created_at + after[n] * CLOCK_SECOND;
    }
    return row->created_at + (95 + 60 * ((int64_t)n - 5)) * CLOCK_SECOND;
}

bool outgoing_is_over(const struct outgoing_row *row, int64_t now)
{
    return now - row->created_at >= OVER_MS;
}

/* The order again, as far as looking it up needs it. */
static int order_of(struct outgoing *o, const struct outgoing_row *row, struct calcom_order *order,
                    struct outgoing_subject *s, struct err *err)
{
    *order = (struct calcom_order){.kind = row->kind,
                                   .uid = row->uid,
                                   .start = row->start,
                                   .email = "",
                                   .request_id = row->id,
                                   .event_type = row->event_type,
                                   .absent = row->absent};
    if (row->kind != ORDER_ABSENT) {
        return 0;
    }
    struct db *db = NULL;
    int rc = db_pool_take(o->o.pool, &db, err);
    if (rc >= 0) {
        rc = outgoing_subject(db, NULL, row->event_id, s, err);
        db_pool_give(o->o.pool, db);
    }
    if (rc > 0) {
        order->email = s->email;
    }
    return rc < 0 ? rc : 0;
}

static int look(struct outgoing *o, struct outgoing_row *row, struct err *err)
{
    struct outgoing_client *c = NULL;
    struct outgoing_subject s = {.uid = ""};
    struct calcom_order order;
    /* uid is overwritten when it is settled, and the order borrows it. */
    const struct outgoing_row was = *row;
    int rc = order_of(o, &was, &order, &s, err);
    if (rc >= 0) {
        rc = outgoing_take(o, &c, err);
    }
    if (rc < 0) {
        return rc;
    }
    rc = outgoing_look(o, c, row, &order, err);
    outgoing_give(o, c);
    if (rc != 0) {
        return rc;
    }
    row->looks++;
    if (outgoing_is_over(row, clock_now_ms())) {
        row->state = OUTGOING_FAILED;
        row->ended_at = clock_now_ms();
        (void)snprintf(row->reason, sizeof row->reason, "%s", OUTGOING_WHY_LOST);
    }
    return outgoing_save(o, row, err);
}

static int load(struct outgoing *o, struct outgoing_row *rows, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(o->o.pool, &db, err);
    if (rc >= 0) {
        rc = outgoing_unsure(db, rows, BATCH, err);
        db_pool_give(o->o.pool, db);
    }
    return rc;
}

/* Looks up what is due; how long until the next, in ms. */
static int64_t round_of_looks(struct outgoing *o, struct outgoing_row *rows)
{
    struct err err = {0};
    int64_t wait = IDLE_MS;
    int count = load(o, rows, &err);
    if (count < 0) {
        log_warn("outgoing_look_failed", "error=\"%s\"", err.msg);
        return AGAIN_MS;
    }
    for (int i = 0; i < count && atomic_load(&o->stop) == FETCH_GO; i++) {
        int64_t due = outgoing_look_at(&rows[i]) - clock_now_ms();
        if (due <= 0) {
            int rc = look(o, &rows[i], &err);
            if (rc < 0) {
                log_warn("outgoing_look_failed", "id=%s error=\"%s\"", rows[i].id, err.msg);
                due = err.code == ERR_CONFIG ? IDLE_MS : AGAIN_MS;
            } else if (rows[i].state != OUTGOING_UNSURE) {
                log_info("outgoing_found_out", "kind=%s id=%s state=%s",
                         outgoing_kind_name(rows[i].kind), rows[i].id,
                         outgoing_state_name(rows[i].state));
                continue;
            } else {
                due = outgoing_look_at(&rows[i]) - clock_now_ms();
            }
        }
        wait = due < wait ? due : wait;
    }
    return wait > 0 ? wait : 1;
}

static int prune_job(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return outgoing_prune(db, clock_now_ms() - KEPT_MS, err);
}

static void wait_for(struct outgoing *o, int64_t ms)
{
    const int64_t end = clock_mono_ms() + ms;
    const struct timespec t = {.tv_sec = (time_t)(end / CLOCK_SECOND),
                               .tv_nsec = (long)(end % CLOCK_SECOND) * 1000000L};
    (void)pthread_mutex_lock(&o->lock);
    while (!o->woken && atomic_load(&o->stop) == FETCH_GO && clock_mono_ms() < end) {
        (void)pthread_cond_timedwait(&o->wake, &o->lock, &t);
    }
    o->woken = false;
    (void)pthread_mutex_unlock(&o->lock);
}

static void *thread_main(void *arg)
{
    struct outgoing *o = arg;
    struct outgoing_row *rows = calloc(BATCH, sizeof *rows);
    int64_t prune_at = clock_mono_ms() + IDLE_MS;
    while (rows != NULL && atomic_load(&o->stop) == FETCH_GO) {
        int64_t wait = round_of_looks(o, rows);
        if (clock_mono_ms() >= prune_at) {
            struct err err = {0};
            prune_at = clock_mono_ms() + PRUNE_MS;
            if (writer_run(o->o.writer, prune_job, NULL, &err) < 0) {
                log_warn("outgoing_prune_failed", "error=\"%s\"", err.msg);
            }
        }
        wait_for(o, wait);
    }
    free(rows);
    return NULL;
}

int outgoing_thread_start(struct outgoing *o, struct err *err)
{
    /* Signals are for the main thread alone. */
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&o->thread, NULL, thread_main, o);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc == 0 ? 0 : err_set(err, ERR_NOMEM, "no thread for orders: %s", strerror(rc));
}

void outgoing_wake(struct outgoing *o)
{
    (void)pthread_mutex_lock(&o->lock);
    o->woken = true;
    (void)pthread_cond_signal(&o->wake);
    (void)pthread_mutex_unlock(&o->lock);
}
