/*
 * auth.h: who is asking. Sessions by cookie, sign-in with one password computation at a time, and
 * the lock-out after wrong tries. The rights of a route are checked in route.c.
 *
 * Thread-safe. The cookie is named barkbook_session; behind TLS __Host-barkbook_session, so that
 * nothing that plain HTTP set is ever taken for it.
 */
#ifndef BARKBOOK_HTTP_AUTH_H
#define BARKBOOK_HTTP_AUTH_H

#include <stdbool.h>

#include "http/context.h"
#include "http/gate.h"
#include "http/reply.h"
#include "http/request.h"
#include "salon/session.h"

struct auth;

MUST_USE int auth_new(struct auth **out, struct err *err);
void auth_free(struct auth *a); /* accepts NULL */
void auth_stop_soon(struct auth *a);

/* Who is signed in: 1 and *out, 0 nobody, negative when that cannot be said. */
MUST_USE int auth_identify(struct http_context *cx, struct http_request *rq, struct session *out,
                           struct err *err);
bool auth_is_owner(const struct session *session);

/* Name and password to a new session whose cookie goes into the reply; *out is who it is. The same
 * answer and time for an unknown name as for a wrong password: ERR_UNAUTHENTICATED. ERR_RATE when
 * locked out. */
MUST_USE int auth_sign_in(struct http_context *cx, struct http_request *rq, const char *name,
                          const char *password, struct reply *re, struct staff *out,
                          struct err *err);

/* The same by a PIN of this device (device.h). */
MUST_USE int auth_sign_in_by_pin(struct http_context *cx, struct http_request *rq,
                                 const char *staff_id, const char *pin, struct reply *re,
                                 struct staff *out, struct err *err);

/* Does the signed-in person know the password? Under the same lock-out and turn as a sign-in:
 * ERR_FORBIDDEN when not, ERR_RATE. */
MUST_USE int auth_confirm(struct http_context *cx, struct http_request *rq, const char *password,
                          struct err *err);

/* Opens a session for an account that has just proved itself in another way. */
MUST_USE int auth_open(struct http_context *cx, struct http_request *rq, const char *staff_id,
                       struct reply *re, struct err *err);

/* Ends the request's session and drops the cookie. */
MUST_USE int auth_sign_out(struct http_context *cx, struct http_request *rq, struct reply *re,
                           struct err *err);

/* The turn to compute a password hash: gate_enter and gate_leave. */
struct gate *auth_gate(struct auth *a);

#endif
