/*
 * outgoing_client.c: the way out as a whole: made, stopped, ended; and who may use Cal.com's client
 * just now. Threads: all of the struct's shared state is here, under its lock.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "sync/connection.h"
#include "sync/outgoing_work.h"

#define AT_ONCE                                                                      \
    6 /* calls under way: a Cal.com that hangs must not take the dashboard's workers \
       */
#define READ_MS    (8 * CLOCK_SECOND)
#define WRITE_MS   (20 * CLOCK_SECOND)
#define CONNECT_MS (4 * CLOCK_SECOND)

static void client_free(struct outgoing_client *c)
{
    if (c == NULL) {
        return;
    }
    calcom_free(c->calcom);
    if (c->key != NULL) {
        secret_wipe(c->key, strlen(c->key));
    }
    free(c->key);
    free(c->configured);
    free(c);
}

static int client_new(struct outgoing *o, const struct connection *with,
                      struct outgoing_client **out, struct err *err)
{
    const struct calcom_options options = {
        .stop = &o->stop,
        .pace = o->o.pace,
        .patience_ms = READ_MS,
        .backoff_ms = CLOCK_SECOND / 2,
        .tries = 2,
        .write_ms = WRITE_MS,
        .limits = {.connect_ms = CONNECT_MS, .total_ms = WRITE_MS, .stall_ms = WRITE_MS},
    };
    struct outgoing_client *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = connection_open(o->o.config, with, &options, &c->calcom, err);
    if (rc >= 0) {
        c->key = strdup(with->api_key);
        c->configured = with->username != NULL ? strdup(with->username) : NULL;
        if (c->key == NULL || (with->username != NULL && c->configured == NULL)) {
            rc = err_set(err, ERR_NOMEM, "out of memory");
        }
    }
    if (rc < 0) {
        client_free(c);
        return rc;
    }
    *out = c;
    return 0;
}

/* Of the clients that nobody uses only the current one is kept. Under the lock; the rest is handed
 * out to be freed without it. */
static struct outgoing_client *take_unused(struct outgoing *o)
{
    struct outgoing_client *unused = NULL;
    struct outgoing_client **at = o->clients != NULL ? &o->clients->next : NULL;
    while (at != NULL && *at != NULL) {
        struct outgoing_client *c = *at;
        if (c->users > 0) {
            at = &c->next;
            continue;
        }
        *at = c->next;
        c->next = unused;
        unused = c;
    }
    return unused;
}

static void free_all(struct outgoing_client *list)
{
    while (list != NULL) {
        struct outgoing_client *next = list->next;
        client_free(list);
        list = next;
    }
}

/* The current client, when it has that key. Under the lock. */
static struct outgoing_client *current(struct outgoing *o, const struct connection *c)
{
    struct outgoing_client *have = o->clients;
    return have != NULL && c->api_key != NULL && strcmp(have->key, c->api_key) == 0 ? have : NULL;
}

static int load_connection(struct outgoing *o, struct connection *out, struct err *err)
{
    struct db *db = NULL;
    int rc = db_pool_take(o->o.pool, &db, err);
    if (rc >= 0) {
        rc = connection_load(o->o.config, db, out, err);
        db_pool_give(o->o.pool, db);
    }
    return rc;
}

int outgoing_take(struct outgoing *o, struct outgoing_client **out, struct err *err)
{
    CLEANUP(connection_done) struct connection with = {0};
    if (o->o.offline) {
        return err_set(err, ERR_CONFIG, "this is a made-up salon: Cal.com is never asked");
    }
    int rc = load_connection(o, &with, err);
    if (rc < 0) {
        return rc;
    }
    struct outgoing_client *made = NULL;
    (void)pthread_mutex_lock(&o->lock);
    struct outgoing_client *c = current(o, &with);
    (void)pthread_mutex_unlock(&o->lock);
    if (c == NULL) {
        rc = client_new(o, &with, &made, err);
        if (rc < 0) {
            return rc;
        }
    }
    (void)pthread_mutex_lock(&o->lock);
    c = current(o, &with);
    if (c == NULL && made != NULL) {
        made->next = o->clients;
        o->clients = made;
        o->services_until = 0; /* another account has other services */
        c = made;
        made = NULL;
    }
    bool full = o->under_way >= AT_ONCE;
    if (c != NULL && !full) {
        c->users++;
        o->under_way++;
    }
    struct outgoing_client *unused = take_unused(o);
    (void)pthread_mutex_unlock(&o->lock);
    client_free(made);
    free_all(unused);
    if (full || c == NULL) {
        return err_set(err, ERR_BUSY,
                       "several requests to Cal.com are still waiting for its answer: try again in "
                       "a moment");
    }
    *out = c;
    return 0;
}

void outgoing_give(struct outgoing *o, struct outgoing_client *c)
{
    (void)pthread_mutex_lock(&o->lock);
    c->users--;
    o->under_way--;
    struct outgoing_client *unused = take_unused(o);
    (void)pthread_mutex_unlock(&o->lock);
    free_all(unused);
}

int outgoing_me(struct outgoing *o, struct outgoing_client *c, struct calcom_me *out,
                struct err *err)
{
    (void)pthread_mutex_lock(&o->lock);
    bool known = c->knows_me;
    if (known) {
        *out = c->me;
    }
    (void)pthread_mutex_unlock(&o->lock);
    if (known) {
        return 0;
    }
    struct calcom_me me = {0};
    int rc = calcom_me(c->calcom, &me, err);
    if (rc < 0) {
        return rc;
    }
    (void)pthread_mutex_lock(&o->lock);
    c->me = me;
    c->knows_me = true;
    (void)pthread_mutex_unlock(&o->lock);
    *out = me;
    return 0;
}

static int recover_job(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return outgoing_recover(db, err);
}

int outgoing_new(const struct outgoing_options *options, struct outgoing **out, struct err *err)
{
    int rc = writer_run(options->writer, recover_job, NULL, err);
    if (rc < 0) {
        return rc;
    }
    struct outgoing *o = calloc(1, sizeof *o);
    if (o == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    o->o = *options;
    (void)pthread_mutex_init(&o->lock, NULL);
    pthread_condattr_t clock;
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&o->wake, &clock);
    (void)pthread_condattr_destroy(&clock);
    rc = outgoing_thread_start(o, err);
    if (rc < 0) {
        (void)pthread_cond_destroy(&o->wake);
        (void)pthread_mutex_destroy(&o->lock);
        free(o);
        return rc;
    }
    *out = o;
    return 0;
}

void outgoing_stop_soon(struct outgoing *o)
{
    if (o != NULL) {
        (void)pthread_mutex_lock(&o->lock);
        atomic_store(&o->stop, FETCH_STOP_NOW);
        (void)pthread_cond_signal(&o->wake);
        (void)pthread_mutex_unlock(&o->lock);
    }
}

void outgoing_free(struct outgoing *o)
{
    if (o == NULL) {
        return;
    }
    outgoing_stop_soon(o);
    (void)pthread_join(o->thread, NULL);
    free_all(o->clients);
    calcom_services_done(&o->services);
    (void)pthread_cond_destroy(&o->wake);
    (void)pthread_mutex_destroy(&o->lock);
    free(o);
}
