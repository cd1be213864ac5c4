/*
 * calcom_text.h: text as Cal.com sends it, made canonical. Pure; used by calcom_values.c only.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_TEXT_H
#define BARKBOOK_REMOTE_CALCOM_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

/* A copy the caller frees, without control characters but \n and \t (CR LF becomes \n), trimmed,
 * cut to max_chars code points. NULL when nothing is left; *ok set false only when memory ran out.
 */
char *calcom_text_clean(const char *raw, size_t max_chars, bool *ok);

void calcom_text_lower(char *text); /* ASCII, in place */

bool calcom_text_is_url(const char *text); /* http or https, a host, no white space */

/* The text of one answer of a booking form; the caller frees; NULL when it says nothing. Forms
 * seen: text, number, {"label":…,"value":…}, {"value":…,"optionValue":…} (the option's own text
 * wins),
 * {"firstName":…,"lastName":…}, and lists of these, of which the first that says something counts.
 */
char *calcom_text_response(const cJSON *answer, bool *ok);

#endif
