/*
 * prompt.h: asks for a password without showing it.
 */
#ifndef BARKBOOK_CLI_PROMPT_H
#define BARKBOOK_CLI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define PROMPT_PASSWORD_LEN 1024

/* from_stdin: the first line of standard input. Else asked for twice on the terminal, without echo,
 * which is put back whatever happens. The caller wipes out. ERR_USAGE when there is no terminal,
 * when the two differ, or when nothing came. */
MUST_USE int prompt_password(bool from_stdin, char out[static PROMPT_PASSWORD_LEN],
                             struct err *err);

#endif
