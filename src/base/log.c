/*
 * log.c: see log.h. Under journald a line starts with "<priority>", elsewhere with the time and the
 * level, because nobody else adds them there.
 *
 * State: the level and where stderr leads, both written by log_init before threads start.
 */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

/* Below PIPE_BUF (4096), so that a line into a pipe is never mixed with another. */
#define LINE_MAX_BYTES 2048
#define ELLIPSIS       "\xE2\x80\xA6"

static enum log_level most_shown = LOG_LEVEL_INFO;
static bool under_journald;

/* systemd names the socket it gave us as "device:inode"; stderr may since have been redirected. */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    if (stream == NULL) {
        return false;
    }
    char *colon;
    errno = 0;
    uintmax_t device = strtoumax(stream, &colon, 10);
    if (errno != 0 || *colon != ':') {
        return false;
    }
    char *end;
    uintmax_t inode = strtoumax(colon + 1, &end, 10);
    struct stat st;
    return errno == 0 && *end == '\0' && fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device &&
           st.st_ino == inode;
}

void log_init(enum log_level most)
{
    most_shown = most;
    under_journald = stderr_is_journal();
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_LEVEL_ERROR:
        return "error";
    case LOG_LEVEL_WARN:
        return "warn";
    case LOG_LEVEL_INFO:
        return "info";
    case LOG_LEVEL_DEBUG:
        return "debug";
    }
    return "?";
}

/* Room is kept for the ellipsis and the line's end. */
static bool put(char *line, size_t *len, const char *s, size_t n)
{
    if (n > LINE_MAX_BYTES - 8 - *len) {
        return false;
    }
    memcpy(line + *len, s, n);
    *len += n;
    return true;
}

/* Bytes that could end the line or drive a terminal become \n, \t, \xHH. */
static void put_escaped(char *line, size_t *len, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t step = text_decode(s + i, n - i, &cp);
        char seen[8];
        int wrote;
        if (step > 0 && cp >= 0x20 && cp != '\\' && (cp < 0x7F || cp > 0x9F)) {
            wrote = snprintf(seen, sizeof seen, "%.*s", (int)step, s + i);
        } else if (step == 1 && (cp == '\n' || cp == '\r' || cp == '\t' || cp == '\\')) {
            wrote = snprintf(seen, sizeof seen, "\\%c",
                             cp == '\n'   ? 'n'
                             : cp == '\r' ? 'r'
                             : cp == '\t' ? 't'
                                          : '\\');
        } else {
            step = 1;
            wrote = snprintf(seen, sizeof seen, "\\x%02x", (unsigned char)s[i]);
        }
        if (wrote < 0 || !put(line, len, seen, (size_t)wrote)) {
            memcpy(line + *len, ELLIPSIS, 3);
            *len += 3;
            return;
        }
        i += step;
    }
}

static void write_line(const char *line, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDERR_FILENO, line, len);
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return; /* nowhere left to complain */
        }
        line += n;
        len -= (size_t)n;
    }
}

void log_line(enum log_level level, const char *event, const char *fmt, ...)
{
    if (level > most_shown) {
        return;
    }
    int saved_errno = errno;
    char line[LINE_MAX_BYTES];
    int head;
    if (under_journald) {
        head = snprintf(line, sizeof line, "<%d>%.60s", (int)level, event);
    } else {
        char now[TIME_TEXT_LEN];
        time_format(clock_now_ms(), now);
        head = snprintf(line, sizeof line, "%s %s %.60s", now, level_name(level), event);
    }
    size_t len = head > 0 ? (size_t)head : 0;

    char text[LINE_MAX_BYTES];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n > 0) {
        line[len++] = ' ';
        put_escaped(line, &len, text, strlen(text));
    }
    line[len++] = '\n';
    write_line(line, len);
    errno = saved_errno;
}

/* Copies at most what fits, never half a code point. */
static void copy_whole(char *out, size_t out_len, const char *s)
{
    if (out_len == 0) {
        return;
    }
    size_t n = strnlen(s, out_len - 1);
    n = text_utf8_prefix(s, n);
    memcpy(out, s, n);
    out[n] = '\0';
}

void log_mask(const char *personal, char *out, size_t out_len)
{
    char masked[320];
    if (personal == NULL || personal[0] == '\0') {
        copy_whole(out, out_len, "-");
        return;
    }
    size_t n = strlen(personal);
    uint32_t cp;
    int first = (int)text_decode(personal, n, &cp);
    const char *at = strrchr(personal, '@');
    if (at != NULL) {
        (void)snprintf(masked, sizeof masked, "%.*s" ELLIPSIS "%s", at == personal ? 0 : first,
                       personal, at);
    } else if (n >= 7 && strspn(personal, "+0123456789 ()-") == n) {
        int shown = personal[0] == '+' ? 3 : 0;
        (void)snprintf(masked, sizeof masked, "%.*s" ELLIPSIS "%s", shown, personal,
                       personal + n - 2);
    } else {
        (void)snprintf(masked, sizeof masked, "%.*s" ELLIPSIS, first, personal);
    }
    copy_whole(out, out_len, masked);
}
