/*
 * cmd_serve.c: hands over to the service that main gave us.
 */
#include "cli/commands.h"

int cmd_serve(struct cli *c, struct err *err)
{
    struct cli_serve_options options = {.web_dir = c->web_dir, .verbose = c->verbose};
    return c->serve(c->config, &options, err);
}
