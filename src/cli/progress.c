/*
 * progress.c: the bar, drawn again over itself; plain lines where there is no terminal, so that a
 * log does not fill with control characters. State is in struct progress only.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"

#define BAR_CELLS  24
#define LINE_EVERY (5 * CLOCK_SECOND)
#define WIDTH_MAX  200

void progress_begin(struct progress *p, bool silent)
{
    *p = (struct progress){.terminal = isatty(STDERR_FILENO) == 1, .silent = silent};
    p->started_at = clock_mono_ms();
    p->said_at = p->started_at;
}

static size_t screen_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return 80;
    }
    return size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
}

/* ", 245 a second, about 20 s left" */
static void say_rate(const struct progress *p, double done, int64_t count, char *out, size_t len)
{
    const int64_t spent = clock_mono_ms() - p->started_at;
    out[0] = '\0';
    if (spent < CLOCK_SECOND || count <= 0) {
        return;
    }
    int n = snprintf(out, len, ", %lld a second", (long long)(count * CLOCK_SECOND / spent));
    if (done > 0.01 && done < 1 && n > 0 && (size_t)n < len) {
        const double left = (double)spent / 1000.0 * (1 - done) / done;
        (void)snprintf(out + n, len - (size_t)n, ", about %.0f s left", left < 1 ? 1 : left);
    }
}

static void draw(struct progress *p, double done, const char *what, const char *rate)
{
    char bar[BAR_CELLS + 1];
    const int full = done < 0 ? 0 : done > 1 ? BAR_CELLS : (int)(done * BAR_CELLS);
    memset(bar, '.', BAR_CELLS);
    memset(bar, '#', (size_t)full);
    bar[BAR_CELLS] = '\0';
    char line[256];
    if (done >= 0) {
        (void)snprintf(line, sizeof line, "[%s] %3.0f%%  %s%s", bar, done > 1 ? 100 : done * 100,
                       what, rate);
    } else {
        (void)snprintf(line, sizeof line, "%s%s", what, rate);
    }
    (void)fprintf(stderr, "\r%.*s\033[K", (int)screen_width() - 1, line);
    (void)fflush(stderr);
    p->drawn = true;
}

void progress_show(struct progress *p, double done, int64_t count, const char *what)
{
    if (p->silent) {
        return;
    }
    char rate[80];
    say_rate(p, done, count, rate, sizeof rate);
    if (p->terminal) {
        draw(p, done, what, rate);
    } else if (clock_mono_ms() - p->said_at >= LINE_EVERY) {
        p->said_at = clock_mono_ms();
        (void)fprintf(stderr, "%s%s\n", what, rate);
    }
}

void progress_say(struct progress *p, const char *sentence)
{
    progress_end(p);
    (void)fprintf(stderr, "%s\n", sentence);
}

void progress_end(struct progress *p)
{
    if (p->drawn) {
        (void)fprintf(stderr, "\r\033[K");
        (void)fflush(stderr);
        p->drawn = false;
    }
}
