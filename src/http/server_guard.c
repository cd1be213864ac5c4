/*
 * server_guard.c: deadlines of connections. One thread per guard; one lock over its slots. It must
 * never close a descriptor (the library does) and shuts down only sockets whose local end is this
 * listener's.
 *
 * Finding a socket is a walk over the open descriptors, done only for a connection about to be cut,
 * once per stream, and while nearly all workers are taken: then also connections that have not said
 * anything yet are looked at.
 */
#include "http/server_guard.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "http/server_socket.h"

#define GUARD_TICK_MS  100
#define GUARD_DRAIN_MS 2000
/* When three quarters of the workers are taken, whoever keeps silent this long makes room; sooner
 * when all are. An honest client sends its head at once. */
#define GUARD_PRESSED_MS 1000
#define GUARD_FULL_MS    400

struct guard_slot {
    const void *owner; /* the library's connection; only compared */
    bool used;
    bool named; /* peer is known */
    bool body_read;
    bool read_cut;
    enum guard_phase phase;
    struct sockaddr_in peer;
    int64_t since; /* of the phase, monotonic ms */
};

/* A connection that no slot names: it waits for a worker, or a worker waits for its first request.
 */
struct stranger {
    struct sockaddr_in peer;
    int64_t since;
    bool seen; /* in the present walk */
};

struct guard {
    struct guard_options o;
    pthread_mutex_t lock; /* over everything below */
    pthread_cond_t wake;
    pthread_t thread;
    bool running;
    bool stopping;               /* idle connections go at once */
    bool nudging;                /* the accepting thread is to be woken */
    bool ending;                 /* the thread ends */
    struct sockaddr_in listener; /* where to call it; written before the thread starts */
    int used;
    struct guard_slot *slots;
    struct stranger *strangers; /* room for twice the slots */
    int stranger_count;
};

static bool pressed(const struct guard *g)
{
    return g->used * 4 >= g->o.slots * 3;
}

static int64_t patience(const struct guard *g)
{
    return g->used >= g->o.slots ? GUARD_FULL_MS : GUARD_PRESSED_MS;
}

/* What should happen to a named connection now: -1 nothing, else how to shut its socket down. */
static int verdict(const struct guard *g, const struct guard_slot *s, int64_t now)
{
    int64_t age = now - s->since;
    switch (s->phase) {
    case GUARD_IDLE:
        return g->stopping || age > g->o.idle_ms || (pressed(g) && age > patience(g)) ? SHUT_RDWR
                                                                                      : -1;
    case GUARD_REQUEST:
        if (age > g->o.request_ms) {
            return SHUT_RDWR;
        }
        /* Only the reading side, so that the handler wakes up and can still say 408. */
        return !s->body_read && !s->read_cut && age > g->o.body_ms ? SHUT_RD : -1;
    case GUARD_DRAIN:
        return g->stopping || age > GUARD_DRAIN_MS ? SHUT_RDWR : -1;
    case GUARD_STREAM:
        return -1;
    }
    return -1;
}

static void cut(struct guard *g, int fd, int how)
{
    /* It may just have hung up by itself. */
    (void)shutdown(fd, how);
    if (!g->stopping) {
        atomic_fetch_add(g->o.cut, 1);
    }
}

static void sweep_slots(struct guard *g, int64_t now)
{
    for (int i = 0; i < g->o.slots; i++) {
        struct guard_slot *s = &g->slots[i];
        int how = s->used && s->named ? verdict(g, s, now) : -1;
        int fd = how < 0 ? -1 : socket_find(&g->listener, &s->peer);
        if (fd >= 0) {
            cut(g, fd, how);
        }
        if (how == SHUT_RD) {
            s->read_cut = true;
        } else if (how >= 0) {
            s->since = now; /* not again before another full turn */
        }
    }
}

static bool is_named(const struct guard *g, const struct sockaddr_in *peer)
{
    for (int i = 0; i < g->o.slots; i++) {
        if (g->slots[i].used && g->slots[i].named && socket_same_peer(&g->slots[i].peer, peer)) {
            return true;
        }
    }
    return false;
}

static struct stranger *stranger_of(struct guard *g, const struct sockaddr_in *peer, int64_t now)
{
    for (int i = 0; i < g->stranger_count; i++) {
        if (socket_same_peer(&g->strangers[i].peer, peer)) {
            return &g->strangers[i];
        }
    }
    if (g->stranger_count == 2 * g->o.slots) {
        return NULL;
    }
    struct stranger *s = &g->strangers[g->stranger_count++];
    *s = (struct stranger){.peer = *peer, .since = now};
    return s;
}

static bool look_at(int fd, const struct sockaddr_in *peer, void *arg)
{
    struct guard *g = arg;
    int64_t now = clock_mono_ms();
    if (is_named(g, peer)) {
        return false;
    }
    struct stranger *s = stranger_of(g, peer, now);
    int waiting = 0;
    if (s == NULL) {
        return false;
    }
    s->seen = true;
    /* Bytes nobody has read yet: it has spoken and waits for a worker, so it is not its fault. */
    if (g->stopping ||
        (now - s->since > patience(g) && ioctl(fd, FIONREAD, &waiting) == 0 && waiting == 0)) {
        cut(g, fd, SHUT_RDWR);
        s->since = now;
    }
    return false;
}

static void sweep_strangers(struct guard *g)
{
    for (int i = 0; i < g->stranger_count; i++) {
        g->strangers[i].seen = false;
    }
    if (g->stopping || pressed(g)) {
        socket_walk(&g->listener, look_at, g);
    }
    int kept = 0;
    for (int i = 0; i < g->stranger_count; i++) {
        if (g->strangers[i].seen) {
            g->strangers[kept++] = g->strangers[i];
        }
    }
    g->stranger_count = kept;
}

static void *run(void *arg)
{
    struct guard *g = arg;
    pthread_mutex_lock(&g->lock);
    while (!g->ending) {
        int64_t now = clock_mono_ms();
        sweep_slots(g, now);
        sweep_strangers(g);
        if (g->nudging) {
            socket_nudge(&g->listener);
        }
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += GUARD_TICK_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000L;
        }
        (void)pthread_cond_timedwait(&g->wake, &g->lock, &until);
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

int guard_new(const struct guard_options *o, struct guard **out, struct err *err)
{
    struct guard *g = calloc(1, sizeof *g);
    struct guard_slot *slots = calloc((size_t)o->slots, sizeof *slots);
    struct stranger *strangers = calloc((size_t)o->slots * 2, sizeof *strangers);
    pthread_condattr_t attr;
    bool ok = g != NULL && slots != NULL && strangers != NULL && pthread_condattr_init(&attr) == 0;
    if (ok) {
        ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
             pthread_cond_init(&g->wake, &attr) == 0 && pthread_mutex_init(&g->lock, NULL) == 0;
        (void)pthread_condattr_destroy(&attr);
    }
    if (!ok) {
        free(strangers);
        free(slots);
        free(g);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    g->o = *o;
    g->slots = slots;
    g->strangers = strangers;
    *out = g;
    return 0;
}

int guard_start(struct guard *g, const char *ip, uint16_t port, struct err *err)
{
    socket_listener(ip, port, &g->listener);
    if (pthread_create(&g->thread, NULL, run, g) != 0) {
        return err_set(err, ERR_NOMEM, "cannot start a thread");
    }
    g->running = true;
    return 0;
}

void guard_free(struct guard *g)
{
    if (g == NULL) {
        return;
    }
    if (g->running) {
        pthread_mutex_lock(&g->lock);
        g->ending = true;
        pthread_cond_signal(&g->wake);
        pthread_mutex_unlock(&g->lock);
        pthread_join(g->thread, NULL);
    }
    pthread_cond_destroy(&g->wake);
    pthread_mutex_destroy(&g->lock);
    free(g->strangers);
    free(g->slots);
    free(g);
}

struct guard_slot *guard_enter(struct guard *g, const void *owner)
{
    struct guard_slot *found = NULL;
    pthread_mutex_lock(&g->lock);
    for (int i = 0; i < g->o.slots && found == NULL; i++) {
        if (!g->slots[i].used) {
            found = &g->slots[i];
            *found = (struct guard_slot){.owner = owner,
                                         .used = true,
                                         .phase = GUARD_IDLE,
                                         .since = clock_mono_ms()};
            g->used++;
        }
    }
    pthread_mutex_unlock(&g->lock);
    return found;
}

void guard_leave(struct guard *g, const void *owner)
{
    pthread_mutex_lock(&g->lock);
    for (int i = 0; i < g->o.slots; i++) {
        if (g->slots[i].used && g->slots[i].owner == owner) {
            g->slots[i].used = false;
            g->used--;
            break;
        }
    }
    pthread_mutex_unlock(&g->lock);
}

void guard_request(struct guard *g, struct guard_slot *slot, const char *peer_ip, int peer_port)
{
    if (slot == NULL) {
        return;
    }
    struct sockaddr_in peer = {0};
    bool known = socket_peer(peer_ip, peer_port, &peer);
    pthread_mutex_lock(&g->lock);
    slot->peer = peer;
    slot->named = known;
    slot->body_read = false;
    slot->read_cut = false;
    slot->phase = GUARD_REQUEST;
    slot->since = clock_mono_ms();
    pthread_mutex_unlock(&g->lock);
}

void guard_phase(struct guard *g, struct guard_slot *slot, enum guard_phase phase)
{
    if (slot == NULL) {
        return;
    }
    pthread_mutex_lock(&g->lock);
    slot->phase = phase;
    slot->since = clock_mono_ms();
    pthread_mutex_unlock(&g->lock);
}

void guard_body_read(struct guard *g, struct guard_slot *slot)
{
    if (slot == NULL) {
        return;
    }
    pthread_mutex_lock(&g->lock);
    slot->body_read = true;
    pthread_mutex_unlock(&g->lock);
}

bool guard_was_cut(struct guard *g, struct guard_slot *slot)
{
    if (slot == NULL) {
        return false;
    }
    pthread_mutex_lock(&g->lock);
    bool was = slot->read_cut;
    pthread_mutex_unlock(&g->lock);
    return was;
}

int guard_socket(struct guard *g, struct guard_slot *slot)
{
    return slot == NULL || !slot->named ? -1 : socket_find(&g->listener, &slot->peer);
}

void guard_stop_soon(struct guard *g)
{
    pthread_mutex_lock(&g->lock);
    g->stopping = true;
    pthread_cond_signal(&g->wake);
    pthread_mutex_unlock(&g->lock);
}

void guard_nudge(struct guard *g)
{
    pthread_mutex_lock(&g->lock);
    g->nudging = true;
    pthread_cond_signal(&g->wake);
    pthread_mutex_unlock(&g->lock);
}

int guard_connections(struct guard *g)
{
    pthread_mutex_lock(&g->lock);
    int used = g->used;
    pthread_mutex_unlock(&g->lock);
    return used;
}

int guard_busy(struct guard *g)
{
    int busy = 0;
    pthread_mutex_lock(&g->lock);
    for (int i = 0; i < g->o.slots; i++) {
        busy += g->slots[i].used && g->slots[i].phase == GUARD_REQUEST ? 1 : 0;
    }
    pthread_mutex_unlock(&g->lock);
    return busy;
}
