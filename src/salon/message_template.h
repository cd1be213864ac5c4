/*
 * message_template.h: the words of a text, with fields that are filled in when it is sent:
 * "{pet}: wizyta {day}, {date} o {time}. {salon}". Names are put in as they are: no language here
 * can inflect them. Pure; needs the zone to be set.
 */
#ifndef BARKBOOK_SALON_MESSAGE_TEMPLATE_H
#define BARKBOOK_SALON_MESSAGE_TEMPLATE_H

#include "base/buf.h"
#include "base/err.h"
#include "salon/message_plan.h"

#define MESSAGE_TEMPLATE_MAX 480  /* code points */
#define MESSAGE_BODY_MAX     1600 /* what Twilio takes, in code points */
#define MESSAGE_VALUE_MAX    60   /* code points of one field's value */

struct message_fields {
    const char *pet;     /* "Burek", or "Burek i Figa"; NULL or "": not known */
    const char *client;  /* first name; NULL: not known */
    const char *salon;   /* NULL or "": not named yet */
    const char *service; /* NULL: not known */
    int64_t start;       /* 0: no visit; then day, date and time are refused */
    int64_t now;         /* when it is sent: what "tomorrow" is counted from */
    const char *language;
};

/* "pet", "client", "salon", "service", "day", "date", "time"; NULL past the last. */
const char *message_field_name(size_t i);

/* ERR_INVALID, in words for whoever writes it: empty, too long, control characters, a brace that
 * opens no field, an unknown field (with the nearest known one), or, for kinds that are planned, no
 * {time}. */
MUST_USE int message_template_check(const char *text, enum message_kind kind, struct err *err);

/* The text with its fields. ERR_INVALID as above, ERR_UNPROCESSABLE when it speaks of a visit and
 * there is none, or becomes longer than MESSAGE_BODY_MAX. out: initialised by the caller. */
MUST_USE int message_template_fill(const char *text, const struct message_fields *f,
                                   struct buf *out, struct err *err);

/* What the salon starts with. */
const char *message_template_default(enum message_kind kind, const char *language);

/* "today", "tomorrow", "on Monday": how a day is called when it is spoken of at now. */
void message_day_word(int64_t start, int64_t now, const char *language, char out[static 32]);

#endif
