/*
 * auth.h: who is asking. Sessions by cookie, sign-in with one password computation at a time, and
 * the lock-out after wrong tries.
 */
#ifndef BARKBOOK_HTTP_AUTH_H
#define BARKBOOK_HTTP_AUTH_H

#include <stdbool.h>

#include "http/context.h"
#include "http/reply.h"
#include "http/request.h"

struct session_user {
    bool owner;
};

/* Who is signed in: 1 and *out, 0 nobody, negative when that cannot be said. */
MUST_USE int auth_identify(struct http_context *cx, struct http_request *rq, struct reply *re,
                           struct session_user *out, struct err *err);
bool auth_is_owner(const struct session_user *user);

#endif
