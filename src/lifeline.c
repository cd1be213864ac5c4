/*
 * lifeline.c: see lifeline.h. Called by the main thread only.
 */
#include "lifeline.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

void lifeline_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = path == NULL ? 0 : strlen(path);
    if (n < 2 || n >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@')) {
        return;
    }
    memcpy(to.sun_path, path, n);
    if (path[0] == '@') {
        to.sun_path[0] = '\0'; /* the abstract name space */
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
                         (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0) {
        log_warn("notify_failed", "error=%s", strerror(errno));
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

int lifeline_block_signals(sigset_t *stop, struct err *err)
{
    (void)sigemptyset(stop);
    (void)sigaddset(stop, SIGTERM);
    (void)sigaddset(stop, SIGINT);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    int rc = pthread_sigmask(SIG_BLOCK, stop, NULL);
    if (rc != 0 || sigaction(SIGPIPE, &ignore, NULL) != 0) {
        return err_set(err, ERR_INTERNAL, "signals cannot be set up");
    }
    return 0;
}

void lifeline_wait(const sigset_t *stop)
{
    int signal_number = 0;
    while (sigwait(stop, &signal_number) != 0) {
    }
    log_info("stopping", "signal=%d", signal_number);
}
