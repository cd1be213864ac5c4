/*
 * commands.h: what the table calls. Each is in cmd_<its first word>*.c.
 */
#ifndef BARKBOOK_CLI_COMMANDS_H
#define BARKBOOK_CLI_COMMANDS_H

#include "cli/command.h"

cli_fn cmd_serve;

#endif
