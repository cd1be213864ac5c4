/*
 * command.h: what a command of the table is, and what it gets. For the files of cli/ only.
 */
#ifndef BARKBOOK_CLI_COMMAND_H
#define BARKBOOK_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/err.h"
#include "cli/cli.h"
#include "db/db.h"

struct cli_option {
    const char *name;  /* "--role" */
    const char *value; /* what its value is called in the help; NULL: a flag */
    const char *help;
};

#define CLI_OPTIONS_MAX  8
#define CLI_OPERANDS_MAX 4

struct cli;
/* 0 done, negative failed (cli_main prints err and takes its exit status), positive the exit status
 * itself of a command that has already said everything. */
typedef int cli_fn(struct cli *c, struct err *err);

struct cli_command {
    const char *name;     /* one word, or two: "user add" */
    const char *operands; /* "NAME", "[FILE]"; NULL: none */
    int min_operands, max_operands;
    const char *summary; /* one line */
    const char *details; /* more lines for --help, or NULL */
    struct cli_option options[CLI_OPTIONS_MAX];
    cli_fn *run;
    bool serves;              /* runs until it is told to stop: says what happens in its log */
    const char *own_data_dir; /* default data folder of its own, or NULL */
};

/* Sorted by name. */
extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

struct cli {
    const struct cli_command *command;
    const struct config *config;
    cli_serve_fn *serve;
    const char *web_dir;
    bool verbose;
    const char *operand[CLI_OPERANDS_MAX];
    int operand_count;
    const char *value[CLI_OPTIONS_MAX]; /* by the option's place; "" for a flag that was given */
};

/* The value of an option, "" for a flag, NULL when it was not given. A name the command lacks is
 * our bug. */
const char *cli_option(const struct cli *c, const char *name);

/* Opens the data folder's database, brought to this program's version; makes both where they are
 * missing and make is true. Works beside a running service. */
MUST_USE int cli_database(const struct cli *c, bool make, struct db **out, struct err *err);

/* A whole number option within bounds; *out is left alone when it was not given. ERR_USAGE
 * otherwise. */
MUST_USE int cli_option_int(const struct cli *c, const char *name, int64_t min, int64_t max,
                            int64_t *out, struct err *err);

/* For --json: the one document and a line end on stdout. ERR_NOMEM when it had not room in the
 * buffer. */
#define CLI_JSON_MAX ((size_t)256 * 1024 * 1024)
MUST_USE int cli_print_json(const struct buf *json, struct err *err);

#endif
