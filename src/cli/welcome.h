/*
 * welcome.h: what a person at the terminal needs to know when the service starts.
 */
#ifndef BARKBOOK_CLI_WELCOME_H
#define BARKBOOK_CLI_WELCOME_H

#include "base/config.h"

/* Addresses, the secret's place and the data folder, on stdout. Never the secret itself. */
void welcome_print(const struct config *config);

#endif
