/*
 * commands.c: the table of commands, sorted by name; the help is printed from it.
 */
#include "cli/commands.h"

const struct cli_command cli_commands[] = {
    {
        .name = "serve",
        .summary = "Run the appliance (the default)",
        .details = "Serves the dashboard and the webhook address until it gets SIGTERM or SIGINT.",
        .options = {{"--welcome", NULL, "first print where everything is"}},
        .run = cmd_serve,
        .serves = true,
    },
};
const size_t cli_command_count = ARRAY_LEN(cli_commands);
