/*
 * outgoing.h: the way out: what staff book, move, cancel, confirm, decline or mark goes to Cal.com,
 * and Cal.com's answer takes the same door in as everything else (apply.h).
 *
 * A row is committed before the request leaves. An answer that was lost, and a program that ended
 * meanwhile, are settled by looking the booking up (by our request id in its metadata, or by its
 * uid), never by asking again. Pressing a button twice is one request_id and one request.
 *
 * Calls go out on the thread that asks, a few at a time, holding neither a lock nor a database
 * connection: the rest of the dashboard and the webhooks go on whatever Cal.com does. One thread of
 * its own looks up what is unsure. All functions may be called from any thread.
 */
#ifndef BARKBOOK_SYNC_OUTGOING_H
#define BARKBOOK_SYNC_OUTGOING_H

#include "base/config.h"
#include "db/db.h"
#include "db/writer.h"
#include "remote/calcom_services.h"
#include "salon/actor.h"
#include "sync/link.h"
#include "sync/outgoing_store.h"

struct outgoing_options {
    const struct config *config; /* lives longer */
    struct writer *writer;
    struct db_pool *pool;
    struct calcom_pace *pace; /* shared with others that ask Cal.com; NULL: its own */
    bool offline;             /* never asks Cal.com (the made-up salon) */
};

struct outgoing;
MUST_USE int outgoing_new(const struct outgoing_options *o, struct outgoing **out, struct err *err);
/* Ends requests under way: what they were about is looked up at the next start. */
void outgoing_stop_soon(struct outgoing *o); /* accepts NULL */
void outgoing_free(struct outgoing *o);      /* accepts NULL */
DEFINE_CLEANUP(struct outgoing *, outgoing_free);

/* Text is borrowed. */
struct outgoing_booking {
    const char *request_id;
    const char *client_id;
    const char *pets[LINK_PETS_MAX]; /* the first first */
    size_t pet_count;
    int64_t event_type;
    int64_t length; /* minutes; 0: the event type's own */
    int64_t start;  /* ms */
    const char *notes;
};

struct outgoing_change {
    const char *request_id;
    enum calcom_order_kind kind; /* any but ORDER_BOOK */
    const char *event_id;
    int64_t start;      /* ORDER_RESCHEDULE */
    const char *reason; /* NULL: none */
    bool absent;        /* ORDER_ABSENT */
};

/* Both: 0 with *out as it stands: done, refused, failed, or still sending or unsure (ask again with
 * the same request_id, or look with outgoing_find). Negative: nothing was asked of Cal.com:
 * ERR_CONFIG without a key, ERR_NOT_FOUND, ERR_UNPROCESSABLE, ERR_CONFLICT, ERR_BUSY (too many at
 * once). */
MUST_USE int outgoing_book(struct outgoing *o, const struct actor *who,
                           const struct outgoing_booking *b, struct outgoing_row *out,
                           struct err *err);
MUST_USE int outgoing_alter(struct outgoing *o, const struct actor *who,
                            const struct outgoing_change *c, struct outgoing_row *out,
                            struct err *err);

/* What can be booked: from memory while it is fresh, else asked for; else what was last known, with
 * why it is old in problem. */
struct outgoing_services {
    struct calcom_services services;
    int64_t at;         /* when Cal.com said so, ms; 0: never */
    struct err problem; /* code 0: none */
    bool has_key;
};
void outgoing_services_done(struct outgoing_services *s); /* safe on a zeroed one */
DEFINE_CLEANUP_REF(struct outgoing_services, outgoing_services_done);
MUST_USE int outgoing_services(struct outgoing *o, bool refresh, int64_t now,
                               struct outgoing_services *out, struct err *err);

/* Cal.com's own booking page for that service with everything filled in, for when BarkBook cannot
 * book itself. Asks nobody but its memory. Of b only who, what and notes are looked at; event_type
 * 0: the page of the whole calendar. 1 made, 0 no such page is known. */
MUST_USE int outgoing_link(struct outgoing *o, const struct actor *who,
                           const struct outgoing_booking *b, struct buf *url, struct err *err);

/* Free slots. ERR_CONFIG without a key; errors as calcom_slots. */
MUST_USE int outgoing_slots(struct outgoing *o, const struct calcom_slot_query *q,
                            struct calcom_slots *out, struct err *err);

/* The webhook subscription: looked at, or made right (registration.h). */
struct registration;
MUST_USE int outgoing_register(struct outgoing *o, bool dry_run, struct registration *out,
                               struct err *err);

#endif
