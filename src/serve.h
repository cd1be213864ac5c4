/*
 * serve.h: the appliance: everything wired together, running until SIGTERM or SIGINT.
 */
#ifndef BARKBOOK_SERVE_H
#define BARKBOOK_SERVE_H

#include "cli/cli.h"

/* 0 after a clean stop; negative when it could not start. Owns the process: blocks signals, starts
 * threads. */
int serve(const struct config *config, const struct cli_serve_options *options, struct err *err);

#endif
