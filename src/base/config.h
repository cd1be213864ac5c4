/*
 * config.h: the file, the environment and the defaults, as one struct that nobody changes later.
 * Keys, sections and defaults are fixed by the manual (barkbook.conf). Each key is a record in one
 * table: section, key, help, default, validator (config_table.h). Called from main before threads
 * start; the result may be read by all of them.
 */
#ifndef BARKBOOK_BASE_CONFIG_H
#define BARKBOOK_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct config {
    char source[256];  /* the file read, or "" for built-in defaults */
    uint64_t set_keys; /* what config_is_set tells: one bit per row of the table */
    struct {
        char *data_dir;
        char *dashboard_listen; /* "host:port", checked */
        char *webhook_listen;
        char *public_url;                /* NULL: none; no trailing slash */
        char *dashboard_trusted_proxies; /* comma-separated CIDR list, checked; NULL: none */
        char *webhook_trusted_proxies;
        char *timezone;
        char *language;           /* "pl" or "en" */
        char *alarm_command;      /* NULL: none */
        char *accounting_command; /* NULL: none */
    } server;
    struct {
        char *api_url;        /* no trailing slash; https, or http to a loopback address */
        char *api_key;        /* NULL: none */
        char *webhook_secret; /* NULL: the file in data_dir/secrets is used */
        char *username;
        int64_t reconcile_every_ms;
        double requests_per_second;
        int64_t complete_after_ms;
    } calcom;
    struct {
        char *provider; /* "none" or "twilio" */
        char *api_url;
        char *account_sid;
        char *auth_token;
        char *from;
    } sms;
    struct {
        char *webhook_allow; /* NULL: any */
        int64_t webhook_rate;
        int64_t webhook_body_max; /* bytes */
        int64_t photo_max;
    } limits;
    struct {
        int64_t webhook_payload_days;
        int64_t backup_keep;
        char *backup_copy;    /* NULL: none */
        char *backup_command; /* NULL: none */
    } retention;
};

/* file: from --config, or NULL: $BARKBOOK_CONFIG, else /etc/barkbook/barkbook.conf if it exists,
 * else defaults. The environment (BARKBOOK_SERVER_DATA_DIR …) wins. data_dir_override: --data-dir
 * or NULL. ERR_CONFIG names file, line, key, what is wrong, and the nearest known key for an
 * unknown one. A key without a value counts as absent. A secret can be given as <key>_file instead
 * (its white space at the end is cut). A secret that is set
 * nowhere is looked for in $CREDENTIALS_DIRECTORY, as section.key. On failure *c is left alone.
 * Durations: 15m, 90s, 2h, 500ms; sizes: 1MiB, 10 MiB, 512k, plain bytes. */
MUST_USE int config_load(struct config *c, const char *file, const char *data_dir_override,
                         struct err *err);
void config_done(struct config *c); /* safe on a zeroed struct; wipes secrets */
DEFINE_CLEANUP_REF(struct config, config_done);

/* True when the key came from file or environment rather than from a default (then the settings
 * page shows it as read-only). */
bool config_is_set(const struct config *c, const char *section, const char *key);

/* The commented default barkbook.conf, from the same table. */
void config_print_defaults(struct buf *out);

#endif
