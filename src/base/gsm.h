/*
 * gsm.h: how a text travels over the mobile network: in which alphabet, in how many segments, and
 * how it reads without the letters that make it expensive. Pure.
 */
#ifndef BARKBOOK_BASE_GSM_H
#define BARKBOOK_BASE_GSM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct gsm_size {
    bool ucs2;       /* one character outside GSM 03.38 is enough */
    size_t units;    /* septets (^{}\[~]|€ count two), or UTF-16 units */
    size_t segments; /* 0 for an empty text */
    size_t room;     /* units of one segment: 160 or 153, 70 or 67 */
};

/* Text is UTF-8; bytes that are not count as U+FFFD. A character of two units is never cut in half
 * between segments. */
void gsm_measure(const char *text, struct gsm_size *out);

/* Appends the text with every character that GSM 03.38 has not replaced by the nearest it has:
 * letters lose their marks, dashes and quotes become plain; what is like nothing becomes '?', and
 * pictures are left out. */
void gsm_plain(struct buf *out, const char *text);

#endif
