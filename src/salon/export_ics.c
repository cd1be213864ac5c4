/*
 * export_ics.c: appointments as a calendar of RFC 5545: UTC times, lines folded at 75 octets
 * without cutting a letter, a UID that stays over reschedules and a SEQUENCE that grows with each
 * change.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "salon/export_write.h"

#define LINE_MAX_OCTETS ((size_t)75)

enum column {
    COL_ID,
    COL_START,
    COL_END,
    COL_UPDATED,
    COL_SEQUENCE,
    COL_STATUS,
    COL_PETS,
    COL_SERVICE,
    COL_CLIENT,
    COL_PHONE,
    COL_WARNINGS,
    COL_LOCATION,
};

/* One content line; the value is escaped as TEXT when plain is false (3.3.11), then folded (3.1).
 */
static void content_line(struct buf *out, const char *name, const char *value, bool plain)
{
    char piece[8];
    size_t used = strlen(name) + 1;
    buf_str(out, name);
    buf_char(out, ':');
    for (const char *s = value; *s != '\0';) {
        uint32_t cp = 0;
        size_t n = text_decode(s, strlen(s), &cp);
        size_t len = n == 0 ? 1 : n;
        memcpy(piece, n == 0 ? "?" : s, len);
        if (!plain && (*s == '\\' || *s == ';' || *s == ',')) {
            piece[0] = '\\';
            piece[1] = *s;
            len = 2;
        } else if (!plain && *s == '\n') {
            memcpy(piece, "\\n", 2);
            len = 2;
        } else if ((unsigned char)*s < 0x20 || *s == 0x7f) {
            len = 0;
        }
        s += n == 0 ? 1 : n;
        if (used + len > LINE_MAX_OCTETS) {
            buf_str(out, "\r\n ");
            used = 1;
        }
        buf_add(out, piece, len);
        used += len;
    }
    buf_str(out, "\r\n");
}

/* 2026-11-22T13:00:00.000Z as 20261122T130000Z */
static void time_line(struct buf *out, const char *name, int64_t ms)
{
    char text[TIME_TEXT_LEN];
    char basic[17];
    size_t k = 0;
    time_format(ms, text);
    for (const char *s = text; *s != '.' && k + 2 < sizeof basic; s++) {
        if (*s != '-' && *s != ':') {
            basic[k++] = *s;
        }
    }
    basic[k++] = 'Z';
    basic[k] = '\0';
    content_line(out, name, basic, true);
}

int export_ics_head(struct export_file *f, struct err *err)
{
    content_line(&f->line, "BEGIN", "VCALENDAR", true);
    content_line(&f->line, "VERSION", "2.0", true);
    content_line(&f->line, "PRODID", "-//BarkBook//" BARKBOOK_VERSION "//PL", true);
    content_line(&f->line, "CALSCALE", "GREGORIAN", true);
    content_line(&f->line, "METHOD", "PUBLISH", true);
    content_line(&f->line, "X-WR-CALNAME", f->query->title == NULL ? "BarkBook" : f->query->title,
                 false);
    content_line(&f->line, "X-WR-TIMEZONE", zone_name(), true);
    content_line(&f->line, "REFRESH-INTERVAL;VALUE=DURATION", "PT15M", true);
    return export_flush(f, err);
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static void summary(struct buf *out, sqlite3_stmt *st)
{
    CLEANUP(buf_done) struct buf text;
    buf_init(&text, 8192);
    const char *first =
        db_text(st, COL_PETS) != NULL ? db_text(st, COL_PETS) : db_text(st, COL_CLIENT);
    buf_str(&text, or_empty(first));
    if (*or_empty(db_text(st, COL_SERVICE)) != '\0') {
        buf_str(&text, text.len > 0 ? ": " : "");
        buf_str(&text, db_text(st, COL_SERVICE));
    }
    content_line(out, "SUMMARY", text.len > 0 && !text.failed ? text.data : "BarkBook", false);
}

static void description(struct buf *out, sqlite3_stmt *st)
{
    static const enum column parts[] = {COL_CLIENT, COL_PHONE, COL_WARNINGS};
    CLEANUP(buf_done) struct buf text;
    buf_init(&text, 32768);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const char *part = or_empty(db_text(st, (int)parts[i]));
        if (*part != '\0') {
            buf_str(&text, text.len > 0 ? "\n" : "");
            buf_str(&text, part);
        }
    }
    if (text.len > 0 && !text.failed) {
        content_line(out, "DESCRIPTION", text.data, false);
    }
}

int export_ics_row(struct export_file *f, sqlite3_stmt *st, struct err *err)
{
    char uid[128];
    char sequence[24];
    const char *status = or_empty(db_text(st, COL_STATUS));
    (void)snprintf(uid, sizeof uid, "%s@barkbook", or_empty(db_text(st, COL_ID)));
    (void)snprintf(sequence, sizeof sequence, "%lld", (long long)db_int(st, COL_SEQUENCE));
    content_line(&f->line, "BEGIN", "VEVENT", true);
    content_line(&f->line, "UID", uid, true);
    content_line(&f->line, "SEQUENCE", sequence, true);
    time_line(&f->line, "DTSTAMP", db_time(st, COL_UPDATED));
    time_line(&f->line, "LAST-MODIFIED", db_time(st, COL_UPDATED));
    time_line(&f->line, "DTSTART", db_time(st, COL_START));
    time_line(&f->line, "DTEND", db_time(st, COL_END));
    summary(&f->line, st);
    description(&f->line, st);
    if (*or_empty(db_text(st, COL_LOCATION)) != '\0') {
        content_line(&f->line, "LOCATION", db_text(st, COL_LOCATION), false);
    }
    content_line(&f->line, "STATUS",
                 strcmp(status, "cancelled") == 0 ? "CANCELLED"
                 : strcmp(status, "pending") == 0 ? "TENTATIVE"
                                                  : "CONFIRMED",
                 true);
    content_line(&f->line, "END", "VEVENT", true);
    f->rows++;
    return export_flush(f, err);
}

int export_ics_foot(struct export_file *f, struct err *err)
{
    content_line(&f->line, "END", "VCALENDAR", true);
    return export_flush(f, err);
}
