/*
 * compare.h: the calendar against the model's truth, line by line, so that a difference can be
 * read.
 */
#ifndef BARKBOOK_TESTS_COMPARE_H
#define BARKBOOK_TESTS_COMPARE_H

#include "box.h"
#include "model_truth.h"

/* What is compared of an appointment. An API row knows no price and does not say by whom a
 * rebooking was asked for. */
enum compare_scope { COMPARE_TOLD, COMPARE_API };

/* A line per appointment that should be there, and one per appointment that is. Equal texts: all is
 * well. */
void compare_expected(const struct model *m, const struct model_truth *t, enum compare_scope scope,
                      struct out *to);
void compare_actual(struct db *db, enum compare_scope scope, struct out *to);

/* The lines of which only one text has, marked - (expected) and + (found). */
void compare_print(const char *expected, const char *actual, struct out *to);

#endif
