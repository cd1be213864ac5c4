/*
 * spawn.c: posix_spawn in a process group of its own, with pipes for what goes in and comes out. No
 * state. Its environment is ours; its signals are the usual ones, whatever the calling thread
 * blocks.
 */
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define LOOK_MS  100  /* between two looks at the time and at *stop */
#define GRACE_MS 1000 /* between asking it to end and ending it */

struct child {
    pid_t pid;
    int in, out; /* our ends; -1: closed */
    char tail[SPAWN_SAID_LEN];
    size_t len;
};

static void close_one(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

static int start(const struct spawn_options *o, struct child *c, struct err *err)
{
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0) {
        return err_set(err, ERR_IO, "no pipe: %m");
    }
    if (pipe2(out, O_CLOEXEC) != 0) {
        (void)close(in[0]);
        (void)close(in[1]);
        return err_set(err, ERR_IO, "no pipe: %m");
    }
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none;
    sigset_t usual;
    (void)sigemptyset(&none);
    (void)sigemptyset(&usual);
    (void)sigaddset(&usual, SIGPIPE);
    (void)sigaddset(&usual, SIGTERM);
    (void)sigaddset(&usual, SIGINT);
    bool ready = posix_spawn_file_actions_init(&files) == 0 && posix_spawnattr_init(&attr) == 0 &&
                 posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO) == 0 &&
                 posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO) == 0 &&
                 posix_spawn_file_actions_adddup2(&files, out[1], STDERR_FILENO) == 0 &&
                 posix_spawnattr_setsigmask(&attr, &none) == 0 &&
                 posix_spawnattr_setsigdefault(&attr, &usual) == 0 &&
                 posix_spawnattr_setpgroup(&attr, 0) == 0 &&
                 posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETPGROUP) == 0;
    union {
        const char *const *in;
        char *const *out;
    } argv = {.in = o->argv};
    int rc = ready ? posix_spawn(&c->pid, o->argv[0], &files, &attr, argv.out, environ) : ENOMEM;
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attr);
    (void)close(in[0]);
    (void)close(out[1]);
    c->in = in[1];
    c->out = out[0];
    if (rc != 0) {
        close_one(&c->in);
        close_one(&c->out);
        return err_set(err, ERR_CONFIG, "%s cannot be started: %s", o->argv[0],
                       strerrordesc_np(rc));
    }
    return 0;
}

/* Keeps the end of what it says, on one line. */
static void hear(struct child *c)
{
    char piece[4096];
    ssize_t n = read(c->out, piece, sizeof piece);
    if (n < 0 && errno == EINTR) {
        return;
    }
    if (n <= 0) {
        close_one(&c->out);
        return;
    }
    for (ssize_t i = 0; i < n; i++) {
        char letter = (unsigned char)piece[i] < ' ' ? ' ' : piece[i];
        if (letter == ' ' && (c->len == 0 || c->tail[c->len - 1] == ' ')) {
            continue;
        }
        if (c->len == sizeof c->tail - 1) {
            memmove(c->tail, c->tail + 100, c->len - 100);
            c->len -= 100;
        }
        c->tail[c->len++] = letter;
    }
    c->tail[c->len] = '\0';
}

/* What it is told is short and fits into the pipe. */
static void tell(struct child *c, const char *input)
{
    if (input != NULL) {
        (void)!write(c->in, input, strlen(input));
    }
    close_one(&c->in);
}

/* True once it has ended; *status as of waitpid. */
static bool ended(struct child *c, int *status)
{
    return waitpid(c->pid, status, WNOHANG) == c->pid;
}

static void end(struct child *c)
{
    int status = 0;
    (void)kill(-c->pid, SIGTERM);
    for (int64_t until = clock_mono_ms() + GRACE_MS; clock_mono_ms() < until;) {
        if (ended(c, &status)) {
            (void)kill(-c->pid, SIGKILL); /* those it left behind */
            return;
        }
        (void)poll(NULL, 0, LOOK_MS / 4);
    }
    (void)kill(-c->pid, SIGKILL);
    (void)waitpid(c->pid, &status, 0);
}

static int wait_for(const struct spawn_options *o, struct child *c, int *status, struct err *err)
{
    const int64_t until = clock_mono_ms() + o->timeout_ms;
    while (!ended(c, status)) {
        if (o->stop != NULL && atomic_load(o->stop) != 0) {
            end(c);
            return err_set(err, ERR_STOPPED, "%s was stopped", o->argv[0]);
        }
        if (clock_mono_ms() > until) {
            end(c);
            return err_set(err, ERR_TIMEOUT, "%s took longer than %lld s and was ended: %s",
                           o->argv[0], (long long)(o->timeout_ms / CLOCK_SECOND), c->tail);
        }
        struct pollfd out = {.fd = c->out, .events = POLLIN};
        if (poll(&out, 1, LOOK_MS) > 0 && c->out >= 0) {
            hear(c);
        }
    }
    struct pollfd out = {.fd = c->out, .events = POLLIN};
    while (c->out >= 0 && poll(&out, 1, 0) > 0) {
        hear(c);
    }
    return 0;
}

int spawn_run(const struct spawn_options *o, char said[static SPAWN_SAID_LEN], struct err *err)
{
    struct child c = {.in = -1, .out = -1};
    if (o->argv[0] == NULL || o->argv[0][0] != '/') {
        return err_set(err, ERR_CONFIG, "a command must be the whole path of a program");
    }
    int status = 0;
    int rc = start(o, &c, err);
    if (rc < 0) {
        return rc;
    }
    tell(&c, o->input);
    rc = wait_for(o, &c, &status, err);
    close_one(&c.out);
    (void)snprintf(said, SPAWN_SAID_LEN, "%s", c.tail);
    if (rc == 0 && WIFSIGNALED(status)) {
        rc = err_set(err, ERR_REMOTE, "%s was ended by signal %d: %s", o->argv[0], WTERMSIG(status),
                     c.tail);
    } else if (rc == 0 && WEXITSTATUS(status) != 0) {
        rc = err_set(err, ERR_REMOTE, "%s ended with status %d: %s", o->argv[0],
                     WEXITSTATUS(status), c.tail);
    }
    return rc;
}
