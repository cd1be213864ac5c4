/*
 * message_setting_change.c: writing what the owner decided. Runs on the writer's thread; checks
 * each member as it comes, and a refusal takes back those before it, since the job's savepoint
 * does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/phone.h"
#include "salon/message_setting.h"
#include "salon/message_setting_keys.h"
#include "salon/message_template.h"
#include "salon/setting.h"

#define SID_LEN      34
#define FROM_NAME    11
#define FROM_EARLY   (5 * 60) /* nobody wants a text before five */
#define WINDOW_LEAST 60

struct change {
    struct db *db;
    const struct message_settings_change *c;
};

static const cJSON *member(const struct change *x, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(x->c->json, key);
}

static int set(const struct change *x, const char *key, const char *value, struct err *err)
{
    return setting_set(x->db, key, value, x->c->now, err);
}

/* What the file says is the file's to change. */
static int not_configured(const struct change *x, const char *key, struct err *err)
{
    if (config_is_set(x->c->config, "sms", key)) {
        return err_set(err, ERR_CONFLICT,
                       "%s: stands in the configuration (sms.%s): change it there", key, key);
    }
    return 0;
}

static int set_switch(const struct change *x, const char *field, const char *key, struct err *err)
{
    const cJSON *j = member(x, field);
    if (j == NULL) {
        return 0;
    }
    if (!cJSON_IsBool(j)) {
        return err_set(err, ERR_INVALID, "%s: must be true or false", field);
    }
    return set(x, key, cJSON_IsTrue(j) ? "1" : "0", err);
}

/* Text as it was given; "" unsets. *out is NULL when the member is absent. */
static int given(const struct change *x, const char *field, const char **out, struct err *err)
{
    const cJSON *j = member(x, field);
    *out = NULL;
    if (j == NULL) {
        return 0;
    }
    if (!cJSON_IsString(j) || strlen(j->valuestring) > 256) {
        return err_set(err, ERR_INVALID, "%s: must be text", field);
    }
    *out = j->valuestring;
    return not_configured(x, field, err);
}

static bool one_word(const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s <= ' ' || *s >= 127) {
            return false;
        }
    }
    return true;
}

static int set_from(const struct change *x, const char *from, struct err *err)
{
    char number[PHONE_LEN];
    if (from[0] == '\0') {
        return set(x, KEY_FROM, NULL, err);
    }
    if (phone_normalize(from, number)) {
        return set(x, KEY_FROM, number, err);
    }
    if (!message_from_is_name(from)) {
        return err_set(err, ERR_INVALID, "from: is no phone number");
    }
    /* A name: letters, digits and a few signs, a letter among them; as Twilio wants it. */
    bool letter = false;
    for (const char *s = from; *s != '\0'; s++) {
        const bool alpha = (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z');
        letter = letter || alpha;
        if (!alpha && (*s < '0' || *s > '9') && strchr(" +-_&", *s) == NULL) {
            return err_set(err, ERR_INVALID,
                           "from: a sender's name has only letters without marks, digits and "
                           "spaces");
        }
    }
    if (strlen(from) > FROM_NAME || !letter || from[0] == ' ' || from[strlen(from) - 1] == ' ') {
        return err_set(err, ERR_INVALID,
                       "from: a sender's name has at most %d characters, one of them a letter",
                       FROM_NAME);
    }
    return set(x, KEY_FROM, from, err);
}

static int set_account(const struct change *x, struct err *err)
{
    const char *value = NULL;
    int rc = given(x, "provider", &value, err);
    if (rc >= 0 && value != NULL) {
        if (strcmp(value, "none") != 0 && strcmp(value, "twilio") != 0) {
            return err_set(err, ERR_INVALID, "provider: must be none or twilio");
        }
        rc = set(x, KEY_PROVIDER, value, err);
    }
    if (rc >= 0) {
        rc = given(x, "account_sid", &value, err);
    }
    if (rc >= 0 && value != NULL) {
        if (value[0] != '\0' && (strlen(value) != SID_LEN || memcmp(value, "AC", 2) != 0 ||
                                 strspn(value + 2, "0123456789abcdef") != SID_LEN - 2)) {
            return err_set(err, ERR_INVALID,
                           "account_sid: begins with AC and has 34 characters: copy it from "
                           "Twilio's console");
        }
        rc = set(x, KEY_ACCOUNT_SID, value[0] == '\0' ? NULL : value, err);
    }
    if (rc >= 0) {
        rc = given(x, "auth_token", &value, err);
    }
    if (rc >= 0 && value != NULL) {
        if (!one_word(value)) {
            return err_set(err, ERR_INVALID, "auth_token: has a space or a special character");
        }
        rc = set(x, KEY_AUTH_TOKEN, value[0] == '\0' ? NULL : value, err);
    }
    if (rc >= 0) {
        rc = given(x, "from", &value, err);
    }
    return rc >= 0 && value != NULL ? set_from(x, value, err) : rc;
}

/* The hour that is to be, whether this change says it or an earlier one did. */
static int hour(const struct change *x, const char *field, const char *key, int fallback, int *out,
                struct err *err)
{
    const cJSON *j = member(x, field);
    if (j != NULL) {
        if (!cJSON_IsString(j) || !message_clock_parse(j->valuestring, out)) {
            return err_set(err, ERR_INVALID, "%s: write it as 08:00", field);
        }
        return set(x, key, j->valuestring, err);
    }
    char *value = NULL;
    int rc = setting_get(x->db, key, &value, err);
    *out = fallback;
    if (rc > 0 && !message_clock_parse(value, out)) {
        *out = fallback;
    }
    free(value);
    return rc < 0 ? rc : 0;
}

static int set_hours(const struct change *x, struct err *err)
{
    int from = 0;
    int to = 0;
    int rc = hour(x, "window_from", KEY_FROM_HOUR, 8 * 60, &from, err);
    if (rc >= 0) {
        rc = hour(x, "window_to", KEY_TO_HOUR, 20 * 60, &to, err);
    }
    if (rc < 0) {
        return rc;
    }
    if (from < FROM_EARLY) {
        return err_set(err, ERR_INVALID, "window_from: not before 05:00: it is night");
    }
    if (to < from + WINDOW_LEAST) {
        return err_set(err, ERR_INVALID, "window_to: must be at least an hour after window_from");
    }
    const cJSON *at = member(x, "day_before_at");
    if (at != NULL) {
        int minute = 0;
        if (!cJSON_IsString(at) || (strcmp(at->valuestring, "visit") != 0 &&
                                    !message_clock_parse(at->valuestring, &minute))) {
            return err_set(err, ERR_INVALID, "day_before_at: write visit, or an hour as 17:00");
        }
        const bool own = strcmp(at->valuestring, "visit") == 0;
        if (!own && (minute < from || minute > to - MESSAGE_MARGIN)) {
            return err_set(err, ERR_INVALID,
                           "day_before_at: must lie within the hours in which texts may go out");
        }
        rc = set(x, KEY_DAY_BEFORE_AT, own ? NULL : at->valuestring, err);
    }
    return rc;
}

static int set_number(const struct change *x, const char *field, const char *key, int low, int high,
                      struct err *err)
{
    const cJSON *j = member(x, field);
    int64_t n = 0;
    char text[24];
    if (j == NULL) {
        return 0;
    }
    if (cJSON_IsNull(j)) {
        return set(x, key, NULL, err);
    }
    if (!json_int(x->c->json, field, &n) || n < low || n > high) {
        return err_set(err, ERR_INVALID, "%s: must be a whole number from %d to %d", field, low,
                       high);
    }
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    return set(x, key, text, err);
}

static int set_template(const struct change *x, enum message_kind kind, const cJSON *j,
                        struct err *err)
{
    char key[64];
    const char *language = j->string;
    if (strcmp(language, "pl") != 0 && strcmp(language, "en") != 0) {
        return err_set(err, ERR_INVALID, "templates.%s: there is no such language",
                       message_kind_name(kind));
    }
    if (!cJSON_IsString(j)) {
        return err_set(err, ERR_INVALID, "templates.%s.%s: must be text", message_kind_name(kind),
                       language);
    }
    const char *text = j->valuestring;
    (void)snprintf(key, sizeof key, KEY_TEMPLATE "%s.%s", message_kind_name(kind), language);
    if (text[0] == '\0' || strcmp(text, message_template_default(kind, language)) == 0) {
        return set(x, key, NULL, err);
    }
    int rc = message_template_check(text, kind, err);
    if (rc < 0) {
        return err_prefix(err, rc, "templates.%s.%s", message_kind_name(kind), language);
    }
    return set(x, key, text, err);
}

static int set_templates(const struct change *x, struct err *err)
{
    const cJSON *all = member(x, "templates");
    if (all == NULL) {
        return 0;
    }
    for (const cJSON *k = all->child; k != NULL; k = k->next) {
        int kind = 0;
        while (kind < MESSAGE_PLANNED &&
               strcmp(k->string, message_kind_name((enum message_kind)kind)) != 0) {
            kind++;
        }
        if (kind == MESSAGE_PLANNED || !cJSON_IsObject(k)) {
            return err_set(err, ERR_INVALID, "templates: there is no such text");
        }
        for (const cJSON *j = k->child; j != NULL; j = j->next) {
            int rc = set_template(x, (enum message_kind)kind, j, err);
            if (rc < 0) {
                return rc;
            }
        }
    }
    return 0;
}

int message_settings_change_job(struct db *db, void *arg, struct err *err)
{
    const struct change x = {.db = db, .c = arg};
    const cJSON *language = member(&x, "language");
    int rc = set_account(&x, err);
    if (rc >= 0) {
        rc = set_switch(&x, "day_before", KEY_DAY_BEFORE, err);
    }
    if (rc >= 0) {
        rc = set_switch(&x, "same_day", KEY_SAME_DAY, err);
    }
    if (rc >= 0) {
        rc = set_switch(&x, "plain", KEY_PLAIN, err);
    }
    if (rc >= 0) {
        rc = set_hours(&x, err);
    }
    if (rc >= 0) {
        rc = set_number(&x, "same_day_before", KEY_SAME_DAY_BEFORE, 30, 12 * 60, err);
    }
    if (rc >= 0) {
        rc = set_number(&x, "segment_price", KEY_SEGMENT_PRICE, 0, 100000, err);
    }
    if (rc >= 0 && language != NULL) {
        if (!cJSON_IsString(language) || (strcmp(language->valuestring, "pl") != 0 &&
                                          strcmp(language->valuestring, "en") != 0)) {
            return err_set(err, ERR_INVALID, "language: must be pl or en");
        }
        rc = set(&x, KEY_LANGUAGE, language->valuestring, err);
    }
    return rc < 0 ? rc : set_templates(&x, err);
}
