/*
 * phone.h: telephone numbers. Stored as E.164, shown the Polish way. Pure.
 */
#ifndef BARKBOOK_BASE_PHONE_H
#define BARKBOOK_BASE_PHONE_H

#include <stdbool.h>

#include "base/util.h"

#define PHONE_LEN 17 /* '+', 15 digits, NUL */

/* "600 100 200", "0048 600-100-200", "+48 600 100 200", "(12) 345 67 89" -> "+48600100200". Without
 * a country code Poland is meant and nine digits are needed (or eleven that start with 48). False
 * when it is no number. */
MUST_USE bool phone_normalize(const char *text, char out[static PHONE_LEN]);

/* "+48600100200" -> "600 100 200"; others "+49 170 1234567"; text it does not understand as it is.
 */
void phone_display(const char *e164, char *out, size_t out_len);

#endif
