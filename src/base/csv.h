/*
 * csv.h: reading what spreadsheets save: text in UTF-8 or Windows-1250, fields in quotes that may
 * have line ends in them, and a separator that is found out. Pure. (Writing: csv_field in text.h.)
 */
#ifndef BARKBOOK_BASE_CSV_H
#define BARKBOOK_BASE_CSV_H

#include "base/buf.h"
#include "base/err.h"

#define CSV_FIELDS_MAX 64
#define CSV_ROW_MAX    ((size_t)1 << 20) /* bytes of one row */

/* The text of a file as UTF-8 without a byte order mark; out is initialised by the caller with room
 * for three times n. What is not UTF-8 is read as Windows-1250, in which every text can be read.
 * ERR_INVALID for what is no text at all (UTF-16, a spreadsheet's own format). */
MUST_USE int csv_decode(const char *data, size_t n, struct buf *out, struct err *err);

struct csv_reader {
    const char *start; /* borrowed */
    const char *at;
    const char *end;
    char separator; /* ; , or tab: whichever is in the first line most often */
    int line;       /* of what comes next, from 1 */
};

/* A leading line "sep=;" is obeyed and skipped. */
void csv_begin(struct csv_reader *r, const char *text, size_t n);

struct csv_row {
    int line; /* on which it begins */
    size_t count;
    const char *field[CSV_FIELDS_MAX]; /* into text; valid until the next csv_read */
    struct buf text;                   /* owned */
};
void csv_row_init(struct csv_row *row);
void csv_row_done(struct csv_row *row);
DEFINE_CLEANUP_REF(struct csv_row, csv_row_done);

/* 1 a row, 0 the end. Rows without any text are skipped. ERR_INVALID, with the line: a quotation
 * mark that is never closed, too many fields, too long a row. */
MUST_USE int csv_read(struct csv_reader *r, struct csv_row *row, struct err *err);

#endif
