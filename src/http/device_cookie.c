/*
 * device_cookie.c: see device_cookie.h. No state. Named apart behind TLS, as the session's is.
 */
#include "http/device_cookie.h"

#include "salon/device.h"

#define COOKIE_PLAIN  "barkbook_device"
#define COOKIE_SECURE "__Host-barkbook_device"

void device_cookie(const struct http_request *rq, char token[static SESSION_TOKEN_LEN])
{
    if (!request_cookie(rq, rq->https ? COOKIE_SECURE : COOKIE_PLAIN, token, SESSION_TOKEN_LEN)) {
        token[0] = '\0';
    }
}

void device_cookie_set(const struct http_request *rq, struct reply *re, const char *token)
{
    reply_header(re, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
                 rq->https ? COOKIE_SECURE : COOKIE_PLAIN, token,
                 token[0] == '\0' ? 0LL : (long long)(DEVICE_AGE / CLOCK_SECOND),
                 rq->https ? "; Secure" : "");
}
