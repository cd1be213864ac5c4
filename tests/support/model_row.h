/*
 * model_row.h: a booking as Cal.com's API version 2 shows it.
 */
#ifndef BARKBOOK_TESTS_MODEL_ROW_H
#define BARKBOOK_TESTS_MODEL_ROW_H

#include "model.h"
#include "out.h"

/* Writes one row as the next element of an array (or, with key, as a member). */
void model_row(struct js *j, const char *key, const struct model_booking *b);

#endif
