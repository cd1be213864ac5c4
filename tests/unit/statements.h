/*
 * statements.h: every statement of the program, gathered from src by statements.py.
 */
#ifndef BARKBOOK_TESTS_UNIT_STATEMENTS_H
#define BARKBOOK_TESTS_UNIT_STATEMENTS_H

#include <stddef.h>

struct statement {
    const char *file;
    const char *name;
    const char *sql;
    const char *may_scan; /* why it may read a whole big table; NULL: it may not */
};
extern const struct statement statements[];
extern const size_t statement_count;

#endif
