/*
 * buf.h: a growable byte buffer that needs a maximum at birth. Failing is sticky: append as you
 * like, look once at the end. Always NUL-terminated once something was appended without failure.
 */
#ifndef BARKBOOK_BASE_BUF_H
#define BARKBOOK_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

struct buf {
    char *data; /* owned; NULL while empty */
    size_t len;
    size_t cap;
    size_t max;  /* bytes it may ever hold */
    bool failed; /* out of memory, or past max */
    bool full;   /* failed, because of max */
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b); /* safe on a zeroed or done buffer */
DEFINE_CLEANUP_REF(struct buf, buf_done);

void buf_add(struct buf *b, const void *data, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_reset(struct buf *b); /* empties it, keeps the memory, clears failed */

/* Hands the bytes over to the caller (free()); NULL when failed. The buffer is empty afterwards. */
char *buf_steal(struct buf *b);

#endif
