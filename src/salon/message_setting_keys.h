/*
 * message_setting_keys.h: the rows of the settings table that are about text messages. Private to
 * message_setting*.c.
 */
#ifndef BARKBOOK_SALON_MESSAGE_SETTING_KEYS_H
#define BARKBOOK_SALON_MESSAGE_SETTING_KEYS_H

#include <stdbool.h>

#define KEY_PROVIDER        "sms.provider"
#define KEY_ACCOUNT_SID     "sms.account_sid"
#define KEY_AUTH_TOKEN      "sms.auth_token"
#define KEY_FROM            "sms.from"
#define KEY_DAY_BEFORE      "sms.day_before"
#define KEY_SAME_DAY        "sms.same_day"
#define KEY_FROM_HOUR       "sms.window_from"
#define KEY_TO_HOUR         "sms.window_to"
#define KEY_DAY_BEFORE_AT   "sms.day_before_at" /* absent: the visit's own time */
#define KEY_SAME_DAY_BEFORE "sms.same_day_before"
#define KEY_PLAIN           "sms.plain"
#define KEY_LANGUAGE        "sms.language"
#define KEY_SEGMENT_PRICE   "sms.segment_price"
#define KEY_TEMPLATE        "sms.template." /* and kind.language */

/* "08:00" to minutes; "24:00" is the day's end. */
bool message_clock_parse(const char *text, int *minutes);

#endif
