/*
 * calcom_values.h: readers that deliveries and API rows share: how Cal.com writes a name, a phone,
 * a place, a price, and how each becomes the canonical text of a fact. Used by the calcom_decode*.c
 * files only.
 */
#ifndef BARKBOOK_REMOTE_CALCOM_VALUES_H
#define BARKBOOK_REMOTE_CALCOM_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "remote/observation.h"

#define CALCOM_UID_MAX         127 /* bytes; longer is no uid of Cal.com's */
#define CALCOM_TITLE_MAX       500 /* characters; what is longer is cut, not refused */
#define CALCOM_DESCRIPTION_MAX 10000
#define CALCOM_TEXT_MAX        320
#define CALCOM_REF_MAX         200
#define CALCOM_ABSENTS_MAX     100 /* attendees of one booking whose absence is kept */

/* An observation being filled in. What is said first stays, so sources are read in order of
 * preference. */
struct calcom_fill {
    struct observation *o; /* borrowed */
    bool nomem;            /* sticky */
};

/* Where one booking's facts are found; all borrowed, each may be NULL. The second of a pair is
 * asked for what the first lacks (a seated row keeps responses and metadata per attendee). */
struct calcom_booking {
    const cJSON *main;
    const cJSON *responses[2];
    const cJSON *metadata[2];
};

/* Cleans raw (control characters but \n and \t cut out, trimmed, at most max_chars) into the fact,
 * unless something was said already. NULL and empty say nothing. */
void calcom_take(struct calcom_fill *f, enum fact fact, const char *raw, size_t max_chars);
/* The same for a member that is a string or a number. */
void calcom_take_member(struct calcom_fill *f, enum fact fact, const cJSON *obj, const char *key,
                        size_t max_chars);
/* The same for people: an e-mail address comes out in lower case, other text as it is. */
void calcom_take_person(struct calcom_fill *f, enum fact fact, const char *raw);

void calcom_take_title(struct calcom_fill *f, const struct calcom_booking *b); /* and description */
/* Name, e-mail and phone of the first attendee that has an e-mail, else of the responses. */
void calcom_take_attendee(struct calcom_fill *f, const struct calcom_booking *b);
void calcom_take_place(struct calcom_fill *f,
                       const struct calcom_booking *b); /* location, meeting URL */
void calcom_take_price(struct calcom_fill *f, const cJSON *obj);
void calcom_take_refs(struct calcom_fill *f, const struct calcom_booking *b); /* client, pets */

/* FACT_TIMES from two moments in ms; end must be after start. */
void calcom_take_times(struct calcom_fill *f, int64_t start, int64_t end);

/* The name of the event type that FACT_SERVICE names. */
void calcom_take_service_name(struct calcom_fill *f, const cJSON *obj, const char *key);

/* Adds one attendee's absence; nothing when it has no e-mail or does not say, and past the maximum:
 * what is known of a booking has to fit into its row. */
void calcom_take_absence(struct calcom_fill *f, const cJSON *attendee, const char *key);

/* First attendee with an e-mail, else the first, else NULL; borrowed. */
const cJSON *calcom_first_attendee(const cJSON *attendees);

/* A uid the caller frees, from text or an exact number, trimmed. ERR_UNPROCESSABLE "prefix + key:
 * …" when it is missing, too long, or not printable. */
MUST_USE int calcom_uid(const cJSON *obj, const char *prefix, const char *key, char **out,
                        struct err *err);

/* A uid of another booking; NULL when absent, unusable, or own (a booking does not follow itself).
 */
char *calcom_other_uid(struct calcom_fill *f, const cJSON *obj, const char *key, const char *own);

int64_t calcom_number(const cJSON *obj, const char *key); /* a positive whole number, else 0 */
int64_t calcom_time(const cJSON *obj, const char *key);   /* ms; 0 when absent or not a time */

#endif
