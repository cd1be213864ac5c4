/*
 * csv.c: see csv.h. The form is RFC 4180's, read generously: any line end, text after a closing
 * quotation mark belongs to the field. Windows-1250 after its table at unicode.org. No state.
 */
#include "base/csv.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define NOT_A_CHARACTER 0xfffd

/* Code points of the bytes 0x80 to 0xff. */
static const uint16_t windows_1250[128] = {
    0x20ac, 0xfffd, 0x201a, 0xfffd, 0x201e, 0x2026, 0x2020, 0x2021, 0xfffd, 0x2030, 0x0160, 0x2039,
    0x015a, 0x0164, 0x017d, 0x0179, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0xfffd, 0x2122, 0x0161, 0x203a, 0x015b, 0x0165, 0x017e, 0x017a, 0x00a0, 0x02c7, 0x02d8, 0x0141,
    0x00a4, 0x0104, 0x00a6, 0x00a7, 0x00a8, 0x00a9, 0x015e, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x017b,
    0x00b0, 0x00b1, 0x02db, 0x0142, 0x00b4, 0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x0105, 0x015f, 0x00bb,
    0x013d, 0x02dd, 0x013e, 0x017c, 0x0154, 0x00c1, 0x00c2, 0x0102, 0x00c4, 0x0139, 0x0106, 0x00c7,
    0x010c, 0x00c9, 0x0118, 0x00cb, 0x011a, 0x00cd, 0x00ce, 0x010e, 0x0110, 0x0143, 0x0147, 0x00d3,
    0x00d4, 0x0150, 0x00d6, 0x00d7, 0x0158, 0x016e, 0x00da, 0x0170, 0x00dc, 0x00dd, 0x0162, 0x00df,
    0x0155, 0x00e1, 0x00e2, 0x0103, 0x00e4, 0x013a, 0x0107, 0x00e7, 0x010d, 0x00e9, 0x0119, 0x00eb,
    0x011b, 0x00ed, 0x00ee, 0x010f, 0x0111, 0x0144, 0x0148, 0x00f3, 0x00f4, 0x0151, 0x00f6, 0x00f7,
    0x0159, 0x016f, 0x00fa, 0x0171, 0x00fc, 0x00fd, 0x0163, 0x02d9,
};

/* All of the table is below U+10000: at most three bytes. */
static void add_code_point(struct buf *out, uint16_t cp)
{
    if (cp < 0x800) {
        buf_char(out, (char)(0xc0 | (cp >> 6)));
    } else {
        buf_char(out, (char)(0xe0 | (cp >> 12)));
        buf_char(out, (char)(0x80 | ((cp >> 6) & 0x3f)));
    }
    buf_char(out, (char)(0x80 | (cp & 0x3f)));
}

static int decode_1250(const char *data, size_t n, struct buf *out, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)data[i];
        uint16_t cp = c < 0x80 ? c : windows_1250[c - 0x80];
        if (cp == NOT_A_CHARACTER) {
            return err_set(err, ERR_INVALID,
                           "the file is neither UTF-8 nor Windows-1250: save it as CSV, UTF-8");
        }
        if (cp < 0x80) {
            buf_char(out, (char)cp);
        } else {
            add_code_point(out, cp);
        }
    }
    return 0;
}

int csv_decode(const char *data, size_t n, struct buf *out, struct err *err)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (memchr(data, '\0', n) != NULL) {
        return err_set(err, ERR_INVALID,
                       "the file is no text (a spreadsheet, or UTF-16?): save it as CSV, UTF-8");
    }
    if (n >= 3 && memcmp(data, mark, 3) == 0) {
        data += 3;
        n -= 3;
    }
    int rc = 0;
    if (text_utf8_valid(data, n)) {
        buf_add(out, data, n);
    } else {
        rc = decode_1250(data, n, out, err);
    }
    if (rc == 0 && out->failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    return rc;
}

/* The first line's end: '\n', '\r' or the text's. */
static const char *line_end(const char *at, const char *end)
{
    while (at < end && *at != '\n' && *at != '\r') {
        at++;
    }
    return at;
}

static const char *after_line_end(const char *at, const char *end)
{
    if (at < end && *at == '\r') {
        at++;
        return at < end && *at == '\n' ? at + 1 : at;
    }
    return at < end ? at + 1 : at;
}

static char most_frequent(const char *from, const char *to)
{
    static const char candidates[] = {';', ',', '\t'};
    char best = ';';
    size_t most = 0;
    for (size_t c = 0; c < sizeof candidates; c++) {
        size_t count = 0;
        bool quoted = false;
        for (const char *p = from; p < to; p++) {
            quoted = quoted != (*p == '"');
            count += !quoted && *p == candidates[c] ? 1 : 0;
        }
        if (count > most) {
            most = count;
            best = candidates[c];
        }
    }
    return best;
}

void csv_begin(struct csv_reader *r, const char *text, size_t n)
{
    *r = (struct csv_reader){.start = text, .at = text, .end = text + n, .line = 1};
    const char *first = line_end(r->at, r->end);
    if (first - r->at == 5 && strncasecmp(r->at, "sep=", 4) == 0) {
        r->separator = r->at[4]; /* Excel writes and reads it */
        r->at = after_line_end(first, r->end);
        r->line = 2;
        return;
    }
    r->separator = most_frequent(r->at, first);
}

void csv_row_init(struct csv_row *row)
{
    *row = (struct csv_row){.line = 0};
    buf_init(&row->text, CSV_ROW_MAX);
}

void csv_row_done(struct csv_row *row)
{
    buf_done(&row->text);
}

/* The field at r->at, without its end; quotes taken off. ERR_INVALID when they are not closed. */
static int read_field(struct csv_reader *r, struct csv_row *row, struct err *err)
{
    const int began = r->line;
    bool quoted = r->at < r->end && *r->at == '"';
    r->at += quoted ? 1 : 0;
    while (r->at < r->end) {
        char c = *r->at;
        if (quoted && c == '"') {
            r->at++;
            quoted = r->at < r->end && *r->at == '"';
            if (!quoted) {
                continue;
            }
        } else if (!quoted && (c == r->separator || c == '\n' || c == '\r')) {
            break;
        }
        if (c == '\n' || (c == '\r' && (r->at + 1 == r->end || r->at[1] != '\n'))) {
            r->line++;
            c = '\n';
        }
        if (c != '\r') {
            buf_char(&row->text, c);
        }
        r->at++;
    }
    buf_char(&row->text, '\0');
    if (quoted) {
        return err_set(err, ERR_INVALID, "line %d: a quotation mark is never closed", began);
    }
    return 0;
}

/* One row, however empty. */
static int read_row(struct csv_reader *r, struct csv_row *row, struct err *err)
{
    size_t offset[CSV_FIELDS_MAX] = {0};
    buf_reset(&row->text);
    row->line = r->line;
    row->count = 0;
    for (;;) {
        if (row->count == CSV_FIELDS_MAX) {
            return err_set(err, ERR_INVALID, "line %d: more than %d fields", row->line,
                           CSV_FIELDS_MAX);
        }
        offset[row->count++] = row->text.len;
        int rc = read_field(r, row, err);
        if (rc < 0) {
            return rc;
        }
        if (r->at == r->end || *r->at != r->separator) {
            break;
        }
        r->at++;
    }
    if (r->at < r->end) {
        r->at = after_line_end(r->at, r->end);
        r->line++;
    }
    if (row->text.failed) {
        return err_set(err, ERR_INVALID, "line %d: longer than %zu bytes", row->line, CSV_ROW_MAX);
    }
    for (size_t i = 0; i < row->count; i++) {
        row->field[i] = row->text.data + offset[i];
    }
    return 1;
}

static bool has_text(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->field[i][strspn(row->field[i], " \t\n")] != '\0') {
            return true;
        }
    }
    return false;
}

int csv_read(struct csv_reader *r, struct csv_row *row, struct err *err)
{
    while (r->at < r->end) {
        int rc = read_row(r, row, err);
        if (rc < 0 || has_text(row)) {
            return rc;
        }
    }
    return 0;
}
