/*
 * cli.h: the command line: one sorted table of commands, from which the help is printed, so that it
 * cannot drift. Results go to stdout, messages to stderr as "barkbook: what went wrong: what to
 * do". Exit status: 0 done, 1 failed, 2 usage, 75 not finished, try again (base/err.h has the
 * table).
 *
 * One thread; a command owns the process while it runs.
 */
#ifndef BARKBOOK_CLI_CLI_H
#define BARKBOOK_CLI_CLI_H

#include <stdbool.h>

#include "base/config.h"
#include "base/err.h"

/* The service, handed in by main: this face must not know the other one. It runs until it is told
 * to stop; 0 then, negative when it could not start or had to give up. */
struct cli_serve_options {
    const char *
        web_dir; /* serve the pages from this folder instead of the embedded ones; NULL: embedded */
    bool demo;   /* made-up salon: says so in the pages, never asks Cal.com */
    bool commit_each; /* no group commit: the baseline of a benchmark */
    bool verbose;
};
typedef int cli_serve_fn(const struct config *config, const struct cli_serve_options *options,
                         struct err *err);

/* All of main() but the wiring. Returns the exit status. */
int cli_main(int argc, char **argv, cli_serve_fn *serve);

#endif
