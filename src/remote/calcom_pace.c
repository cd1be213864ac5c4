/*
 * calcom_pace.c: a pace with its lock, which is held for arithmetic only.
 */
#include "remote/calcom_pace.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "remote/pace.h"

struct calcom_pace {
    pthread_mutex_t lock;
    struct pace pace;
};

int calcom_pace_new(double requests_per_second, struct calcom_pace **out, struct err *err)
{
    struct calcom_pace *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    pace_init(&p->pace, requests_per_second > 0 ? requests_per_second : 1);
    (void)pthread_mutex_init(&p->lock, NULL);
    *out = p;
    return 0;
}

void calcom_pace_free(struct calcom_pace *p)
{
    if (p != NULL) {
        (void)pthread_mutex_destroy(&p->lock);
        free(p);
    }
}

bool calcom_pace_turn(struct calcom_pace *p, int64_t deadline, int64_t *wait)
{
    (void)pthread_mutex_lock(&p->lock);
    const int64_t now = clock_mono_ms();
    *wait = pace_wait(&p->pace, now);
    const bool in_time = now + *wait <= deadline;
    if (in_time) {
        (void)pace_take(&p->pace, now);
    }
    (void)pthread_mutex_unlock(&p->lock);
    return in_time;
}

void calcom_pace_hold(struct calcom_pace *p, int64_t wait_ms)
{
    (void)pthread_mutex_lock(&p->lock);
    pace_block(&p->pace, clock_mono_ms(), wait_ms);
    (void)pthread_mutex_unlock(&p->lock);
}
