/*
 * twilio.h: Twilio's Messages, as a messenger. Answers are read as Twilio documents them; one that
 * is not understood after the request was sent counts as not knowing.
 */
#ifndef BARKBOOK_REMOTE_TWILIO_H
#define BARKBOOK_REMOTE_TWILIO_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/buf.h"
#include "remote/messenger.h"

struct twilio_options {
    const char *api_url; /* no slash at the end */
    const char *account_sid;
    const char *auth_token;
    const char *from;       /* number, name, or the SID of a messaging service (MG…) */
    const atomic_int *stop; /* a fetch_stop; NULL: never */
};

/* Copies what it needs. */
MUST_USE int twilio_new(const struct twilio_options *o, struct messenger *out, struct err *err);

/* Their state in our words; false for one never heard of. */
MUST_USE bool twilio_state(const char *status, enum messenger_state *out);

/* "Tue, 24 Nov 2026 13:00:00 +0000" */
MUST_USE bool twilio_time(const char *text, int64_t *out);

/* One parameter of a form that Twilio posted, decoded. */
struct twilio_param {
    char *name, *value; /* owned */
};
struct twilio_form {
    struct twilio_param *list; /* sorted by name */
    size_t count;
};
void twilio_form_done(struct twilio_form *f);
DEFINE_CLEANUP_REF(struct twilio_form, twilio_form_done);

/* Reads n bytes of application/x-www-form-urlencoded. ERR_INVALID when they are not, are no UTF-8,
 * or are too many. */
MUST_USE int twilio_form_parse(const char *body, size_t n, struct twilio_form *out,
                               struct err *err);
const char *twilio_form_get(const struct twilio_form *f, const char *name); /* NULL: not there */

/* What X-Twilio-Signature must be: base64 of HMAC-SHA1 by the auth token over the URL that Twilio
 * called and every parameter, sorted by name, name and value joined. 28 characters and NUL. */
#define TWILIO_SIGNATURE_LEN 29
MUST_USE int twilio_signature(const char *auth_token, const char *url, const struct twilio_form *f,
                              char out[static TWILIO_SIGNATURE_LEN], struct err *err);

#endif
