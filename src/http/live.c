/*
 * live.c: see live.h. One lock over the list of watchers; each waits on its own eventfd and its
 * socket's hang-up, so a closed tab gives its worker back at once.
 */
#include "http/live.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define PING_MS 15000
#define STOP_MS 250 /* how soon a stream notices that the server stops */
/* A burst of deliveries is many commits; a page need not look again more often than this. */
#define CALM_MS 200
/* Then the browser comes back and shows its session again. */
#define LIFE_MS CLOCK_HOUR

struct watcher {
    struct live *live;
    int event;
};

struct live {
    pthread_mutex_t lock; /* over everything below */
    uint64_t version;
    int count;
    struct watcher *watchers[LIVE_STREAMS_MAX];
    int64_t foreign; /* data_version the writer's connection saw last; only live_look uses it */
    bool foreign_known;
};

int live_new(struct live **out, struct err *err)
{
    struct live *l = calloc(1, sizeof *l);
    if (l == NULL || pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = l;
    return 0;
}

void live_free(struct live *l)
{
    if (l != NULL) {
        pthread_mutex_destroy(&l->lock);
        free(l);
    }
}

void live_changed(void *arg)
{
    struct live *l = arg;
    const uint64_t one = 1;
    pthread_mutex_lock(&l->lock);
    l->version++;
    for (int i = 0; i < l->count; i++) {
        /* Full means 2^64 - 1 wake-ups nobody has read: it will wake. */
        if (write(l->watchers[i]->event, &one, sizeof one) < 0 && errno != EAGAIN) {
            log_warn("live_wake_failed", "error=%s", strerror(errno));
        }
    }
    pthread_mutex_unlock(&l->lock);
}

static int read_version(struct db *db, void *arg, struct err *err)
{
    return db_data_version(db, arg, err);
}

int live_look(struct live *l, struct writer *w, struct err *err)
{
    /* On the writer's own connection the value moves only with commits of others. */
    int64_t seen = 0;
    int rc = writer_run(w, read_version, &seen, err);
    if (rc < 0) {
        return rc;
    }
    bool changed = l->foreign_known && seen != l->foreign;
    l->foreign = seen;
    l->foreign_known = true;
    if (changed) {
        live_changed(l);
    }
    return 0;
}

int live_streams(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    int count = l->count;
    pthread_mutex_unlock(&l->lock);
    return count;
}

uint64_t live_version(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    uint64_t version = l->version;
    pthread_mutex_unlock(&l->lock);
    return version;
}

static void watcher_done(void *arg)
{
    struct watcher *w = arg;
    struct live *l = w->live;
    pthread_mutex_lock(&l->lock);
    for (int i = 0; i < l->count; i++) {
        if (l->watchers[i] == w) {
            l->watchers[i] = l->watchers[--l->count];
            break;
        }
    }
    pthread_mutex_unlock(&l->lock);
    (void)close(w->event);
    free(w);
}

static bool tell(struct http_stream *s, uint64_t version)
{
    char text[64];
    int n = snprintf(text, sizeof text, "event: change\ndata: {\"v\":%llu}\n\n",
                     (unsigned long long)version);
    return n > 0 && stream_write(s, text, (size_t)n);
}

/* 1 something changed, 0 nothing within ms, -1 the peer is gone. */
static int wait_for(struct watcher *w, int socket, int ms)
{
    struct pollfd fds[2] = {{.fd = w->event, .events = POLLIN},
                            {.fd = socket, .events = POLLRDHUP}};
    int n = poll(fds, socket >= 0 ? 2 : 1, ms);
    if (n < 0) {
        return errno == EINTR ? 0 : -1;
    }
    if (socket >= 0 && fds[1].revents != 0) {
        return -1;
    }
    uint64_t woken = 0;
    return n > 0 && read(w->event, &woken, sizeof woken) == (ssize_t)sizeof woken ? 1 : 0;
}

static void stream(struct http_stream *s, void *arg)
{
    struct watcher *w = arg;
    static const char hello[] = "retry: 2000\n\n";
    static const char ping[] = ": ping\n\n";
    int socket = stream_socket(s);
    int64_t begun = clock_mono_ms();
    int64_t written = begun;
    uint64_t told = live_version(w->live);
    /* The first change event says where the page starts from: it may have missed some while away.
     */
    bool alive = stream_write(s, hello, sizeof hello - 1) && tell(s, told);
    while (alive && !stream_stopping(s) && clock_mono_ms() - begun < LIFE_MS) {
        int rc = wait_for(w, socket, STOP_MS);
        uint64_t version = live_version(w->live);
        int64_t now = clock_mono_ms();
        if (rc < 0) {
            alive = false;
        } else if (version != told) {
            alive = tell(s, version);
            told = version;
            written = now;
            (void)nanosleep(&(struct timespec){.tv_nsec = CALM_MS * 1000000L}, NULL);
        } else if (now - written >= PING_MS) {
            alive = stream_write(s, ping, sizeof ping - 1);
            written = now;
        }
    }
}

int live_get(struct http_context *cx, struct http_request *rq, struct reply *re, struct err *err)
{
    (void)rq;
    struct live *l = cx->live;
    struct watcher *w = calloc(1, sizeof *w);
    int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w == NULL || event < 0) {
        free(w);
        if (event >= 0) {
            (void)close(event);
        }
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *w = (struct watcher){.live = l, .event = event};
    pthread_mutex_lock(&l->lock);
    bool room = l->count < LIVE_STREAMS_MAX;
    if (room) {
        l->watchers[l->count++] = w;
    }
    pthread_mutex_unlock(&l->lock);
    if (!room) {
        (void)close(event);
        free(w);
        return err_set(err, ERR_BUSY, "too many pages listen: ask again from time to time");
    }
    re->type = "text/event-stream";
    re->stream = stream;
    re->stream_arg = w;
    re->stream_done = watcher_done;
    reply_header(re, "X-Accel-Buffering", "no"); /* nginx would gather events */
    return 0;
}
