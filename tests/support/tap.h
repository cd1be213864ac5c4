/*
 * tap.h: results of a test that is a plain program, where Criterion cannot be used: it forks, which
 * the thread sanitizer does not survive. tap_done prints the plan and gives the exit status.
 */
#ifndef BARKBOOK_TESTS_SUPPORT_TAP_H
#define BARKBOOK_TESTS_SUPPORT_TAP_H

#include <stdbool.h>
#include <stdio.h>

struct tap {
    int number;
    int failed;
};

static inline void tap_ok(struct tap *t, bool ok, const char *sentence)
{
    t->number++;
    t->failed += ok ? 0 : 1;
    (void)printf("%s %d - %s\n", ok ? "ok" : "not ok", t->number, sentence);
    (void)fflush(stdout);
}

static inline int tap_done(const struct tap *t)
{
    (void)printf("1..%d\n", t->number);
    return t->failed == 0 ? 0 : 1;
}

#endif
