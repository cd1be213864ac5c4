/*
 * owner.h: who a command runs as.
 */
#ifndef BARKBOOK_CLI_OWNER_H
#define BARKBOOK_CLI_OWNER_H

#include "base/err.h"

/* Root becomes the owner of the data folder, where that is somebody else: what it makes there
 * (locks, the database's log, a restored database) must be usable by the service. Before threads
 * start. Does nothing for others, or while there is no folder. */
MUST_USE int owner_become(const char *data_dir, struct err *err);

#endif
