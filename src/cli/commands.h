/*
 * commands.h: what the table calls. Each is in cmd_<its first word>*.c.
 */
#ifndef BARKBOOK_CLI_COMMANDS_H
#define BARKBOOK_CLI_COMMANDS_H

#include "cli/command.h"

cli_fn cmd_backup;
cli_fn cmd_config;
cli_fn cmd_demo;
cli_fn cmd_doctor;
cli_fn cmd_erase_client;
cli_fn cmd_export;
cli_fn cmd_import_clients;
cli_fn cmd_reconcile;
cli_fn cmd_restore;
cli_fn cmd_serve;
cli_fn cmd_user_add;
cli_fn cmd_user_disable;
cli_fn cmd_user_list;
cli_fn cmd_user_passwd;
cli_fn cmd_verify;
cli_fn cmd_webhooks_list;
cli_fn cmd_webhooks_register;
cli_fn cmd_webhooks_replay;
cli_fn cmd_webhooks_send;
cli_fn cmd_webhooks_show;

#endif
