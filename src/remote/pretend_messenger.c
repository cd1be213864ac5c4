/*
 * pretend_messenger.c: see pretend_messenger.h. No state, no network.
 */
#include "remote/pretend_messenger.h"

#include <stdio.h>

#include "base/secret.h"

static int pretend_send(void *self, const struct messenger_order *o, struct messenger_answer *out,
                        struct err *err)
{
    unsigned char random[16];
    char hex[2 * sizeof random + 1];
    (void)self;
    (void)o;
    int rc = secret_random(random, sizeof random, err);
    if (rc < 0) {
        return rc;
    }
    secret_hex(random, sizeof random, hex);
    *out = (struct messenger_answer){.outcome = MESSENGER_TAKEN, .state = MESSENGER_SENT};
    (void)snprintf(out->sid, sizeof out->sid, "SM%s", hex);
    return 0;
}

static int pretend_find(void *self, const char *to, int64_t since, messenger_fn *each, void *arg,
                        struct err *err)
{
    (void)self;
    (void)to;
    (void)since;
    (void)each;
    (void)arg;
    (void)err;
    return 0;
}

static int pretend_look(void *self, const char *sid, messenger_fn *each, void *arg, struct err *err)
{
    (void)self;
    const struct messenger_message m = {.sid = sid, .state = MESSENGER_DELIVERED};
    int rc = each(&m, arg, err);
    return rc < 0 ? rc : 1;
}

static int pretend_received(void *self, int64_t since, messenger_fn *each, void *arg,
                            struct err *err)
{
    return pretend_find(self, "", since, each, arg, err);
}

void pretend_messenger(struct messenger *out)
{
    *out = (struct messenger){.send = pretend_send,
                              .find = pretend_find,
                              .look = pretend_look,
                              .received = pretend_received};
}
