/*
 * calcom_uid.c: uids of bookings; see calcom_values.h. A uid names a booking for ever, so that one
 * that is cut, rounded or full of control characters is refused rather than repaired. Pure.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "remote/calcom_values.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53: whole doubles are exact up to here */

enum uid_kind { UID_MISSING, UID_FOUND, UID_BAD, UID_NOMEM };

static enum uid_kind uid_read(const cJSON *obj, const char *key, char **out)
{
    const cJSON *v = json_get(obj, key);
    if (v == NULL) {
        return UID_MISSING;
    }
    const bool exact = cJSON_IsNumber(v) && v->valuedouble == floor(v->valuedouble) &&
                       fabs(v->valuedouble) <= EXACT_MAX;
    if (!cJSON_IsString(v) && !exact) {
        return UID_BAD;
    }
    char *text = json_scalar(obj, key);
    if (text == NULL) {
        return UID_NOMEM;
    }
    const char *from = text + strspn(text, " \t\r\n");
    size_t n = strlen(from);
    while (n > 0 && strchr(" \t\r\n", from[n - 1]) != NULL) {
        n--;
    }
    enum uid_kind kind = n == 0 ? UID_MISSING : n > CALCOM_UID_MAX ? UID_BAD : UID_FOUND;
    for (size_t i = 0; kind == UID_FOUND && i < n; i++) {
        if (iscntrl((unsigned char)from[i])) {
            kind = UID_BAD;
        }
    }
    if (kind == UID_FOUND) {
        char *uid = strndup(from, n);
        if (uid == NULL) {
            kind = UID_NOMEM;
        } else {
            *out = uid;
        }
    }
    free(text);
    return kind;
}

int calcom_uid(const cJSON *obj, const char *prefix, const char *key, char **out, struct err *err)
{
    switch (uid_read(obj, key, out)) {
    case UID_FOUND:
        return 0;
    case UID_MISSING:
        return err_set(err, ERR_UNPROCESSABLE, "%s%s: missing", prefix, key);
    case UID_NOMEM:
        return err_set(err, ERR_NOMEM, "%s%s: out of memory", prefix, key);
    case UID_BAD:
        break;
    }
    return err_set(err, ERR_UNPROCESSABLE, "%s%s: not a booking's uid", prefix, key);
}

char *calcom_other_uid(struct calcom_fill *f, const cJSON *obj, const char *key, const char *own)
{
    char *uid = NULL;
    enum uid_kind kind = uid_read(obj, key, &uid);
    f->nomem |= kind == UID_NOMEM;
    if (kind != UID_FOUND) {
        return NULL;
    }
    if (strcmp(uid, own) == 0) {
        free(uid);
        return NULL;
    }
    return uid;
}
