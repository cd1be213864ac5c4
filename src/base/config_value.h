/*
 * config_value.h: the validators of the configuration table. Pure, except that a timezone is looked
 * up on disk. Private to config*.c. Each is a config_parse_fn.
 */
#ifndef BARKBOOK_BASE_CONFIG_VALUE_H
#define BARKBOOK_BASE_CONFIG_VALUE_H

#include "base/config_table.h"

config_parse_fn config_text;      /* UTF-8 without control characters */
config_parse_fn config_token;     /* printable ASCII without spaces: keys, tokens, account names */
config_parse_fn config_listen;    /* 127.0.0.1:8080 */
config_parse_fn config_url;       /* http or https, no trailing slash kept */
config_parse_fn config_api_url;   /* https; http to a loopback address */
config_parse_fn config_cidr_list; /* 10.0.0.0/8, 2001:db8::/32, 192.0.2.1 */
config_parse_fn config_timezone;  /* of the system's zone folder */
config_parse_fn config_language;  /* pl, en */
config_parse_fn config_provider;  /* none, twilio */
config_parse_fn config_duration;  /* int64_t milliseconds */
config_parse_fn config_size;      /* int64_t bytes */
config_parse_fn config_int;       /* int64_t */
config_parse_fn config_number;    /* double above 0 */

#endif
