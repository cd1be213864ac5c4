/*
 * export_write.h: one row of a statement as a line of a file. For the export's own files only.
 *
 * The columns' names say what is in them: ..._minor is money in hundredths, everything else is text
 * or a whole number.
 */
#ifndef BARKBOOK_SALON_EXPORT_WRITE_H
#define BARKBOOK_SALON_EXPORT_WRITE_H

#include "base/buf.h"
#include "salon/export.h"

#define EXPORT_COLUMNS_MAX 32

struct export_file {
    const struct export_query *query;
    export_sink *sink;
    void *arg;
    struct buf line;
    int64_t rows;                       /* of the present table */
    int64_t totals[EXPORT_COLUMNS_MAX]; /* of its columns of money */
};

MUST_USE int export_flush(struct export_file *f, struct err *err);

/* CSV: heading, line, and (with totals) the last line. */
MUST_USE int export_csv_head(struct export_file *f, sqlite3_stmt *st, struct err *err);
MUST_USE int export_csv_row(struct export_file *f, sqlite3_stmt *st, struct err *err);
MUST_USE int export_csv_totals(struct export_file *f, sqlite3_stmt *st, struct err *err);
/* JSON: the rows of one table between brackets. */
MUST_USE int export_json_row(struct export_file *f, sqlite3_stmt *st, struct err *err);
/* ICS: the calendar's head and foot, and an event of a row of SQL_EXPORT_ICS. */
MUST_USE int export_ics_head(struct export_file *f, struct err *err);
MUST_USE int export_ics_row(struct export_file *f, sqlite3_stmt *st, struct err *err);
MUST_USE int export_ics_foot(struct export_file *f, struct err *err);

#endif
