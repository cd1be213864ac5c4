/*
 * cmd_config.c: prints the table of settings as a configuration file. Never prints what is set.
 */
#include <stdio.h>

#include "cli/commands.h"

int cmd_config(struct cli *c, struct err *err)
{
    (void)c;
    CLEANUP(buf_done) struct buf text;
    buf_init(&text, (size_t)1024 * 1024);
    config_print_defaults(&text);
    if (text.failed || text.data == NULL) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    (void)fwrite(text.data, 1, text.len, stdout);
    return 0;
}
