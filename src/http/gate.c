/*
 * gate.c: see gate.h. One lock, one condition; nothing is computed under the lock.
 */
#include "http/gate.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

#define WAIT_MS       10000
#define WAITING_KNOWN 8
#define WAITING_OTHER 4
#define PER_ADDRESS   2
#define KNOWN         64

struct gate {
    pthread_mutex_t lock; /* over everything below */
    pthread_cond_t turn;
    bool busy;
    bool stopping;
    int waiting_known;
    int waiting_other;
    struct net_address others[WAITING_OTHER]; /* who waits */
    struct net_address known[KNOWN];          /* ring: oldest overwritten */
    int known_count;
    int known_next;
};

int gate_new(struct gate **out, struct err *err)
{
    struct gate *g = calloc(1, sizeof *g);
    pthread_condattr_t attr;
    if (g == NULL || pthread_condattr_init(&attr) != 0) {
        free(g);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    bool ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&g->turn, &attr) == 0 && pthread_mutex_init(&g->lock, NULL) == 0;
    (void)pthread_condattr_destroy(&attr);
    if (!ok) {
        free(g);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = g;
    return 0;
}

void gate_free(struct gate *g)
{
    if (g != NULL) {
        pthread_cond_destroy(&g->turn);
        pthread_mutex_destroy(&g->lock);
        free(g);
    }
}

static bool is_known(const struct gate *g, const struct net_address *from)
{
    for (int i = 0; i < g->known_count; i++) {
        if (net_equal(&g->known[i], from)) {
            return true;
        }
    }
    return false;
}

void gate_know(struct gate *g, const struct net_address *from)
{
    pthread_mutex_lock(&g->lock);
    if (!is_known(g, from)) {
        g->known[g->known_next] = *from;
        g->known_next = (g->known_next + 1) % KNOWN;
        g->known_count += g->known_count < KNOWN ? 1 : 0;
    }
    pthread_mutex_unlock(&g->lock);
}

/* Under the lock: a place in the queue, or false. */
static bool line_up(struct gate *g, bool known, const struct net_address *from)
{
    if (known) {
        if (g->waiting_known == WAITING_KNOWN) {
            return false;
        }
        g->waiting_known++;
        return true;
    }
    int same = 0;
    for (int i = 0; i < g->waiting_other; i++) {
        same += net_equal(&g->others[i], from) ? 1 : 0;
    }
    if (g->waiting_other == WAITING_OTHER || same == PER_ADDRESS) {
        return false;
    }
    g->others[g->waiting_other++] = *from;
    return true;
}

static void step_out(struct gate *g, bool known, const struct net_address *from)
{
    if (known) {
        g->waiting_known--;
        return;
    }
    for (int i = 0; i < g->waiting_other; i++) {
        if (net_equal(&g->others[i], from)) {
            g->others[i] = g->others[--g->waiting_other];
            return;
        }
    }
}

int gate_enter(struct gate *g, const struct net_address *from, struct err *err)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAIT_MS / 1000;
    int rc = 0;
    pthread_mutex_lock(&g->lock);
    bool known = is_known(g, from);
    if (!line_up(g, known, from)) {
        rc = err_set(err, ERR_RATE, "too many people are signing in: try again in a moment");
    } else {
        int waited = 0;
        while (!g->stopping && waited == 0 && (g->busy || (!known && g->waiting_known > 0))) {
            waited = pthread_cond_timedwait(&g->turn, &g->lock, &until);
        }
        step_out(g, known, from);
        if (g->stopping) {
            rc = err_set(err, ERR_STOPPED, "stopping: try again in a moment");
        } else if (g->busy || (!known && g->waiting_known > 0)) {
            rc = err_set(err, ERR_RATE, "too many people are signing in: try again in a moment");
        } else {
            g->busy = true;
        }
        /* A known one that gave up may have been what the others waited for. */
        pthread_cond_broadcast(&g->turn);
    }
    pthread_mutex_unlock(&g->lock);
    return rc;
}

void gate_leave(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->busy = false;
    pthread_cond_broadcast(&g->turn);
    pthread_mutex_unlock(&g->lock);
}

void gate_stop_soon(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->stopping = true;
    pthread_cond_broadcast(&g->turn);
    pthread_mutex_unlock(&g->lock);
}
