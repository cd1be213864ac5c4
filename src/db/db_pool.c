/*
 * db_pool.c: read connections, lent one thread at a time. The first is opened at once, so that a
 * file that cannot be read is noticed at the start; the others when they are first needed. Threads:
 * any; `lock` guards everything.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "db/internal.h"

#define TAKE_TIMEOUT_S 5

struct db_pool {
    char *path;
    pthread_mutex_t lock;
    pthread_cond_t given;
    int max;
    int open; /* connections that exist, lent or idle, or are just being opened */
    int idle_count;
    struct db **idle; /* a stack: the one used last has the warmest cache */
};

static int pool_init(struct db_pool *p, const char *path, int n, struct err *err)
{
    p->max = n;
    p->path = strdup(path);
    p->idle = calloc((size_t)n, sizeof(struct db *));
    if (p->path == NULL || p->idle == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = db_open(path, DB_READ, false, &p->idle[0], err);
    if (rc < 0) {
        return rc;
    }
    p->open = 1;
    p->idle_count = 1;
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&p->given, &attr); /* these cannot fail with glibc */
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&p->lock, NULL);
    return 0;
}

int db_pool_new(const char *path, int n, struct db_pool **out, struct err *err)
{
    assert(n > 0);
    struct db_pool *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = pool_init(p, path, n, err);
    if (rc < 0) {
        free(p->idle);
        free(p->path);
        free(p);
        return rc;
    }
    *out = p;
    return 0;
}

void db_pool_free(struct db_pool *p)
{
    if (p == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&p->lock);
    while (p->idle_count < p->open) {
        (void)pthread_cond_wait(&p->given, &p->lock);
    }
    (void)pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->idle_count; i++) {
        db_close(p->idle[i]);
    }
    (void)pthread_cond_destroy(&p->given);
    (void)pthread_mutex_destroy(&p->lock);
    free(p->idle);
    free(p->path);
    free(p);
}

/* Waits, with the lock held, until a connection is idle or may be opened. */
static int wait_for_room(struct db_pool *p, struct err *err)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TAKE_TIMEOUT_S;
    while (p->idle_count == 0 && p->open == p->max) {
        if (pthread_cond_timedwait(&p->given, &p->lock, &until) == ETIMEDOUT &&
            p->idle_count == 0 && p->open == p->max) {
            return err_set(err, ERR_BUSY, "too many readers at once: try again");
        }
    }
    return 0;
}

int db_pool_take(struct db_pool *p, struct db **out, struct err *err)
{
    starved_clear();
    (void)pthread_mutex_lock(&p->lock);
    int rc = wait_for_room(p, err);
    if (rc < 0) {
        (void)pthread_mutex_unlock(&p->lock);
        return rc;
    }
    if (p->idle_count > 0) {
        *out = p->idle[--p->idle_count];
        (void)pthread_mutex_unlock(&p->lock);
        return 0;
    }
    p->open++;
    (void)pthread_mutex_unlock(&p->lock);
    rc = db_open(p->path, DB_READ, false, out, err);
    if (rc < 0) {
        (void)pthread_mutex_lock(&p->lock);
        p->open--;
        (void)pthread_cond_signal(&p->given);
        (void)pthread_mutex_unlock(&p->lock);
    }
    return rc;
}

/* A forgotten reset or transaction would hold its snapshot, and with it every checkpoint, for ever.
 * It is our bug, but one that need not stop the box. */
static void tidy(struct db *db)
{
    bool forgotten = sqlite3_get_autocommit(db->handle) == 0;
    for (sqlite3_stmt *st = sqlite3_next_stmt(db->handle, NULL); st != NULL;
         st = sqlite3_next_stmt(db->handle, st)) {
        if (sqlite3_stmt_busy(st)) {
            log_error("statement_left_open", "sql=%s", sqlite3_sql(st));
            db_reset(st);
        }
    }
    if (forgotten) {
        log_error("transaction_left_open", "on a reader");
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    }
}

void db_pool_give(struct db_pool *p, struct db *db)
{
    if (db == NULL) {
        return;
    }
    if (sqlite3_txn_state(db->handle, NULL) != SQLITE_TXN_NONE ||
        sqlite3_get_autocommit(db->handle) == 0) {
        tidy(db);
    }
    (void)pthread_mutex_lock(&p->lock);
    p->idle[p->idle_count++] = db;
    (void)pthread_cond_signal(&p->given);
    (void)pthread_mutex_unlock(&p->lock);
}
