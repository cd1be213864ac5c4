/*
 * outbox.h: text messages from being planned to being known as delivered. Each step is one
 * transaction, so that a crash between any two leaves a row that says what is certain:
 *
 *   planned    nothing was ever asked of the carrier, or it certainly refused for now
 *   sending    a request was or is about to be made: committed before it is. Only an answer, or
 *              having looked for it at the carrier, leads out of here; never a second request first
 *   accepted, sent, delivered, undelivered, failed    the carrier's word
 *   unknown    it cannot be found out; staff is told
 *   cancelled  not sent, with the reason
 *
 * No function here makes a request while a transaction is open. now is passed in throughout.
 */
#ifndef BARKBOOK_SYNC_OUTBOX_H
#define BARKBOOK_SYNC_OUTBOX_H

#include "base/buf.h"
#include "base/uuid.h"
#include "db/writer.h"
#include "remote/messenger.h"
#include "salon/message_setting.h"

/* Runs a job of its own transaction: a writer's, or db_transaction on a connection. */
struct outbox_store {
    int (*run)(void *self, writer_fn *fn, void *arg, struct err *err);
    void *self;
};

/* Makes the outbox what the appointments say. Without `write` nothing changes; the answer is the
 * number of rows that are, or would be, different. */
struct outbox_plan {
    const struct message_settings *settings;
    int64_t now;
    bool write;
};
writer_fn outbox_plan_job;

struct outbox_env {
    struct outbox_store store;
    struct messenger *messenger;
    const struct message_settings *settings;
    const char *callback; /* URL; NULL: news cannot come, so it is asked for */
};

/* Sends the next text that is due, if any: 1 sent or tried, 0 none is due. ERR_CONFIG: the carrier
 * refuses everything until the settings change. */
MUST_USE int outbox_send_next(const struct outbox_env *env, int64_t now, struct err *err);

/* Looks for one text whose sending has no known end, or asks for one's state: 1 done, 0 none is
 * due. */
MUST_USE int outbox_look_next(const struct outbox_env *env, int64_t now, struct err *err);

/* When the next of both is due; INT64_MAX: nothing is. */
MUST_USE int outbox_next_at(struct db *db, int64_t *out, struct err *err);

/* The carrier's word about one of ours, from its answer or its callback: 1 it moved on, 0 it was
 * known or nobody knows the sid. Later words than the last are final. */
struct outbox_news {
    const char *sid;
    enum messenger_state state;
    int code;
    int64_t now;
    char event_id[UUID_TEXT_LEN]; /* out: the visit it is about, "" for none */
};
writer_fn outbox_news_job;

#endif
