/*
 * util.h: the few macros every room uses. No functions, no state.
 */
#ifndef BARKBOOK_BASE_UTIL_H
#define BARKBOOK_BASE_UTIL_H

#include <stddef.h>

#define ARRAY_LEN(a)        (sizeof(a) / sizeof((a)[0]))
#define MUST_USE            __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, a) __attribute__((format(printf, fmt, a)))

/*
 * CLEANUP(thing_free) struct thing *t = NULL;
 * calls thing_free(t) when t leaves scope. The destructor must accept NULL and be declared once
 * with DEFINE_CLEANUP(struct thing *, thing_free). For values cleaned in place (struct buf) use
 * DEFINE_CLEANUP_REF(struct buf, buf_done), which passes the address.
 */
#define CLEANUP(fn) __attribute__((cleanup(fn##_cleanup_)))
#define DEFINE_CLEANUP(type, fn)              \
    static inline void fn##_cleanup_(type *p) \
    {                                         \
        fn(*p);                               \
    }                                         \
    struct fn##_cleanup_semicolon_
#define DEFINE_CLEANUP_REF(type, fn)          \
    static inline void fn##_cleanup_(type *p) \
    {                                         \
        fn(p);                                \
    }                                         \
    struct fn##_cleanup_semicolon_

#endif
