/*
 * outgoing_work.h: what the files of the way out share. For outgoing*.c only.
 */
#ifndef BARKBOOK_SYNC_OUTGOING_WORK_H
#define BARKBOOK_SYNC_OUTGOING_WORK_H

#include <pthread.h>
#include <stdatomic.h>

#include "salon/client.h"
#include "sync/outgoing.h"

/* The client made for one key. Kept while somebody uses it, also when the key was changed. */
struct outgoing_client {
    struct calcom *calcom;
    char *key;
    char *configured; /* username; NULL: not said */
    struct calcom_me me;
    bool knows_me; /* set once, under the lock */
    int users;
    struct outgoing_client *next;
};

struct outgoing {
    struct outgoing_options o;
    atomic_int stop;
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t wake;  /* CLOCK_MONOTONIC */
    bool woken;
    int under_way;
    struct outgoing_client *clients; /* the current one first */
    struct calcom_services services;
    int64_t services_at;
    int64_t services_until; /* fresh until, by the monotonic clock */
};

/* Borrows the client for one call, or for a few in a row. ERR_CONFIG: no key; ERR_BUSY: too many
 * calls under way; ERR_CONFLICT: the made-up salon. */
MUST_USE int outgoing_take(struct outgoing *o, struct outgoing_client **out, struct err *err);
void outgoing_give(struct outgoing *o, struct outgoing_client *c);

/* Whose key it is; asked once. A copy. */
MUST_USE int outgoing_me(struct outgoing *o, struct outgoing_client *c, struct calcom_me *out,
                         struct err *err);

/* Whom and what a new booking is for, out of the card index; owned. */
struct guest {
    struct client client;
    char name[512];
    char email[321];                          /* their own, or one that stands for them */
    char pets[LINK_PETS_MAX * UUID_TEXT_LEN]; /* "id,id" */
};
void guest_done(struct guest *g); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct guest, guest_done);
/* ERR_NOT_FOUND: the client; ERR_UNPROCESSABLE: archived, or a pet that is not theirs. */
MUST_USE int guest_load(struct db *db, const struct actor *who, const struct outgoing_booking *b,
                        struct guest *g, struct err *err);

/* outgoing_services.c: what a service costs as far as it is remembered: "18000 PLN", or "". */
#define OUTGOING_PRICE_LEN 40
void outgoing_price(struct outgoing *o, int64_t event_type, char out[static OUTGOING_PRICE_LEN]);

/* outgoing_settle.c */

/* The booking, as Cal.com gave it in a successful answer, is applied, and the row is done.
 * Negative: nothing was applied. */
MUST_USE int outgoing_settle(struct outgoing *o, struct outgoing_row *row,
                             const struct calcom_order *order, const cJSON *data,
                             int64_t answered_at, struct err *err);

/* Asks Cal.com what became of it. 1: it was done, and has been applied; 0: Cal.com knows of nothing
 * (yet); negative: could not be found out. */
MUST_USE int outgoing_look(struct outgoing *o, struct outgoing_client *c, struct outgoing_row *row,
                           const struct calcom_order *order, struct err *err);

/* Writes the row's state down. */
MUST_USE int outgoing_save(struct outgoing *o, const struct outgoing_row *row, struct err *err);

/* outgoing_thread.c */
MUST_USE int outgoing_thread_start(struct outgoing *o, struct err *err);
void outgoing_wake(struct outgoing *o);

/* When a row that is unsure is looked up next, ms; looks: how often it was. Pure. */
int64_t outgoing_look_at(const struct outgoing_row *row);
/* Has it been so long that what Cal.com does not know now did not happen? Pure. */
bool outgoing_is_over(const struct outgoing_row *row, int64_t now);

#endif
