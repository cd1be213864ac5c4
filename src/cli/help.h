/*
 * help.h: prints what the table of commands says.
 */
#ifndef BARKBOOK_CLI_HELP_H
#define BARKBOOK_CLI_HELP_H

#include "cli/command.h"

/* command: its own help. Else group ("user"): the commands that begin with it. Else everything. */
void help_print(const struct cli_command *command, const char *group);

#endif
