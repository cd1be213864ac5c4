/*
 * context.h: what handlers share, wired once by serve.c and passed down; there are no globals.
 * Everything in it lives longer than the listeners.
 */
#ifndef BARKBOOK_HTTP_CONTEXT_H
#define BARKBOOK_HTTP_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"
#include "base/uuid.h"
#include "db/db.h"
#include "db/writer.h"

struct auth;      /* http/auth.h: sign-in, its lock and its lock-out */
struct day_cache; /* http/day_cache.h: days that were just asked for */
struct hook;      /* http/hook.h: the secret, the limits, the refusals */
struct live;      /* http/live.h: who watches */
struct outgoing;  /* sync/outgoing.h */
struct scheduler; /* sync/scheduler.h */
struct server;    /* http/server.h */
struct texter;    /* sync/texter.h */
struct upkeep;    /* sync/upkeep.h */

struct http_context {
    const struct config *config;
    struct writer *writer;
    struct db_pool *pool;
    struct auth *auth;
    struct hook *hook;
    struct live *live;
    struct day_cache *days;
    struct server *dashboard; /* for metrics; NULL until they listen */
    struct server *webhook;
    const char *web_dir; /* pages from this folder instead of the embedded ones; NULL: embedded */
    bool demo;
    char instance[UUID_TEXT_LEN]; /* this data folder's id */
    int64_t started_at;
    /* Asks for a reconcile soon; NULL while nobody can. Must not block. */
    void (*reconcile_hint)(void *arg);
    void *reconcile_hint_arg;
    atomic_bool doctor_busy;     /* one report at a time */
    struct upkeep *upkeep;       /* NULL for the made-up salon */
    struct outgoing *outgoing;   /* the way to Cal.com for what staff do */
    struct scheduler *scheduler; /* for the button and its page; NULL until it runs */
    struct texter *texter;       /* the same for text messages */
};

#endif
