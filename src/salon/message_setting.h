/*
 * message_setting.h: what the owner decided about text messages: who sends them, when, which, and
 * in which words. From the settings table; who sends may stand in the configuration instead, which
 * wins, key by key.
 */
#ifndef BARKBOOK_SALON_MESSAGE_SETTING_H
#define BARKBOOK_SALON_MESSAGE_SETTING_H

#include "base/config.h"
#include "base/json.h"
#include "db/writer.h"
#include "salon/message_plan.h"

struct message_settings {
    struct message_rules rules; /* .able: somebody can send */
    bool plain;                 /* without Polish letters */
    char language[3];           /* of the texts: "pl" or "en" */
    int64_t segment_price;      /* hundredths of the salon's money; -1: not known */
    char *templates[MESSAGE_PLANNED];
    /* Who sends. */
    bool twilio;
    bool pretend;                          /* the made-up salon: nothing leaves this computer */
    char *account_sid, *auth_token, *from; /* NULL: not given */
};
void message_settings_done(struct message_settings *s); /* wipes the token */
DEFINE_CLEANUP_REF(struct message_settings, message_settings_done);

/* out: zeroed or done. */
MUST_USE int message_settings_load(struct db *db, const struct config *config, bool pretend,
                                   struct message_settings *out, struct err *err);

/* The saved template of a kind in a language, or the default one; *own tells which. */
MUST_USE int message_settings_template(struct db *db, enum message_kind kind, const char *language,
                                       char **out, bool *own, struct err *err);

/* A sender with letters: it cannot be answered. */
bool message_from_is_name(const char *from);

/* Reads a change as the page sends it and checks it whole before any of it is written: members
 * that are absent stay. ERR_INVALID names the field. A writer_fn.
 *   provider "none"|"twilio", account_sid, auth_token ("" forgets), from, day_before, same_day,
 *   plain: bool, window_from, window_to "08:00", day_before_at "visit"|"17:00", same_day_before
 *   minutes, language, segment_price (hundredths; null forgets),
 *   templates {"day_before": {"pl": "…" ("" goes back to the default)}} */
struct message_settings_change {
    const cJSON *json; /* an object */
    const struct config *config;
    int64_t now;
};
writer_fn message_settings_change_job;

#endif
