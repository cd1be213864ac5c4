/*
 * fake_calcom_main.c: the fake as a program.
 *
 *   fake_calcom [--port N] [--seed N] [--real-time] [--ca FILE] [--rate-limit N]
 *
 * Prints one line, {"url":…,"key":…,"control":…}, once it answers, and serves until SIGTERM or
 * SIGINT, or until its standard input ends when that is a pipe (so that it does not outlive a test
 * that died).
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_calcom.h"

struct arguments {
    struct fake_options o;
    uint64_t seed;
};

static void read_arguments(int argc, char **argv, struct arguments *a)
{
    *a = (struct arguments){.o = {.control = true}, .seed = 1};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--real-time") == 0) {
            a->o.real_time = true;
            continue;
        }
        if (value == NULL) {
            (void)fprintf(stderr, "fake_calcom: %s needs a value\n", argv[i]);
            exit(2);
        }
        if (strcmp(argv[i], "--port") == 0) {
            a->o.port = (int)strtol(value, NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0) {
            a->seed = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--ca") == 0) {
            a->o.ca_path = value;
        } else if (strcmp(argv[i], "--rate-limit") == 0) {
            a->o.rate_limit = (int)strtol(value, NULL, 10);
        } else {
            (void)fprintf(stderr, "fake_calcom: unknown option %s\n", argv[i]);
            exit(2);
        }
        i++;
    }
}

/* Until a signal comes or the other end of standard input is gone. */
static void wait_for_end(int signals)
{
    struct stat in;
    const bool watched = fstat(STDIN_FILENO, &in) == 0 && S_ISFIFO(in.st_mode);
    struct pollfd p[2] = {{.fd = signals, .events = POLLIN},
                          {.fd = STDIN_FILENO, .events = POLLIN}};
    for (;;) {
        if (poll(p, watched ? 2 : 1, -1) < 0) {
            continue;
        }
        char byte[64];
        if (p[0].revents != 0 ||
            (watched && p[1].revents != 0 && read(STDIN_FILENO, byte, sizeof byte) <= 0)) {
            return;
        }
    }
}

int main(int argc, char **argv)
{
    struct arguments a;
    sigset_t ending;
    read_arguments(argc, argv, &a);
    (void)sigemptyset(&ending);
    (void)sigaddset(&ending, SIGTERM);
    (void)sigaddset(&ending, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &ending, NULL); /* before threads: they inherit it */
    const int signals = signalfd(-1, &ending, SFD_CLOEXEC);
    static struct model m;
    model_init(&m, a.seed);
    if (a.o.real_time) {
        m.now = 0; /* the first look at the clock sets it */
    }
    m.remember_versions = true;
    struct fake *f = signals < 0 ? NULL : fake_start(&m, &a.o);
    if (f == NULL) {
        (void)fprintf(stderr, "fake_calcom: cannot listen on port %d\n", a.o.port);
        return 1;
    }
    printf("{\"url\":\"%s\",\"key\":\"%s\",\"control\":\"%s/_control/\"}\n", fake_url(f), FAKE_KEY,
           fake_url(f));
    (void)fflush(stdout);
    wait_for_end(signals);
    fake_stop(f);
    model_done(&m);
    return 0;
}
