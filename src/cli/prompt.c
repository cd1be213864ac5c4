/*
 * prompt.c: the terminal without echo, for the length of one question. Never prints what was typed.
 */
#include "cli/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"

/* One line without its end, byte by byte: what follows on the same input belongs to somebody else.
 */
static int read_line(int fd, char *out, size_t size, struct err *err)
{
    size_t n = 0;
    for (;;) {
        char c = '\0';
        ssize_t got = read(fd, &c, 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return err_set(err, ERR_IO, "cannot read the password: %m");
        }
        if (got == 0 || c == '\n') {
            break;
        }
        if (n + 1 >= size) {
            return err_set(err, ERR_USAGE, "the password is too long");
        }
        out[n++] = c;
    }
    if (n > 0 && out[n - 1] == '\r') {
        n--;
    }
    out[n] = '\0';
    if (n == 0) {
        return err_set(err, ERR_USAGE, "no password was given");
    }
    return 0;
}

static int ask(int tty, const char *question, char out[static PROMPT_PASSWORD_LEN], struct err *err)
{
    struct termios before;
    if (tcgetattr(tty, &before) != 0) {
        return err_set(err, ERR_IO, "cannot set up the terminal: %m");
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    silent.c_lflag |= (tcflag_t)ECHONL;
    /* TCSAFLUSH: what was typed ahead with echo on does not become part of the password. */
    if (tcsetattr(tty, TCSAFLUSH, &silent) != 0) {
        return err_set(err, ERR_IO, "cannot set up the terminal: %m");
    }
    (void)dprintf(tty, "%s", question);
    int rc = read_line(tty, out, PROMPT_PASSWORD_LEN, err);
    if (tcsetattr(tty, TCSAFLUSH, &before) != 0 && rc == 0) {
        rc = err_set(err, ERR_IO, "cannot put the terminal back: type 'reset'");
    }
    return rc;
}

static int ask_twice(int tty, char out[static PROMPT_PASSWORD_LEN], struct err *err)
{
    char again[PROMPT_PASSWORD_LEN] = "";
    int rc = ask(tty, "New password: ", out, err);
    if (rc == 0) {
        rc = ask(tty, "Once more: ", again, err);
    }
    if (rc == 0 && strcmp(out, again) != 0) {
        rc = err_set(err, ERR_USAGE, "the two passwords differ: nothing was changed");
    }
    secret_wipe(again, sizeof again);
    return rc;
}

int prompt_password(bool from_stdin, char out[static PROMPT_PASSWORD_LEN], struct err *err)
{
    if (from_stdin) {
        return read_line(STDIN_FILENO, out, PROMPT_PASSWORD_LEN, err);
    }
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0) {
        return err_set(err, ERR_USAGE,
                       "there is no terminal to ask for the password: give it with "
                       "--password-stdin");
    }
    int rc = ask_twice(tty, out, err);
    (void)close(tty);
    return rc;
}
