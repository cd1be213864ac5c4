/*
 * message_template.c: see message_template.h. No state.
 */
#include "salon/message_template.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum field { PET, CLIENT, SALON, SERVICE, DAY, DATE, TIME, FIELDS };
static const char *const names[FIELDS] = {"pet", "client", "salon", "service",
                                          "day", "date",   "time"};

const char *message_field_name(size_t i)
{
    return i < FIELDS ? names[i] : NULL;
}

static bool polish(const char *language)
{
    return strcmp(language, "en") != 0;
}

const char *message_template_default(enum message_kind kind, const char *language)
{
    if (kind == MESSAGE_SAME_DAY) {
        return polish(language) ? "{pet}: czekamy {day} o {time}. {salon}"
                                : "{pet}: we expect you {day} at {time}. {salon}";
    }
    return polish(language) ? "{pet}: wizyta {day}, {date} o {time}. {salon}"
                            : "{pet}: visit {day}, {date} at {time}. {salon}";
}

/* Days from one local date to another, for those near enough to have a word of their own. */
static int days_apart(struct local_date from, struct local_date to)
{
    for (int d = 0; d <= 7; d++) {
        struct local_date at = date_add(from, d);
        if (at.year == to.year && at.month == to.month && at.day == to.day) {
            return d;
        }
    }
    return -1;
}

void message_day_word(int64_t start, int64_t now, const char *language, char out[static 32])
{
    static const char *const near_pl[] = {"dziś", "jutro", "pojutrze"};
    static const char *const near_en[] = {"today", "tomorrow"};
    static const char *const week_pl[] = {"w poniedziałek", "we wtorek", "w środę",    "w czwartek",
                                          "w piątek",       "w sobotę",  "w niedzielę"};
    static const char *const week_en[] = {"on Monday", "on Tuesday",  "on Wednesday", "on Thursday",
                                          "on Friday", "on Saturday", "on Sunday"};
    struct local_time at;
    struct local_time today;
    zone_local(start, &at);
    zone_local(now, &today);
    const int apart = days_apart(today.date, at.date);
    const bool pl = polish(language);
    const size_t near = pl ? ARRAY_LEN(near_pl) : ARRAY_LEN(near_en);
    const size_t day = (size_t)at.weekday - 1;
    const char *word = pl ? week_pl[day] : week_en[day];
    if (apart >= 0 && (size_t)apart < near) {
        word = pl ? near_pl[apart] : near_en[apart];
    }
    (void)snprintf(out, 32, "%s", word);
}

/* The next piece of the text: literal bytes, or a field. Advances *s. */
struct piece {
    const char *text;
    size_t len;
    int field; /* -1: literal */
};

static size_t common(const char *a, size_t n, const char *b)
{
    size_t same = 0;
    for (size_t i = 0; i < n && b[i] != '\0' && a[i] == b[i]; i++) {
        same++;
    }
    return same;
}

static int unknown_field(const char *name, size_t n, struct err *err)
{
    /* The one that begins alike; else the one that is used most. */
    const char *nearest = names[PET];
    size_t most = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        size_t same = common(name, n, names[i]);
        if (same > most) {
            most = same;
            nearest = names[i];
        }
    }
    return err_set(err, ERR_INVALID, "text: there is no field {%.*s}: did you mean {%s}?",
                   (int)(n < 40 ? text_utf8_prefix(name, n) : text_utf8_prefix(name, 40)), name,
                   nearest);
}

/* 1 a piece, 0 the end. */
static int take(const char **s, struct piece *p, struct err *err)
{
    const char *at = *s;
    if (*at == '\0') {
        return 0;
    }
    if (*at == '}') {
        return err_set(err, ERR_INVALID, "text: a } closes nothing");
    }
    if (*at != '{') {
        *p = (struct piece){.text = at, .len = strcspn(at, "{}"), .field = -1};
        *s = at + p->len;
        return 1;
    }
    size_t n = strcspn(at + 1, "{}");
    if (at[1 + n] != '}') {
        return err_set(err, ERR_INVALID, "text: a { is not closed");
    }
    for (int i = 0; i < FIELDS; i++) {
        if (strlen(names[i]) == n && memcmp(names[i], at + 1, n) == 0) {
            *p = (struct piece){.field = i};
            *s = at + n + 2;
            return 1;
        }
    }
    return unknown_field(at + 1, n, err);
}

int message_template_check(const char *text, enum message_kind kind, struct err *err)
{
    if (text[strspn(text, " \t\r\n")] == '\0') {
        return err_set(err, ERR_INVALID, "text: is needed");
    }
    if (!text_utf8_valid(text, strlen(text))) {
        return err_set(err, ERR_INVALID, "text: is not UTF-8");
    }
    for (const char *s = text; *s != '\0'; s++) {
        if ((unsigned char)*s < ' ' && *s != '\n') {
            return err_set(err, ERR_INVALID, "text: has a control character in it");
        }
    }
    const size_t most = kind < MESSAGE_PLANNED ? MESSAGE_TEMPLATE_MAX : MESSAGE_BODY_MAX;
    if (text_chars(text) > most) {
        return err_set(err, ERR_INVALID, "text: is longer than %zu characters", most);
    }
    bool time = false;
    struct piece p;
    int rc = 0;
    while ((rc = take(&text, &p, err)) > 0) {
        time = time || p.field == TIME;
    }
    if (rc == 0 && kind < MESSAGE_PLANNED && !time) {
        return err_set(err, ERR_INVALID, "text: {time} must be in it, or it reminds of nothing");
    }
    return rc;
}

/* A value as it may stand in a text: one line, not too long. */
static void put(struct buf *out, const char *value)
{
    size_t chars = 0;
    for (const char *s = value; *s != '\0' && chars < MESSAGE_VALUE_MAX; chars++) {
        uint32_t cp = 0;
        size_t n = text_decode(s, strlen(s), &cp);
        if (n == 0) {
            return;
        }
        if (cp < ' ' || cp == 0x7F) {
            buf_char(out, ' ');
        } else {
            buf_add(out, s, n);
        }
        s += n;
    }
}

static bool has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void put_moment(struct buf *out, enum field field, const struct message_fields *f)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct local_time at;
    char word[32];
    zone_local(f->start, &at);
    if (field == DAY) {
        message_day_word(f->start, f->now, f->language, word);
        buf_str(out, word);
    } else if (field == TIME) {
        buf_printf(out, "%d:%02d", at.hour, at.minute);
    } else if (polish(f->language)) {
        buf_printf(out, "%d.%02d", at.date.day, at.date.month);
    } else {
        buf_printf(out, "%d %s", at.date.day, months[at.date.month - 1]);
    }
}

static void put_field(struct buf *out, enum field field, const struct message_fields *f)
{
    const bool pl = polish(f->language);
    switch (field) {
    case PET:
        put(out, has(f->pet) ? f->pet : pl ? "Twój pupil" : "Your pet");
        break;
    case CLIENT:
        put(out, has(f->client) ? f->client : "");
        break;
    case SALON:
        put(out, has(f->salon) ? f->salon : pl ? "Twój groomer" : "Your groomer");
        break;
    case SERVICE:
        put(out, has(f->service) ? f->service : pl ? "wizyta" : "visit");
        break;
    case DAY:
    case DATE:
    case TIME:
        put_moment(out, field, f);
        break;
    case FIELDS:
        break;
    }
}

int message_template_fill(const char *text, const struct message_fields *f, struct buf *out,
                          struct err *err)
{
    struct piece p = {0};
    int rc = 0;
    while ((rc = take(&text, &p, err)) > 0) {
        if (p.field < 0) {
            buf_add(out, p.text, p.len);
        } else if (p.field >= DAY && f->start <= 0) {
            return err_set(err, ERR_UNPROCESSABLE,
                           "text: {%s} speaks of a visit, and there is none", names[p.field]);
        } else {
            put_field(out, (enum field)p.field, f);
        }
    }
    if (rc < 0) {
        return rc;
    }
    if (out->failed) {
        return err_set(err, ERR_NOMEM, "out of memory");
    }
    if (out->data != NULL && text_chars(out->data) > MESSAGE_BODY_MAX) {
        return err_set(err, ERR_UNPROCESSABLE, "text: becomes longer than %d characters",
                       MESSAGE_BODY_MAX);
    }
    return 0;
}
