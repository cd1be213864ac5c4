/*
 * help.c: the help, made from the table of commands and from nothing else. Writes to stdout only.
 */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

static const struct cli_option global_options[] = {
    {"--config", "FILE", "settings, instead of /etc/barkbook/barkbook.conf"},
    {"--data-dir", "DIR", "the folder with the database, photos and secrets"},
    {"--web-dir", "DIR", "serve the pages from DIR instead of the built-in ones"},
    {"-v", NULL, "say more"},
    {"--help", NULL, "this text; after a command, its own"},
    {"--version", NULL, "the version"},
};

#define HELP_COLUMN 26

static void print_option(const struct cli_option *o)
{
    char left[80];
    (void)snprintf(left, sizeof left, "%s%s%s", o->name, o->value != NULL ? " " : "",
                   o->value != NULL ? o->value : "");
    (void)printf("  %-*s %s\n", HELP_COLUMN, left, o->help);
}

static void print_global_options(void)
{
    (void)printf("\nEverywhere:\n");
    for (size_t i = 0; i < ARRAY_LEN(global_options); i++) {
        print_option(&global_options[i]);
    }
}

static void print_command(const struct cli_command *command)
{
    (void)printf("Usage: barkbook %s%s%s%s\n\n%s.\n", command->name,
                 command->options[0].name != NULL ? " [OPTIONS]" : "",
                 command->operands != NULL ? " " : "",
                 command->operands != NULL ? command->operands : "", command->summary);
    if (command->details != NULL) {
        (void)printf("\n%s\n", command->details);
    }
    if (command->options[0].name != NULL) {
        (void)printf("\nOptions:\n");
        for (size_t i = 0; i < CLI_OPTIONS_MAX && command->options[i].name != NULL; i++) {
            print_option(&command->options[i]);
        }
    }
    print_global_options();
}

static void print_list(const char *group)
{
    size_t n = group != NULL ? strlen(group) : 0;
    for (size_t i = 0; i < cli_command_count; i++) {
        const struct cli_command *command = &cli_commands[i];
        if (group != NULL && (strncmp(command->name, group, n) != 0 || command->name[n] != ' ')) {
            continue;
        }
        char left[80];
        (void)snprintf(left, sizeof left, "%s%s%s", command->name,
                       command->operands != NULL ? " " : "",
                       command->operands != NULL ? command->operands : "");
        (void)printf("  %-*s %s\n", HELP_COLUMN, left, command->summary);
    }
}

void help_print(const struct cli_command *command, const char *group)
{
    if (command != NULL) {
        print_command(command);
        return;
    }
    if (group != NULL) {
        (void)printf("Usage: barkbook %s COMMAND\n\n", group);
        print_list(group);
        print_global_options();
        return;
    }
    (void)printf("BarkBook keeps a grooming salon's Cal.com bookings and shows its day.\n\n"
                 "Usage: barkbook [OPTIONS] [COMMAND]\n\n"
                 "Without a command it serves.\n\nCommands:\n");
    print_list(NULL);
    print_global_options();
    (void)printf(
        "\nbarkbook COMMAND --help says more about one. Exit status: 0 done, 1 failed, 2 usage,\n"
        "75 not finished, try again.\n");
}
