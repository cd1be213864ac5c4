/*
 * redact.h: cuts secrets out of a delivery before it is kept. Works on the text, so that every
 * other byte stays as it was received. Pure.
 */
#ifndef BARKBOOK_SYNC_REDACT_H
#define BARKBOOK_SYNC_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends text, n bytes of valid JSON, to out, with "***" for the value of every secret key, at any
 * depth; null stays null. Secret is a key that, written in any case and with any of _ - . and
 * spaces or \u escapes in it, has "password", "passcode", "secret", "accesstoken", "refreshtoken",
 * "apikey" or "privatekey" in it, or ends with "token". The answer is valid JSON too, at most n + 5
 * bytes for each secret. out's failed flag tells when it did not fit. Text that is not JSON is read
 * within its bounds, with no promise. */
void redact_json(const char *text, size_t n, struct buf *out);

#endif
