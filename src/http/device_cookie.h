/*
 * device_cookie.h: the cookie by which a shared tablet is known. It signs nobody in by itself.
 */
#ifndef BARKBOOK_HTTP_DEVICE_COOKIE_H
#define BARKBOOK_HTTP_DEVICE_COOKIE_H

#include <stdbool.h>

#include "http/reply.h"
#include "http/request.h"
#include "salon/session.h"

/* The token, or "" when there is none. Wipe it. */
void device_cookie(const struct http_request *rq, char token[static SESSION_TOKEN_LEN]);
/* token "": takes the cookie away. */
void device_cookie_set(const struct http_request *rq, struct reply *re, const char *token);

#endif
