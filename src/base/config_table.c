/*
 * config_table.c: the rows, and what is said about all of them: finding one, naming the nearest,
 * printing the default file. Constant data, any thread.
 */
#include "base/config_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/config_value.h"

#define KIB INT64_C(1024)
#define MIB INT64_C(1048576)

#define TEXT(section, key, parse, fallback, help)                                                 \
    {                                                                                             \
#section, #key, help, fallback, offsetof(struct config, section.key), parse, false, true, \
            0, 0                                                                                  \
    }
#define SECRET(section, key, parse, help)                                                         \
    {                                                                                             \
#section, #key, help, NULL, offsetof(struct config, section.key), parse, true, true, 0, 0 \
    }
/* field differs from key where the field's name tells the unit. */
#define NUMBER(section, key, field, parse, fallback, min, max, help)                          \
    {                                                                                         \
#section, #key, help, fallback, offsetof(struct config, section.field), parse, false, \
            false, min, max                                                                   \
    }

const struct config_key config_table[] = {
    TEXT(server, data_dir, config_text, "./barkbook-data",
         "Folder of the database, photos, secrets and backups."),
    TEXT(server, dashboard_listen, config_listen, "0.0.0.0:8080",
         "Address and port of the staff's pages."),
    TEXT(server, webhook_listen, config_listen, "127.0.0.1:8081",
         "Address and port for Cal.com's deliveries: where the tunnel leads."),
    TEXT(server, public_url, config_url, NULL,
         "Address under which the tunnel is seen from outside, like https://hooks.example.pl"),
    TEXT(server, dashboard_trusted_proxies, config_cidr_list, NULL,
         "Proxies whose X-Forwarded-For is believed, like 127.0.0.1 or 10.0.0.0/8"),
    TEXT(server, webhook_trusted_proxies, config_cidr_list, NULL,
         "The same for webhook_listen: the tunnel's own address."),
    TEXT(server, timezone, config_timezone, "Europe/Warsaw", "The salon's timezone."),
    TEXT(server, language, config_language, "pl", "Language of the pages: pl or en."),
    TEXT(server, alarm_command, config_text, NULL,
         "Program that tells the owner when something is wrong: gets a sentence on its input."),
    TEXT(server, accounting_command, config_text, NULL,
         "Program that sends the month's file to the accountant: gets its path and the month."),

    TEXT(calcom, api_url, config_api_url, "https://api.cal.com",
         "Cal.com's API. Plain http only to this machine."),
    SECRET(calcom, api_key, config_token, "API key of the salon's Cal.com account."),
    SECRET(calcom, webhook_secret, config_text,
           "Secret shared with Cal.com. Without it one is made in data_dir/secrets/webhook."),
    TEXT(calcom, username, config_token, NULL, "User name at Cal.com."),
    NUMBER(calcom, reconcile_every, reconcile_every_ms, config_duration, "15m", CLOCK_SECOND,
           24 * CLOCK_HOUR, "How often to catch up with Cal.com."),
    NUMBER(calcom, requests_per_second, requests_per_second, config_number, "1", 0, 100,
           "How fast to ask Cal.com."),
    NUMBER(calcom, complete_after, complete_after_ms, config_duration, "15m", 0, 24 * CLOCK_HOUR,
           "How long after its end an appointment counts as done."),

    TEXT(sms, provider, config_provider, "none", "Who sends text messages: none or twilio."),
    TEXT(sms, api_url, config_api_url, "https://api.twilio.com",
         "Twilio's API. Plain http only to this machine."),
    TEXT(sms, account_sid, config_token, NULL, "Twilio account SID."),
    SECRET(sms, auth_token, config_token, "Twilio auth token."),
    TEXT(sms, from, config_text, NULL, "Sender: a number like +48600100200, or a name."),

    TEXT(limits, webhook_allow, config_cidr_list, NULL,
         "Addresses that may deliver webhooks; everybody when absent."),
    NUMBER(limits, webhook_rate, webhook_rate, config_int, "60", 1, 1000000,
           "Refused requests per address and minute before 429. Signed ones are never limited."),
    NUMBER(limits, webhook_body_max, webhook_body_max, config_size, "1MiB", KIB, 64 * MIB,
           "Biggest delivery."),
    NUMBER(limits, photo_max, photo_max, config_size, "10MiB", KIB, 256 * MIB, "Biggest photo."),

    NUMBER(retention, webhook_payload_days, webhook_payload_days, config_int, "90", 1, 36500,
           "How many days the text of deliveries is kept."),
    NUMBER(retention, backup_keep, backup_keep, config_int, "14", 1, 10000,
           "How many automatic backups are kept."),
    TEXT(retention, backup_copy, config_text, NULL,
         "Folder for a second copy of each automatic backup, like a mounted drive."),
    TEXT(retention, backup_command, config_text, NULL,
         "Program to run after each automatic backup, with the backup's folder as its argument."),
};
const size_t config_table_len = ARRAY_LEN(config_table);
_Static_assert(ARRAY_LEN(config_table) <= 64, "set_keys has one bit per row");

const struct config_key *config_find(const char *section, const char *key, bool *is_file)
{
    for (size_t i = 0; i < config_table_len; i++) {
        const struct config_key *row = &config_table[i];
        size_t n = strlen(row->key);
        if (strcmp(row->section, section) != 0 || strncmp(row->key, key, n) != 0) {
            continue;
        }
        if (key[n] == '\0') {
            *is_file = false;
            return row;
        }
        if (row->secret && strcmp(key + n, "_file") == 0) {
            *is_file = true;
            return row;
        }
    }
    return NULL;
}

/* How many letters to change, add or drop to get from a to b (Levenshtein). Long texts are cut:
 * they are far from every key anyway. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[64];
    size_t b_len = strnlen(b, ARRAY_LEN(row) - 1);
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = (unsigned)j;
    }
    for (size_t i = 0; a[i] != '\0' && i < ARRAY_LEN(row); i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < b_len; j++) {
            unsigned change = diagonal + (a[i] == b[j] ? 0U : 1U);
            unsigned other = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;
            diagonal = row[j + 1];
            row[j + 1] = change < other ? change : other;
        }
    }
    return row[b_len];
}

int config_unknown(const char *section, const char *key, struct err *err)
{
    const struct config_key *nearest = &config_table[0];
    unsigned least = ~0U;
    for (size_t i = 0; i < config_table_len; i++) {
        const struct config_key *row = &config_table[i];
        /* A wrong section weighs less than a wrong key: the same key elsewhere is the best guess.
         */
        unsigned d = 4 * distance(key, row->key) + distance(section, row->section);
        if (d < least) {
            least = d;
            nearest = row;
        }
    }
    if (section[0] == '\0') {
        return err_set(err, ERR_CONFIG,
                       "\"%.60s\" stands before any [section]: did you mean %s in [%s]?", key,
                       nearest->key, nearest->section);
    }
    if (strcmp(nearest->section, section) == 0) {
        return err_set(err, ERR_CONFIG, "[%.60s] has no key \"%.60s\": did you mean %s?", section,
                       key, nearest->key);
    }
    return err_set(err, ERR_CONFIG, "[%.60s] has no key \"%.60s\": did you mean %s in [%s]?",
                   section, key, nearest->key, nearest->section);
}

void config_print_defaults(struct buf *out)
{
    buf_str(out, "# BarkBook's configuration. Every key may be left out; those below show the "
                 "defaults.\n"
                 "# Each can also be set by the environment, as BARKBOOK_<SECTION>_<KEY>, which "
                 "wins.\n"
                 "# A comment after a value starts with a semicolon.\n");
    const char *section = "";
    for (size_t i = 0; i < config_table_len; i++) {
        const struct config_key *row = &config_table[i];
        if (strcmp(section, row->section) != 0) {
            section = row->section;
            buf_printf(out, "\n[%s]\n", section);
        }
        buf_printf(out, "# %s\n", row->help);
        buf_printf(out, "# %s =", row->key);
        if (row->fallback != NULL) {
            buf_printf(out, " %s", row->fallback);
        }
        buf_char(out, '\n');
        if (row->secret) {
            buf_printf(out, "# %s_file =\n", row->key);
        }
    }
}
