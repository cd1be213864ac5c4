/*
 * cmd_serve.c: hands over to the service that main gave us; with --welcome it first says to a
 * person at the terminal where everything is.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/data_dir.h"
#include "base/lan.h"
#include "cli/commands.h"
#include "cli/welcome.h"

void welcome_print(const struct config *config)
{
    char dashboard[LAN_URL_LEN];
    char webhook[LAN_URL_LEN];
    char folder[PATH_MAX];
    lan_url(config->server.dashboard_listen, dashboard);
    lan_url(config->server.webhook_listen, webhook);
    /* The folder may not be there yet; then its name as given will do. */
    const char *data = realpath(config->server.data_dir, folder);
    if (data == NULL) {
        data = config->server.data_dir;
    }
    (void)printf("\nBarkBook %s\n\n", BARKBOOK_VERSION);
    (void)printf("  Dashboard  %s/\n", dashboard);
    (void)printf("             A trial: plain HTTP, for this network only.\n");
    (void)printf("  Webhooks   %s/api/webhooks/calcom\n", webhook);
    (void)printf(
        "             Where your tunnel must lead; Cal.com posts to the tunnel's https address.\n");
    if (config->calcom.webhook_secret != NULL) {
        (void)printf("  Secret     as configured (calcom.webhook_secret)\n");
    } else {
        (void)printf("  Secret     %s/%s\n", data, DATA_DIR_WEBHOOK);
        (void)printf("             Copy it into Cal.com's webhook form.\n");
    }
    (void)printf("  Data       %s\n", data);
}

int cmd_serve(struct cli *c, struct err *err)
{
    if (cli_option(c, "--welcome") != NULL) {
        int rc = data_dir_prepare(c->config->server.data_dir, err);
        if (rc < 0) {
            return rc;
        }
        welcome_print(c->config);
        (void)printf(
            "\nThe first start makes a one-time link for the owner's account: it follows below.\n"
            "Ctrl-C stops BarkBook.\n\n");
        (void)fflush(stdout);
    }
    struct cli_serve_options options = {.web_dir = c->web_dir,
                                        .commit_each = cli_option(c, "--commit-each") != NULL,
                                        .verbose = c->verbose};
    return c->serve(c->config, &options, err);
}
