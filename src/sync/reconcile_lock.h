/*
 * reconcile_lock.h: never two reconciles at once, in whatever process. The lock is the kernel's, on
 * a file in the data folder: it ends with its holder, also with one that was killed.
 */
#ifndef BARKBOOK_SYNC_RECONCILE_LOCK_H
#define BARKBOOK_SYNC_RECONCILE_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"

#define RECONCILE_LOCK_FILE "reconcile.lock"
#define RECONCILE_LOCK_WAIT INT64_C(60000) /* ms: what the command line and the button wait for */

struct reconcile_lock;

/* Waits up to wait_ms for another holder to finish (0: not at all), and no longer than *stop (a
 * fetch_stop, or NULL) allows. ERR_BUSY names the holder, ERR_STOPPED, ERR_IO. */
MUST_USE int reconcile_lock_take(const char *data_dir, int64_t wait_ms, const atomic_int *stop,
                                 struct reconcile_lock **out, struct err *err);
void reconcile_lock_give(struct reconcile_lock *l); /* accepts NULL */
DEFINE_CLEANUP(struct reconcile_lock *, reconcile_lock_give);

#endif
