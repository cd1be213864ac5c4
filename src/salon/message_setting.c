/*
 * message_setting.c: reading what the owner decided. Writing it is message_setting_change.c.
 */
#include "salon/message_setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "salon/message_setting_keys.h"
#include "salon/message_template.h"
#include "salon/setting.h"

bool message_from_is_name(const char *from)
{
    return from != NULL && from[0] != '\0' && from[strspn(from, "+0123456789")] != '\0';
}

void message_settings_done(struct message_settings *s)
{
    for (size_t i = 0; i < MESSAGE_PLANNED; i++) {
        free(s->templates[i]);
    }
    if (s->auth_token != NULL) {
        secret_wipe(s->auth_token, strlen(s->auth_token));
    }
    free(s->account_sid);
    free(s->auth_token);
    free(s->from);
    *s = (struct message_settings){0};
}

bool message_clock_parse(const char *text, int *minutes)
{
    if (strlen(text) != 5 || text[2] != ':' || strspn(text, "0123456789") != 2 ||
        strspn(text + 3, "0123456789") != 2) {
        return false;
    }
    const int hour = 10 * (text[0] - '0') + text[1] - '0';
    const int minute = 10 * (text[3] - '0') + text[4] - '0';
    if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) {
        return false;
    }
    *minutes = 60 * hour + minute;
    return true;
}

/* NULL: not set; the configuration's own word first. */
static int text(struct db *db, const char *configured, const char *key, char **out, struct err *err)
{
    if (configured != NULL) {
        *out = strdup(configured);
        return *out != NULL ? 0 : err_set(err, ERR_NOMEM, "out of memory");
    }
    int rc = setting_get(db, key, out, err);
    return rc < 0 ? rc : 0;
}

static int number(struct db *db, const char *key, long low, long high, long fallback, long *out,
                  struct err *err)
{
    char *value = NULL;
    int rc = setting_get(db, key, &value, err);
    *out = fallback;
    if (rc > 0) {
        char *end = NULL;
        long n = strtol(value, &end, 10);
        if (end != value && *end == '\0' && n >= low && n <= high) {
            *out = n;
        }
    }
    free(value);
    return rc < 0 ? rc : 0;
}

static int minutes(struct db *db, const char *key, int fallback, int *out, struct err *err)
{
    char *value = NULL;
    int rc = setting_get(db, key, &value, err);
    *out = fallback;
    if (rc > 0 && !message_clock_parse(value, out)) {
        *out = fallback;
    }
    free(value);
    return rc < 0 ? rc : 0;
}

int message_settings_template(struct db *db, enum message_kind kind, const char *language,
                              char **out, bool *own, struct err *err)
{
    CLEANUP(buf_done) struct buf key;
    buf_init(&key, 64);
    buf_printf(&key, KEY_TEMPLATE "%s.%s", message_kind_name(kind), language);
    char *value = NULL;
    int rc = key.failed ? err_set(err, ERR_NOMEM, "out of memory")
                        : setting_get(db, key.data, &value, err);
    if (rc < 0) {
        return rc;
    }
    *own = rc > 0;
    if (value == NULL) {
        value = strdup(message_template_default(kind, language));
    }
    if (value == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    *out = value;
    return 0;
}

static int load_rules(struct db *db, struct message_settings *s, struct err *err)
{
    long on = 0;
    struct message_rules *r = &s->rules;
    int rc = number(db, KEY_DAY_BEFORE, 0, 1, s->pretend ? 1 : 0, &on, err);
    r->on[MESSAGE_DAY_BEFORE] = on != 0;
    if (rc >= 0) {
        rc = number(db, KEY_SAME_DAY, 0, 1, 0, &on, err);
        r->on[MESSAGE_SAME_DAY] = on != 0;
    }
    if (rc >= 0) {
        rc = minutes(db, KEY_FROM_HOUR, 8 * 60, &r->from, err);
    }
    if (rc >= 0) {
        rc = minutes(db, KEY_TO_HOUR, 20 * 60, &r->to, err);
    }
    if (rc >= 0 && r->to <= r->from) {
        r->from = 8 * 60;
        r->to = 20 * 60;
    }
    if (rc >= 0) {
        rc = minutes(db, KEY_DAY_BEFORE_AT, -1, &r->day_before_at, err);
    }
    if (rc >= 0) {
        rc = number(db, KEY_SAME_DAY_BEFORE, 30, 12 * 60, 120, &on, err);
        r->same_day_before = (int)on;
    }
    return rc;
}

static int load_words(struct db *db, const struct config *config, struct message_settings *s,
                      struct err *err)
{
    long n = 0;
    char *language = NULL;
    int rc = text(db, NULL, KEY_LANGUAGE, &language, err);
    if (rc < 0) {
        return rc;
    }
    const char *wish = language != NULL ? language : config->server.language;
    memcpy(s->language, wish != NULL && strcmp(wish, "en") == 0 ? "en" : "pl", sizeof s->language);
    free(language);
    rc = number(db, KEY_PLAIN, 0, 1, 0, &n, err);
    s->plain = n != 0;
    if (rc >= 0) {
        rc = number(db, KEY_SEGMENT_PRICE, 0, 100000, -1, &n, err);
        s->segment_price = n;
    }
    for (int kind = 0; kind < MESSAGE_PLANNED && rc >= 0; kind++) {
        bool own = false;
        rc = message_settings_template(db, (enum message_kind)kind, s->language,
                                       &s->templates[kind], &own, err);
    }
    return rc;
}

static int load_account(struct db *db, const struct config *config, struct message_settings *s,
                        struct err *err)
{
    char *provider = NULL;
    const char *configured = config_is_set(config, "sms", "provider") ? config->sms.provider : NULL;
    int rc = text(db, configured, KEY_PROVIDER, &provider, err);
    s->twilio = provider != NULL && strcmp(provider, "twilio") == 0 && !s->pretend;
    free(provider);
    if (rc >= 0) {
        rc = text(db, config->sms.account_sid, KEY_ACCOUNT_SID, &s->account_sid, err);
    }
    if (rc >= 0) {
        rc = text(db, config->sms.auth_token, KEY_AUTH_TOKEN, &s->auth_token, err);
    }
    if (rc >= 0) {
        rc = text(db, config->sms.from, KEY_FROM, &s->from, err);
    }
    s->rules.able = s->pretend || (s->twilio && s->account_sid != NULL && s->auth_token != NULL &&
                                   s->from != NULL);
    return rc;
}

int message_settings_load(struct db *db, const struct config *config, bool pretend,
                          struct message_settings *out, struct err *err)
{
    *out = (struct message_settings){.pretend = pretend};
    int rc = load_rules(db, out, err);
    if (rc >= 0) {
        rc = load_words(db, config, out, err);
    }
    if (rc >= 0) {
        rc = load_account(db, config, out, err);
    }
    if (rc < 0) {
        message_settings_done(out);
    }
    return rc < 0 ? rc : 0;
}
