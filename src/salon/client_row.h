/*
 * client_row.h: a row of clients as a struct; shared by the files that read whole cards.
 */
#ifndef BARKBOOK_SALON_CLIENT_ROW_H
#define BARKBOOK_SALON_CLIENT_ROW_H

#include "salon/client.h"

/* Reads the columns in the order of CLIENT_COLUMNS (client.sql.def). 1, or ERR_NOMEM with out as it
 * was. */
MUST_USE int client_row(sqlite3_stmt *st, struct client *out, struct err *err);

/* The same for id, name, type, breed, dead, archived of a pet; text is borrowed. */
void pet_short_row(sqlite3_stmt *st, struct pet_short *out);

#endif
